import type { RestoredFacts } from '../../backup/backup.ts';
import type { Session } from '../../mysql/session/connection.ts';
import { dropAsideSchemas } from '../../mysql/swap/aside.ts';
import { finishInterruptedRestore, readAsides, readBeside } from '../../mysql/swap/finish.ts';
import { closeInPlace, readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import { readState } from '../../mysql/swap/state.ts';
import { journalRestored, readRestoring } from '../../mysql/tracking/journal-restored.ts';
import { finishRun, readRun, type RecordedRun } from '../../mysql/tracking/runs.ts';

/** How long the state before a restore is kept aside. */
const ASIDE_DAYS = 7;

/**
 * Finishes or takes back what a killed restore left, and lets journal and audit say what is live now; to be called under
 * the deploy lock, before anybody reads what an earlier run left. Between the swap of a restore and its last word in the
 * audit a process may die: what is kept aside tells that there was a swap. What was kept aside for long enough is dropped.
 */
export async function recoverRestore(session: Session, lockTimeout: number): Promise<void> {
  const inPlace = await readOpenInPlace(session);
  if (inPlace?.phase === 'loaded') await recordRestored(session, inPlace.runId);
  if ((await readBeside(session)).length === 0) return;
  await finishInterruptedRestore(session, lockTimeout);
  for (const aside of await readAsides(session)) {
    const state = await readState(session, aside);
    if (state?.phase === 'done') await recordRestored(session, state.runId);
  }
  await dropAsideSchemas(session, ASIDE_DAYS);
}

/** Lets journal and audit say that the backup which a run restored is live. */
export async function recordRestored(session: Session, runId: string): Promise<void> {
  const run = await readRun(session, runId);
  if (!run || run.status === 'restored' || run.status === 'succeeded') return;
  await closeInPlace(session, runId);
  const facts = (await readRestoring(session, runId)) ?? guessFacts(run);
  await journalRestored(session, facts);
  if (run.mode === 'rollback') await finishRun(session, runId, 'succeeded', null, {});
  else await finishRun(session, runId, 'restored', 0, {});
}

/** Of a run of an older version: the backup of an update was taken when that began. */
function guessFacts({ restoresTo, startedAt, epoch }: RecordedRun): RestoredFacts {
  return { createdAt: restoresTo ?? startedAt, ...(epoch === null ? {} : { epoch: Number(epoch) }) };
}
