import { inEachClause } from '../in-each-clause.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import { isTemporary } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { engineOf } from '../reading/table-options.ts';
import { inEachCommand, type Rule } from '../rule.ts';

const fix = 'copy the rows that are needed first, or DELETE with a WHERE';
const FORGETFUL_ENGINES = ['BLACKHOLE', 'MEMORY', 'HEAP'];

const inCommands = inEachCommand((command) => {
  const table = command.verb === 'TRUNCATE' ? command.ddl?.names[0] : undefined;
  if (!table || isTemporary(command, table)) return undefined;
  return [{ message: `removes all rows of table ${show(table)}`, fix }];
});

const inClauses = inEachClause('lasting', (clause, table) => {
  const what = emptied(clause);
  return what === undefined ? undefined : { message: `${what} of table ${show(table)}`, fix };
});

/** Whatever empties a table or partition at once: TRUNCATE, DISCARD TABLESPACE, an engine that keeps no rows. */
export const truncate: Rule = {
  name: 'truncate',
  severity: 'error',
  destructive: true,
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

function emptied(clause: AlterClause): string | undefined {
  if (clause.kind === 'partition') {
    if (clause.action === 'TRUNCATE') return 'removes all rows of partitions';
    return clause.action === 'DISCARD' ? 'throws away the tablespace, and so the rows,' : undefined;
  }
  const engine = engineOf(clause);
  if (engine === undefined || !FORGETFUL_ENGINES.includes(engine)) return undefined;
  return `changes to ENGINE ${engine}, which does not keep them, the rows`;
}
