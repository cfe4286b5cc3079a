import { inEachCommand, type Rule } from '../rule.ts';
import { unrestrictedTables } from '../reading/command.ts';
import { showAll } from '../reading/object-name.ts';

/** DELETE that takes every row: neither its WHERE nor a join keeps one out; LIMIT does not say which. */
export const deleteWithoutWhere: Rule = {
  name: 'delete-without-where',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'DELETE FROM users',
  check: inEachCommand(['DELETE'], (command) => {
    const tables = unrestrictedTables(command);
    if (tables.length === 0) return undefined;
    return [
      {
        message: command.rows?.hasWhere
          ? `deletes every row of ${showAll('table', tables)}: each of them meets its WHERE`
          : `deletes rows of ${showAll('table', tables)} without a WHERE that names a column`,
        fix: 'add a WHERE that says which rows; columns in a subselect need the name of their table',
      },
    ];
  }),
};
