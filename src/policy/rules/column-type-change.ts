import { inEachClause } from '../in-each-clause.ts';
import { show } from '../reading/object-name.ts';
import { hasKeywords } from '../reading/token-walk.ts';
import type { Rule } from '../rule.ts';

const fix =
  'compare with SHOW CREATE TABLE that no type, length, sign or character set shrinks and no attribute is left out';

/** MODIFY, CHANGE and CONVERT TO CHARACTER SET: what the column was is not known here, so any may lose data. */
export const columnTypeChange: Rule = {
  name: 'column-type-change',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users MODIFY name VARCHAR(50)',
  check: inEachClause('existing', (clause, table) => {
    if (clause.kind === 'change-column') {
      const message = `redefines column "${clause.column.name}" of table ${show(table)}: values may not fit its type`;
      return { message, fix };
    }
    if (clause.kind !== 'other' || !hasKeywords(clause.tokens, 0, 'CONVERT', 'TO')) return undefined;
    return { message: `converts the text columns of table ${show(table)} to another character set`, fix };
  }),
};
