import { readRow, send, type Session } from '../session/connection.ts';
import { readAsides } from './finish.ts';
import { qualified, quote, STATE_TABLE } from '../session/names.ts';

/** Drops what restores put aside longer ago than that, and gives the names; an unfinished one is kept. */
export async function dropAsideSchemas(session: Session, olderThanDays: number): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const aside of await readAsides(session)) {
    const sql = `SELECT COUNT(*) AS n FROM ${qualified(aside, STATE_TABLE)}
      WHERE n = 0 AND kind = 'done' AND written_at <= UTC_TIMESTAMP() - INTERVAL ? DAY`;
    const { n } = await readRow<{ n: number | string }>(session, sql, [String(olderThanDays)]);
    if (Number(n) === 0) continue;
    await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`);
    dropped.push(aside);
  }
  return dropped;
}
