import { ExpectedError, type Problem } from '../errors.ts';
import type { BackupInputs } from '../inputs.ts';
import { finishRun, undoStatements } from '../mysql/runs.ts';
import { snapshotRestore, type RestoreJob } from '../mysql/restore/snapshot-restore.ts';
import { requireLock } from '../mysql/lock.ts';
import type { ReportedRestore } from '../report/report.ts';
import { tell } from './draft.ts';
import { foreseen } from './foreseen.ts';
import { weighDataLoss } from './weigh-data-loss.ts';
import { openKept } from './take-backup.ts';
import { appliedCount, details, runId, type WritingRun } from './update-run.ts';

/** Restores a backup of this run and tells what came of it; gives whether the connection was lost on the way. */
export async function restoreOrTell(
  run: WritingRun,
  backup: BackupInputs,
  ref: string,
): Promise<'settled' | 'connection-lost'> {
  const { draft, session } = run;
  try {
    const restore = await restoreBackup(run, backup, ref);
    await undoStatements(session, runId(draft));
    tell(draft, {
      result: 'restored',
      isRestored: true,
      restore,
      databaseState: `The database is as it was before this run: its backup was restored. What failed is kept in ${restore.aside}.`,
    });
    await finishRun(session, runId(draft), 'restored', 0, details(draft));
    return 'settled';
  } catch (error) {
    const problems = foreseen(error);
    if (!problems) throw error;
    if (error instanceof ExpectedError && error.code === 'data-loss') {
      // A person asked for this: what failed is left as it is.
      tell(draft, { problems: [...draft.report.problems, ...problems] });
      return 'settled';
    }
    const failed: Problem = {
      code: 'restore-failed',
      message: `the backup was not restored: ${problems.map(({ message }) => message).join('; ')}`,
      fix: `${problems[0]?.fix ?? 'mend the cause'}; then run mode: rollback with backup-ref: ${ref}`,
    };
    tell(draft, { result: 'restore-failed', problems: [...draft.report.problems, failed] });
    // A connection that is gone records nothing: the next run finds what was left, and says how to go on.
    await finishRun(session, runId(draft), 'restore-failed', appliedCount(draft), details(draft)).catch(
      () => undefined,
    );
    return problems.some(({ code }) => code === 'connection-lost') ? 'connection-lost' : 'settled';
  }
}

/** Restores a kept backup beside the live schema and swaps it in. */
export async function restoreBackup(
  run: WritingRun,
  backup: BackupInputs,
  ref: string,
): Promise<ReportedRestore> {
  const { log } = run;
  const startedAt = new Date();
  const started = performance.now();
  log({ level: 'info', event: 'restore-started', message: `restoring ${ref}` });
  const opened = await openKept(run, backup, ref);
  const undoneTransactions = await weighDataLoss(run, backup, opened.facts);
  const swapped = await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'swap' });
  const aside = swapped?.aside ?? '';
  const blockedMs = swapped?.blockedMs;
  const durationMs = Math.round(performance.now() - started);
  log({
    level: 'info',
    event: 'restored',
    message: `restored; ${blockedMs === undefined ? '' : `writers waited ${blockedMs} ms; `}the state before is kept in ${aside}`,
    durationMs,
  });
  return { ref, startedAt: startedAt.toISOString(), durationMs, blockedMs, undoneTransactions, aside };
}

/** Everything of a restore but the cut-over: the backup is loaded beside the live schema and removed again. */
export async function rehearseRestore(run: WritingRun, backup: BackupInputs, ref: string): Promise<void> {
  const { log } = run;
  log({ level: 'info', event: 'restore-started', message: `loading ${ref} beside the live schema` });
  const opened = await openKept(run, backup, ref);
  await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'load' });
  log({
    level: 'info',
    event: 'restore-rehearsed',
    message: 'the backup can be restored: it was loaded beside the live schema and removed again',
  });
}

function restoreJob(
  { inputs, session, log, draft }: WritingRun,
  opened: Awaited<ReturnType<typeof openKept>>,
): Omit<RestoreJob, 'until'> {
  return {
    dump: opened.sql(),
    facts: opened.facts,
    runId: runId(draft),
    statementLockTimeout: inputs.statementLockTimeout,
    lockTimeout: inputs.lockTimeout,
    log,
    beforeCutOver: () => requireLock(session),
  };
}
