import { checkBeginning } from '../../changelog/check-beginning.ts';
import type { Plan } from '../../changelog/plan/plan.ts';
import type { Problem } from '../../errors.ts';
import type { Session } from '../../mysql/session/connection.ts';

/** Pending changesets whose text the server would read in another way than it was judged; none of them may run. */
export function checkText({ beginning }: Session, { pending }: Plan): readonly Problem[] {
  return pending.flatMap(({ changeset }) => checkBeginning(changeset, beginning) ?? []);
}
