import { ExpectedError } from '../../errors.ts';
import { isLockHeld } from '../../mysql/lock/lock.ts';
import { readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import type { TrackingState } from '../../mysql/tracking/tracking-state.ts';
import { incompleteSchema } from '../../report/restore-state.ts';
import { recordState } from '../run/draft.ts';
import { describeRun, incompleteProblem } from '../restore/restore-in-place.ts';
import type { WritingRun } from '../run/update-run.ts';

/** For modes that build on what is there: refuses to take an incomplete schema for what was deployed. */
export async function requireWhole(
  { session, draft }: Pick<WritingRun, 'session' | 'draft'>,
  state: TrackingState,
  asker: 'holds-lock' | 'reads',
): Promise<void> {
  const record = state.has('ops_migration_runs') ? await readOpenInPlace(session) : undefined;
  if (record?.phase !== 'begun') return;
  if (asker === 'reads' && (await isLockHeld(session))) {
    throw new ExpectedError({
      code: 'lock-held',
      message: `${describeRun(record)} is loading ${record.ref} into the live schema: until that is done it is incomplete`,
      fix: 'wait for it, then run again',
    });
  }
  recordState(draft, incompleteSchema(record.ref));
  throw new ExpectedError(incompleteProblem(record));
}
