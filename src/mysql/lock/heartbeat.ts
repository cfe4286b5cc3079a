import type { Session } from '../session/connection.ts';
import { openRaw, type RawSession } from '../session/raw-session.ts';

const BEAT_MS = 20_000;

/** The counter in the lock row that tells a run on another server that the owner lives. */
export interface Heartbeat {
  readonly stop: () => Promise<void>;
}

/**
 * Raises the counter every 20 s, on a connection of its own that a short run never opens: a transaction of the control
 * session would be counted among those of the run, which tell whether a statement took effect.
 */
export function startHeartbeat(session: Session): Heartbeat {
  let raw: RawSession | undefined;
  let beating: Promise<void> | undefined;
  const sql = `UPDATE DATABASECHANGELOGLOCK SET HEARTBEAT = HEARTBEAT + 1 WHERE ID = 1 AND EPOCH = ${session.group.epoch}`;
  const beat = async (): Promise<void> => {
    try {
      raw ??= await openRaw(session, session.schema);
      await raw.run(sql);
    } catch {
      // The next one tries again, with a new connection.
      raw?.close();
      raw = undefined;
    }
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => (beating = undefined));
  }, BEAT_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      raw?.close();
      await beating;
      raw?.close();
    },
  };
}
