import type { Changeset } from '../changelog/changeset.ts';
import type { Gates } from './gates.ts';
import { noDefinitions } from './reading/known-definitions.ts';
import { readChangeset } from './reading/reading.ts';
import { historyAfter, historyInDoubt, type TableHistory } from './reading/table-history.ts';

/** What is known of tables after a changeset; one that a precondition may skip leaves what it changes in doubt. */
export function tablesAfter(
  changeset: Changeset,
  { schema }: Gates,
  before: TableHistory,
  serverVersion: number,
): TableHistory {
  const readings = readChangeset(changeset, schema, noDefinitions(), before);
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
