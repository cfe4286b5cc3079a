import { readRows, send, type Session } from '../session/connection.ts';
import { qualified, sideSchema } from '../session/names.ts';
import { toBytes, type RawSession } from '../session/raw-session.ts';

const SELECT_COUNTERS = `SELECT TABLE_NAME AS name, CAST(AUTO_INCREMENT AS CHAR) AS counter
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND AUTO_INCREMENT IS NOT NULL`;

/**
 * No number that others used is given out again, though their row may not have been kept. What the run used is: nobody
 * has it any more. To be called when nobody writes.
 */
export async function raiseCounters(
  session: Session,
  raw: RawSession,
  /** By table, the greatest number of others. */
  used: ReadonlyMap<string, bigint>,
): Promise<void> {
  if (used.size === 0) return;
  const side = sideSchema(session.schema);
  // What is remembered of the counters may be a day old.
  await send(session, 'SET SESSION information_schema_stats_expiry = 0');
  const rows = await readRows<{ name: string; counter: string }>(session, SELECT_COUNTERS, [side]);
  for (const { name, counter } of rows) {
    const next = (used.get(name) ?? 0n) + 1n;
    if (next <= BigInt(counter)) continue;
    await raw.run(toBytes(`ALTER TABLE ${qualified(side, name)} AUTO_INCREMENT = ${next}`));
  }
}
