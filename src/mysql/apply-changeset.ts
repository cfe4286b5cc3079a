import { isDmlOnly, statementKind } from '../changelog/statement-kind.ts';
import { applyInTransaction } from './apply-in-transaction.ts';
import { lost, type Applied, type ApplyJob } from './apply-job.ts';
import { applyStepwise } from './apply-stepwise.ts';
import type { Session } from './connection.ts';
import { digestDefinitions } from './definition-digest.ts';
import type { JournalContext } from './journal.ts';
import { isConnectionLost } from './server-error.ts';

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
