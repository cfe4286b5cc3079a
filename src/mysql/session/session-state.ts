import { send, type Session } from './connection.ts';

/**
 * What a changeset may change for itself and the next one must not inherit. `DEFAULT` is the server's own setting, as
 * the `mysql` client would have it; a connection reset would do the same but release the deploy lock.
 */
export const SET_SESSION = `SET explicit_defaults_for_timestamp = DEFAULT, ${settings()}`;

/** The same inside a transaction, where the server lets nobody set the first one. */
export const SET_IN_TRANSACTION = `SET ${settings()}`;

function settings(): string {
  return `autocommit = 1, sql_mode = DEFAULT, foreign_key_checks = 1, unique_checks = 1,
  time_zone = DEFAULT, transaction_isolation = DEFAULT, transaction_read_only = OFF, sql_safe_updates = OFF,
  sql_select_limit = DEFAULT, max_execution_time = 0, default_storage_engine = DEFAULT,
  innodb_lock_wait_timeout = DEFAULT, group_concat_max_len = DEFAULT, sql_auto_is_null = OFF,
  sql_big_selects = DEFAULT, sql_notes = ON, wait_timeout = 120`;
}

/** Asks for the GTID of each own transaction; the server refuses it to nobody, and gives none where GTIDs are off. */
export async function trackOwnGtids(session: Session): Promise<void> {
  await send(session, `SET SESSION session_track_gtids = 'OWN_GTID'`);
}
