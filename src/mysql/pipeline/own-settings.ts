import { send, type Session } from '../session/connection.ts';
import { quoteName } from '../session/quote-name.ts';
import { isServerError } from '../session/server-error.ts';
import { SET_IN_TRANSACTION, SET_SESSION } from '../session/session-state.ts';
import { TRACKING_TABLES } from '../tracking/tracking-definitions.ts';

/** Seconds to wait for a row that somebody else holds: nobody writes dimensions and facts beside the pipeline. */
const ROW_LOCK_SECONDS = 20;

/**
 * What transforms, checks and bookkeeping run with. READ COMMITTED reads staging without locks, so that those who write it
 * are not held up. Plain ASCII, which every character set that a session can have reads alike.
 */
const SETTINGS = `NAMES utf8mb4, time_zone = '+00:00', innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS},
  lock_wait_timeout = ${ROW_LOCK_SECONDS}, transaction_isolation = 'READ-COMMITTED', timestamp = DEFAULT,
  completion_type = NO_CHAIN, max_join_size = DEFAULT`;

/** Before the transaction: what was left of ingest. */
export async function prepareSession(session: Session): Promise<void> {
  await send(session, `${SET_SESSION}, ${SETTINGS}`);
}

/** DROP TEMPORARY TABLE neither commits nor drops another table, and asks for no privilege. */
const DROP_SHADOWS = `DROP TEMPORARY TABLE IF EXISTS ${[...TRACKING_TABLES.keys()].map((name) => quoteName(name)).join(', ')}`;

/** The server has binary logs of statements: there, temporary tables are neither made nor dropped in a transaction. */
const NOT_IN_TRANSACTION = 1787;

/**
 * Puts the session right. A transform or a check may call a function of the schema, and that may leave settings behind,
 * and temporary tables in front of those that the bookkeeping writes; what follows on the session must see none of it.
 * `autocommit` no function can set.
 */
export async function putSessionRight(session: Session): Promise<void> {
  await send(session, `${SET_IN_TRANSACTION}, ${SETTINGS}`);
  try {
    await send(session, DROP_SHADOWS);
  } catch (error) {
    if (!isServerError(error) || (error as { readonly errno?: number }).errno !== NOT_IN_TRANSACTION)
      throw error;
  }
}
