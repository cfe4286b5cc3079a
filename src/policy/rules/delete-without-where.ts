import { inEachCommand, type Rule } from '../rule.ts';
import { unconditionalTables } from '../reading/command.ts';
import { showAll } from '../reading/object-name.ts';

/** DELETE that takes every row: no WHERE of its own, or one that names no column; LIMIT and joins are no WHERE. */
export const deleteWithoutWhere: Rule = {
  name: 'delete-without-where',
  severity: 'error',
  destructive: true,
  check: inEachCommand(['DELETE'], (command) => {
    const tables = unconditionalTables(command);
    if (tables.length === 0) return undefined;
    return [
      {
        message: `deletes rows of ${showAll('table', tables)} without a WHERE that names a column`,
        fix: 'add a WHERE that says which rows',
      },
    ];
  }),
};
