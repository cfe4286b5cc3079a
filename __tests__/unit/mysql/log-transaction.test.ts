import { expect, test } from '@jest/globals';
import { EVENT, HEADER_LENGTH, readEvent, type LogEvent } from '../../../src/mysql/binlog/log-event.ts';
import { TransactionReader } from '../../../src/mysql/binlog/log-transaction.ts';

/** A transaction that is nothing but its number, which ends here. */
function ending(end: number): LogEvent {
  const bytes = Buffer.alloc(HEADER_LENGTH + 25);
  bytes[4] = EVENT.gtid;
  bytes.writeUInt32LE(end % 2 ** 32, 13);
  return readEvent(bytes, 0);
}

test('places in a file stay in order where it is longer than an event can say', async () => {
  const ends = [4_000_000_000, 4_294_967_400, 6_000_000_000, 8_000_000_000, 8_700_000_000];
  const events = ends.map(ending);
  const stream = { next: () => Promise.resolve(events.shift()), close: () => undefined };
  const reader = new TransactionReader(stream, () => true);
  const places: number[] = [];
  while (events.length > 0) {
    await reader.next();
    places.push(reader.position);
  }
  expect(places.at(-1)).toBe(8_700_000_000);
});
