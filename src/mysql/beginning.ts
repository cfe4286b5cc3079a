import type { Beginning } from '../changelog/text-mode.ts';
import { readRow, type Session } from './connection.ts';

const SELECT_BEGINNING = `SELECT @@SESSION.sql_mode AS sqlMode, @@GLOBAL.sql_mode AS defaultSqlMode,
  @@SESSION.character_set_client AS characterSet`;

/** How a session of this account begins, asked on one that has changed nothing: `init_connect` has its say too. */
export async function readBeginning(session: Session): Promise<Beginning> {
  return readRow<Beginning>(session, SELECT_BEGINNING);
}
