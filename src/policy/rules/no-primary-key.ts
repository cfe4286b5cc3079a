import type { Command } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { hasPrimaryKey, isLike } from '../reading/table-definition.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** CREATE TABLE without PRIMARY KEY, unless the same changeset adds one later. */
export const noPrimaryKey: Rule = {
  name: 'no-primary-key',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'CREATE TABLE a (id INT)',
  check: (reading) => {
    const keyed = new Set(reading.byVerb.get('ALTER')?.flatMap(givenPrimaryKey));
    return inEachCommand(['CREATE'], (command) => judge(command, keyed))(reading);
  },
};

function judge({ ddl, tokens }: Command, keyed: ReadonlySet<string>): readonly Found[] | undefined {
  const table = ddl?.names[0];
  if (ddl?.object !== 'TABLE' || ddl.isTemporary || !table) return undefined;
  if (isLike(tokens, ddl) || hasPrimaryKey(tokens, ddl) || keyed.has(table.name)) return undefined;
  return [
    {
      message: `creates table ${show(table)} without a primary key: replicas are slow on it, clusters refuse it`,
      fix: 'add a PRIMARY KEY; without a natural one, id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
    },
  ];
}

/** The table to which an ALTER TABLE adds a primary key. */
function givenPrimaryKey({ ddl, clauses }: Command): readonly string[] {
  const isGiven = clauses.some((clause) => {
    if (clause.kind === 'add-key') return clause.key === 'primary';
    return (clause.kind === 'add-column' || clause.kind === 'change-column') && clause.column.isPrimary;
  });
  return isGiven && ddl?.names[0] ? [ddl.names[0].name] : [];
}
