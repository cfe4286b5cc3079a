import { TYPE, type Column } from './table-map.ts';

const FIXED: Readonly<Record<number, number>> = {
  [TYPE.tiny]: 1,
  [TYPE.short]: 2,
  [TYPE.int24]: 3,
  [TYPE.long]: 4,
  [TYPE.longlong]: 8,
  [TYPE.float]: 4,
  [TYPE.double]: 8,
  [TYPE.timestamp]: 4,
  [TYPE.date]: 3,
  [TYPE.newdate]: 3,
  [TYPE.time]: 3,
  [TYPE.datetime]: 8,
  [TYPE.year]: 1,
  [TYPE.null]: 0,
};
const DIGIT_BYTES = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

/** How many bytes a value takes that is not NULL and begins at `at`. */
export function valueLength({ type, meta }: Column, bytes: Buffer, at: number): number {
  const fixed = FIXED[type];
  if (fixed !== undefined) return fixed;
  switch (type) {
    case TYPE.timestamp2:
      return 4 + fractionBytes(meta);
    case TYPE.datetime2:
      return 5 + fractionBytes(meta);
    case TYPE.time2:
      return 3 + fractionBytes(meta);
    case TYPE.newdecimal:
      return decimalBytes(meta >> 8, meta & 0xff);
    case TYPE.bit:
      return (meta >> 8) + ((meta & 0xff) > 0 ? 1 : 0);
    case TYPE.varchar:
    case TYPE.varString:
      return meta > 255 ? 2 + bytes.readUInt16LE(at) : 1 + bytes[at]!;
    case TYPE.string:
    case TYPE.enum:
    case TYPE.set:
      return stringLength(meta, bytes, at);
    case TYPE.blob:
    case TYPE.tinyBlob:
    case TYPE.mediumBlob:
    case TYPE.longBlob:
    case TYPE.geometry:
    case TYPE.json:
    case TYPE.vector:
      return meta + bytes.readUIntLE(at, meta);
    default:
      throw new Error(`the binary log has a column of type ${type}, which is not known`);
  }
}

function fractionBytes(digits: number): number {
  return Math.ceil(digits / 2);
}

function decimalBytes(precision: number, scale: number): number {
  const whole = precision - scale;
  const bytes = (digits: number): number => Math.floor(digits / 9) * 4 + DIGIT_BYTES[digits % 9]!;
  return bytes(whole) + bytes(scale);
}

function stringLength(meta: number, bytes: Buffer, at: number): number {
  const head = stringHead(meta);
  if (head === 0) return meta & 0xff;
  return head === 2 ? 2 + bytes.readUInt16LE(at) : 1 + bytes[at]!;
}

/**
 * How many bytes hold the length of a CHAR; 0 for ENUM and SET, which have none. The real type and two more bits of the
 * greatest length are packed into the first byte of the meta.
 */
function stringHead(meta: number): 0 | 1 | 2 {
  const first = meta >> 8;
  const low = meta & 0xff;
  const type = first | 0x30;
  if (type === TYPE.enum || type === TYPE.set) return 0;
  return (low | (((first & 0x30) ^ 0x30) << 4)) > 255 ? 2 : 1;
}

/** The text of a value without its length. */
export function textOf({ type, meta }: Column, value: Buffer): Buffer {
  switch (type) {
    case TYPE.varchar:
    case TYPE.varString:
      return value.subarray(meta > 255 ? 2 : 1);
    case TYPE.string:
      return value.subarray(stringHead(meta));
    case TYPE.blob:
    case TYPE.tinyBlob:
    case TYPE.mediumBlob:
    case TYPE.longBlob:
      return value.subarray(meta);
    default:
      return value;
  }
}

/** A value for people: numbers and text as they are, the rest in hex. */
export function showValue({ type, meta }: Column, value: Buffer | null): string {
  if (value === null) return 'NULL';
  switch (type) {
    case TYPE.tiny:
    case TYPE.short:
    case TYPE.int24:
    case TYPE.long:
      return String(value.readIntLE(0, value.length));
    case TYPE.longlong:
      return String(value.readBigInt64LE(0));
    case TYPE.varchar:
    case TYPE.varString:
      return JSON.stringify(value.subarray(meta > 255 ? 2 : 1).toString('utf8'));
    case TYPE.string: {
      const head = stringHead(meta);
      return head === 0
        ? `0x${value.toString('hex')}`
        : JSON.stringify(value.subarray(head).toString('utf8'));
    }
    default:
      return `0x${value.toString('hex')}`;
  }
}
