import { isIntegerKind, rangeOfType } from '../manifest/integer-range.ts';
import type { ColumnStorage } from '../rows/judge-value.ts';
import type { Column, Dataset } from '../manifest/manifest.ts';
import { plainPattern } from './plain-pattern.ts';

/**
 * Copies a field that stands in the file as the server would show it, or nearly so, and gives the place behind it; -1
 * where it does not, and then `columnJudge` decides. What it copies must be what that one gives.
 */
export type PlainColumn = (
  bytes: Buffer,
  from: number,
  to: number,
  out: Buffer,
  at: number,
  isAscii: boolean,
) => number;

const [ZERO, NINE, POINT, DASH, COLON, BLANK, T, Z] = Array.from('09.-: TZ', (sign) =>
  sign.charCodeAt(0),
) as [number, number, number, number, number, number, number, number];
/** Digits that fit into every type of as many: no number has to be compared. */
const MOST_DIGITS = 18;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** A row that begins at the end of time is rejected, and a TIMESTAMP holds fewer years: whole ones alone are certain. */
const YEARS = { all: [1000, 9999], watermark: [1000, 9998], timestamp: [1971, 2037] } as const;

/** What of a column is looked at here or by `plainRows`: a property that is new has to be looked at before it compiles. */
type Seen = 'name' | 'type' | 'required' | 'maxLength' | 'pattern' | 'sensitive' | 'rules' | 'at';
type Unseen = Exclude<keyof Column, Seen>;

/** `undefined` where no field of the column may be copied without being judged. */
export function plainColumn(
  column: [Unseen] extends [never] ? Column : never,
  storage: ColumnStorage,
  { decimal, dateFormat, watermark }: Pick<Dataset, 'decimal' | 'dateFormat' | 'watermark'>,
): PlainColumn | undefined {
  const { type, rules = [] } = column;
  // What a data contract asks of a value is asked of the value as the server has it.
  if (rules.length > 0) return undefined;
  if (isIntegerKind(type.kind)) return plainInteger(rangeOfType({ ...type, kind: type.kind }).greatest);
  const isWatermark = column.name === watermark;
  switch (type.kind) {
    case 'string':
      return plainText(column, storage);
    case 'boolean':
      return plainInteger('9', (digit) => digit <= ZERO + 1);
    case 'decimal':
      return decimal === '.'
        ? plainDecimal(type.precision - type.scale, type.scale, storage.scale)
        : undefined;
    case 'date':
      return dateFormat ? undefined : plainDate(isWatermark ? YEARS.watermark : YEARS.all);
    case 'datetime': {
      const isTimestamp = storage.dataType === 'timestamp';
      const years = isTimestamp ? YEARS.timestamp : isWatermark ? YEARS.watermark : YEARS.all;
      return dateFormat ? undefined : plainDatetime(years, storage.fractionDigits);
    }
    default:
      return undefined;
  }
}

function copy(bytes: Buffer, from: number, to: number, out: Buffer, at: number): number {
  let place = at;
  for (let index = from; index < to; index += 1) out[place++] = bytes[index]!;
  return place;
}

function plainText(column: Column, storage: ColumnStorage): PlainColumn | undefined {
  const { pattern, maxLength } = column;
  if (storage.characterSet || storage.members) return undefined;
  // Bytes are never fewer than characters.
  const most = Math.min(maxLength ?? Infinity, storage.maxLength ?? Infinity, storage.maxBytes ?? Infinity);
  const isChar = storage.dataType === 'char';
  const walk = pattern === undefined ? undefined : plainPattern(pattern.source);
  return (bytes, from, to, out, at, isAscii) => {
    if (to - from > most || (isChar && to > from && bytes[to - 1] === BLANK)) return -1;
    if (
      walk
        ? !walk(bytes, from, to)
        : pattern && !(isAscii && pattern.test(bytes.toString('latin1', from, to)))
    )
      return -1;
    return copy(bytes, from, to, out, at);
  };
}

function plainInteger(greatest: string, isAllowed?: (digit: number) => boolean): PlainColumn {
  const most = isAllowed ? 1 : Math.min(MOST_DIGITS, greatest.length - 1);
  return (bytes, from, to, out, at) => {
    const length = to - from;
    if (length < 1 || length > most || (length > 1 && bytes[from] === ZERO)) return -1;
    let place = at;
    for (let index = from; index < to; index += 1) {
      const digit = bytes[index]!;
      if (digit < ZERO || digit > NINE) return -1;
      out[place++] = digit;
    }
    return isAllowed && !isAllowed(bytes[from]!) ? -1 : place;
  };
}

function plainDecimal(mostWhole: number, scale: number, shownScale: number): PlainColumn {
  return (bytes, from, to, out, at) => {
    let place = at;
    let index = from;
    for (; index < to && bytes[index] !== POINT; index += 1) {
      const digit = bytes[index]!;
      if (digit < ZERO || digit > NINE) return -1;
      out[place++] = digit;
    }
    const whole = index - from;
    // A leading zero stands alone, and then there are no whole digits at all.
    if (whole < 1 || whole > mostWhole || (whole > 1 && bytes[from] === ZERO)) return -1;
    const fraction = index < to ? to - index - 1 : 0;
    if (fraction > scale || (index < to && fraction === 0)) return -1;
    if (shownScale === 0) return place;
    out[place++] = POINT;
    for (index += 1; index < to; index += 1) {
      const digit = bytes[index]!;
      if (digit < ZERO || digit > NINE) return -1;
      out[place++] = digit;
    }
    for (let digits = fraction; digits < shownScale; digits += 1) out[place++] = ZERO;
    return place;
  };
}

type Years = readonly [least: number, greatest: number];

function plainDate(years: Years): PlainColumn {
  return (bytes, from, to, out, at) =>
    to - from === 10 && isDay(bytes, from, years) ? copy(bytes, from, to, out, at) : -1;
}

/** `2026-01-05T09:30:00Z`, also with a blank or without the zone. */
function plainDatetime(years: Years, fractionDigits: number): PlainColumn {
  const rest = Buffer.from(fractionDigits === 0 ? '' : `.${'0'.repeat(fractionDigits)}`);
  return (bytes, from, to, out, at) => {
    const length = to - from;
    if (length !== 19 && !(length === 20 && bytes[from + 19] === Z)) return -1;
    const between = bytes[from + 10];
    if ((between !== T && between !== BLANK) || bytes[from + 13] !== COLON || bytes[from + 16] !== COLON)
      return -1;
    if (!(
      twoDigits(bytes, from + 11) < 24 &&
      twoDigits(bytes, from + 14) < 60 &&
      twoDigits(bytes, from + 17) < 60
    ))
      return -1;
    if (!isDay(bytes, from, years)) return -1;
    copy(bytes, from, from + 19, out, at);
    out[at + 10] = BLANK;
    return copy(rest, 0, rest.length, out, at + 19);
  };
}

function isDay(bytes: Buffer, from: number, [least, greatest]: Years): boolean {
  if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return false;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  if (!(year >= least && year <= greatest && month >= 1 && month <= 12 && day >= 1)) return false;
  return (
    day <= (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : DAYS[month - 1]!)
  );
}

/** NaN, which is neither smaller nor greater than anything, where there are no digits. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  if (!(tens >= ZERO && tens <= NINE && ones >= ZERO && ones <= NINE)) return Number.NaN;
  return (tens - ZERO) * 10 + (ones - ZERO);
}
