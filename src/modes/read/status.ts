import type { ReadInputs } from '../../inputs/inputs.ts';
import type { Log } from '../../log/log.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { expectedPlanProblems } from '../plan/expected-plan.ts';
import { planProblems, withReadTarget } from '../plan/read-target.ts';
import { refusedGuarantee } from '../plan/record-guarantee.ts';
import { recordSizes } from '../plan/record-sizes.ts';

/** Lists what is pending, and what would keep it from running. */
export async function status(inputs: ReadInputs, draft: Draft, log: Log): Promise<void> {
  await withReadTarget(inputs, draft, log, async (_, { session }) => {
    const problems = [
      ...planProblems(draft),
      ...expectedPlanProblems(inputs, draft),
      ...refusedGuarantee(inputs, draft.report),
    ];
    if (problems.length > 0) updateReport(draft, { result: 'blocked', problems });
    await recordSizes(draft, session);
  });
}
