import { setTimeout as sleep } from 'node:timers/promises';
import type { Changeset } from '../changelog/changeset.ts';
import { codeTokens } from '../changelog/code-tokens.ts';
import type { HistoryRow } from '../changelog/history.ts';
import { isDmlOnly, statementKind } from '../changelog/statement-kind.ts';
import type { Statement } from '../changelog/statements.ts';
import { ExpectedError, type Problem } from '../errors.ts';
import type { Log } from '../report/log.ts';
import type { FailedStatement } from '../report/report.ts';
import type { LogPlace } from './binlog/log-place.ts';
import { send, type Session } from './connection.ts';
import { digestDefinitions } from './definition-digest.ts';
import { recordChangeset, type ExecType, type HistoryContext } from './history.ts';
import {
  journalDone,
  journalEnded,
  journalStarted,
  type DoneStatement,
  type JournalContext,
} from './journal.ts';
import { requireLock } from './lock.ts';
import { runStatement, wasNotSent, type StatementContext, type StatementResult } from './run-statement.ts';
import { describeServerError, isConnectionLost, isDeadlock, isLockTimeout } from './server-error.ts';
import { setSessionState } from './session-state.ts';
import {
  callProblem,
  lostProblem,
  statementProblem,
  stoppedAt,
  unrecordedProblem,
} from './statement-problem.ts';

/** One changeset to apply, and everything that is written with it. */
export interface ApplyJob {
  readonly changeset: Changeset;
  readonly earlier: HistoryRow | undefined;
  readonly execType: ExecType;
  readonly history: HistoryContext;
  /** How many statements an earlier run left in effect; 0 without `resume`. */
  readonly alreadyDone: number;
  /** Where the binary log stood before the run: what it did is after that. */
  readonly logPosition: LogPlace | undefined;
  /** What could tell afterwards whether a statement took effect: the server's log, or only what was defined before it. */
  readonly witness: 'log' | 'definitions';
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  /** Aborted when no other statement is to be sent. */
  readonly interrupt: AbortSignal;
}

/** What is known of a statement from before the connection broke, though it could not be journalled. */
export type Heard = 'done' | 'failed' | 'not-sent' | 'nothing';

/** Where a changeset stopped, and why. */
interface Stopped {
  readonly problem: Problem;
  readonly failedStatement: FailedStatement;
}

/**
 * `failed`: statement `done + 1` did nothing, the `done` before it are in effect.
 * `half-done`: statement `done + 1` failed or was not recorded, and what it did nobody here can tell.
 * `lost`: the connection broke while statement `done + 1` ran.
 */
export type Applied =
  | { readonly kind: 'applied'; readonly durationMs: number }
  | ({ readonly kind: 'failed'; readonly done: number } & Stopped)
  | ({ readonly kind: 'half-done'; readonly done: number } & Stopped)
  | ({ readonly kind: 'lost'; readonly done: number; readonly heard: Heard } & Stopped);

/** Runs the statements of one changeset and records it, so that the journal tells the truth wherever it stops. */
export async function applyChangeset(session: Session, job: ApplyJob): Promise<Applied> {
  const started = performance.now();
  const { changeset } = job;
  try {
    const context: JournalContext = {
      runId: job.history.runId,
      changeset,
      logPosition: job.logPosition,
      ...(job.witness === 'definitions' && { readWitness: (number) => readWitness(session, job, number) }),
    };
    const failure = isDmlOnly(changeset.sql.statements)
      ? await applyInTransaction(session, job, context, started)
      : await applyStepwise(session, job, context, started);
    return failure ?? { kind: 'applied', durationMs: Math.round(performance.now() - started) };
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    return lost(job, job.alreadyDone + 1, 'not-sent', error);
  }
}

/** A doubt that cannot be settled later costs less than a deploy that stops here. */
async function readWitness(session: Session, job: ApplyJob, number: number): Promise<string | undefined> {
  const statement = job.changeset.sql.statements[number - 1]!;
  if (statementKind(statement) !== 'ddl') return undefined;
  try {
    return await digestDefinitions(session, statement);
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return undefined;
  }
}

/**
 * Statement by statement, for DDL commits by itself. Dying before a statement leaves it `started` and not done; dying
 * after it leaves it `started` and done: that is the doubt which the next run has to clear.
 */
async function applyStepwise(
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

/**
 * DML alone: `started` is committed first, then everything and the history row in one transaction. Dying at any point
 * leaves either all of it and the history row, or nothing.
 */
async function applyInTransaction(
  session: Session,
  job: ApplyJob,
  context: JournalContext,
  started: number,
): Promise<Applied | undefined> {
  const { statements } = job.changeset.sql;
  await send(session, 'START TRANSACTION');
  for (let number = 1; number <= statements.length; number += 1)
    await journalStarted(session, context, number);
  await send(session, 'COMMIT');
  let running = 1;
  try {
    await inRetriedTransaction(session, job, async () => {
      for (const [index, statement] of statements.entries()) {
        running = index + 1;
        const result = await runStatement(session, statement, statementContext(job, running));
        requireTransaction(result);
        await journalDone(session, context, doneStatement(running, result), undefined);
      }
      // A routine that released the lock let another run plan the same changeset.
      await requireLock(session);
      await recordAsApplied(session, job, started);
    });
    return undefined;
  } catch (error) {
    return transactionFailed(session, job, context, running, error);
  }
}

/** A deadlock or lock timeout rolls everything back, so the same again is safe, for up to `lock-timeout`. */
async function inRetriedTransaction(
  session: Session,
  job: ApplyJob,
  work: () => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + job.lockTimeout * 1000;
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    try {
      await send(session, 'START TRANSACTION');
      await work();
      await send(session, 'COMMIT');
      return;
    } catch (error) {
      const isRetried = (isDeadlock(error) || isLockTimeout(error)) && Date.now() + pause <= deadline;
      if (!isRetried) throw error;
      await send(session, 'ROLLBACK');
      job.log({
        level: 'warning',
        event: 'transaction-retried',
        message: `rolled back, next try in ${pause} ms: ${describeServerError(error)}`,
        changeset: job.changeset.key,
      });
      await sleep(pause);
    }
  }
}

async function transactionFailed(
  session: Session,
  job: ApplyJob,
  context: JournalContext,
  number: number,
  error: unknown,
): Promise<Applied> {
  if (isConnectionLost(error)) return lost(job, 1, 'nothing', error, number);
  const problem = statementProblem(job.changeset, number, error);
  const failedStatement = stoppedAt(job.changeset, number, problem);
  try {
    await send(session, 'ROLLBACK');
    await setSessionState(session, job.statementLockTimeout);
    await send(session, 'START TRANSACTION');
    for (const [index] of job.changeset.sql.statements.entries()) {
      if (index + 1 !== number) await journalEnded(session, context, index + 1, 'undone', 'rolled back');
    }
    await journalEnded(session, context, number, 'failed', problem.message);
    await send(session, 'COMMIT');
  } catch (later) {
    if (!isConnectionLost(later)) throw later;
    return { kind: 'lost', done: 0, heard: 'nothing', problem, failedStatement };
  }
  return { kind: 'failed', done: 0, problem, failedStatement };
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

/** `number` is the first statement that is not known to be done, `running` the one that was sent last. */
function lost(job: ApplyJob, number: number, heard: Heard, error: unknown, running = number): Applied {
  const problem = lostProblem(job.changeset, running, error);
  const failedStatement = stoppedAt(job.changeset, running, problem);
  return { kind: 'lost', done: number - 1, heard, problem, failedStatement };
}

function recordAsApplied(session: Session, job: ApplyJob, started: number): Promise<void> {
  const executionMs = Math.round(performance.now() - started);
  return recordChangeset(session, job.changeset, job.earlier, job.execType, executionMs, job.history);
}

function statementContext({ changeset, ...job }: ApplyJob, number: number): StatementContext {
  return {
    at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
    number,
    changeset: changeset.key,
    lockTimeout: job.lockTimeout,
    log: job.log,
    interrupt: job.interrupt,
  };
}

function doneStatement(number: number, result: StatementResult): DoneStatement {
  return { number, rowsAffected: result.rowsAffected, gtid: result.gtid };
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

function requireTransaction(result: StatementResult): void {
  if (!result.isInTransaction) {
    throw new ExpectedError({
      code: 'statement-failed',
      message: 'the statement ended the transaction that it ran in',
      fix: 'put statements that commit by themselves into a changeset of their own',
    });
  }
}
