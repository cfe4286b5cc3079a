import { changesetKey } from '../changelog/history.ts';
import { judgeLeftover, type Leftover } from '../changelog/journal.ts';
import { ExpectedError, type Problem } from '../errors.ts';
import type { UpdateInputs } from '../inputs.ts';
import { withConnection, type Session } from '../mysql/connection.ts';
import { readRecordedRun } from '../mysql/history.ts';
import { readUnfinishedRun } from '../mysql/journal.ts';
import { withDeployLock } from '../mysql/lock.ts';
import { finishRun } from '../mysql/runs.ts';
import { readTrackingState } from '../mysql/tracking-tables.ts';
import type { Log } from '../report/log.ts';
import type { LostRun } from './apply-in-order.ts';
import { tell, tellChangeset, type Draft } from './draft.ts';
import { appliedCount, details, runId } from './update-run.ts';

/**
 * After a lost connection: finds out what became of the changeset that was running, and never sends it again. The
 * deploy lock is free only when the lost session is gone, so whoever gets it sees what that session left for good.
 */
export async function settleLostRun(
  inputs: UpdateInputs,
  draft: Draft,
  log: Log,
  lost: LostRun,
): Promise<void> {
  const { key } = lost.planned.changeset;
  tellChangeset(draft, key, { status: 'unknown', statementsDone: lost.done, problem: lost.problem });
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
  const owner = { runId: runId(draft), actor: inputs.run.actor, runUrl: inputs.run.runUrl };
  try {
    await withConnection(inputs.database, log, (session) =>
      withDeployLock(session, inputs.lockTimeout, owner, log, async () => {
        await settle(session, draft, lost);
        await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft));
      }),
    );
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    tell(draft, { problems: [...draft.report.problems, ...error.problems] });
  }
}

async function settle(session: Session, draft: Draft, lost: LostRun): Promise<void> {
  const { changeset } = lost.planned;
  const { key } = changeset;
  const isRecorded = (await readRecordedRun(session, changeset)) === runId(draft);
  if (isRecorded) {
    // The history row commits with the changeset's last statement, so the changeset is whole.
    tellChangeset(draft, key, { status: 'applied', statementsDone: undefined, problem: undefined });
    tell(draft, {
      result: 'failed',
      problems: [stopped(lost, `changeset ${key} was applied whole`, 'run mode: update again for the rest')],
      databaseState: `Changeset ${key} and those before it are applied; those after it were not run.`,
    });
    return;
  }
  const leftover = await readLeftover(session, lost);
  if (leftover.kind === 'untouched') {
    tellChangeset(draft, key, { status: 'failed', statementsDone: 0 });
    tell(draft, {
      result: 'failed',
      problems: [stopped(lost, `nothing of changeset ${key} took effect`, 'run mode: update again')],
      databaseState: `Nothing of changeset ${key} took effect; ${appliedCount(draft)} changesets before it are applied.`,
    });
    return;
  }
  const { done } = leftover;
  const doubt = leftover.kind === 'in-doubt' ? `; statement ${done + 1} is in doubt` : '';
  tellChangeset(draft, key, { status: doubt === '' ? 'failed' : 'unknown', statementsDone: done });
  tell(draft, {
    result: 'failed',
    problems: [
      stopped(
        lost,
        `${done} statements of changeset ${key} are in effect${doubt}`,
        'run mode: update again: it says how to go on',
      ),
    ],
    databaseState: `Changeset ${key} is half applied: ${done} statements are in effect${doubt}.`,
  });
}

async function readLeftover(session: Session, lost: LostRun): Promise<Leftover> {
  const { changeset } = lost.planned;
  const unfinished = await readUnfinishedRun(session, await readTrackingState(session));
  const rows = (unfinished?.rows ?? []).filter(
    (row) => changesetKey(row.author, row.changesetId) === changeset.key,
  );
  return judgeLeftover(changeset, rows);
}

function stopped(lost: LostRun, what: string, fix: string): Problem {
  return { ...lost.problem, message: `${lost.problem.message}; ${what}`, fix };
}
