import { readRows, send, type Session } from '../connection.ts';
import { qualified, sideSchema } from './names.ts';
import { toBytes, type RawSession } from './raw-session.ts';

const SELECT_COUNTERS = `SELECT live.TABLE_NAME AS name, live.AUTO_INCREMENT AS counter
  FROM information_schema.TABLES AS live JOIN information_schema.TABLES AS side
    ON side.TABLE_SCHEMA = ? AND side.TABLE_NAME = live.TABLE_NAME
  WHERE live.TABLE_SCHEMA = ? AND live.AUTO_INCREMENT > side.AUTO_INCREMENT`;

/** No number that was given out is given out again: the greater counter stays. To be called when nobody writes. */
export async function raiseCounters(
  session: Session,
  raw: RawSession,
  only: ReadonlySet<string>,
): Promise<void> {
  const side = sideSchema(session.schema);
  // What is remembered of the counters may be a day old.
  await send(session, 'SET SESSION information_schema_stats_expiry = 0');
  const rows = await readRows<{ name: string; counter: string | number }>(session, SELECT_COUNTERS, [
    side,
    session.schema,
  ]);
  for (const { name, counter } of rows) {
    if (!only.has(name)) continue;
    await raw.run(toBytes(`ALTER TABLE ${qualified(side, name)} AUTO_INCREMENT = ${counter}`));
  }
}
