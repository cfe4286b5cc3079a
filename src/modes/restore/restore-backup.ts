import { ExpectedError, type Problem } from '../../errors.ts';
import type { OpenedBackup } from '../../files/backup/open-backup.ts';
import type { BackupInputs } from '../../inputs/inputs.ts';
import { requireEpoch } from '../../mysql/tracking/epoch.ts';
import { journalRestored, recordRestoring } from '../../mysql/tracking/journal-restored.ts';
import { finishRun } from '../../mysql/tracking/runs.ts';
import { closeInPlace, readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import { probeInPlace } from '../../mysql/guarantee/probe-in-place.ts';
import { probeRoom } from '../../mysql/guarantee/probe-room.ts';
import { probeLive, probeRestore } from '../../mysql/load/side-schema.ts';
import { snapshotRestore, type RestoreJob } from '../../mysql/restore/snapshot-restore.ts';
import type { Swapped } from '../../mysql/swap/bracket-swap.ts';
import { readLogPlace, type LogPlace } from '../../mysql/binlog/log-place.ts';
import { requireLock } from '../../mysql/lock/lock.ts';
import { isInterrupted } from '../../mysql/session/server-error.ts';
import type { ReportedRestore } from '../../report/report.ts';
import { incompleteSchema, restoreCutOff, restoredRun } from '../../report/restore-state.ts';
import { count } from '../../report/wording.ts';
import { updateReport, recordState } from '../run/draft.ts';
import { toProblems } from '../run/to-problems.ts';
import { rehearseInPlace } from '../backup/rehearse-in-place.ts';
import { isIncomplete, restoreInPlace, waysOn } from './restore-in-place.ts';
import { restoreProgress } from './restore-progress.ts';
import { countConflicting, restoreLossless } from './restore-lossless.ts';
import { comparedRows, recordExceptions } from './row-exceptions.ts';
import { recordDataLoss, weighAgain, assessDataLoss } from './assess-data-loss.ts';
import { openKept } from '../backup/take-backup.ts';
import { appliedCount, details, runId, type WritingRun } from '../run/update-run.ts';

/** Restores a backup of this run and tells what came of it; gives whether the connection was lost on the way. */
export async function restoreOrTell(
  run: WritingRun,
  backup: BackupInputs,
  ref: string,
): Promise<'settled' | 'connection-lost'> {
  const { draft, session } = run;
  try {
    // Before anything is fetched: who came between has the say.
    await requireEpoch(session);
    const opened = await openRef(run, backup, ref);
    const restore = await restoreBackup(run, opened);
    await journalRestored(session, opened.opened.facts);
    updateReport(draft, {
      result: 'restored',
      isRestored: true,
      restore,
      problems: draft.report.problems.map(afterRestore),
    });
    recordState(draft, restoredRun(comparedRows(draft), restore));
    await finishRun(session, runId(draft), 'restored', 0, details(draft));
    return 'settled';
  } catch (error) {
    const problems = toProblems(error);
    if (!problems) throw error;
    if (error instanceof ExpectedError && error.code === 'superseded') throw error;
    if (error instanceof ExpectedError && error.code === 'data-loss') {
      // A person asked for this: what failed is left as it is.
      updateReport(draft, { problems: [...draft.report.problems, ...problems] });
      return 'settled';
    }
    if (isIncomplete(error)) return recordIncomplete(run, ref, problems);
    const failed: Problem = {
      code: 'restore-failed',
      message: `the backup was not restored: ${problems.map(({ message }) => message).join('; ')}`,
      fix: `${problems[0]?.fix ?? 'correct the cause'}; then run mode: rollback with backup-ref: ${ref}`,
    };
    updateReport(draft, { result: 'restore-failed', problems: [...draft.report.problems, failed] });
    // A connection that is gone records nothing: the next run finds what was left, and says how to go on.
    await finishRun(session, runId(draft), 'restore-failed', appliedCount(draft), details(draft)).catch(
      () => undefined,
    );
    const isCutOff = isInterrupted(error) || problems.some(({ code }) => code === 'connection-lost');
    if (isCutOff) recordState(draft, restoreCutOff(draft.report.state));
    return isCutOff ? 'connection-lost' : 'settled';
  }
}

/** After a restore nothing is half applied any more: what a problem said of going on in the middle is not true now. */
function afterRestore(problem: Problem): Problem {
  return problem.fix !== undefined && /\bresume\b/.test(problem.fix)
    ? { ...problem, fix: 'correct the cause, then run mode: update again' }
    : problem;
}

async function recordIncomplete(
  { draft, session }: WritingRun,
  ref: string,
  [problem, ...causes]: readonly Problem[],
): Promise<'settled' | 'connection-lost'> {
  const incomplete = { ...problem!, fix: waysOn(ref, undefined) };
  updateReport(draft, {
    result: 'restore-failed',
    problems: [incomplete, ...causes, ...draft.report.problems],
  });
  recordState(draft, incompleteSchema(ref));
  await finishRun(session, runId(draft), 'restore-failed', appliedCount(draft), details(draft)).catch(
    () => undefined,
  );
  return causes.some(({ code }) => code === 'connection-lost') ? 'connection-lost' : 'settled';
}

/** A kept backup of which every byte was checked. */
export interface OpenedRef {
  readonly ref: string;
  readonly opened: OpenedBackup;
}

/** Opens a kept backup and checks every byte of it. */
export async function openRef(run: WritingRun, backup: BackupInputs, ref: string): Promise<OpenedRef> {
  const started = performance.now();
  const opened = await openKept(run, backup, ref);
  const durationMs = Math.round(performance.now() - started);
  run.log({ level: 'debug', event: 'backup-opened', message: 'the backup is whole', durationMs });
  return { ref, opened };
}

/** Puts a backup in the place of what is live, in the way that this run was asked for. */
export async function restoreBackup(run: WritingRun, { ref, opened }: OpenedRef): Promise<ReportedRestore> {
  const { log, session, draft } = run;
  const startedAt = new Date();
  const started = performance.now();
  await recordRestoring(session, runId(draft), opened.facts);
  log({ level: 'info', event: 'restore-started', message: `restoring ${ref}` });
  const { aside, blockedMs, kept, undone } = await restoreOpened(run, { ref, opened });
  // Another run may have left the schema incomplete: it is whole now.
  await closeInPlace(session, runId(draft));
  const durationMs = Math.round(performance.now() - started);
  const others = kept === undefined ? '' : `${count(kept, 'transaction')} of others kept; `;
  log({
    level: 'info',
    event: 'restored',
    message: `restored; ${others}${describeCost(aside, blockedMs)}`,
    durationMs,
  });
  return {
    ...{ ref, startedAt: startedAt.toISOString(), durationMs, blockedMs, aside },
    ...{ keptTransactions: kept, undoneTransactions: undone },
  };
}

function describeCost(aside: string | undefined, blockedMs: number | undefined): string {
  if (aside === undefined) return `in place; the schema was incomplete for ${blockedMs ?? 0} ms`;
  const waited = blockedMs === undefined ? '' : `writers waited ${blockedMs} ms; `;
  return `${waited}the state before is kept in ${aside}`;
}

interface Restored {
  /** Undefined where nothing is kept: the restore was in place. */
  readonly aside: string | undefined;
  readonly blockedMs: number | undefined;
  /** Transactions of others; undefined where none could be kept. */
  readonly kept: number | undefined;
  readonly undone: number | undefined;
}

/** Keeps what others wrote where that can be, else undoes it as far as `on-data-loss` allows. */
async function restoreOpened(run: WritingRun, { ref, opened }: OpenedRef): Promise<Restored> {
  const left = await readOpenInPlace(run.session);
  // What others wrote was weighed before the schema became incomplete; nothing that is there now is worth a stop.
  const assessing =
    left?.phase === 'begun' ? { ...run, inputs: { ...run.inputs, onDataLoss: 'restore' as const } } : run;
  if (run.inputs.restoreGuarantee === 'in-place') {
    await assessDataLoss(assessing, opened.facts);
    const { incompleteMs: blockedMs, place } = await restoreInPlace(run, opened, {
      runId: runId(run.draft),
      ref,
    });
    const undone = await recordDataLoss(run, opened.facts, place);
    return { aside: undefined, blockedMs, kept: undefined, undone };
  }
  const lossless =
    left?.phase === 'begun'
      ? undefined
      : await restoreLossless(run, { ...restoreJob(run, opened), until: 'swap' });
  if (lossless) {
    const { swapped, kept, beside, conflicts, leftBehind } = lossless;
    const undone = countConflicting([...conflicts, ...leftBehind]);
    return { ...swappedIn(swapped), kept: kept + beside, undone };
  }
  const weighed = await assessDataLoss(assessing, opened.facts);
  let place: LogPlace | undefined;
  const beforeCutOver = async (): Promise<void> => {
    await requireLock(run.session);
    // Under the locks: what is written after it is written to the tables of the backup.
    place = await readLogPlace(run.session, run.server.version);
    await weighAgain(assessing, opened.facts, weighed, place);
  };
  const job = { ...restoreJob(run, opened), beforeCutOver, until: 'swap' } as const;
  const swapped = await snapshotRestore(run.session, job);
  const undone = await recordDataLoss(run, opened.facts, place);
  return { ...swappedIn(swapped), kept: undefined, undone };
}

function swappedIn(swapped: Swapped | undefined): Pick<Restored, 'aside' | 'blockedMs'> {
  return { aside: swapped?.aside ?? '', blockedMs: swapped?.blockedMs };
}

/** Everything of a restore but the cut-over: the backup is loaded beside the live schema and removed again. */
export async function rehearseRestore(run: WritingRun, { ref, opened }: OpenedRef): Promise<void> {
  const { log } = run;
  if (run.inputs.restoreGuarantee === 'in-place') return rehearseInPlace(run, opened);
  log({ level: 'info', event: 'restore-started', message: `loading ${ref} beside the live schema` });
  const started = performance.now();
  const lossless = await restoreLossless(run, { ...restoreJob(run, opened), until: 'load' });
  if (!lossless) await snapshotRestore(run.session, { ...restoreJob(run, opened), until: 'load' });
  const scope = lossless
    ? `${count(lossless.tables.length, 'table')}, ${count(lossless.kept + lossless.beside, 'transaction')} of others kept, ${countConflicting(lossless.conflicts)} not`
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
  opened: OpenedBackup,
): Omit<RestoreJob, 'until'> {
  return {
    dump: opened.sql,
    facts: opened.facts,
    runId: runId(draft),
    statementLockTimeout: inputs.statementLockTimeout,
    lockTimeout: inputs.lockTimeout,
    log,
    onProgress: restoreProgress(log),
    onExceptions: (exceptions, comparison) => recordExceptions({ draft, log }, exceptions, comparison),
    beforeCutOver: () => requireLock(session),
  };
}

/** Names what the way of restoring that this run was asked for needs, and the account or the server has not. */
export async function probeRight({
  inputs,
  session,
}: Pick<WritingRun, 'inputs' | 'session'>): Promise<readonly Problem[]> {
  const room = await probeRoom(session);
  if (inputs.restoreGuarantee === 'in-place') return [...(await probeInPlace(session)), ...room];
  return [...(await probeRestore(session)), ...(await probeLive(session)), ...room];
}
