import { inEachClause } from './in-each-clause.ts';
import { isNew } from '../reading/command.ts';
import { show, type ObjectName } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const inCommands = inEachCommand(['DROP'], (command) => {
  const { ddl } = command;
  const index = ddl?.names[0];
  if (ddl?.object !== 'INDEX' || !ddl.on || !index) return undefined;
  // DROP INDEX `PRIMARY` is drop-primary-key's.
  if (index.name.toUpperCase() === 'PRIMARY' || isNew(command, ddl.on)) return undefined;
  return [dropped(index.name, ddl.on)];
});

const inClauses = inEachClause('existing', (clause, table) => {
  if (clause.kind !== 'drop') return undefined;
  if (clause.what === 'index') return dropped(clause.name, table);
  if (clause.what !== 'constraint') return undefined;
  return {
    message: `drops constraint "${clause.name}" of table ${show(table)}, which may be a unique index`,
    fix: 'write DROP FOREIGN KEY or DROP CHECK if it is one of those; else make the index INVISIBLE first',
  };
});

/** DROP INDEX and DROP KEY, and DROP CONSTRAINT where it may be one. */
export const dropIndex: Rule = {
  name: 'drop-index',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'DROP INDEX by_mail ON users',
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

function dropped(index: string, table: ObjectName): Found {
  return {
    message: `drops index "${index}" of table ${show(table)}: queries may become slow, and duplicates possible`,
    fix: `make it INVISIBLE first (ALTER TABLE … ALTER INDEX … INVISIBLE), drop it when nothing got slower`,
  };
}
