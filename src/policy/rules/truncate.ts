import { inEachClause } from './in-each-clause.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import { isNew } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { engineOf } from '../reading/table-options.ts';
import { inEachCommand, type Rule } from '../rule.ts';

const fix = 'copy the rows that are needed first, or DELETE with a WHERE';
const FORGETFUL_ENGINES = ['BLACKHOLE', 'MEMORY', 'HEAP'];

const inCommands = inEachCommand(['TRUNCATE'], (command) => {
  const table = command.ddl?.names[0];
  if (!table || isNew(command, table)) return undefined;
  return [{ message: `removes all rows of table ${show(table)}`, fix }];
});

const inClauses = inEachClause('existing', (clause, table) => {
  const message = emptied(clause, show(table));
  return message === undefined ? undefined : { message, fix };
});

/** Whatever empties a table or partition at once: TRUNCATE, DISCARD TABLESPACE, an engine that keeps no rows. */
export const truncate: Rule = {
  name: 'truncate',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'TRUNCATE TABLE users',
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

function emptied(clause: AlterClause, table: string): string | undefined {
  if (clause.kind === 'partition') {
    if (clause.action === 'TRUNCATE') return `removes all rows of partitions of table ${table}`;
    return clause.action === 'DISCARD'
      ? `throws away the tablespace of table ${table}, and so its rows`
      : undefined;
  }
  const engine = engineOf(clause);
  if (engine === undefined || !FORGETFUL_ENGINES.includes(engine)) return undefined;
  return `changes table ${table} to ENGINE ${engine}, which does not keep its rows`;
}
