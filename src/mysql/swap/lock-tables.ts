import { readRow, type Session } from '../session/connection.ts';
import { sideSchema } from '../session/names.ts';
import type { Bytes, RawSession } from '../session/raw-session.ts';

/** Whether the tables that a swap moves may be locked together as they are. */
export type Lockable = 'together' | 'without-log';

const SELECT_MIXED = `SELECT @@GLOBAL.enforce_gtid_consistency = 'ON' AND EXISTS (SELECT 1 FROM information_schema.TABLES
  WHERE TABLE_SCHEMA IN (?, ?) AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB') AS mixed`;

/** Where GTIDs are enforced, tables with and without transactions are not locked together by who writes a log. */
export async function readLockable(session: Session): Promise<Lockable> {
  const { schema } = session;
  const { mixed } = await readRow<{ mixed: number }>(session, SELECT_MIXED, [schema, sideSchema(schema)]);
  return mixed === 1 ? 'without-log' : 'together';
}

const WITH_LOG = 'SET SESSION sql_log_bin = 1';

/** Sends LOCK TABLES; what is done under the locks is in the log in any case. */
export async function lockTables(raw: RawSession, lock: Bytes, lockable: Lockable): Promise<void> {
  if (lockable === 'together') return raw.run(lock);
  try {
    await raw.run(`SET SESSION sql_log_bin = 0;\n${lock};\n${WITH_LOG}`);
  } catch (error) {
    await raw.run(WITH_LOG).catch(() => undefined);
    throw error;
  }
}
