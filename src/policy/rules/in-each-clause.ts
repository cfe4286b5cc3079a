import type { AlterClause } from '../reading/alter-clauses.ts';
import { isNew, isTemporary, type Command } from '../reading/command.ts';
import type { ObjectName } from '../reading/object-name.ts';
import { inEachCommand, type Found, type Rule } from '../rule.ts';

/** `lasting`: all but temporary tables; `existing`: those that were there before the changeset. */
export type Concern = 'lasting' | 'existing';

/** A check that looks at one clause of an ALTER TABLE at a time. */
export function inEachClause(
  concern: Concern,
  judge: (clause: AlterClause, table: ObjectName) => Found | undefined,
): Rule['check'] {
  return inEachCommand(['ALTER'], (command) => {
    const table = alteredTable(command, concern);
    return table && command.clauses.flatMap((clause) => placed(judge(clause, table), clause.line));
  });
}

/** The table of an ALTER TABLE, if it is of concern. */
export function alteredTable(command: Command, concern: Concern): ObjectName | undefined {
  const table = command.clauses.length > 0 ? command.ddl?.names[0] : undefined;
  if (!table) return undefined;
  const isExempt = concern === 'lasting' ? isTemporary(command, table) : isNew(command, table);
  return isExempt ? undefined : table;
}

function placed(found: Found | undefined, line: number): readonly Found[] {
  return found ? [{ line, ...found }] : [];
}
