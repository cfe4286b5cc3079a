import { send, type Session } from './connection.ts';
import {
  doneStatement,
  lost,
  recordAsApplied,
  statementContext,
  type Applied,
  type ApplyJob,
} from './apply-job.ts';
import { journalDone, journalEnded, journalStarted, type JournalContext } from './journal.ts';
import { requireLock } from './lock.ts';
import { inRetriedTransaction, requireTransaction } from './retried-transaction.ts';
import { runStatement } from './run-statement.ts';
import { isConnectionLost } from './server-error.ts';
import { setSessionState } from './session-state.ts';
import { statementProblem, stoppedAt } from './statement-problem.ts';

/**
 * DML alone: `started` is committed first, then everything and the history row in one transaction. Dying at any point
 * leaves either all of it and the history row, or nothing.
 */
export async function applyInTransaction(
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
