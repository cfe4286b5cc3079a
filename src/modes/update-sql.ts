import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedChangeset } from '../changelog/plan.ts';
import { judgePreconditions, type PreconditionEntry } from '../changelog/precondition.ts';
import { mayDependOn } from '../changelog/precondition-scope.ts';
import type { ReadInputs } from '../inputs.ts';
import { answer } from '../mysql/facts.ts';
import { renderUpdateScript, type ScriptedChangeset } from '../mysql/update-script.ts';
import type { Log } from '../report/log.ts';
import { formatTarget } from '../report/wording.ts';
import { tell, type Draft } from './draft.ts';
import { planProblems, withReadTarget, type Target } from './read-target.ts';
import { runId } from './update-run.ts';

/** Writes the SQL that `update` would run now to a file that only its owner can read. */
export async function updateSql(inputs: ReadInputs, draft: Draft, log: Log): Promise<void> {
  await withReadTarget(inputs, draft, log, async (changelog, target) => {
    const problems = planProblems(draft);
    if (problems.length > 0) tell(draft, { result: 'blocked', problems });
    const scripted = await scriptChangesets(target);
    const { report } = draft;
    const script = await renderUpdateScript(
      {
        target: formatTarget(report),
        changelogFile: changelog.file,
        planHash: report.planHash ?? '',
        schema: inputs.database.name,
        createdAt: report.startedAt,
        lockTimeout: 60,
      },
      scripted,
      target.state,
      {
        runId: runId(draft),
        deploymentId: String(Date.parse(report.startedAt)).slice(-10),
        tool: 'db-deploy',
      },
    );
    const sqlFile = join(inputs.run.temporaryFolder, `db-deploy-${runId(draft)}.sql`);
    await writeFile(sqlFile, script, { mode: 0o600, flag: 'wx' });
    // The mask of the process may have taken bits away, never added any; this makes it exact.
    await chmod(sqlFile, 0o600);
    tell(draft, { sqlFile });
  });
}

/** Judges every precondition that no earlier pending changeset can change. */
async function scriptChangesets({ plan, session, history }: Target): Promise<ScriptedChangeset[]> {
  const scripted: ScriptedChangeset[] = [];
  const earlier: PlannedChangeset[] = [];
  for (const planned of plan.pending) {
    const { preconditions } = planned.changeset;
    const isUndecided = preconditions.some(({ condition }) => mayDependOn(condition, earlier));
    if (isUndecided) {
      scripted.push({ planned, action: 'run', notes: preconditions.map(describeUndecided) });
    } else {
      const verdict = await judgePreconditions(preconditions, (question) =>
        answer(session, history, question),
      );
      const notes =
        preconditions.length === 0
          ? []
          : [`preconditions now: ${verdict.kind === 'hold' ? 'hold' : verdict.message}`];
      const action = verdict.kind === 'hold' ? 'run' : verdict.kind;
      scripted.push({ planned, action, notes: [...notes, ...verdict.notes] });
      if (action === 'halt') break;
    }
    earlier.push(planned);
  }
  return scripted;
}

function describeUndecided({ condition, onFail }: PreconditionEntry): string {
  return `precondition undecided until the changesets before it ran: ${JSON.stringify(condition)}, else ${onFail}`;
}
