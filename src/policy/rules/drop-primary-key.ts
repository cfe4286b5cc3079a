import { inEachClause } from './in-each-clause.ts';
import { isNew } from '../reading/command.ts';
import { show, type ObjectName } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const inCommands = inEachCommand(['DROP'], (command) => {
  const { ddl } = command;
  if (ddl?.object !== 'INDEX' || !ddl.on || isNew(command, ddl.on)) return undefined;
  return ddl.names[0]?.name.toUpperCase() === 'PRIMARY' ? [dropped(ddl.on)] : undefined;
});

const inClauses = inEachClause('existing', (clause, table) =>
  clause.kind === 'drop' && clause.what === 'primary' ? dropped(table) : undefined,
);

/** DROP PRIMARY KEY, also under its other names: the index and the constraint `PRIMARY`. */
export const dropPrimaryKey: Rule = {
  name: 'drop-primary-key',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'ALTER TABLE users DROP PRIMARY KEY',
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

function dropped(table: ObjectName): Found {
  return {
    message: `drops the primary key of table ${show(table)}: duplicates become possible, replicas slow`,
    fix: 'add the new primary key in the same ALTER TABLE, and see that queries by the old one keep an index',
  };
}
