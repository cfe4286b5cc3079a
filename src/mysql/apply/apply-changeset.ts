import { setTimeout as sleep } from 'node:timers/promises';
import { nextUnit, type RunUnit } from '../../sql/read/run-unit.ts';
import { settingsToRepeat } from '../../sql/read/session-need.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import { ExpectedError } from '../../errors.ts';
import { close, send, type Session } from '../session/connection.ts';
import { digestDefinitions } from '../definitions/definition-digest.ts';
import { recordChangeset } from '../tracking/history.ts';
import { journalStarted, type JournalContext, type NextStatement } from '../tracking/journal.ts';
import { describeServerError, isConnectionLost } from '../session/server-error.ts';
import { lost, type Applied, type ApplyJob } from './apply-job.ts';
import { runAlone } from './run-alone.ts';
import { runInTransaction, type RolledBack } from './run-in-transaction.ts';
import type { Sessions } from './run-statement.ts';
import { statementProblem, stoppedAt } from './statement-problem.ts';

/**
 * Runs the statements of one changeset on a session of its own and records it, so that the journal is true wherever it
 * stops. A changeset that is one transaction and was rolled back by a deadlock is run again, on a new session, for up
 * to `lock-timeout`.
 */
export async function applyChangeset(control: Session, job: ApplyJob): Promise<Applied> {
  const deadline = Date.now() + job.lockTimeout * 1000;
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    const outcome = await applyOnce(control, job, Date.now() + pause <= deadline);
    if (outcome.kind !== 'rolled-back') return outcome;
    job.log({
      level: 'warning',
      event: 'transaction-retried',
      message: `rolled back, next try in ${pause} ms: ${describeServerError(outcome.error)}`,
      changeset: job.changeset.key,
    });
    await sleep(pause);
  }
}

async function applyOnce(control: Session, job: ApplyJob, mayRetry: boolean): Promise<Applied | RolledBack> {
  const started = performance.now();
  let work: Session;
  try {
    work = await job.openWork();
  } catch (error) {
    return notOpened(job, error);
  }
  let isApplied = false;
  try {
    const stopped = await applyUnits({ control, work }, job, started, mayRetry);
    isApplied = stopped === undefined;
    if (stopped?.kind !== 'lost') control.group.lastWorkId = undefined;
    return stopped ?? { kind: 'applied', durationMs: Math.round(performance.now() - started) };
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    return lost(job, job.alreadyDone + 1, 'not-sent', error);
  } finally {
    // A session that has nothing under way need not be waited for: the next one waits for its lock.
    const closing = close(work);
    if (!isApplied) await closing;
  }
}

/** Nothing of the changeset was sent. */
function notOpened(job: ApplyJob, error: unknown): Applied {
  const isLost =
    isConnectionLost(error) || (error instanceof ExpectedError && error.code === 'connection-lost');
  const number = job.alreadyDone + 1;
  if (isLost) return lost(job, number, 'not-sent', error);
  const problem = statementProblem(job.changeset, number, error);
  return {
    kind: 'failed',
    done: job.alreadyDone,
    problem,
    failedStatement: stoppedAt(job.changeset, number, problem),
  };
}

async function applyUnits(
  sessions: Sessions,
  job: ApplyJob,
  started: number,
  mayRetry: boolean,
): Promise<Applied | RolledBack | undefined> {
  const { control, work } = sessions;
  const { changeset, history, alreadyDone } = job;
  const { statements } = changeset.sql;
  const context: JournalContext = {
    runId: history.runId,
    changeset,
    connectionId: work.id,
    logPosition: job.logPosition,
    ...(job.witness === 'definitions' && { readWitness: (number) => readWitness(control, job, number) }),
  };
  for (const setting of settingsToRepeat(statements, alreadyDone)) await send(work, setting.text);
  let unit = await planUnit(control, job, alreadyDone + 1);
  if (!unit) {
    const executionMs = Math.round(performance.now() - started);
    await recordChangeset(control, changeset, job.earlier, job.execType, executionMs, history);
    return undefined;
  }
  await journalStarted(control, context, { number: unit.from, note: noteOf(unit) });
  while (unit) {
    const { from, to } = unit;
    let following: RunUnit | undefined;
    // Only after the statement ran: it may have made the table that the next one writes to.
    const planNext = async (): Promise<NextStatement | undefined> => {
      job.lastingRows.noteRan(statements[to - 1]!);
      following = await planUnit(control, job, to + 1);
      return following && { number: following.from, note: noteOf(following) };
    };
    const stopped: Applied | RolledBack | undefined =
      unit.way === 'transaction'
        ? await runInTransaction(sessions, job, context, { from, to, planNext, started, mayRetry })
        : await runAlone(sessions, job, context, { ...unit, number: from, planNext, started });
    if (stopped) return stopped;
    unit = following;
  }
  return undefined;
}

function noteOf(unit: RunUnit): string | undefined {
  return unit.way === 'alone' ? unit.why : undefined;
}

/** Decides what begins with a statement; undefined behind the last one. */
async function planUnit(control: Session, job: ApplyJob, from: number): Promise<RunUnit | undefined> {
  const { statements } = job.changeset.sql;
  if (from > statements.length) return undefined;
  return nextUnit(statements, from, await job.lastingRows.read(control));
}

/** A doubt that cannot be settled later costs less than a deploy that stops here. */
async function readWitness(control: Session, job: ApplyJob, number: number): Promise<string | undefined> {
  const statement = job.changeset.sql.statements[number - 1]!;
  if (statementKind(statement) !== 'ddl') return undefined;
  try {
    return await digestDefinitions(control, statement);
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return undefined;
  }
}
