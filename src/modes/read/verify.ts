import type { ReadInputs } from '../../inputs/inputs.ts';
import type { Log } from '../../log/log.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { expectedPlanProblems } from '../plan/expected-plan.ts';
import { planProblems, withReadTarget } from '../plan/read-target.ts';

/** Confirms that every applied changeset still has the checksum it was applied with. */
export async function verify(inputs: ReadInputs, draft: Draft, log: Log): Promise<void> {
  await withReadTarget(inputs, draft, log, async () => {
    // What is pending, the policy on it and an unfinished run are not the question here; the last is still said.
    const unfinished = draft.report.problems.filter(({ code }) => code === 'unfinished-run');
    const warnings = [...draft.report.warnings, ...unfinished];
    updateReport(draft, { pending: [], violations: [], problems: [], warnings });
    const problems = [...planProblems(draft), ...expectedPlanProblems(inputs, draft)];
    if (problems.length > 0) updateReport(draft, { result: 'blocked', problems });
    return Promise.resolve();
  });
}
