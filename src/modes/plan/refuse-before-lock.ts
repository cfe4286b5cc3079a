import type { Changelog } from '../../changelog/changeset.ts';
import { planUpdate } from '../../changelog/plan/plan.ts';
import type { UpdateInputs } from '../../inputs/inputs.ts';
import type { Session } from '../../mysql/session/connection.ts';
import { readHistory } from '../../mysql/tracking/history.ts';
import { isLockHeld } from '../../mysql/lock/lock.ts';
import { readOpenInPlace } from '../../mysql/restore/in-place-record.ts';
import type { TrackingState } from '../../mysql/tracking/tracking-state.ts';
import { isBlocking } from '../../policy/check-policy.ts';
import { rules } from '../../policy/rules/index.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { judgePending, planProblems, recordPlan } from './read-target.ts';

/** Where a changeset would go, before anything is written there. */
interface Before {
  readonly inputs: UpdateInputs;
  readonly draft: Draft;
  readonly changelog: Changelog;
  readonly session: Session;
}

const DESTRUCTIVE: ReadonlySet<string> = new Set(
  rules.filter(({ destructive }) => destructive).map(({ name }) => name),
);

/**
 * Refuses what the policy refuses, before the lock is taken and a table is made. While another run is at work its
 * changesets still look pending: what open gates would let pass is then judged again, under the lock.
 */
export async function refuseBeforeLock(before: Before, state: TrackingState): Promise<boolean> {
  const { inputs, draft, changelog, session } = before;
  // What a restore left in the middle is not the history.
  if (state.has('ops_migration_runs') && (await readOpenInPlace(session))?.phase === 'begun') return false;
  const history = await readHistory(session, state);
  const plan = planUpdate(changelog, history, inputs);
  const errors = (await judgePending(inputs, session, plan, changelog)).filter(isBlocking);
  if (errors.length === 0) return false;
  const isOpenable = errors.every(({ rule }) => DESTRUCTIVE.has(rule));
  if (isOpenable && (await isLockHeld(session))) return false;
  await recordPlan(inputs, draft, { session, changelog, history, plan });
  updateReport(draft, { result: 'blocked', problems: planProblems(draft) });
  return true;
}
