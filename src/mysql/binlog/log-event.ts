import { zstdDecompressSync } from 'node:zlib';

/** The events of a binary log that matter here, by their number in the format. */
export const EVENT = {
  query: 2,
  rotate: 4,
  formatDescription: 15,
  xid: 16,
  tableMap: 19,
  incident: 26,
  heartbeat: 27,
  writeRowsV1: 23,
  updateRowsV1: 24,
  deleteRowsV1: 25,
  writeRows: 30,
  updateRows: 31,
  deleteRows: 32,
  gtid: 33,
  anonymousGtid: 34,
  xaPrepare: 38,
  partialUpdateRows: 39,
  transactionPayload: 40,
  heartbeatV2: 41,
  gtidTagged: 42,
} as const;

export const HEADER_LENGTH = 19;

/** One event as the server sent it, without its checksum. */
export interface LogEvent {
  readonly type: number;
  readonly flags: number;
  /** Where the next event begins in the file; 0 for one that is in no file. */
  readonly end: number;
  /** Header and body. */
  readonly bytes: Buffer;
  /** What follows the header. */
  readonly body: Buffer;
}

/** Reads an event; `checksum` bytes at its end are left out. */
export function readEvent(bytes: Buffer, checksum: number): LogEvent {
  const whole = bytes.subarray(0, bytes.length - checksum);
  return {
    type: whole[4]!,
    end: whole.readUInt32LE(13),
    flags: whole.readUInt16LE(17),
    bytes: whole,
    body: whole.subarray(HEADER_LENGTH),
  };
}

const WRAP = 2 ** 32;

/** A file becomes longer than an event can say where a transaction is that large. */
export function placeAfter(position: number, end: number): number {
  const place = Math.floor(position / WRAP) * WRAP + end;
  return position - place > WRAP / 2 ? place + WRAP : place;
}

/** Whether events have a checksum is said by the description at the beginning of each file, in its last byte but four. */
export function checksumLength(formatDescription: Buffer): number {
  return formatDescription.at(-5) === 1 ? 4 : 0;
}

/** A description that says of the events after it that they have no checksum. */
export function withoutChecksums(formatDescription: Buffer): Buffer {
  const copy = Buffer.from(formatDescription);
  copy[copy.length - 5] = 0;
  return copy;
}

/** An integer as the protocol packs it: its value and how many bytes it took. */
export function readLength(bytes: Buffer, at: number): readonly [value: number, size: number] {
  const first = bytes[at]!;
  if (first < 0xfb) return [first, 1];
  if (first === 0xfc) return [bytes.readUInt16LE(at + 1), 3];
  if (first === 0xfd) return [bytes.readUIntLE(at + 1, 3), 4];
  return [Number(bytes.readBigUInt64LE(at + 1)), 9];
}

const PAYLOAD_END = 0;
const PAYLOAD_COMPRESSION = 2;
const UNCOMPRESSED = 255;

/** The events of a transaction that was written compressed; none of them has a checksum. */
export function unpackTransaction(body: Buffer): readonly LogEvent[] {
  let at = 0;
  let compression = UNCOMPRESSED;
  for (;;) {
    const [field, fieldSize] = readLength(body, at);
    at += fieldSize;
    if (field === PAYLOAD_END) break;
    const [length, lengthSize] = readLength(body, at);
    at += lengthSize;
    if (field === PAYLOAD_COMPRESSION) [compression] = readLength(body, at);
    at += length;
  }
  const packed = body.subarray(at);
  const bytes = compression === UNCOMPRESSED ? packed : zstdDecompressSync(packed);
  const events: LogEvent[] = [];
  for (let start = 0; start < bytes.length;) {
    const size = bytes.readUInt32LE(start + 9);
    events.push(readEvent(bytes.subarray(start, start + size), 0));
    start += size;
  }
  return events;
}
