import { mayStopHalfWay } from '../../sql/read/run-unit.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { send, type Session } from '../session/connection.ts';
import { isSuperseded } from '../tracking/epoch.ts';
import { untagTransactions } from '../doubt/gtid-tag.ts';
import { recordChangeset } from '../tracking/history.ts';
import { journalDone, journalEnded, type JournalContext, type NextStatement } from '../tracking/journal.ts';
import { isConnectionLost } from '../session/server-error.ts';
import { doneStatement, lost, statementContext, type Applied, type ApplyJob } from './apply-job.ts';
import { runStatement, wasNotSent, type Sessions, type StatementResult } from './run-statement.ts';
import {
  callProblem,
  lastingProblem,
  partialProblem,
  statementProblem,
  stoppedAt,
  unrecorded,
  unrecordedProblem,
} from './statement-problem.ts';

/** One statement that commits by itself. */
export interface LoneStatement {
  /** From 1. */
  readonly number: number;
  /** False if it may leave a part of its work when it fails. */
  readonly undoesFailure: boolean;
  /** Decides, once the statement has run, what comes after it. */
  readonly planNext: () => Promise<NextStatement | undefined>;
  /** When the changeset began, by `performance.now()`. */
  readonly started: number;
}

/**
 * Runs a statement that commits by itself. The control session has committed its `started` row. Dying before the
 * statement leaves it `started` and not done; dying after it leaves it `started` and done: that is the doubt which the
 * next run has to clear.
 */
export async function runAlone(
  sessions: Sessions,
  job: ApplyJob,
  context: JournalContext,
  lone: LoneStatement,
): Promise<Applied | undefined> {
  const { number } = lone;
  const statement = job.changeset.sql.statements[number - 1]!;
  let result: StatementResult | undefined;
  try {
    result = await runStatement(sessions, statement, statementContext(job, number));
    if (result.mayBePartial && mayStopHalfWay(statement))
      return await partlyDone(sessions, job, context, number);
    requireSettled(result);
    await record(sessions.control, job, context, lone, result);
    return undefined;
  } catch (error) {
    if (isConnectionLost(error)) {
      return lost(job, number, result ? 'done' : wasNotSent(error) ? 'not-sent' : 'nothing', error);
    }
    if (result) return notRecorded(sessions, job, number, error);
    return statementFailed(sessions, job, context, lone, error);
  }
}

/** The `done` of one statement and the `started` of the next are one commit; the last `done` and the history row too. */
async function record(
  control: Session,
  job: ApplyJob,
  context: JournalContext,
  { number, planNext, started }: LoneStatement,
  result: StatementResult,
): Promise<void> {
  const done = doneStatement(number, result);
  const next = await planNext();
  if (next !== undefined) return journalDone(control, context, done, next);
  await send(control, 'START TRANSACTION');
  await journalDone(control, context, done, undefined);
  const executionMs = Math.round(performance.now() - started);
  await recordChangeset(control, job.changeset, job.earlier, job.execType, executionMs, job.history);
  await send(control, 'COMMIT');
}

/** A statement may have switched autocommit off or begun a transaction in a routine: nothing after it would commit. */
function requireSettled(result: StatementResult): void {
  if (result.isAutocommit && result.isInTransaction !== true) return;
  throw new ExpectedError({
    code: 'statement-failed',
    message: result.isAutocommit
      ? 'the statement left a transaction open'
      : 'the statement switched the session to manual commit',
    fix: 'take autocommit and transaction statements out of the SQL and of the routines that it calls',
  });
}

function partlyDone(
  sessions: Sessions,
  job: ApplyJob,
  context: JournalContext,
  number: number,
): Promise<Applied> {
  return inDoubt(sessions, job, number, partialProblem(job.changeset, number), context);
}

/** The statement is in effect but its `done` row could not be written, or more of it is still to be committed. */
function notRecorded(sessions: Sessions, job: ApplyJob, number: number, error: unknown): Promise<Applied> {
  return inDoubt(sessions, job, number, unrecordedProblem(job.changeset, number, error), undefined);
}

/**
 * Leaves a statement in doubt for the next run: `started`, which the log may decide, or `unknown`, with a context, where
 * it cannot. No transaction of the run may come after the statement: the next run counts them.
 */
async function inDoubt(
  { control, work }: Sessions,
  job: ApplyJob,
  number: number,
  problem: Problem,
  context: JournalContext | undefined,
): Promise<Applied> {
  const failedStatement = stoppedAt(job.changeset, number, problem);
  const done = number - 1;
  try {
    await send(work, 'ROLLBACK');
    await send(control, 'ROLLBACK');
    await untagTransactions(control);
    if (context)
      await journalEnded(control, context, [{ number, status: 'unknown', error: problem.message }]);
  } catch (later) {
    if (isSuperseded(later)) throw later;
    if (!isConnectionLost(later))
      return { kind: 'half-done', done, problem: unrecorded(problem, later), failedStatement };
    return { kind: 'lost', done, lastReply: context ? 'nothing' : 'done', problem, failedStatement };
  }
  return { kind: 'half-done', done, problem, failedStatement };
}

/**
 * A CALL that failed keeps what it committed before, and so do rows that have no rollback: only a person can say
 * whether such a statement may be sent again.
 */
async function statementFailed(
  { control, work }: Sessions,
  job: ApplyJob,
  context: JournalContext,
  { number, undoesFailure }: LoneStatement,
  error: unknown,
): Promise<Applied> {
  const done = number - 1;
  const isUnknown = !undoesFailure && !wasNotSent(error) && !(error instanceof ExpectedError);
  const isCall = statementKind(job.changeset.sql.statements[done]!) === 'call';
  const judge = !isUnknown ? statementProblem : isCall ? callProblem : lastingProblem;
  const problem = judge(job.changeset, number, error);
  const failedStatement = stoppedAt(job.changeset, number, problem);
  try {
    await send(work, 'ROLLBACK');
    await journalEnded(control, context, [
      { number, status: isUnknown ? 'unknown' : 'failed', error: problem.message },
    ]);
  } catch (later) {
    if (isSuperseded(later)) throw later;
    if (!isConnectionLost(later))
      return {
        kind: isUnknown ? 'half-done' : 'failed',
        done,
        problem: unrecorded(problem, later),
        failedStatement,
      };
    const lastReply = isUnknown ? 'nothing' : 'failed';
    return { kind: 'lost', done, lastReply, problem, failedStatement };
  }
  return { kind: isUnknown ? 'half-done' : 'failed', done, problem, failedStatement };
}
