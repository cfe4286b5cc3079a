import { valueLength } from './column-value.ts';
import { EVENT, HEADER_LENGTH, readLength, type LogEvent } from './log-event.ts';
import { tableId, TYPE, type TableMap } from './table-map.ts';

export type RowChange = 'insert' | 'update' | 'delete';

/** A row before or after a change: by column its bytes, null for NULL, undefined where the image lacks the column. */
export type RowImage = readonly (Buffer | null | undefined)[];

/** One row that was changed. */
export interface ChangedRow {
  readonly before: RowImage | undefined;
  /** Of a partial update of JSON the changed documents are no values; `isPartial` says so. */
  readonly after: RowImage | undefined;
  readonly isPartial: boolean;
  /** Both images as the event has them. */
  readonly bytes: Buffer;
}

/** Rows of one table that were changed in one way. */
export interface RowsEvent {
  readonly change: RowChange;
  readonly map: TableMap;
  readonly event: LogEvent;
}

const CHANGES: Readonly<Record<number, RowChange>> = {
  [EVENT.writeRowsV1]: 'insert',
  [EVENT.updateRowsV1]: 'update',
  [EVENT.deleteRowsV1]: 'delete',
  [EVENT.writeRows]: 'insert',
  [EVENT.updateRows]: 'update',
  [EVENT.deleteRows]: 'delete',
  [EVENT.partialUpdateRows]: 'update',
};
const LENGTH_AT = 9;
const FLAGS_AT = 6;
const STATEMENT_END = 1;
const NO_FOREIGN_KEY_CHECKS = 2;

/** How an event changes rows; undefined for one that does not. */
export function changeOf({ type }: LogEvent): RowChange | undefined {
  return CHANGES[type];
}

/** The number of the table that the rows belong to. */
export function tableIdOf({ body }: LogEvent): bigint {
  return tableId(body);
}

/** True if the statement that changed these rows ends with them. */
export function endsStatement({ event }: RowsEvent): boolean {
  return (event.body.readUInt16LE(FLAGS_AT) & STATEMENT_END) !== 0;
}

/** The same event as a statement of its own: `BINLOG` then carries it out without waiting for more. */
export function asStatement({ bytes }: LogEvent): Buffer {
  const copy = Buffer.from(bytes);
  const at = HEADER_LENGTH + FLAGS_AT;
  copy.writeUInt16LE(copy.readUInt16LE(at) | STATEMENT_END, at);
  // The checksum counted as well.
  copy.writeUInt32LE(copy.length, LENGTH_AT);
  return copy;
}

interface Layout {
  readonly columns: number;
  readonly before: Buffer;
  readonly after: Buffer;
  /** Where the rows begin in the body. */
  readonly start: number;
}

/** Reads the rows of an event one after the other. */
export function* readRowChanges({ change, map, event }: RowsEvent): Generator<ChangedRow, void> {
  const { body } = event;
  const layout = readLayout(event, change);
  const isPartial = event.type === EVENT.partialUpdateRows;
  const jsonColumns = map.columns.flatMap(({ type }, index) => (type === TYPE.json ? [index] : []));
  let at = layout.start;
  const read = (present: Buffer, partial: ReadonlySet<number>): RowImage => {
    const [image, end] = readImage(map, body, at, present, partial);
    at = end;
    return image;
  };
  while (at < body.length) {
    const start = at;
    const first = read(layout.before, NONE);
    if (change !== 'update') {
      const [before, after] = change === 'insert' ? [undefined, first] : [first, undefined];
      yield { before, after, isPartial: false, bytes: body.subarray(start, at) };
      continue;
    }
    let partial = NONE;
    if (isPartial) [partial, at] = readPartialColumns(body, at, jsonColumns);
    const written = read(layout.after, partial);
    // A difference without a length: the document is the one of before.
    const unchanged = new Set([...partial].filter((index) => written[index]?.length === PARTIAL_HEAD));
    const after = written.map((value, index) => (unchanged.has(index) ? first[index] : value));
    yield { before: first, after, isPartial: partial.size > unchanged.size, bytes: body.subarray(start, at) };
  }
}

const NONE: ReadonlySet<number> = new Set();

function readLayout({ type, body }: LogEvent, change: RowChange): Layout {
  const isOld = type <= EVENT.deleteRowsV1;
  // From version 2 on there is a length of more, itself included.
  let at = FLAGS_AT + 2;
  if (!isOld) at += body.readUInt16LE(at);
  const [columns, size] = readLength(body, at);
  at += size;
  const bytes = Math.ceil(columns / 8);
  const before = body.subarray(at, (at += bytes));
  const after = change === 'update' ? body.subarray(at, (at += bytes)) : before;
  return { columns, before, after, start: at };
}

function readImage(
  map: TableMap,
  body: Buffer,
  start: number,
  present: Buffer,
  partial: ReadonlySet<number>,
): readonly [RowImage, number] {
  const there = map.columns.flatMap((_, index) => (isSet(present, index) ? [index] : []));
  const nulls = body.subarray(start, start + Math.ceil(there.length / 8));
  let at = start + nulls.length;
  const image: (Buffer | null | undefined)[] = Array.from(map.columns, () => undefined);
  for (const [order, index] of there.entries()) {
    if (isSet(nulls, order)) {
      image[index] = null;
      continue;
    }
    const length = partial.has(index)
      ? 4 + body.readUInt32LE(at)
      : valueLength(map.columns[index]!, body, at);
    image[index] = body.subarray(at, (at += length));
  }
  return [image, at];
}

const PARTIAL_JSON = 1;
/** The length of the differences stands before them. */
const PARTIAL_HEAD = 4;

/** Which documents of the after image are only the difference. */
function readPartialColumns(
  body: Buffer,
  start: number,
  jsonColumns: readonly number[],
): [ReadonlySet<number>, number] {
  const [options, size] = readLength(body, start);
  if ((options & PARTIAL_JSON) === 0) return [NONE, start + size];
  const bits = body.subarray(start + size, start + size + Math.ceil(jsonColumns.length / 8));
  const partial = jsonColumns.filter((_, order) => isSet(bits, order));
  return [new Set(partial), start + size + bits.length];
}

function isSet(bits: Buffer, index: number): boolean {
  return ((bits[index >> 3]! >> (index & 7)) & 1) === 1;
}

/** The same change of some of the rows of an event. */
export function writeRows(rows: RowsEvent, chosen: readonly ChangedRow[]): Buffer {
  const { start } = readLayout(rows.event, rows.change);
  const head = rows.event.bytes.subarray(0, HEADER_LENGTH + start);
  const bytes = Buffer.concat([head, ...chosen.map((row) => row.bytes)]);
  return asStatement({ ...rows.event, bytes });
}

/** An update of the same table that changes these columns alone, of the row that `before` names by its key. */
export function writeUpdate(
  rows: RowsEvent,
  before: RowImage,
  after: RowImage,
  changed: readonly number[],
  key: readonly number[],
): Buffer {
  const count = rows.map.columns.length;
  return asWhole(rows, EVENT.updateRows, flagsOf(rows), [
    ...[packLength(count), bitsOf(key, count), bitsOf(changed, count)],
    ...[packImage(before, key), packImage(after, changed)],
  ]);
}

/** Whether the server looks at foreign keys when it applies rows, and cascades along them. */
export type ForeignKeys = 'checked' | 'unchecked';

/** An insert or a delete of rows of the same table, with these columns of each. */
export function writeImages(
  rows: RowsEvent,
  change: 'insert' | 'delete',
  images: readonly RowImage[],
  columns: readonly number[],
  foreignKeys: ForeignKeys,
): Buffer {
  const count = rows.map.columns.length;
  const type = change === 'insert' ? EVENT.writeRows : EVENT.deleteRows;
  const flags =
    foreignKeys === 'unchecked'
      ? flagsOf(rows) | NO_FOREIGN_KEY_CHECKS
      : flagsOf(rows) & ~NO_FOREIGN_KEY_CHECKS;
  return asWhole(rows, type, flags, [
    ...[packLength(count), bitsOf(columns, count)],
    ...images.map((image) => packImage(image, columns)),
  ]);
}

function flagsOf({ event }: RowsEvent): number {
  return event.body.readUInt16LE(FLAGS_AT);
}

function asWhole({ event }: RowsEvent, type: number, flags: number, rest: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(HEADER_LENGTH);
  event.bytes.copy(head, 0, 0, HEADER_LENGTH);
  head[4] = type;
  const post = Buffer.alloc(FLAGS_AT + 4);
  event.body.copy(post, 0, 0, FLAGS_AT);
  post.writeUInt16LE(flags | STATEMENT_END, FLAGS_AT);
  // From version 2 on there is a length of more, itself included.
  post.writeUInt16LE(2, FLAGS_AT + 2);
  const whole = Buffer.concat([head, post, ...rest]);
  whole.writeUInt32LE(whole.length, LENGTH_AT);
  return whole;
}

function packLength(value: number): Buffer {
  return value < 0xfb ? Buffer.from([value]) : Buffer.from([0xfc, value & 0xff, value >> 8]);
}

function bitsOf(indexes: readonly number[], count: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(count / 8));
  for (const index of indexes) bits[index >> 3]! |= 1 << (index & 7);
  return bits;
}

function packImage(image: RowImage, indexes: readonly number[]): Buffer {
  const nulls = bitsOf(
    indexes.flatMap((index, order) => (image[index] === null ? [order] : [])),
    indexes.length,
  );
  return Buffer.concat([nulls, ...indexes.flatMap((index) => image[index] ?? [])]);
}
