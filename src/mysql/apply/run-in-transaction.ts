import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultSetHeader } from 'mysql2/promise';
import { codeTokens } from '../../sql/code-tokens.ts';
import { readsDiagnostics } from '../../sql/read/diagnostics.ts';
import { isDmlOnly, statementKind } from '../../sql/read/statement-kind.ts';
import type { LexableSql } from '../../sql/statements.ts';
import { ExpectedError } from '../../errors.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { isSuperseded, superseded } from '../tracking/epoch.ts';
import { recordText } from '../tracking/history.ts';
import {
  journalDoneText,
  journalEnded,
  type DoneStatement,
  type EndedStatement,
  type JournalContext,
  type NextStatement,
} from '../tracking/journal.ts';
import { requireLocks, serverTimeNow, type ServerTime } from '../lock/lock.ts';
import { dropTemporaryText } from '../session/own-text.ts';
import { describeServerError, isConnectionLost, isDeadlock, isLockTimeout } from '../session/server-error.ts';
import { doneStatement, lost, statementContext, type Applied, type ApplyJob } from './apply-job.ts';
import { interrupted, runStatement, type Sessions, type StatementResult } from './run-statement.ts';
import { statementProblem, stoppedAt, unrecorded } from './statement-problem.ts';

/** The whole changeset was rolled back by the server and may be run again, on a new session. */
export interface RolledBack {
  readonly kind: 'rolled-back';
  readonly error: unknown;
}

/** Statements that commit together. */
export interface TogetherStatements {
  /** From 1, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Decides, once the statements have run, what comes after them. */
  readonly planNext: () => Promise<NextStatement | undefined>;
  /** When the changeset began, by `performance.now()`. */
  readonly started: number;
  /** True while a transaction that was rolled back by a deadlock may be run again. */
  readonly mayRetry: boolean;
}

/**
 * Runs statements in one transaction with their `done` rows, and with the history row where they are the last. The
 * control session has committed the `started` row of the first. Dying at any point leaves all of it or nothing.
 */
export async function runInTransaction(
  sessions: Sessions,
  job: ApplyJob,
  context: JournalContext,
  together: TogetherStatements,
): Promise<Applied | RolledBack | undefined> {
  const deadline = Date.now() + job.lockTimeout * 1000;
  const statements = job.changeset.sql.statements.slice(together.from - 1, together.to);
  const isWhole = statements.length === job.changeset.sql.statements.length && isDmlOnly(statements);
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    const progress = { running: together.from };
    try {
      await runOnce(sessions, job, context, together, progress);
      return undefined;
    } catch (error) {
      const isWorthRetry = isDeadlock(error) || isLockTimeout(error);
      if (isWorthRetry && isWhole && together.mayRetry) return { kind: 'rolled-back', error };
      const mayRepeat = !isWhole && !statements.some(leavesVariables) && Date.now() + pause <= deadline;
      if (!isWorthRetry || !mayRepeat)
        return transactionFailed(sessions, job, context, together.from, progress.running, error);
      await send(sessions.work, 'ROLLBACK');
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

/** A rollback does not take back what a statement left in the session, so it may not run there again. */
function leavesVariables(statement: LexableSql): boolean {
  return [...codeTokens(statement)].some(
    ({ kind, text }) => (kind === 'variable' && /^@(?!@)/.test(text)) || /^LAST_INSERT_ID$/i.test(text),
  );
}

async function runOnce(
  sessions: Sessions,
  job: ApplyJob,
  context: JournalContext,
  { from, to, planNext, started }: TogetherStatements,
  progress: { running: number },
): Promise<void> {
  const { control, work } = sessions;
  const { statements } = job.changeset.sql;
  await send(work, 'START TRANSACTION');
  // As a new session of the client has them: ROW_COUNT() is -1 there, and 0 after START TRANSACTION.
  if (readsDiagnostics(statements[from - 1]!, statements)) await send(work, 'SELECT 1');
  const done: DoneStatement[] = [];
  let time: ServerTime | undefined;
  for (let number = from; number <= to; number += 1) {
    progress.running = number;
    const result = await runStatement(sessions, statements[number - 1]!, statementContext(job, number));
    // What was ended on the way and says that it is done is not believed: it is rolled back.
    if (result.mayBePartial) throw interrupted();
    requireTransaction(result);
    time = result.time;
    done.push(doneStatement(number, result));
  }
  const next = await planNext();
  // A routine that released the lock let another run plan the same changeset.
  if (to - from > 0) time = await requireLocks(control, work);
  const at = serverTimeNow(time!);
  await makeWritable(work, statements.slice(0, to));
  await record(sessions, await journalDoneText(control, context, done, next, at));
  if (next === undefined) {
    const executionMs = Math.round(performance.now() - started);
    const { changeset, earlier, execType, history } = job;
    await record(sessions, recordText(control, changeset, earlier, execType, executionMs, history, at));
  }
  await commit(sessions, context, to);
}

/** Without the epoch of the run no row is written, and the transaction must not be committed. */
async function record({ control, work }: Sessions, text: string): Promise<void> {
  const { affectedRows } = (await send(work, text)) as ResultSetHeader;
  if (affectedRows === 0) throw await superseded(control, control.group.epoch);
}

/** What is recorded with a statement would not be part of the same commit. */
function requireTransaction({ isInTransaction }: StatementResult): void {
  if (isInTransaction !== false) return;
  throw new ExpectedError({
    code: 'statement-failed',
    message: 'the statement ended the transaction that it ran in',
    fix: 'put statements that commit by themselves into a changeset of their own',
  });
}

/** Takes away what a changeset may have put in the way of our rows: a table of their name, a secondary engine. */
async function makeWritable(work: Session, statements: readonly LexableSql[]): Promise<void> {
  const mayHideTables = statements.some(
    (each) => statementKind(each) === 'call' || /\bTEMPORARY\b/i.test(each.text),
  );
  if (mayHideTables) {
    await send(work, dropTemporaryText(work.schema));
  }
  if (statements.some((each) => statementKind(each) === 'call' || /secondary_engine/i.test(each.text))) {
    await send(work, 'SET use_secondary_engine = ON');
  }
}

/** A COMMIT that answers with an error may have committed: the journal tells. */
async function commit({ control, work }: Sessions, context: JournalContext, last: number): Promise<void> {
  try {
    await send(work, 'COMMIT AND NO CHAIN NO RELEASE');
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    await send(work, 'ROLLBACK');
    if (await isDone(control, context, last)) return;
    throw error;
  }
}

const SELECT_DONE = `SELECT COUNT(*) AS n FROM ops_migration_statements
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND statement_no = ? AND status = 'done'`;

async function isDone(control: Session, context: JournalContext, number: number): Promise<boolean> {
  const { author, id } = context.changeset;
  const [row] = await readRows<{ n: number | string }>(control, SELECT_DONE, [
    ...[context.runId, author, id, number],
  ]);
  return Number(row?.n ?? 0) === 1;
}

async function transactionFailed(
  { control, work }: Sessions,
  job: ApplyJob,
  context: JournalContext,
  from: number,
  running: number,
  error: unknown,
): Promise<Applied> {
  if (isConnectionLost(error)) return lost(job, from, 'nothing', error, running);
  const problem = statementProblem(job.changeset, running, error);
  const failedStatement = stoppedAt(job.changeset, running, problem);
  const ended: EndedStatement[] = [];
  for (let number = from; number < running; number += 1)
    ended.push({ number, status: 'undone', error: 'rolled back' });
  ended.push({ number: running, status: 'failed', error: problem.message });
  try {
    await send(work, 'ROLLBACK');
    await journalEnded(control, context, ended);
  } catch (later) {
    if (isSuperseded(later)) throw later;
    if (!isConnectionLost(later))
      return { kind: 'failed', done: from - 1, problem: unrecorded(problem, later), failedStatement };
    return { kind: 'lost', done: from - 1, lastReply: 'nothing', problem, failedStatement };
  }
  return { kind: 'failed', done: from - 1, problem, failedStatement };
}
