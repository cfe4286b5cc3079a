import type { ColumnType, TypeName } from '../reading/column-type.ts';
import { textFromPlain } from './text-values.ts';
import { changes, fails, KEEPS, type ValueChange } from './value-outcome.ts';

const BITS: Readonly<Partial<Record<TypeName, number>>> = {
  ...{ TINYINT: 8, SMALLINT: 16, MEDIUMINT: 24, INT: 32, BIGINT: 64 },
};
/** Whole numbers that are shown as they are. */
const EXACT_DIGITS = { FLOAT: 6, DOUBLE: 15 };
/** -1.7976931348623157e308 */
const LONGEST_DOUBLE = 23;
const ROUNDS = 'digits behind the point are rounded';
const DROPS_FRACTION = 'fractions of a second are rounded';

export function isInteger({ name }: ColumnType): boolean {
  return BITS[name] !== undefined;
}

/** From a whole number. */
export function integerTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  const [low, high] = rangeOf(from);
  const range = `numbers from ${low} to ${high}`;
  if (isInteger(to)) {
    const [least, most] = rangeOf(to);
    return least <= low && high <= most ? KEEPS : fails(`numbers below ${least} or above ${most}`);
  }
  const digits = digitsOf(from);
  switch (to.name) {
    case 'DECIMAL':
      if (to.isUnsigned && low < 0n) return fails('negative numbers');
      return to.length - to.scale >= digits
        ? KEEPS
        : fails(`numbers of more than ${to.length - to.scale} digits`);
    case 'FLOAT':
    case 'DOUBLE':
      if (digits > EXACT_DIGITS[to.name]) return changesDigits(to.name, digits > 15 || to.name === 'FLOAT');
      return to.isUnsigned && low < 0n ? fails('negative numbers') : to.scale > 0 ? fails(range) : KEEPS;
    case 'BIT':
      if (low < 0n && to.length === 64) return changes('negative numbers become great ones');
      return low === 0n && high < 1n << BigInt(to.length)
        ? KEEPS
        : fails(`numbers of more than ${to.length} bits`);
    case 'JSON':
      return KEEPS;
    default:
      return textFromPlain(to, low < 0n ? `${low}`.length : `${high}`.length);
  }
}

/** A FLOAT shows six digits, a DOUBLE that holds an INT all of them. */
function changesDigits(name: 'FLOAT' | 'DOUBLE', isLossy: boolean): ValueChange {
  return isLossy ? changes(`numbers of more than ${EXACT_DIGITS[name]} digits are rounded`) : KEEPS;
}

export function decimalTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  const whole = from.length - from.scale;
  if (isInteger(to)) {
    if (from.scale > 0) return changes(ROUNDS);
    const [least, most] = rangeOf(to);
    const high = 10n ** BigInt(whole) - 1n;
    return (from.isUnsigned || least <= -high) && high <= most
      ? KEEPS
      : fails(`numbers below ${least} or above ${most}`);
  }
  switch (to.name) {
    case 'DECIMAL':
      if (to.scale < from.scale) return changes(ROUNDS);
      if (to.isUnsigned && !from.isUnsigned) return fails('negative numbers');
      return to.length - to.scale >= whole
        ? KEEPS
        : fails(`numbers of more than ${to.length - to.scale} digits before the point`);
    case 'FLOAT':
    case 'DOUBLE':
      if (from.length > EXACT_DIGITS[to.name])
        return changes(`numbers of more than ${EXACT_DIGITS[to.name]} digits are rounded`);
      if (to.scale > 0) return undefined;
      return to.isUnsigned && !from.isUnsigned ? fails('negative numbers') : KEEPS;
    case 'JSON':
      return from.length > EXACT_DIGITS.DOUBLE
        ? changes(`numbers of more than ${EXACT_DIGITS.DOUBLE} digits are rounded`)
        : KEEPS;
    default:
      return textFromPlain(to, from.length + (from.scale > 0 ? 2 : 1) + (whole === 0 ? 1 : 0));
  }
}

export function floatTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  if (isInteger(to) || to.name === 'DECIMAL') return changes(ROUNDS);
  if (to.name === 'FLOAT' && from.name === 'DOUBLE') return changes('digits behind the sixth are rounded');
  if (to.name === 'FLOAT' || to.name === 'DOUBLE') {
    if (to.scale > 0 && to.scale !== from.scale) return changes(ROUNDS);
    return to.isUnsigned && !from.isUnsigned ? fails('negative numbers') : KEEPS;
  }
  if (from.name === 'FLOAT') return undefined;
  if (to.name === 'JSON') return KEEPS;
  // Shorter text is refused or rounded, by what the number needs.
  const text = textFromPlain(to, LONGEST_DOUBLE);
  return text?.kind === 'keeps' ? text : undefined;
}

export function bitTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  if (to.name === 'BIT')
    return to.length >= from.length ? KEEPS : fails(`numbers of more than ${to.length} bits`);
  if (!isInteger(to)) return undefined;
  const [, most] = rangeOf(to);
  return (1n << BigInt(from.length)) - 1n <= most ? KEEPS : fails(`numbers above ${most}`);
}

/** Dates and times, YEAR among them. */
export function temporalTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  const { name } = from;
  if (name === 'YEAR') return yearTo(to);
  const isMoment = name === 'DATETIME' || name === 'TIMESTAMP';
  switch (to.name) {
    case 'DATETIME':
    case 'TIMESTAMP':
      if (name === 'TIME') return changes('the date of the day of the change is added');
      if (isMoment && to.length < from.length) return changes(DROPS_FRACTION);
      return to.name === 'TIMESTAMP' && name !== 'TIMESTAMP'
        ? fails('moments before 1970, after January 2038 or skipped by summer time')
        : KEEPS;
    case 'DATE':
      if (isMoment) return changes('the time of day is lost');
      return name === 'DATE' ? KEEPS : changes('the time is replaced by a date');
    case 'TIME':
      if (isMoment) return changes('the date is lost');
      if (name !== 'TIME') return changes('the date is lost');
      return to.length < from.length ? changes(DROPS_FRACTION) : KEEPS;
    default: {
      const base = name === 'DATE' ? 10 : name === 'TIME' ? 10 : 19;
      return textFromPlain(to, base + (from.length > 0 ? from.length + 1 : 0));
    }
  }
}

function yearTo(to: ColumnType): ValueChange | undefined {
  if (to.name === 'YEAR') return KEEPS;
  if (isInteger(to)) return to.name === 'TINYINT' ? fails('years above 127 or 255') : KEEPS;
  if (to.name === 'DECIMAL' && to.length - to.scale >= 4) return KEEPS;
  return /^(?:CHAR|VARCHAR|.*TEXT)$/.test(to.name) ? textFromPlain(to, 4) : undefined;
}

/** The server writes it as text. */
export function jsonTo(to: ColumnType): ValueChange | undefined {
  if (to.name === 'JSON') return KEEPS;
  if (!/^(?:VARCHAR|.*TEXT)$/.test(to.name)) return undefined;
  if (to.charset === 'binary') return changes('documents become bytes, which are not read as JSON any more');
  if (to.charset !== 'utf8mb4') return fails(`characters that ${to.charset} does not have`);
  return to.name === 'LONGTEXT' ? KEEPS : fails('longer documents');
}

export function geometryTo(from: ColumnType, to: ColumnType): ValueChange | undefined {
  const isGeometry = /^(?:GEOMETRY|POINT|LINESTRING|POLYGON|MULTI.*|GEOMETRYCOLLECTION)$/;
  if (!isGeometry.test(to.name) || !isGeometry.test(from.name)) return undefined;
  if (to.srid !== undefined && to.srid !== from.srid) return fails('values of another SRID');
  return to.name === 'GEOMETRY' || to.name === from.name ? KEEPS : fails(`values that are no ${to.name}`);
}

function rangeOf({ name, isUnsigned }: ColumnType): readonly [bigint, bigint] {
  const bits = BigInt(BITS[name] ?? 64);
  return isUnsigned ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

function digitsOf(type: ColumnType): number {
  return `${rangeOf(type)[1]}`.length;
}
