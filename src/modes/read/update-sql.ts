import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Changelog, Changeset } from '../../changelog/changeset.ts';
import {
  describePrecondition,
  judgePreconditions,
  type PreconditionEntry,
} from '../../changelog/precondition.ts';
import { mayDependOn, type Earlier } from '../../changelog/plan/precondition-scope.ts';
import type { Problem } from '../../errors.ts';
import type { ReadInputs } from '../../inputs/inputs.ts';
import { answer } from '../../mysql/apply/facts.ts';
import { renderUpdateScript, type ScriptedChangeset } from '../../mysql/script/update-script.ts';
import type { Log } from '../../log/log.ts';
import { firstStatements, formatTarget } from '../../report/wording.ts';
import { judgeChangelogPreconditions } from '../plan/changelog-preconditions.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { expectedPlanProblems } from '../plan/expected-plan.ts';
import { refusedGuarantee } from '../plan/record-guarantee.ts';
import { planProblems, withReadTarget, type Target } from '../plan/read-target.ts';
import { recordSizes } from '../plan/record-sizes.ts';
import { runId } from '../run/update-run.ts';

/** Writes the SQL that `update` would run now to a file that only its owner can read; none where it would refuse. */
export async function updateSql(inputs: ReadInputs, draft: Draft, log: Log): Promise<void> {
  await withReadTarget(inputs, draft, log, async (changelog, target) => {
    await recordSizes(draft, target.session);
    const problems = [
      ...planProblems(draft),
      ...expectedPlanProblems(inputs, draft),
      ...refusedGuarantee(inputs, draft.report),
      ...resumeProblems(target),
      ...(await preconditionProblems(draft, changelog, target)),
    ];
    if (problems.length > 0) {
      updateReport(draft, { result: 'blocked', problems });
      return;
    }
    const script = await renderScript(inputs, draft, changelog, target);
    const sqlFile = join(inputs.run.temporaryFolder, `db-deploy-${runId(draft)}.sql`);
    await writeFile(sqlFile, script, { mode: 0o600, flag: 'wx' });
    // The mask of the process may have taken bits away, never added any; this makes it exact.
    await chmod(sqlFile, 0o600);
    updateReport(draft, { sqlFile });
  });
}

/** The client begins a file at its first statement, and it writes no journal that says where it stopped. */
function resumeProblems({ resumePoints }: Target): readonly Problem[] {
  return [...resumePoints].map(([key, { done }]): Problem => ({
    code: 'unfinished-run',
    message: `a file of SQL cannot go on in the middle of changeset ${key}, of which ${firstStatements(done)} ran`,
    fix: 'go on with mode: update and resume: true; mode: status with resume: true shows its plan',
  }));
}

function preconditionProblems(
  draft: Draft,
  changelog: Changelog,
  { session, history }: Target,
): Promise<readonly Problem[]> {
  return judgeChangelogPreconditions(draft, changelog, (question) => answer(session, history, question));
}

async function renderScript(
  inputs: ReadInputs,
  { report }: Draft,
  changelog: Changelog,
  target: Target,
): Promise<string> {
  return renderUpdateScript(
    {
      target: formatTarget(report),
      changelogFile: changelog.file,
      planHash: report.planHash ?? '',
      schema: inputs.database.name,
      createdAt: report.startedAt,
      lockTimeout: 60,
    },
    await scriptChangesets(target),
    { state: target.state, unfilled: target.plan.unfilled },
    {
      runId: report.runId ?? '',
      deploymentId: String(Date.parse(report.startedAt)).slice(-10),
      tool: 'db-deploy',
    },
  );
}

/** Decides for every changeset what would become of it, as far as that is known before the ones before it ran. */
async function scriptChangesets(target: Target): Promise<ScriptedChangeset[]> {
  const scripted: ScriptedChangeset[] = [];
  const earlier: Earlier[] = [];
  for (const planned of target.plan.pending) {
    const { undecided, ...decision } = await decide(target, planned.changeset, earlier);
    scripted.push({ planned, ...decision });
    const { action } = decision;
    if (action === 'halt') break;
    if (action === 'mark-ran') earlier.push({ planned, action });
    if (action === 'run') earlier.push({ planned, action: undecided ? 'maybe' : 'run' });
  }
  return scripted;
}

/** A precondition that can be decided now is, and the first that does not hold decides; the others are only told. */
async function decide(
  { session, history }: Target,
  { preconditions }: Changeset,
  earlier: readonly Earlier[],
): Promise<Pick<ScriptedChangeset, 'action' | 'notes'> & { readonly undecided: boolean }> {
  const isUndecided = ({ condition }: PreconditionEntry): boolean => mayDependOn(condition, earlier);
  const decided = preconditions.filter((entry) => !isUndecided(entry));
  const open = preconditions.filter(isUndecided).map(describeUndecided);
  const verdict = await judgePreconditions(decided, (question) => answer(session, history, question));
  const found = verdict.kind === 'hold' ? 'hold' : verdict.message;
  const notes = decided.length === 0 ? [] : [`preconditions now: ${found}`];
  return {
    action: verdict.kind === 'hold' ? 'run' : verdict.kind,
    notes: [...notes, ...verdict.notes, ...open],
    undecided: open.length > 0,
  };
}

function describeUndecided({ condition, onFail }: PreconditionEntry): string {
  return `precondition undecided until the changesets before it ran: ${describePrecondition(condition)}, else ${onFail}`;
}
