import { changesetKey } from '../changelog/history.ts';
import { judgeLeftover } from '../changelog/journal.ts';
import { ExpectedError, type Problem } from '../errors.ts';
import { withConnection, type Session } from '../mysql/connection.ts';
import { readRecordedRun } from '../mysql/history.ts';
import { journalSettled, readOpenStatements } from '../mysql/journal.ts';
import { withDeployLock } from '../mysql/lock.ts';
import { finishRun } from '../mysql/runs.ts';
import { readServer } from '../mysql/server.ts';
import { describeServerError, isConnectionLost } from '../mysql/server-error.ts';
import { stateAfterFailure, stateInDoubt, type LostRun } from './apply-in-order.ts';
import { decideDoubts } from './decide-doubts.ts';
import { tell, tellChangeset } from './draft.ts';
import { inEffect } from '../report/wording.ts';
import { restoreAfterFailure } from './restore-after-failure.ts';
import { appliedCount, details, runId, type UpdateRun } from './update-run.ts';

/**
 * After a lost connection: finds out what became of the changeset that was running, and never sends it again. The
 * deploy lock is free only when the lost session is gone, so whoever gets it sees what that session left for good.
 */
export async function settleLostRun(
  run: Omit<UpdateRun, 'session' | 'server'>,
  lost: LostRun,
): Promise<void> {
  const { inputs, draft, log } = run;
  const { key } = lost.planned.changeset;
  const { problem, failedStatement } = lost;
  tellChangeset(draft, key, { status: 'unknown', statementsDone: lost.done, problem, failedStatement });
  tell(draft, {
    result: 'unknown',
    problems: [lost.problem],
    databaseState: `The connection was lost in changeset ${key}; what became of it is not known.`,
  });
  log({
    level: 'warning',
    event: 'connection-lost',
    message: `${lost.problem.message}; finding out what it did`,
    changeset: key,
  });
  const before = draft.report;
  const deadline = Date.now() + inputs.database.connectTimeout * 1000;
  for (;;) {
    try {
      await settleLocked(run, lost);
      return;
    } catch (error) {
      // A server that shuts down lets sessions in and ends them again; what was settled by then is found again.
      if (isConnectionLost(error) && Date.now() < deadline) continue;
      const problems = unsettled(error);
      if (!problems) throw error;
      draft.report = { ...before, problems: [...before.problems, ...problems] };
      return;
    }
  }
}

function unsettled(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ExpectedError) return error.problems;
  if (!isConnectionLost(error)) return undefined;
  const message = `the connection was lost again: ${describeServerError(error)}`;
  return [{ code: 'connection-lost', message, fix: 'see that the server runs, then run mode: update again' }];
}

async function settleLocked(run: Omit<UpdateRun, 'session' | 'server'>, lost: LostRun): Promise<void> {
  const { inputs, draft, log } = run;
  const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
  await withConnection(inputs.database, log, (session) =>
    withDeployLock(session, inputs.lockTimeout, owner, log, async () => {
      const server = await readServer(session);
      await settle(session, { ...run, server }, lost);
      await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft));
      await restoreAfterFailure({ ...run, session, server });
    }),
  );
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
    tellChangeset(draft, key, {
      status: 'applied',
      statementsDone: undefined,
      failedStatement: undefined,
      problem: undefined,
    });
    tell(draft, {
      result: 'failed',
      problems: [
        stopped(lost, `changeset ${key} was applied whole${by}`, 'run mode: update again for the rest'),
      ],
      databaseState: `Changeset ${key} and those before it are applied; those after it were not run.`,
    });
    return;
  }
  if (lost.heard !== 'nothing') {
    const status = lost.heard === 'not-sent' ? 'undone' : lost.heard;
    await journalSettled(session, runId(draft), changeset, status, lost.problem.message);
  }
  await settleUnrecorded(session, run, lost);
}

async function settleUnrecorded(session: Session, run: SettledRun, lost: LostRun): Promise<void> {
  const { draft, server, changelog, log } = run;
  const { changeset } = lost.planned;
  const { key } = changeset;
  const total = changeset.sql.statements.length;
  const doubtful = await readOpenStatements(session, runId(draft));
  const findings = await decideDoubts(session, doubtful, changelog, server.version, log);
  const rows = findings.size === 0 ? doubtful : await readOpenStatements(session, runId(draft));
  const leftover = judgeLeftover(
    changeset,
    rows.filter((row) => changesetKey(row.author, row.changesetId) === key),
  );
  const done = leftover.kind === 'untouched' ? 0 : leftover.done;
  const what = done === 0 ? `nothing of changeset ${key} took effect` : inEffect(done, total);
  const again = 'run mode: update again';
  if (leftover.kind === 'in-doubt') {
    await journalSettled(session, runId(draft), changeset, 'unknown', lost.problem.message);
    tellChangeset(draft, key, { status: 'unknown', statementsDone: done });
    tell(draft, {
      result: 'failed',
      problems: [
        stopped(
          lost,
          `whether statement ${done + 1} took effect is not known`,
          `${again}: it says how to go on`,
        ),
      ],
      databaseState: stateInDoubt(draft, lost.planned, done),
    });
    return;
  }
  await journalSettled(session, runId(draft), changeset, 'undone', lost.problem.message);
  tellChangeset(draft, key, { status: 'failed', statementsDone: done });
  tell(draft, {
    result: 'failed',
    problems: [stopped(lost, what, done === 0 ? again : `${again}: it says how to go on`)],
    databaseState: stateAfterFailure(draft, key, done, total),
  });
}

function stopped(lost: LostRun, what: string, fix: string): Problem {
  return { ...lost.problem, message: `${lost.problem.message}; ${what}`, fix };
}
