import type { Changelog } from '../changelog/changeset.ts';
import { changesetKey } from '../changelog/history.ts';
import { judgeLeftover } from '../changelog/journal.ts';
import type { Problem } from '../errors.ts';
import type { Inputs, RollbackInputs, UpdateInputs } from '../inputs.ts';
import { withConnection } from '../mysql/connection.ts';
import { readOpenStatements } from '../mysql/unfinished.ts';
import { endSessionsOf } from '../mysql/lock.ts';
import { readEpochOf } from '../mysql/lock-row.ts';
import { countApplied, finishRun, readRun, type RecordedRun } from '../mysql/runs.ts';
import { readOpenInPlace } from '../mysql/restore/in-place-record.ts';
import { readServer } from '../mysql/server.ts';
import { readTrackingState } from '../mysql/tracking-state.ts';
import type { Log } from '../report/log.ts';
import type { LiveState } from '../report/database-state.ts';
import { NOTHING_TOOK_EFFECT } from '../report/deploy-state.ts';
import {
  finishedRun,
  incompleteSchema,
  interruptedRun,
  leftInEffect,
  restoredRun,
} from '../report/restore-state.ts';
import { count, formatDuration, inEffect } from '../report/wording.ts';
import { decideDoubts } from './decide-doubts.ts';
import { tell, tellState, type Draft } from './draft.ts';
import { guessRestore } from './estimate-restore.ts';
import { finishLeftInPlace } from './finish-left-in-place.ts';
import { finishLeftRestore } from './finish-left-restore.ts';
import { loadChangelog, tellTarget } from './read-target.ts';
import { incompleteProblem } from './restore-in-place.ts';
import { restoreWithPatience } from './restore-after-failure.ts';
import type { Services } from './services.ts';
import { comparedRows } from './row-exceptions.ts';
import type { WritingRun } from './update-run.ts';
import { withRunLock } from './with-run-lock.ts';

/** A run whose process ended before it was done; whoever has this knows that the process is gone. */
export interface LeftRun {
  readonly runId: string;
  /** When this process is ended in its turn; milliseconds, undefined where nobody waits. */
  readonly deadline: number | undefined;
}

/** How long a statement that was killed may take to undo its work before we give up waiting for its locks. */
const PATIENCE = 600;

/** Finishes what a run left: ends its session, finishes its restore, and restores its backup if it had any effect. */
export async function finishLeftRun(
  inputs: Inputs,
  left: LeftRun,
  draft: Draft,
  log: Log,
  { artifacts }: Services,
): Promise<void> {
  if (inputs.mode !== 'update' && inputs.mode !== 'rollback') return;
  // What cannot be read any more only makes us know less.
  const changelog = await loadChangelog(inputs, draft).catch(() => undefined);
  tell(draft, { result: 'unknown' });
  tellState(draft, interruptedRun(left.runId));
  await withConnection(inputs.database, log, async (session) => {
    const server = await readServer(session);
    tellTarget(inputs, draft, server);
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
    return tellUntouched(run, left);
  await finishLeftRestore(session, inputs.lockTimeout);
  if ((await finishInTime(run, inputs, left)) === 'incomplete') return;
  const recorded = await readRun(session, left.runId);
  switch (recorded?.status) {
    case undefined:
    case 'blocked':
      return tellUntouched(run, left);
    case 'succeeded':
      tell(draft, { result: 'ok' });
      tellState(draft, finishedRun(left.runId));
      return;
    case 'restored':
      tell(draft, {
        result: 'restored',
        isRestored: true,
        problems: [interrupted(left, 'its backup was restored')],
      });
      tellState(draft, restoredRun(comparedRows(draft), undefined));
      return;
    case 'running':
    case 'failed':
    case 'interrupted':
    case 'restore-failed':
  }
  if (inputs.mode === 'rollback') {
    await finishRun(session, left.runId, 'interrupted', null, {});
    return tellUntouched(run, left);
  }
  await settleUpdate(run, inputs, left, recorded, await readEffect(run, left.runId, changelog));
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
  if (why === undefined) return finishLeftInPlace(run, inputs.backup);
  const problem = incompleteProblem(record);
  tell(run.draft, {
    result: 'restore-failed',
    problems: [{ ...problem, message: `${problem.message}; ${why}` }],
  });
  tellState(run.draft, incompleteSchema(record.ref));
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
    const leftover = judgeLeftover(changeset, own);
    if (leftover.kind === 'untouched') continue;
    const known = leftover.done === 0 ? '' : `: ${inEffect(leftover.done, changeset.sql.statements.length)}`;
    const doubt = leftover.kind === 'in-doubt' ? `, and statement ${leftover.done + 1} may be` : '';
    parts.push(`changeset ${key} is half applied${known}${doubt}`);
    live = leftover.kind === 'in-doubt' || live === 'in-doubt' ? 'in-doubt' : 'half-applied';
  }
  return parts.length === 0 ? undefined : { live, says: parts.join('; ') };
}

async function settleUpdate(
  run: WritingRun,
  inputs: UpdateInputs,
  left: LeftRun,
  { backupRef, restoreMs }: RecordedRun,
  effect: Effect | undefined,
): Promise<void> {
  const { draft, session, log } = run;
  await finishRun(session, left.runId, 'interrupted', await countApplied(session, left.runId), {});
  if (effect === undefined) return tellUntouched(run, left);
  const problem = interrupted(left, effect.says);
  tell(draft, { result: 'failed', problems: [problem] });
  const backup = backupRef ?? undefined;
  tellState(draft, leftInEffect(effect.live, effect.says, { why: undefined, backupRef: backup }));
  const needed = restoreMs ?? guessRestore(0);
  const room = roomOf(left);
  const why = reasonToKeep(inputs, backupRef, needed, room);
  if (why === undefined && inputs.backup && backupRef !== null) {
    log({
      level: 'info',
      event: 'restore-estimated',
      message: `the restore takes about ${formatDuration(needed)}${room === undefined ? '' : `, and there are ${formatDuration(room)}`}`,
    });
    return restoreWithPatience(run, inputs.backup, backupRef);
  }
  const back = backupRef === null ? '' : `, or mode: rollback with backup-ref: ${backupRef}`;
  tell(draft, {
    problems: [{ ...problem, fix: `run mode: update with resume: true to go on${back}` }],
  });
  tellState(draft, leftInEffect(effect.live, effect.says, { why, backupRef: backup }));
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

function tellUntouched({ draft }: WritingRun, left: LeftRun): void {
  tell(draft, {
    result: 'failed',
    problems: [interrupted(left, 'nothing of it took effect')],
  });
  tellState(draft, NOTHING_TOOK_EFFECT);
}

function interrupted({ runId }: LeftRun, what: string): Problem {
  return {
    code: 'interrupted',
    message: `run ${runId} was interrupted: ${what}`,
    fix: 'run mode: update again',
  };
}
