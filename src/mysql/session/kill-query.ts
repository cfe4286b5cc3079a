import type { Log } from '../../log/log.ts';
import { send, withConnection, type DatabaseInputs } from './connection.ts';
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
