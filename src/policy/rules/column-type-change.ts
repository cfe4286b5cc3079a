import { changedValues, type ChangedValues } from '../alter/changed-values.ts';
import { inEachTableChange } from './in-each-table-change.ts';
import { show, type ObjectName } from '../reading/object-name.ts';
import type { Found, Rule } from '../rule.ts';

const COMPARE =
  'compare with SHOW CREATE TABLE that no type, length, sign or character set shrinks and no attribute is left out';
const COUNT =
  'look for such rows first, and hold the changeset back with a sqlCheck precondition that counts them';

/** MODIFY, CHANGE and CONVERT TO, where values may not fit: the present definition decides, where it is known. */
export const columnTypeChange: Rule = {
  name: 'column-type-change',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users MODIFY age SMALLINT',
  check: inEachTableChange(({ table, clauses, before, after, context }) =>
    changedValues(clauses, { before, after }, context).flatMap((values) => found(values, table)),
  ),
};

function found({ column, line, change, types }: ChangedValues, table: ObjectName): readonly Found[] {
  const name = show(table);
  if (change === 'unknown') {
    const what =
      column === ''
        ? `converts the text columns of table ${name} to another character set`
        : `redefines column "${column}" of table ${name}`;
    const message = `${what}: whether its values fit, and stay as they are, depends on its present definition`;
    return [{ line, message, fix: COMPARE }];
  }
  if (change === 'renumbers') {
    const message = `makes column "${column}" of table ${name} AUTO_INCREMENT: a row with 0 gets a new number, without a warning`;
    return [{ line, message, fix: COUNT }];
  }
  // What changes values is narrowing's.
  if (change.kind !== 'fails') return [];
  return [
    {
      line,
      message: `changes column "${column}" of table ${name}${types}: fails for ${change.how}; no value is changed`,
      fix: COUNT,
    },
  ];
}
