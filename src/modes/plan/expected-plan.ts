import { planDifference } from '../../changelog/plan/plan-difference.ts';
import type { Problem } from '../../errors.ts';
import type { PlanInputs } from '../../inputs/inputs.ts';
import type { Draft } from '../run/draft.ts';

/** Compares the plan with the one that was reviewed, if one was given. */
export function expectedPlanProblems(
  { expectedPlan }: Pick<PlanInputs, 'expectedPlan'>,
  { report: { planHash, planParts } }: Draft,
): readonly Problem[] {
  if (!expectedPlan || planHash === undefined || !planParts) return [];
  const difference = planDifference({ hash: planHash, parts: planParts }, expectedPlan);
  if (difference === undefined) return [];
  const fix =
    'review the plan again (mode: status, with the inputs of the update) and pass its plan-hash and plan-parts';
  return [{ code: 'plan-changed', message: difference, fix }];
}
