import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupInputs } from '../../inputs/inputs.ts';
import { readRow, withConnection, type Session } from '../../mysql/session/connection.ts';
import { readRun } from '../../mysql/tracking/runs.ts';
import { isInterrupted } from '../../mysql/session/server-error.ts';
import { withHeadline } from '../../report/deploy-state.ts';
import { restoredRun } from '../../report/restore-state.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { guessRestore } from '../backup/estimate-restore.ts';
import { recoverRestore } from './recover-restore.ts';
import { toProblems } from '../run/to-problems.ts';
import { comparedRows, restoreExceptions } from '../restore/row-exceptions.ts';
import { restoreOrTell } from '../restore/restore-backup.ts';
import { isSuperseded } from '../../mysql/tracking/epoch.ts';
import { runId, type UpdateRun, type WritingRun } from '../run/update-run.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/** Whether anything of a failed run is in effect, or may be: a failure in its first statement costs no restore. */
export function tookEffect({ report }: Draft): boolean {
  if (report.result === 'ok' || report.result === 'blocked') return false;
  return report.pending.some(
    ({ status, statementsDone }) =>
      status === 'applied' || status === 'unknown' || (status === 'failed' && (statementsDone ?? 0) > 0),
  );
}

/** Brings a failed update back to the backup that it took; the job fails all the same. */
export async function restoreAfterFailure(run: UpdateRun): Promise<void> {
  const { inputs, draft } = run;
  const { backup } = draft.report;
  if (!backup || !inputs.backup || inputs.onFailure === 'keep' || !tookEffect(draft)) return;
  if (run.interrupt.aborted && run.postStep?.takesOver(await estimate(run, backup.durationMs))) {
    // A restore that is killed on its way leaves everything as it was, and would have to be begun again.
    recordState(draft, withHeadline(draft.report.state, 'The post step of this job goes on from here.'));
    return;
  }
  await restoreWithRetry(run, inputs.backup, backup.ref);
}

async function estimate({ session, draft }: WritingRun, backupMs: number): Promise<number> {
  const recorded = await readRun(session, runId(draft)).catch(() => undefined);
  return recorded?.restoreMs ?? guessRestore(backupMs);
}

/**
 * Restores, and where a connection is lost on the way, again: on a new one if the session is gone, for as long as one
 * waits for a server. What the try before left is finished or cleared first.
 */
export async function restoreWithRetry(run: WritingRun, backup: BackupInputs, ref: string): Promise<void> {
  const { inputs, draft, log } = run;
  const before = draft.report;
  if ((await restoreOrTell(run, backup, ref)) === 'settled') return;
  const deadline = Date.now() + inputs.database.connectTimeout * 1000;
  for (;;) {
    const failed = draft.report;
    log({
      level: 'warning',
      event: 'connection-lost',
      message: 'the connection was lost during the restore',
    });
    try {
      if ((await restoreAgain(run, backup, ref, before)) === 'settled') return;
    } catch (error) {
      if (isSuperseded(error)) throw error;
      const problems = toProblems(error);
      if (!problems) throw error;
      // What the try before said is still true: the next run finds what it left.
      draft.report = failed;
      if (!isInterrupted(error) && !problems.some(({ code }) => code === 'connection-lost')) return;
    }
    // A server that shuts down lets sessions in and ends them again.
    if (Date.now() > deadline) return;
    await sleep(500);
  }
}

async function restoreAgain(
  run: WritingRun,
  backup: BackupInputs,
  ref: string,
  before: Draft['report'],
): Promise<'settled' | 'connection-lost'> {
  const { inputs, log } = run;
  if (await isAlive(run.session)) return finishOrRestore(run, backup, ref, before);
  return withConnection(inputs.database, log, (session) =>
    withRunLock(run, session, () => finishOrRestore({ ...run, session }, backup, ref, before)),
  );
}

async function finishOrRestore(
  run: WritingRun,
  backup: BackupInputs,
  ref: string,
  before: Draft['report'],
): Promise<'settled' | 'connection-lost'> {
  const { inputs, draft, session } = run;
  await recoverRestore(session, inputs.lockTimeout);
  const notes = restoreExceptions(draft.report);
  draft.report = before;
  if ((await readRun(session, runId(draft)))?.status !== 'restored') return restoreOrTell(run, backup, ref);
  updateReport(draft, { warnings: [...before.warnings, ...notes] });
  updateReport(draft, {
    result: 'restored',
    isRestored: true,
  });
  recordState(draft, restoredRun(comparedRows(draft), undefined));
  return 'settled';
}

async function isAlive(session: Session): Promise<boolean> {
  try {
    await readRow(session, 'SELECT 1 AS one');
    return true;
  } catch {
    return false;
  }
}
