import type { Log } from '../report/log.ts';
import { send, withConnection, type DatabaseInputs, type Session } from './connection.ts';
import { describeServerError } from './server-error.ts';

/** Seconds to reach the server: who cancels a job waits for no more. */
const PATIENCE = 5;

/** Ends the statement that another session of ours runs, an ALTER of an hour perhaps; that session stays. */
export async function killQuery(database: DatabaseInputs, connectionId: number, log: Log): Promise<void> {
  try {
    await withConnection({ ...database, connectTimeout: PATIENCE }, log, (session) =>
      send(session, `KILL QUERY ${connectionId}`),
    );
  } catch (error) {
    log({
      level: 'warning',
      event: 'statement-not-killed',
      message: `the running statement could not be ended: ${describeServerError(error)}`,
    });
  }
}

const killable = new WeakSet<Session>();

/** Marks work that a cancelled run may end on the server; what we record of a run is never cut off. */
export async function whileKillable<T>(session: Session, work: () => Promise<T>): Promise<T> {
  killable.add(session);
  try {
    return await work();
  } finally {
    killable.delete(session);
  }
}

/** Whether a session is at such work now. */
export function isKillable(session: Session): boolean {
  return killable.has(session);
}
