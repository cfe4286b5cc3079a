import type { CommonInputs } from '../../inputs/inputs.ts';
import type { Session } from '../../mysql/session/connection.ts';
import { withDeployLock } from '../../mysql/lock/lock.ts';
import type { Log } from '../../log/log.ts';
import type { Draft } from './draft.ts';
import { runId } from './update-run.ts';

/** A run that may take the deploy lock. */
interface LockingRun {
  readonly inputs: Pick<CommonInputs, 'run'> & { readonly lockTimeout: number };
  readonly draft: Draft;
  readonly log: Log;
}

/**
 * Holds the deploy lock of a run while `use` runs. The first time the run gets an epoch; when it takes the lock again it
 * goes on with that one, and is refused as `superseded` if another run came between.
 */
export async function withRunLock<T>(
  { inputs, draft, log }: LockingRun,
  session: Session,
  use: () => Promise<T>,
  lockTimeout = inputs.lockTimeout,
): Promise<T> {
  const { actor, runUrl } = inputs.run;
  const owner = { runId: runId(draft), actor, runUrl, epoch: draft.epoch };
  return withDeployLock(session, lockTimeout, owner, log, () => {
    draft.epoch = session.group.epoch;
    return use();
  });
}
