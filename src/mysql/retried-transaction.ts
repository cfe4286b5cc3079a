import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../errors.ts';
import type { ApplyJob } from './apply-job.ts';
import { send, type Session } from './connection.ts';
import type { StatementResult } from './run-statement.ts';
import { describeServerError, isDeadlock, isLockTimeout } from './server-error.ts';

/** A deadlock or lock timeout rolls everything back, so the same again is safe, for up to `lock-timeout`. */
export async function inRetriedTransaction(
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

/** What is recorded with a statement would not be part of the same commit. */
export function requireTransaction(result: StatementResult): void {
  if (!result.isInTransaction) {
    throw new ExpectedError({
      code: 'statement-failed',
      message: 'the statement ended the transaction that it ran in',
      fix: 'put statements that commit by themselves into a changeset of their own',
    });
  }
}
