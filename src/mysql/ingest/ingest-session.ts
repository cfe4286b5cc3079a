import { send, type Session } from '../session/connection.ts';

/**
 * Everything that decides what a value means, whatever the server's defaults are; READ COMMITTED, so that nobody who
 * writes to staging has to wait for a range. Transactions are begun by hand.
 */
const SET_INGEST = `SET SESSION autocommit = 1, time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED',
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = OFF, sql_select_limit = DEFAULT,
  max_execution_time = 0, sql_big_selects = ON, sql_notes = ON, default_tmp_storage_engine = InnoDB,
  group_concat_max_len = 67108864, NAMES utf8mb4`;

/** Gives the session what ingest relies on. */
export async function setIngestSession(session: Session): Promise<void> {
  await send(session, SET_INGEST);
}
