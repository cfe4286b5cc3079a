import type { Command } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { hasPrimaryKey, isLike } from '../reading/table-definition.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** CREATE TABLE without PRIMARY KEY, unless the same changeset adds one later. */
export const noPrimaryKey: Rule = {
  name: 'no-primary-key',
  severity: 'warning',
  destructive: false,
  check: inEachCommand((command, { commands }) => {
    const { verb, ddl, tokens } = command;
    const table = ddl?.names[0];
    if (verb !== 'CREATE' || ddl?.object !== 'TABLE' || ddl.isTemporary || !table) return undefined;
    if (isLike(tokens, ddl) || hasPrimaryKey(tokens, ddl)) return undefined;
    if (commands.some((later) => addsPrimaryKey(later, table.name))) return undefined;
    return [
      {
        message: `creates table ${show(table)} without a primary key: replicas are slow on it, clusters refuse it`,
        fix: 'add a PRIMARY KEY; without a natural one, id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
      },
    ];
  }),
};

function addsPrimaryKey({ ddl, clauses }: Command, table: string): boolean {
  if (clauses.length === 0 || ddl?.names[0]?.name !== table) return false;
  return clauses.some((clause) => {
    if (clause.kind === 'add-key') return clause.key === 'primary';
    return (clause.kind === 'add-column' || clause.kind === 'change-column') && clause.column.isPrimary;
  });
}
