import { ExpectedError, type Problem } from '../errors.ts';
import type { BackupInputs } from '../inputs.ts';
import { finishRun, undoStatements } from '../mysql/runs.ts';
import { snapshotRestore, type RestoreJob } from '../mysql/restore/snapshot-restore.ts';
import type { Swapped } from '../mysql/restore/swap.ts';
import { requireLock } from '../mysql/lock.ts';
import { isInterrupted } from '../mysql/server-error.ts';
import type { ReportedRestore } from '../report/report.ts';
import { count } from '../report/wording.ts';
import { tell } from './draft.ts';
import { foreseen } from './foreseen.ts';
import { countConflicting, restoreLossless } from './restore-lossless.ts';
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
      databaseState: `The database is as it was before this run: its backup was restored. ${describeRestored(restore)}`,
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
    const isCutOff = isInterrupted(error) || problems.some(({ code }) => code === 'connection-lost');
    return isCutOff ? 'connection-lost' : 'settled';
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
  const openedMs = Math.round(performance.now() - started);
  log({ level: 'debug', event: 'backup-opened', message: 'the backup is whole', durationMs: openedMs });
  const { swapped, kept, undone } = await restoreOpened(run, backup, opened);
  const aside = swapped?.aside ?? '';
  const blockedMs = swapped?.blockedMs;
  const durationMs = Math.round(performance.now() - started);
  const others = kept === undefined ? '' : `${count(kept, 'transaction')} of others kept; `;
  log({
    level: 'info',
    event: 'restored',
    message: `restored; ${others}${blockedMs === undefined ? '' : `writers waited ${blockedMs} ms; `}the state before is kept in ${aside}`,
    durationMs,
  });
  return {
    ...{ ref, startedAt: startedAt.toISOString(), durationMs, blockedMs, aside },
    ...{ keptTransactions: kept, undoneTransactions: undone },
  };
}

interface Restored {
  readonly swapped: Swapped | undefined;
  /** Transactions of others; undefined where none could be kept. */
  readonly kept: number | undefined;
  readonly undone: number | undefined;
}

/** Keeps what others wrote where that can be, else undoes it as far as `on-data-loss` allows. */
async function restoreOpened(
  run: WritingRun,
  backup: BackupInputs,
  opened: Awaited<ReturnType<typeof openKept>>,
): Promise<Restored> {
  const lossless = await restoreLossless(run, { ...restoreJob(run, opened), until: 'swap' });
  if (lossless) {
    const { swapped, kept, conflicts } = lossless;
    return { swapped, kept, undone: countConflicting(conflicts) };
  }
  const undone = await weighDataLoss(run, backup, opened.facts);
  const swapped = await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'swap' });
  return { swapped, kept: undefined, undone };
}

/** Where the database is after a restore, in a sentence. */
export function describeRestored({ keptTransactions, undoneTransactions, aside }: ReportedRestore): string {
  if (keptTransactions === undefined) return `What failed is kept in ${aside}.`;
  const undone = (undoneTransactions ?? 0) > 0 ? `, ${undoneTransactions} could not be` : '';
  return `${count(keptTransactions, 'transaction')} of others since then ${keptTransactions === 1 ? 'was' : 'were'} kept${undone}. What failed is kept in ${aside}.`;
}

/** Everything of a restore but the cut-over: the backup is loaded beside the live schema and removed again. */
export async function rehearseRestore(run: WritingRun, backup: BackupInputs, ref: string): Promise<void> {
  const { log } = run;
  log({ level: 'info', event: 'restore-started', message: `loading ${ref} beside the live schema` });
  const opened = await openKept(run, backup, ref);
  const started = performance.now();
  const lossless = await restoreLossless(run, { ...restoreJob(run, opened), until: 'load' });
  if (!lossless) await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'load' });
  const scope = lossless
    ? `${count(lossless.tables.length, 'table')}, ${count(lossless.kept, 'transaction')} of others kept, ${countConflicting(lossless.conflicts)} not`
    : 'all tables; what others wrote since would be undone';
  log({
    level: 'info',
    event: 'restore-rehearsed',
    message: `the backup can be restored: it was loaded beside the live schema, equals the list of what it must hold, and was removed again (${scope})`,
    durationMs: Math.round(performance.now() - started),
  });
}

function restoreJob(
  { inputs, session, log, draft }: WritingRun,
  opened: Awaited<ReturnType<typeof openKept>>,
): Omit<RestoreJob, 'until'> {
  return {
    dump: opened.sql,
    facts: opened.facts,
    runId: runId(draft),
    statementLockTimeout: inputs.statementLockTimeout,
    lockTimeout: inputs.lockTimeout,
    log,
    beforeCutOver: () => requireLock(session),
  };
}
