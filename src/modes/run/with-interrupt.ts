import type { DatabaseInputs, Session } from '../../mysql/session/connection.ts';
import { killQuery } from '../../mysql/session/kill-query.ts';
import type { Log } from '../../log/log.ts';
import type { OnInterrupt } from './update-run.ts';

/** A cancelled run ends the statement that is running, and the failure that follows takes its usual way. */
export async function withInterrupt<T>(
  { inputs, log }: { readonly inputs: { readonly database: DatabaseInputs }; readonly log: Log },
  controller: AbortController,
  session: Session,
  onInterrupt: OnInterrupt,
  use: () => Promise<T>,
): Promise<T> {
  const release = onInterrupt(() => {
    controller.abort();
    log({
      level: 'warning',
      event: 'interrupted',
      message: 'interrupted: ending the statement that is running',
    });
    for (const { id } of session.group.killable) void killQuery(inputs.database, id, log);
  });
  try {
    return await use();
  } finally {
    release();
  }
}
