import { isNew } from '../reading/command.ts';
import { showAll } from '../reading/object-name.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** DROP TABLE of anything but a table that the changeset itself made. */
export const dropTable: Rule = {
  name: 'drop-table',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'DROP TABLE users',
  check: inEachCommand(['DROP'], (command) => {
    const { ddl } = command;
    if (ddl?.object !== 'TABLE' || ddl.isTemporary) return undefined;
    const lost = ddl.names.filter((name) => !isNew(command, name));
    if (lost.length === 0) return undefined;
    return [
      {
        message: `drops ${showAll('table', lost)} with all rows`,
        fix: 'rename the table and drop it in a later release; for a temporary table, write DROP TEMPORARY TABLE',
      },
    ];
  }),
};
