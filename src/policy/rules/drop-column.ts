import { inEachClause } from './in-each-clause.ts';
import { show } from '../reading/object-name.ts';
import type { Rule } from '../rule.ts';

/** DROP COLUMN, with or without the word COLUMN. */
export const dropColumn: Rule = {
  name: 'drop-column',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'ALTER TABLE users DROP COLUMN nick',
  check: inEachClause('existing', (clause, table) => {
    if (clause.kind !== 'drop' || clause.what !== 'column') return undefined;
    return {
      message: `drops column "${clause.name}" of table ${show(table)} with its values`,
      fix: 'stop using the column first, and drop it in a later release',
    };
  }),
};
