import { inEachClause } from './in-each-clause.ts';
import { isNew } from '../reading/command.ts';
import { show } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

const fix =
  'no application can be deployed at the same moment: add the new name, move readers and writers, drop the old one later';

const inCommands = inEachCommand(['RENAME'], (command) =>
  command.renames
    .filter(([from]) => !isNew(command, from))
    .map(([from, to]) => ({
      line: from.line,
      message: `renames table ${show(from)} to ${show(to)} under a running application`,
      fix,
    })),
);

const inClauses = inEachClause('existing', (clause, table): Found | undefined => {
  switch (clause.kind) {
    case 'rename-table':
      return {
        message: `renames table ${show(table)} to ${show(clause.to)} under a running application`,
        fix,
      };
    case 'rename-column':
      return column(clause.from, clause.to, show(table));
    case 'change-column':
      return column(clause.from, clause.column.name, show(table));
    case 'partition':
      if (clause.action !== 'EXCHANGE' || !clause.table) return undefined;
      return {
        message: `swaps rows of table ${show(table)} with those of ${show(clause.table)} under a running application`,
        fix: 'make sure that nobody reads either table meanwhile, or copy the rows',
      };
    default:
      return undefined;
  }
});

/** RENAME TABLE, RENAME COLUMN, CHANGE to another name; EXCHANGE PARTITION, which moves rows under another name. */
export const rename: Rule = {
  name: 'rename',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'RENAME TABLE users TO people',
  check: (reading) => [...inCommands(reading), ...inClauses(reading)],
};

/** Names of columns are the same in either case. */
function column(from: string, to: string, table: string): Found | undefined {
  if (from.toLowerCase() === to.toLowerCase()) return undefined;
  return {
    message: `renames column "${from}" of table ${table} to "${to}" under a running application`,
    fix,
  };
}
