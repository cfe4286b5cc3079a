import { EVENT, type LogEvent } from './log-event.ts';

/** The number of a transaction. */
export interface Gtid {
  /** `3e11…`, or `3e11…:tag`. */
  readonly source: string;
  readonly number: number;
}

/** `3e11…:tag:7`. */
export function formatGtid({ source, number }: Gtid): string {
  return `${source}:${number}`;
}

/** Reads the event with which a transaction begins; undefined for one without a number. */
export function readGtid({ type, body }: LogEvent): Gtid | undefined {
  if (type === EVENT.gtid) {
    return { source: toUuid(body.subarray(1, 17)), number: Number(body.readBigUInt64LE(17)) };
  }
  return type === EVENT.gtidTagged ? readTagged(body) : undefined;
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * From 8.3 on, tagged numbers are written as fields with numbers of their own, every integer in as many bytes as it
 * takes: flags (0), UUID (1), number (2), tag (3).
 */
function readTagged(body: Buffer): Gtid {
  let at = 0;
  const integer = (): number => {
    const first = body[at]!;
    let more = 0;
    while (more < 8 && (first >> more) % 2 === 1) more += 1;
    let value = 0n;
    if (more === 8) value = body.readBigUInt64LE(at + 1);
    else {
      for (let index = more; index >= 0; index -= 1) value = value * 256n + BigInt(body[at + index]!);
      value >>= BigInt(more + 1);
    }
    at += more + 1;
    return Number(value);
  };
  // Version, size, last field that may not be ignored; then the fields.
  for (let head = 0; head < 3; head += 1) integer();
  const expect = (field: number): void => {
    const found = integer();
    if (found !== field)
      throw new Error(`a tagged GTID event has field ${found} where ${field} was expected`);
  };
  expect(0);
  integer();
  expect(1);
  const uuid = toUuid(Buffer.from(Array.from({ length: 16 }, integer)));
  expect(2);
  const number = integer() / 2;
  expect(3);
  const length = integer();
  const tag = body.subarray(at, at + length).toString();
  return { source: tag === '' ? uuid : `${uuid}:${tag}`, number };
}
