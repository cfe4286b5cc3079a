import { showAll } from '../reading/object-name.ts';
import { unrestrictedTables } from '../reading/command.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** UPDATE of every row: no WHERE, or one that names no column, and no join keeps a row out. */
export const updateWithoutWhere: Rule = {
  name: 'update-without-where',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'UPDATE users SET active = 0',
  check: inEachCommand(['UPDATE'], (command) => {
    const tables = unrestrictedTables(command);
    if (command.rows?.hasWhere || tables.length === 0) return undefined;
    return [
      {
        message: `overwrites rows of ${showAll('table', tables)} without a WHERE that names a column`,
        fix: 'add a WHERE that says which rows; for a new column, WHERE it IS NULL',
      },
    ];
  }),
};
