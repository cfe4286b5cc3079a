import { codeTokens } from '../changelog/code-tokens.ts';
import { statementKind } from '../changelog/statement-kind.ts';
import type { Statement } from '../changelog/statements.ts';
import { ExpectedError } from '../errors.ts';
import {
  doneStatement,
  lost,
  recordAsApplied,
  statementContext,
  type Applied,
  type ApplyJob,
} from './apply-job.ts';
import { send, type Session } from './connection.ts';
import { journalDone, journalEnded, journalStarted, type JournalContext } from './journal.ts';
import { inRetriedTransaction, requireTransaction } from './retried-transaction.ts';
import { runStatement, wasNotSent, type StatementResult } from './run-statement.ts';
import { isConnectionLost } from './server-error.ts';
import { setSessionState } from './session-state.ts';
import { callProblem, statementProblem, stoppedAt, unrecordedProblem } from './statement-problem.ts';

/**
 * Statement by statement, for DDL commits by itself. Dying before a statement leaves it `started` and not done; dying
 * after it leaves it `started` and done: that is the doubt which the next run has to clear.
 */
export async function applyStepwise(
  session: Session,
  job: ApplyJob,
  context: JournalContext,
  started: number,
): Promise<Applied | undefined> {
  const { statements } = job.changeset.sql;
  const first = job.alreadyDone + 1;
  for (const statement of statements.slice(0, first - 1)) {
    // What a session variable was set to is gone with the earlier run's session.
    if (isSessionSetting(statement)) await send(session, statement.text);
  }
  if (first <= statements.length) await journalStarted(session, context, first);
  for (let number = first; number <= statements.length; number += 1) {
    const failure = await applyStatement(session, job, context, number, started);
    if (failure) return failure;
  }
  if (first > statements.length) await recordAsApplied(session, job, started);
  return undefined;
}

async function applyStatement(
  session: Session,
  job: ApplyJob,
  context: JournalContext,
  number: number,
  started: number,
): Promise<Applied | undefined> {
  const statement = job.changeset.sql.statements[number - 1]!;
  const next = number === job.changeset.sql.statements.length ? undefined : number + 1;
  let tookEffect = false;
  const record = async (result: StatementResult): Promise<void> => {
    await journalDone(session, context, doneStatement(number, result), next);
    if (next === undefined) await recordAsApplied(session, job, started);
  };
  try {
    if (runsInTransaction(statement)) {
      // A lone DML statement commits together with its `done` row, so it can never be in doubt.
      await inRetriedTransaction(session, job, async () => {
        const result = await runStatement(session, statement, statementContext(job, number));
        requireTransaction(result);
        await record(result);
      });
      return undefined;
    }
    const result = await runStatement(session, statement, statementContext(job, number));
    tookEffect = true;
    requireAutocommit(result);
    if (next === undefined) await send(session, 'START TRANSACTION');
    await record(result);
    if (next === undefined) await send(session, 'COMMIT');
    return undefined;
  } catch (error) {
    if (isConnectionLost(error)) {
      return lost(job, number, tookEffect ? 'done' : wasNotSent(error) ? 'not-sent' : 'nothing', error);
    }
    if (tookEffect) return notRecorded(session, job, number, error);
    return statementFailed(session, job, context, number, error);
  }
}

/** A function that a SELECT calls may write, so it has to commit with its `done` row as DML does. */
function runsInTransaction(statement: Statement): boolean {
  const kind = statementKind(statement);
  return kind === 'dml' || (kind === 'neutral' && !isSessionSetting(statement));
}

/** The statement is in effect but its `done` row could not be written: it stays `started`, in doubt for the next run. */
async function notRecorded(
  session: Session,
  job: ApplyJob,
  number: number,
  error: unknown,
): Promise<Applied> {
  const problem = unrecordedProblem(job.changeset, number, error);
  const failedStatement = stoppedAt(job.changeset, number, problem);
  try {
    await send(session, 'ROLLBACK');
  } catch (later) {
    if (!isConnectionLost(later)) throw later;
    return { kind: 'lost', done: number - 1, heard: 'done', problem, failedStatement };
  }
  return { kind: 'half-done', done: number - 1, problem, failedStatement };
}

/** A CALL that failed keeps what it committed before, so only a person can say whether it may be sent again. */
async function statementFailed(
  session: Session,
  job: ApplyJob,
  context: JournalContext,
  number: number,
  error: unknown,
): Promise<Applied> {
  const done = number - 1;
  const wasSent = !(error instanceof ExpectedError);
  const isCall = wasSent && statementKind(job.changeset.sql.statements[done]!) === 'call';
  const problem = (isCall ? callProblem : statementProblem)(job.changeset, number, error);
  const failedStatement = stoppedAt(job.changeset, number, problem);
  try {
    await send(session, 'ROLLBACK');
    await setSessionState(session, job.statementLockTimeout);
    await journalEnded(session, context, number, isCall ? 'unknown' : 'failed', problem.message);
  } catch (later) {
    if (!isConnectionLost(later)) throw later;
    return { kind: 'lost', done, heard: isCall ? 'nothing' : 'failed', problem, failedStatement };
  }
  return { kind: isCall ? 'half-done' : 'failed', done, problem, failedStatement };
}

function isSessionSetting(statement: Statement): boolean {
  const [first] = codeTokens(statement);
  return statementKind(statement) === 'neutral' && first?.text.toUpperCase() === 'SET';
}

/** A statement may have switched autocommit off: our journal would then never be committed. */
function requireAutocommit(result: StatementResult): void {
  if (!result.isAutocommit) {
    throw new ExpectedError({
      code: 'statement-failed',
      message: 'the statement switched the session to manual commit',
      fix: 'take autocommit and transaction statements out of the SQL file',
    });
  }
}
