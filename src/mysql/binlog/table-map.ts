import { readLength } from './log-event.ts';

/** What precedes the rows of a table in a transaction: its name, and the types of its columns at that time. */
export interface TableMap {
  readonly id: bigint;
  readonly schema: string;
  readonly table: string;
  /** By position from 0: the type and what its length depends on. */
  readonly columns: readonly Column[];
  /** Header and body, as `BINLOG` takes it. */
  readonly bytes: Buffer;
  /** Where in `bytes` the length byte of the schema's name is. */
  readonly schemaAt: number;
}

/** A column as the log knows it; two with the same type and meta are stored alike. */
export interface Column {
  readonly type: number;
  readonly meta: number;
}

/** Types of the log, by the number that it has for them. */
export const TYPE = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  newdate: 14,
  varchar: 15,
  bit: 16,
  timestamp2: 17,
  datetime2: 18,
  time2: 19,
  vector: 242,
  json: 245,
  newdecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const;

const ONE_BYTE_META: ReadonlySet<number> = new Set([
  ...[TYPE.float, TYPE.double, TYPE.timestamp2, TYPE.datetime2, TYPE.time2, TYPE.json, TYPE.blob],
  ...[TYPE.tinyBlob, TYPE.mediumBlob, TYPE.longBlob, TYPE.geometry, TYPE.vector],
]);
const TWO_BYTE_META: ReadonlySet<number> = new Set([TYPE.varchar, TYPE.bit, TYPE.varString]);
/** For these the first byte of the meta is the more significant one. */
const TYPED_META: ReadonlySet<number> = new Set([TYPE.newdecimal, TYPE.string, TYPE.enum, TYPE.set]);
const TABLE_ID_BYTES = 6;

/** The number that rows use for their table, at the beginning of both kinds of event. */
export function tableId(body: Buffer): bigint {
  return BigInt(body.readUIntLE(0, TABLE_ID_BYTES));
}

/** Reads a table map event. */
export function readTableMap(bytes: Buffer, headerLength: number): TableMap {
  const body = bytes.subarray(headerLength);
  let at = TABLE_ID_BYTES + 2;
  const schemaAt = headerLength + at;
  const schema = body.subarray(at + 1, at + 1 + body[at]!).toString('utf8');
  at += body[at]! + 2;
  const table = body.subarray(at + 1, at + 1 + body[at]!).toString('utf8');
  at += body[at]! + 2;
  const [count, countSize] = readLength(body, at);
  at += countSize;
  const types = [...body.subarray(at, at + count)];
  at += count;
  at += readLength(body, at)[1];
  const columns = types.map((type): Column => {
    if (ONE_BYTE_META.has(type)) return { type, meta: body[at++]! };
    if (TWO_BYTE_META.has(type)) return { type, meta: body.readUInt16LE((at += 2) - 2) };
    if (TYPED_META.has(type)) return { type, meta: body.readUInt16BE((at += 2) - 2) };
    return { type, meta: 0 };
  });
  return { id: tableId(body), schema, table, columns, bytes, schemaAt };
}

/** The same event for a table of the same name in another schema. */
export function inSchema(map: TableMap, schema: string): Buffer {
  const name = Buffer.from(schema, 'utf8');
  const { bytes, schemaAt } = map;
  const rest = bytes.subarray(schemaAt + 1 + bytes[schemaAt]!);
  const moved = Buffer.concat([bytes.subarray(0, schemaAt), Buffer.from([name.length]), name, rest]);
  moved.writeUInt32LE(moved.length, 9);
  return moved;
}
