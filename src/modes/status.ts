import type { ReadInputs } from '../inputs.ts';
import type { Log } from '../report/log.ts';
import { tell, type Draft } from './draft.ts';
import { expectedPlanProblems } from './expected-plan.ts';
import { planProblems, withReadTarget } from './read-target.ts';
import { refusedGuarantee } from './tell-guarantee.ts';
import { tellSizes } from './tell-sizes.ts';

/** Lists what is pending, and what would keep it from running. */
export async function status(inputs: ReadInputs, draft: Draft, log: Log): Promise<void> {
  await withReadTarget(inputs, draft, log, async (_, { session }) => {
    const problems = [
      ...planProblems(draft),
      ...expectedPlanProblems(inputs, draft),
      ...refusedGuarantee(inputs, draft.report),
    ];
    if (problems.length > 0) tell(draft, { result: 'blocked', problems });
    await tellSizes(draft, session);
  });
}
