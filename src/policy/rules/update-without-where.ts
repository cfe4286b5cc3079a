import { showAll } from '../reading/object-name.ts';
import { unconditionalTables } from '../reading/command.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** UPDATE that overwrites every row: no WHERE of its own, or one that names no column; a join is no WHERE. */
export const updateWithoutWhere: Rule = {
  name: 'update-without-where',
  severity: 'error',
  destructive: true,
  check: inEachCommand(['UPDATE'], (command) => {
    const tables = unconditionalTables(command);
    if (tables.length === 0) return undefined;
    return [
      {
        message: `overwrites rows of ${showAll('table', tables)} without a WHERE that names a column`,
        fix: 'add a WHERE that says which rows; for a new column, WHERE it IS NULL',
      },
    ];
  }),
};
