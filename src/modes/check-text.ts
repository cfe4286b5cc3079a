import { checkBeginning } from '../changelog/check-beginning.ts';
import type { Plan } from '../changelog/plan.ts';
import type { Problem } from '../errors.ts';
import { readBeginning } from '../mysql/beginning.ts';
import type { Session } from '../mysql/connection.ts';

/** Pending changesets whose text the server would read in another way than it was judged; none of them may run. */
export async function checkText(session: Session, { pending }: Plan): Promise<readonly Problem[]> {
  if (pending.length === 0) return [];
  const beginning = await readBeginning(session);
  // `SET sql_mode = DEFAULT` before a changeset brings the server's own, whatever init_connect says.
  const beginnings = [beginning, { ...beginning, sqlMode: beginning.defaultSqlMode }];
  return pending.flatMap(({ changeset }): readonly Problem[] => {
    const [problem] = beginnings.flatMap((begins) => checkBeginning(changeset, begins) ?? []);
    return problem ? [problem] : [];
  });
}
