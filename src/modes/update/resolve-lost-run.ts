import { changesetKey } from '../../changelog/history.ts';
import { judgeProgress } from '../../changelog/journal.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { withConnection, type Session } from '../../mysql/session/connection.ts';
import { untagTransactions } from '../../mysql/doubt/gtid-tag.ts';
import { readRecordedRun } from '../../mysql/tracking/history.ts';
import { journalSettled } from '../../mysql/tracking/journal.ts';
import { readOpenStatements } from '../../mysql/tracking/unfinished.ts';
import { awaitWorkEnd, requireLock } from '../../mysql/lock/lock.ts';
import { finishRun } from '../../mysql/tracking/runs.ts';
import { readServer } from '../../mysql/privileges/server.ts';
import { describeServerError, isConnectionLost } from '../../mysql/session/server-error.ts';
import { withSessionNeed, type LostRun } from './apply-in-order.ts';
import { decideDoubts } from '../plan/decide-doubts.ts';
import { updateReport, recordChangesetOutcome, recordState } from '../run/draft.ts';
import { lostBehind, lostIn, stoppedIn, stoppedInDoubt } from '../../report/deploy-state.ts';
import { inEffect } from '../../report/wording.ts';
import { restoreAfterFailure } from '../recover/restore-after-failure.ts';
import { isSuperseded } from '../../mysql/tracking/epoch.ts';
import { appliedCount, details, progressOf, runId, type UpdateRun } from '../run/update-run.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/**
 * After the work session alone was lost: waits until the server has finished its last statement, and settles under the
 * lock that the control session still holds. Returns what was lost where that cannot be.
 */
export async function resolveHere(run: UpdateRun, lost: LostRun): Promise<LostRun | undefined> {
  const { inputs, log, session } = run;
  try {
    await requireLock(session);
    // What decides a doubt counts the transactions that carry the run's tag.
    await untagTransactions(session);
    recordLoss(run, lost);
    const deadline = Date.now() + inputs.lockTimeout * 1000;
    await awaitWorkEnd(session, { deadline, timeout: inputs.lockTimeout, log });
    await resolveLocked(run, lost);
    return undefined;
  } catch (error) {
    if (isConnectionLost(error) || error instanceof ExpectedError) return lost;
    throw error;
  }
}

/**
 * After a lost connection: finds out what became of the changeset that was running, and never sends it again. The locks
 * are free only when the lost sessions are gone, so the session that gets them sees what those left for good.
 */
export async function resolveLostRun(
  run: Omit<UpdateRun, 'session' | 'server'>,
  lost: LostRun,
): Promise<void> {
  const { inputs, draft } = run;
  recordLoss(run, lost);
  const before = draft.report;
  const deadline = Date.now() + inputs.database.connectTimeout * 1000;
  for (;;) {
    try {
      await resolveAgain(run, lost);
      return;
    } catch (error) {
      // A server that shuts down lets sessions in and ends them again; what was settled by then is found again.
      if (isConnectionLost(error) && Date.now() < deadline) continue;
      if (isSuperseded(error)) throw error;
      const problems = unsettled(error);
      if (!problems) throw error;
      draft.report = { ...before, problems: [...before.problems, ...problems] };
      return;
    }
  }
}

/** Until it is found out, nothing of the changeset is certain. */
function recordLoss({ draft, log }: Pick<UpdateRun, 'draft' | 'log'>, lost: LostRun): void {
  const { key } = lost.planned.changeset;
  const { problem, failedStatement } = lost;
  recordChangesetOutcome(draft, key, {
    status: 'unknown',
    statementsDone: lost.done,
    problem,
    failedStatement,
  });
  updateReport(draft, {
    result: 'unknown',
    problems: [lost.problem],
  });
  recordState(draft, lostIn(key, progressOf(draft)));
  log({
    level: 'warning',
    event: 'connection-lost',
    message: `${lost.problem.message}; finding out what it did`,
    changeset: key,
  });
}

function unsettled(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ExpectedError) return error.problems;
  if (!isConnectionLost(error)) return undefined;
  const message = `the connection was lost again: ${describeServerError(error)}`;
  return [{ code: 'connection-lost', message, fix: 'see that the server runs, then run mode: update again' }];
}

async function resolveAgain(run: Omit<UpdateRun, 'session' | 'server'>, lost: LostRun): Promise<void> {
  const { inputs, log } = run;
  await withConnection(inputs.database, log, (session) =>
    withRunLock(run, session, async () => {
      const server = await readServer(session);
      await resolveLocked({ ...run, session, server }, lost);
    }),
  );
}

async function resolveLocked(run: UpdateRun, lost: LostRun): Promise<void> {
  const { session, draft } = run;
  await settle(session, run, lost);
  await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft));
  await restoreAfterFailure(run);
}

type SettledRun = Omit<UpdateRun, 'session'>;

async function settle(session: Session, run: SettledRun, lost: LostRun): Promise<void> {
  const { draft } = run;
  const { changeset, earlier } = lost.planned;
  const { key } = changeset;
  const recordedBy = await readRecordedRun(session, changeset);
  if (recordedBy !== undefined && recordedBy !== earlier?.runId) {
    // The history row commits with the changeset's last statement, so the changeset is whole.
    const by = recordedBy === runId(draft) ? '' : ` by run ${recordedBy}, which came between`;
    recordChangesetOutcome(draft, key, {
      status: 'applied',
      statementsDone: undefined,
      failedStatement: undefined,
      problem: undefined,
    });
    updateReport(draft, {
      result: 'failed',
      problems: [
        stopped(lost, `changeset ${key} was applied whole${by}`, 'run mode: update again for the rest'),
      ],
    });
    recordState(draft, lostBehind(key, progressOf(draft)));
    return;
  }
  if (lost.lastReply !== 'nothing') {
    const status = lost.lastReply === 'not-sent' ? 'undone' : lost.lastReply;
    await journalSettled(session, runId(draft), changeset, status, lost.problem.message);
  }
  await resolveUnrecorded(session, run, lost);
}

async function resolveUnrecorded(session: Session, run: SettledRun, lost: LostRun): Promise<void> {
  const { draft, server, changelog, log } = run;
  const { changeset } = lost.planned;
  const { key } = changeset;
  const total = changeset.sql.statements.length;
  const doubtful = await readOpenStatements(session, runId(draft));
  const findings = await decideDoubts(session, doubtful, changelog, server.version, log);
  const rows = findings.size === 0 ? doubtful : await readOpenStatements(session, runId(draft));
  const leftover = judgeProgress(
    changeset,
    rows.filter((row) => changesetKey(row.author, row.changesetId) === key),
  );
  const done = leftover.kind === 'untouched' ? 0 : leftover.done;
  const what = done === 0 ? `nothing of changeset ${key} took effect` : inEffect(done, total);
  const again = 'run mode: update again';
  if (leftover.kind === 'in-doubt') {
    await journalSettled(session, runId(draft), changeset, 'unknown', lost.problem.message);
    recordChangesetOutcome(draft, key, { status: 'unknown', statementsDone: done });
    updateReport(draft, {
      result: 'failed',
      problems: [
        stopped(
          lost,
          `whether statement ${done + 1} took effect is not known`,
          `${again}: it says how to go on`,
        ),
      ],
    });
    recordState(draft, stoppedInDoubt({ key, done, total }, progressOf(draft)));
    return;
  }
  await journalSettled(session, runId(draft), changeset, 'undone', lost.problem.message);
  recordChangesetOutcome(draft, key, { status: 'failed', statementsDone: done });
  updateReport(draft, {
    result: 'failed',
    problems: [
      withSessionNeed(
        stopped(lost, what, done === 0 ? again : `${again}: it says how to go on`),
        lost.planned,
        done,
      ),
    ],
  });
  recordState(draft, stoppedIn({ key, done, total }, progressOf(draft)));
}

function stopped(lost: LostRun, what: string, fix: string): Problem {
  return { ...lost.problem, message: `${lost.problem.message}; ${what}`, fix };
}
