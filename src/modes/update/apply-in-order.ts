import type { History, HistoryRow } from '../../changelog/history.ts';
import type { Plan, PlannedChangeset } from '../../changelog/plan/plan.ts';
import { judgePreconditions } from '../../changelog/precondition.ts';
import { describeSessionNeed, findSessionNeed } from '../../sql/read/session-need.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { applyChangeset } from '../../mysql/apply/apply-changeset.ts';
import type { Applied, ApplyJob, LastReply } from '../../mysql/apply/apply-job.ts';
import { LastingRows } from '../../mysql/apply/lasting-rows.ts';
import { openLikeClient, withPreconditionSession, workSettings } from '../../mysql/apply/work-session.ts';
import { answer } from '../../mysql/apply/facts.ts';
import { readLogPlace } from '../../mysql/binlog/log-place.ts';
import type { ResumePoint } from '../../mysql/tracking/journal.ts';
import { recordChangeset, type ExecType, type HistoryContext } from '../../mysql/tracking/history.ts';
import { mayReadLog } from '../../mysql/privileges/privileges.ts';
import { requireLock } from '../../mysql/lock/lock.ts';
import { describeServerError, isConnectionLost } from '../../mysql/session/server-error.ts';
import type { FailedStatement } from '../../report/report.ts';
import {
  deployed,
  deployedSoFar,
  stoppedIn,
  stoppedInDoubt,
  type StopPoint,
} from '../../report/deploy-state.ts';
import { updateReport, recordChangesetOutcome, recordState, type Draft } from '../run/draft.ts';
import { appliedCount, progressOf, runId, type UpdateRun } from '../run/update-run.ts';

/** A run whose connection broke: what has to be found out about the changeset that was running. */
export interface LostRun {
  readonly planned: PlannedChangeset;
  /** Statements known to be in effect. */
  readonly done: number;
  /** What the server said of the next statement before the connection broke. */
  readonly lastReply: LastReply;
  readonly problem: Problem;
  readonly failedStatement: FailedStatement | undefined;
}

/** Applies what is pending, one changeset after the other; after one that fails, no other is run. */
export async function applyInOrder(
  run: UpdateRun,
  plan: Plan,
  history: History,
  resumePoints: ReadonlyMap<string, ResumePoint>,
): Promise<LostRun | undefined> {
  const { draft, log } = run;
  const applied = new Map<string, HistoryRow>(history);
  const logPosition = await readLogPlace(run.session, run.server.version);
  const witness = logPosition && (await mayReadLog(run.session)) ? 'log' : 'definitions';
  const lastingRows = new LastingRows();
  for (const [index, planned] of plan.pending.entries()) {
    const { key, at } = planned.changeset;
    if (run.interrupt.aborted) {
      recordInterrupted(draft, key);
      return undefined;
    }
    log({
      level: 'info',
      event: 'changeset-started',
      message: `changeset ${index + 1} of ${plan.pending.length}`,
      changeset: key,
      at,
    });
    const alreadyDone = resumePoints.get(key)?.done ?? 0;
    const decision = await decideOrLose(run, planned, applied);
    if (typeof decision === 'object')
      return {
        planned,
        done: alreadyDone,
        lastReply: 'not-sent',
        problem: decision,
        failedStatement: undefined,
      };
    if (decision === 'marked-ran') applied.set(key, { ...newHistoryRow(run, planned), execType: 'MARK_RAN' });
    if (decision === 'marked-ran' || decision === 'skipped') continue;
    if (decision === 'stop') return undefined;
    const startedAt = new Date().toISOString();
    const started = performance.now();
    const outcome = await applyChangeset(run.session, {
      ...job(run, planned, alreadyDone),
      ...{ logPosition, witness, lastingRows },
    });
    recordChangesetOutcome(draft, key, { startedAt, durationMs: Math.round(performance.now() - started) });
    if (outcome.kind === 'lost') return { ...outcome, planned };
    if (!recordOutcome(run, planned, outcome)) return undefined;
    applied.set(key, newHistoryRow(run, planned));
    recordState(draft, deployedSoFar(appliedCount(draft)));
  }
  recordState(draft, deployed(draft.report.pending.filter(({ status }) => status === 'skipped').length));
  return undefined;
}

/** Between two changesets nothing has to be ended or undone. */
function recordInterrupted(draft: Draft, next: string): void {
  const problem: Problem = {
    code: 'interrupted',
    message: `the run was interrupted before changeset ${next}`,
    fix: 'run mode: update again for the rest',
  };
  updateReport(draft, { result: 'failed', problems: [problem] });
}

type Decision = 'run' | 'skipped' | 'marked-ran' | 'stop';

/** `decide`, or the problem when the connection broke before the changeset's first statement. */
async function decideOrLose(
  run: UpdateRun,
  planned: PlannedChangeset,
  history: History,
): Promise<Decision | Problem> {
  const { key, at } = planned.changeset;
  try {
    return await decide(run, planned, history);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'connection-lost')
      return { at, ...error.problems[0]! };
    if (!isConnectionLost(error)) throw error;
    return {
      code: 'connection-lost',
      message: `the connection to the server was lost before changeset ${key}: ${describeServerError(error)}`,
      at,
      fix: 'run mode: update again when the server answers: it says how to go on',
    };
  }
}

/** Judges the changeset's own preconditions: run it, go on with the next, or stop. */
async function decide(run: UpdateRun, planned: PlannedChangeset, history: History): Promise<Decision> {
  const { draft, session, inputs, log } = run;
  const { changeset } = planned;
  const { key } = changeset;
  if (changeset.preconditions.length === 0) return 'run';
  // What a SELECT calls may move its session, so it is neither that of the changeset nor that of the bookkeeping.
  const verdict = await withPreconditionSession(session, inputs.database, log, (asking) =>
    judgePreconditions(changeset.preconditions, (question) => answer(asking, history, question)),
  );
  recordChangesetOutcome(draft, key, { notes: verdict.notes });
  await requireLock(session);
  switch (verdict.kind) {
    case 'hold':
      return 'run';
    case 'skip':
    case 'mark-ran': {
      const status = verdict.kind === 'skip' ? 'skipped' : 'marked-ran';
      if (verdict.kind === 'mark-ran') {
        await recordChangeset(session, changeset, planned.earlier, 'MARK_RAN', null, historyContext(run));
      }
      recordChangesetOutcome(draft, key, { status, notes: [...verdict.notes, verdict.message] });
      log({
        level: 'info',
        event: `changeset-${status}`,
        message: `${status}: ${verdict.message}`,
        changeset: key,
      });
      return status;
    }
    case 'halt': {
      const problem: Problem = {
        code: 'precondition',
        message: `changeset ${key}: a precondition does not hold: ${verdict.message}`,
        at: verdict.at,
        fix: 'bring the database to the state that the changeset asks for, or change onFail',
      };
      recordRunFailure(run, planned, { done: 0, problem, failedStatement: undefined });
      return 'stop';
    }
  }
}

function recordOutcome(
  run: UpdateRun,
  planned: PlannedChangeset,
  outcome: Exclude<Applied, { kind: 'lost' }>,
): boolean {
  const { key } = planned.changeset;
  switch (outcome.kind) {
    case 'applied':
      recordChangesetOutcome(run.draft, key, { status: 'applied' });
      run.log({
        level: 'info',
        event: 'changeset-applied',
        message: 'applied',
        changeset: key,
        durationMs: outcome.durationMs,
      });
      return true;
    case 'failed':
      recordRunFailure(run, planned, outcome);
      return false;
    case 'half-done':
      recordRunFailure(run, planned, outcome);
      recordChangesetOutcome(run.draft, key, { status: 'unknown' });
      recordState(run.draft, stoppedInDoubt(stopPoint(planned, outcome.done), progressOf(run.draft)));
      return false;
  }
}

function recordRunFailure(
  run: UpdateRun,
  planned: PlannedChangeset,
  { done, problem: cause, failedStatement }: Pick<LostRun, 'done' | 'problem' | 'failedStatement'>,
): void {
  const { draft } = run;
  const { key } = planned.changeset;
  const problem = withSessionNeed(cause, planned, done);
  run.log({
    level: 'error',
    event: 'changeset-failed',
    message: problem.message,
    changeset: key,
    ...(problem.at ? { at: problem.at } : {}),
    ...(failedStatement ? { statement: failedStatement.number } : {}),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  });
  recordChangesetOutcome(draft, key, { status: 'failed', statementsDone: done, problem, failedStatement });
  updateReport(draft, {
    result: 'failed',
    problems: [problem],
  });
  recordState(draft, stoppedIn(stopPoint(planned, done), progressOf(draft)));
}

/** A changeset that stopped on its way and cannot be resumed says so at once. */
export function withSessionNeed(problem: Problem, { changeset }: PlannedChangeset, done: number): Problem {
  const need = done === 0 ? undefined : findSessionNeed(changeset.sql.statements, done);
  if (!need) return problem;
  return {
    ...problem,
    message: `${problem.message}; ${describeSessionNeed(need)}`,
    fix: `go back with mode: rollback, or write into statement ${need.needs} the value that it needs and run with resume: true`,
  };
}

function stopPoint({ changeset }: PlannedChangeset, done: number): StopPoint {
  return { key: changeset.key, done, total: changeset.sql.statements.length };
}

function job(
  run: UpdateRun,
  planned: PlannedChangeset,
  alreadyDone: number,
): Omit<ApplyJob, 'logPosition' | 'witness' | 'lastingRows'> {
  const execType: ExecType = planned.earlier === undefined ? 'EXECUTED' : 'RERAN';
  return {
    changeset: planned.changeset,
    earlier: planned.earlier,
    execType,
    history: historyContext(run),
    alreadyDone,
    openWork: () =>
      openLikeClient(
        run.session,
        run.inputs.database,
        run.log,
        'work',
        workSettings(run.session, run.inputs),
      ),
    statementLockTimeout: run.inputs.statementLockTimeout,
    lockTimeout: run.inputs.lockTimeout,
    log: run.log,
    interrupt: run.interrupt,
  };
}

/** Liquibase's DEPLOYMENT_ID: the last ten digits of the start in milliseconds. */
function historyContext({ draft }: UpdateRun): HistoryContext {
  const deploymentId = String(Date.parse(draft.report.startedAt)).slice(-10);
  return { runId: runId(draft), deploymentId, tool: 'db-deploy' };
}

function newHistoryRow(run: UpdateRun, { changeset, earlier }: PlannedChangeset): HistoryRow {
  return {
    id: changeset.id,
    author: changeset.author,
    filename: changeset.at.file,
    execType: earlier === undefined ? 'EXECUTED' : 'RERAN',
    checksum: changeset.sql.checksum,
    executedAt: run.draft.report.startedAt,
    runId: runId(run.draft),
  };
}
