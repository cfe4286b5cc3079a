import type { Changelog } from '../../changelog/changeset.ts';
import { changesetKey } from '../../changelog/history.ts';
import { judgeProgress } from '../../changelog/journal.ts';
import type { Problem } from '../../errors.ts';
import type { Inputs, RollbackInputs, UpdateInputs } from '../../inputs/inputs.ts';
import { withConnection } from '../../mysql/session/connection.ts';
import { readOpenStatements } from '../../mysql/tracking/unfinished.ts';
import { endSessionsOf } from '../../mysql/lock/lock.ts';
import { readEpochOf } from '../../mysql/lock/lock-row.ts';
import { countApplied, finishRun, readRun, type RecordedRun } from '../../mysql/tracking/runs.ts';
import { readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import { readServer } from '../../mysql/privileges/server.ts';
import { readTrackingState } from '../../mysql/tracking/tracking-state.ts';
import type { Log } from '../../log/log.ts';
import type { LiveState } from '../../report/database-state.ts';
import { NOTHING_TOOK_EFFECT } from '../../report/deploy-state.ts';
import {
  finishedRun,
  incompleteSchema,
  interruptedRun,
  leftInEffect,
  restoredRun,
} from '../../report/restore-state.ts';
import { count, formatDuration, inEffect } from '../../report/wording.ts';
import { decideDoubts } from '../plan/decide-doubts.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { guessRestore } from '../backup/estimate-restore.ts';
import { recoverInPlace } from './recover-in-place.ts';
import { recoverRestore } from './recover-restore.ts';
import { loadChangelog, recordTarget } from '../plan/read-target.ts';
import { incompleteProblem } from '../restore/restore-in-place.ts';
import { restoreWithRetry } from './restore-after-failure.ts';
import type { Services } from '../run/services.ts';
import { comparedRows } from '../restore/row-exceptions.ts';
import type { WritingRun } from '../run/update-run.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/** A run whose process ended before it was done; whoever has this knows that the process is gone. */
export interface LeftRun {
  readonly runId: string;
  /** When this process is ended in its turn; milliseconds, undefined where nobody waits. */
  readonly deadline: number | undefined;
}

/** How long a statement that was killed may take to undo its work before we give up waiting for its locks. */
const PATIENCE = 600;

/** Finishes what a run left: ends its session, finishes its restore, and restores its backup if it had any effect. */
export async function recoverRun(
  inputs: Inputs,
  left: LeftRun,
  draft: Draft,
  log: Log,
  { artifacts }: Services,
): Promise<void> {
  if (inputs.mode !== 'update' && inputs.mode !== 'rollback') return;
  // What cannot be read any more only makes us know less.
  const changelog = await loadChangelog(inputs, draft).catch(() => undefined);
  updateReport(draft, { result: 'unknown' });
  recordState(draft, interruptedRun(left.runId));
  await withConnection(inputs.database, log, async (session) => {
    const server = await readServer(session);
    recordTarget(inputs, draft, server);
    await endSessionsOf(session, left.runId);
    const patience = Math.max(inputs.lockTimeout, Math.min(PATIENCE, secondsUntil(left.deadline)));
    // It finishes what that run did, and only while no other run came between.
    draft.epoch = await readEpochOf(session, left.runId);
    const finish = (): Promise<void> => {
      const interrupt = new AbortController().signal;
      const run = { inputs, draft, log, session, server, interrupt, artifacts, keys: new Map() };
      return finishLocked(run, inputs, left, changelog);
    };
    await withRunLock({ inputs, draft, log }, session, finish, patience);
  });
}

function secondsUntil(deadline: number | undefined): number {
  return deadline === undefined ? PATIENCE : Math.max(0, Math.floor((deadline - Date.now()) / 1000));
}

async function finishLocked(
  run: WritingRun,
  inputs: UpdateInputs | RollbackInputs,
  left: LeftRun,
  changelog: Changelog | undefined,
): Promise<void> {
  const { draft, session } = run;
  const state = await readTrackingState(session);
  if (!state.has('ops_migration_runs') || !state.has('ops_migration_statements'))
    return recordUntouched(run, left);
  await recoverRestore(session, inputs.lockTimeout);
  if ((await finishInTime(run, inputs, left)) === 'incomplete') return;
  const recorded = await readRun(session, left.runId);
  switch (recorded?.status) {
    case undefined:
    case 'blocked':
      return recordUntouched(run, left);
    case 'succeeded':
      updateReport(draft, { result: 'ok' });
      recordState(draft, finishedRun(left.runId));
      return;
    case 'restored':
      updateReport(draft, {
        result: 'restored',
        isRestored: true,
        problems: [interrupted(left, 'its backup was restored')],
      });
      recordState(draft, restoredRun(comparedRows(draft), undefined));
      return;
    case 'running':
    case 'failed':
    case 'interrupted':
    case 'restore-failed':
  }
  if (inputs.mode === 'rollback') {
    await finishRun(session, left.runId, 'interrupted', null, {});
    return recordUntouched(run, left);
  }
  await resolveUpdate(run, inputs, left, recorded, await readEffect(run, left.runId, changelog));
}

/** A restore in place that was cut off is begun anew, where there is time enough to come to its end. */
async function finishInTime(
  run: WritingRun,
  inputs: UpdateInputs | RollbackInputs,
  left: LeftRun,
): Promise<'whole' | 'made-whole' | 'incomplete'> {
  const record = await readOpenInPlace(run.session);
  if (record?.phase !== 'begun') return 'whole';
  const needed = (await readRun(run.session, left.runId))?.restoreMs ?? guessRestore(0);
  const why = reasonToWait('to load it again', needed, roomOf(left));
  if (why === undefined) return recoverInPlace(run, inputs.backup);
  const problem = incompleteProblem(record);
  updateReport(run.draft, {
    result: 'restore-failed',
    problems: [{ ...problem, message: `${problem.message}; ${why}` }],
  });
  recordState(run.draft, incompleteSchema(record.ref));
  return 'incomplete';
}

/** What of a run is in effect. */
interface Effect {
  readonly live: LiveState;
  /** In words. */
  readonly says: string;
}

/** Reads what of a run is in effect; `undefined` is nothing. */
async function readEffect(
  { session, server, log }: WritingRun,
  runId: string,
  changelog: Changelog | undefined,
): Promise<Effect | undefined> {
  const parts: string[] = [];
  let live: LiveState = 'updated';
  const applied = await countApplied(session, runId);
  if (applied > 0) parts.push(`${count(applied, 'changeset')} of it ${applied === 1 ? 'is' : 'are'} applied`);
  const doubtful = await readOpenStatements(session, runId);
  const findings = changelog && (await decideDoubts(session, doubtful, changelog, server.version, log));
  const rows = findings?.size ? await readOpenStatements(session, runId) : doubtful;
  for (const key of new Set(rows.map((row) => changesetKey(row.author, row.changesetId)))) {
    const own = rows.filter((row) => changesetKey(row.author, row.changesetId) === key);
    const changeset = changelog?.changesets.find((one) => one.key === key);
    if (!changeset) {
      parts.push(`changeset ${key} may be half applied`);
      live = 'in-doubt';
      continue;
    }
    const leftover = judgeProgress(changeset, own);
    if (leftover.kind === 'untouched') continue;
    const known = leftover.done === 0 ? '' : `: ${inEffect(leftover.done, changeset.sql.statements.length)}`;
    const doubt = leftover.kind === 'in-doubt' ? `, and statement ${leftover.done + 1} may be` : '';
    parts.push(`changeset ${key} is half applied${known}${doubt}`);
    live = leftover.kind === 'in-doubt' || live === 'in-doubt' ? 'in-doubt' : 'half-applied';
  }
  return parts.length === 0 ? undefined : { live, says: parts.join('; ') };
}

async function resolveUpdate(
  run: WritingRun,
  inputs: UpdateInputs,
  left: LeftRun,
  { backupRef, restoreMs }: RecordedRun,
  effect: Effect | undefined,
): Promise<void> {
  const { draft, session, log } = run;
  await finishRun(session, left.runId, 'interrupted', await countApplied(session, left.runId), {});
  if (effect === undefined) return recordUntouched(run, left);
  const problem = interrupted(left, effect.says);
  updateReport(draft, { result: 'failed', problems: [problem] });
  const backup = backupRef ?? undefined;
  recordState(draft, leftInEffect(effect.live, effect.says, { why: undefined, backupRef: backup }));
  const needed = restoreMs ?? guessRestore(0);
  const room = roomOf(left);
  const why = reasonToKeep(inputs, backupRef, needed, room);
  if (why === undefined && inputs.backup && backupRef !== null) {
    log({
      level: 'info',
      event: 'restore-estimated',
      message: `the restore takes about ${formatDuration(needed)}${room === undefined ? '' : `, and there are ${formatDuration(room)}`}`,
    });
    return restoreWithRetry(run, inputs.backup, backupRef);
  }
  const back = backupRef === null ? '' : `, or mode: rollback with backup-ref: ${backupRef}`;
  updateReport(draft, {
    problems: [{ ...problem, fix: `run mode: update with resume: true to go on${back}` }],
  });
  recordState(draft, leftInEffect(effect.live, effect.says, { why, backupRef: backup }));
}

function reasonToKeep(
  { backup, onFailure }: UpdateInputs,
  backupRef: string | null,
  needed: number,
  room: number | undefined,
): string | undefined {
  if (!backup || backupRef === null) return 'there is no backup of this run';
  if (onFailure === 'keep') return 'on-failure is keep';
  return reasonToWait('a restore', needed, room);
}

/** Milliseconds that are left to the post step; undefined where nobody set it an end. */
function roomOf({ deadline }: LeftRun): number | undefined {
  return deadline === undefined ? undefined : deadline - Date.now();
}

/** Why a restore is not begun that would be cut off; undefined where there is time enough. */
function reasonToWait(what: string, needed: number, room: number | undefined): string | undefined {
  if (room === undefined || needed <= room) return undefined;
  return `${what} would take about ${formatDuration(needed)}, and a cancelled job leaves ${formatDuration(Math.max(0, room))} to its post step`;
}

function recordUntouched({ draft }: WritingRun, left: LeftRun): void {
  updateReport(draft, {
    result: 'failed',
    problems: [interrupted(left, 'nothing of it took effect')],
  });
  recordState(draft, NOTHING_TOOK_EFFECT);
}

function interrupted({ runId }: LeftRun, what: string): Problem {
  return {
    code: 'interrupted',
    message: `run ${runId} was interrupted: ${what}`,
    fix: 'run mode: update again',
  };
}
