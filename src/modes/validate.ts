import { checkPolicy } from '../policy/check-policy.ts';
import { rules } from '../policy/rules/index.ts';
import type { ValidateInputs } from '../inputs.ts';
import { tell, type Draft } from './draft.ts';
import { loadChangelog, planProblems } from './read-target.ts';

/** Parses the changelog tree and every SQL file and judges the policy, without a database. */
export async function validate(inputs: ValidateInputs, draft: Draft): Promise<void> {
  const changelog = await loadChangelog(inputs, draft);
  const gates = { allowDestructive: inputs.allowDestructive };
  tell(draft, {
    violations: changelog.changesets.flatMap((changeset) => checkPolicy(rules, changeset, gates)),
  });
  const problems = planProblems(draft);
  if (problems.length > 0) tell(draft, { result: 'blocked', problems });
}
