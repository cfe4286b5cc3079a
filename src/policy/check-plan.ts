import type { Changeset } from '../changelog/changeset.ts';
import { checkPolicy } from './check-policy.ts';
import type { Gates } from './gates.ts';
import type { PresentTables } from './reading/present-tables.ts';
import { readChangeset } from './reading/reading.ts';
import { historyAfter, historyInDoubt, tableHistory, type TableHistory } from './reading/table-history.ts';
import type { Rule } from './rule.ts';
import type { Violation } from './violation.ts';

/**
 * Judges changesets that run one after the other on a target: each by the tables as those before it leave them.
 */
export function checkPlan(
  rules: readonly Rule[],
  changesets: readonly Changeset[],
  gates: Gates,
  present: PresentTables,
): readonly Violation[] {
  let history = tableHistory(gates.schema, present);
  return changesets.flatMap((changeset) => {
    const violations = checkPolicy(rules, changeset, gates, history);
    history = nextHistory(changeset, gates, history, present.serverVersion);
    return violations;
  });
}

/** A changeset whose precondition may skip it leaves what it changes in doubt. */
function nextHistory(
  changeset: Changeset,
  { schema }: Gates,
  before: TableHistory,
  serverVersion: number,
): TableHistory {
  const readings = readChangeset(changeset, schema, before);
  const own = readings.filter((reading) => reading.serverVersion <= serverVersion);
  const after = own.reduce(
    (left, right) => (left.serverVersion < right.serverVersion ? right : left),
    own[0]!,
  );
  const skips = ['CONTINUE', 'MARK_RAN'];
  const maySkip = changeset.preconditions.some(
    ({ onFail, onError }) => skips.includes(onFail) || skips.includes(onError),
  );
  return maySkip ? historyInDoubt(after.history) : historyAfter(after.history);
}
