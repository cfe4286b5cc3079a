import { describe, expect, test } from '@jest/globals';
import { LogCursor, NoSuchPlace } from '../../../src/mysql/binlog/log-cursor.ts';
import { EVENT, HEADER_LENGTH, readEvent, type LogEvent } from '../../../src/mysql/binlog/log-event.ts';

const FILE = 'log.000007';
const LENGTH = 100;

function event(type: number, end: number): LogEvent {
  const bytes = Buffer.alloc(LENGTH, 1);
  bytes[4] = type;
  bytes.writeUInt32LE(end % 2 ** 32, 13);
  return readEvent(bytes, 0);
}

/** Of the next file, as the server says it between two files. */
function nextFile(file: string): LogEvent {
  const bytes = Buffer.alloc(HEADER_LENGTH + 8 + file.length);
  bytes[4] = EVENT.rotate;
  bytes.writeBigUInt64LE(4n, HEADER_LENGTH);
  bytes.write(file, HEADER_LENGTH + 8);
  return readEvent(bytes, 0);
}

describe('a place that was noted', () => {
  test.each([
    [1000, 'given'],
    [999, 'refused'],
    [1001, 'refused'],
  ])('with an event that begins at %s is %s where it is 1000', (begin, outcome) => {
    const cursor = new LogCursor({ file: FILE, position: 1000 });
    cursor.open({ file: FILE, position: 1000 });
    const take = (): unknown => cursor.take(event(EVENT.xid, begin + LENGTH), LENGTH);
    if (outcome === 'refused') expect(take).toThrow(NoSuchPlace);
    else expect(take()).toMatchObject({ type: EVENT.xid });
  });

  test('may be the end of a file', () => {
    const cursor = new LogCursor({ file: FILE, position: 1000 });
    cursor.open({ file: FILE, position: 1000 });
    expect(cursor.take(nextFile('log.000008'), LENGTH)).toBeDefined();
    expect(cursor.place).toEqual({ file: 'log.000008', position: 4 });
  });

  test('that lies behind the end of a shorter file is refused', () => {
    const cursor = new LogCursor({ file: FILE, position: 1000 });
    cursor.open({ file: FILE, position: 4 });
    cursor.take(event(EVENT.xid, 104), LENGTH);
    expect(() => cursor.take(nextFile('log.000008'), LENGTH)).toThrow(NoSuchPlace);
  });
});

test('what lies behind four gigabytes is found from the beginning, and nothing before it is given', () => {
  const place = 4_400_000_000;
  const cursor = new LogCursor({ file: FILE, position: place });
  cursor.open({ file: FILE, position: 4 });
  const ends = [104, 2_000_000_000, 4_000_000_000, 4_294_967_400, place, place + LENGTH];
  const given = ends.map((end) => cursor.take(event(EVENT.xid, end), LENGTH)?.end);
  expect(given).toEqual([...Array.from({ length: 5 }), (place + LENGTH) % 2 ** 32]);
  expect(cursor.place.position).toBe(place + LENGTH);
});

test('of what was read before only the format is given, and it tells of no start of the server', () => {
  const cursor = new LogCursor({ file: FILE, position: 204 });
  cursor.open({ file: FILE, position: 4 });
  const given = cursor.take(event(EVENT.formatDescription, 104), LENGTH);
  expect(given?.body.readUInt32LE(52)).toBe(0);
  expect(cursor.take(event(EVENT.gtid, 204), LENGTH)).toBeUndefined();
  expect(cursor.take(event(EVENT.xid, 304), LENGTH)).toBeDefined();
});

test('a sign of life moves no place', () => {
  const cursor = new LogCursor({ file: FILE, position: 4 });
  cursor.open({ file: FILE, position: 4 });
  expect(cursor.take(event(EVENT.heartbeat, 5000), LENGTH)).toBeUndefined();
  expect(cursor.place.position).toBe(4);
});
