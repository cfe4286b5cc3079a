import { readRow, send, type Session } from '../session/connection.ts';
import { lastNumber } from '../session/own-gtid.ts';
import { isConnectionLost } from '../session/server-error.ts';
import type { Server } from '../privileges/server.ts';

/**
 * The tag of a run's transactions in GTIDs (`<uuid>:<tag>:1-5`), which tells them from those of others. At most 32
 * characters, and the first no digit.
 */
export function gtidTag(runId: string): string {
  return `db_${runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 32);
}

/** Tags came with 8.3. */
function hasTags({ version, gtidMode }: Pick<Server, 'version' | 'gtidMode'>): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return gtidMode === 'ON' && (major > 8 || (major === 8 && minor >= 3));
}

/**
 * From here on the transactions of the session carry the run's tag, where the server has tags and the user may set one
 * (TRANSACTION_GTID_TAG with SESSION_VARIABLES_ADMIN or REPLICATION_APPLIER); gives whether they do.
 */
export async function tagTransactions(
  session: Session,
  server: Pick<Server, 'version' | 'gtidMode'>,
  runId: string,
): Promise<boolean> {
  if (!hasTags(server)) return false;
  const tag = gtidTag(runId);
  try {
    await send(session, `SET SESSION gtid_next = 'AUTOMATIC:${tag}'`);
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return false;
  }
  session.group.gtids.start(tag);
  return true;
}

/** What follows is no part of what the journal tells of. */
export async function untagTransactions(session: Session): Promise<void> {
  if (!session.group.gtids.stop()) return;
  await send(session, `SET SESSION gtid_next = 'AUTOMATIC'`);
}

/** The server does not tell of every transaction, such as that of ANALYZE or those within a CALL: then it is asked. */
export async function refreshGtid(session: Session): Promise<void> {
  const { gtids } = session.group;
  if (gtids.tag !== undefined) gtids.keepNumber(await readTagged(session, gtids.tag));
}

/** The number of the last transaction with a tag that the server has executed; 0 where there is none. */
export async function readTagged(session: Session, tag: string): Promise<number> {
  const { executed } = await readRow<{ executed: string }>(
    session,
    'SELECT @@GLOBAL.gtid_executed AS executed',
  );
  return lastNumber(executed, tag);
}
