import { parseDateFormat } from '../manifest/date-format.ts';
import { rangeOfType } from '../manifest/integer-range.ts';
import { judgeDouble } from '../rows/judge-float.ts';
import { judgeJson } from '../rows/judge-json.ts';
import { integerJudge, type ValueJudge } from '../manifest/judge-number.ts';
import { datetimeJudge, judgeDate, timeJudge } from '../rows/judge-time.ts';
import type { ColumnType } from '../manifest/manifest.ts';
import { distinctValues, type SampleColumn, type SampleNotation } from './csv-sample.ts';

/** A type that holds all values of a column that were read. */
export interface ProposedType {
  readonly type: ColumnType;
  /** In characters, of a text. */
  readonly longest: number;
  /** Digits behind the second, of an instant. */
  readonly fractionDigits: number;
}

const INT = integerJudge(rangeOfType({ kind: 'int' }));
const BIGINT = integerJudge(rangeOfType({ kind: 'bigint' }));
const UNSIGNED = integerJudge(rangeOfType({ kind: 'bigint', unsigned: true }));
const DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;
/** A code, as of a postal district: as a number it would lose its zeros. */
const CODE = /^(?:0\d+|\+\d*)/;
const WORDS = ['true', 'false'];
const MOST_SCALE = 30;
const MOST_DIGITS = 60;

/** The narrowest type that takes every value as it is; text where no other one does. */
export function proposeType(column: SampleColumn, notation: SampleNotation): ProposedType {
  const values = [...distinctValues(column, notation.nullText)];
  const longest = values.reduce((most, value) => Math.max(most, Array.from(value).length), 0);
  const fractionDigits = Math.min(6, Math.max(0, ...values.map(countFraction)));
  const type = values.length === 0 ? undefined : findType(values, notation);
  return { type: type ?? { kind: 'string' }, longest, fractionDigits };
}

function countFraction(value: string): number {
  return /:\d\d[.,](\d*?)0*(?:Z|[+-][\d:]+)?$/i.exec(value)?.[1]?.length ?? 0;
}

function findType(values: readonly string[], notation: SampleNotation): ColumnType | undefined {
  const all = (judge: ValueJudge): boolean => values.every((value) => judge(value) !== undefined);
  if (values.every((value) => WORDS.includes(value.toLowerCase()))) return { kind: 'boolean' };
  if (!values.some((value) => CODE.test(value))) {
    if (all(INT)) return { kind: 'int' };
    if (all(BIGINT)) return { kind: 'bigint' };
    if (all(UNSIGNED)) return { kind: 'bigint', unsigned: true };
    const number = numberType(values, notation.decimal);
    if (number) return number;
  }
  const format = notation.dateFormat === undefined ? undefined : parseDateFormat(notation.dateFormat);
  const dates = format && 'toDate' in format ? format : undefined;
  const through = (read: ValueJudge | undefined, judge: ValueJudge): ValueJudge =>
    read ? (text) => judge(read(text) ?? '') : judge;
  if (all(through(dates?.toDate, judgeDate))) return { kind: 'date' };
  if (all(through(dates?.toDatetime, datetimeJudge(6)))) return { kind: 'datetime' };
  if (values.every((value) => /^\d\d:\d\d/.test(value)) && all(timeJudge(6))) return { kind: 'time' };
  return values.every((value) => /^[[{]/.test(value)) && all(judgeJson) ? { kind: 'json' } : undefined;
}

/** Exact where the digits say how many there are; twice the room that was needed in front of the sign. */
function numberType(values: readonly string[], sign: '.' | ','): ColumnType | undefined {
  if (sign === ',' && values.some((value) => value.includes('.'))) return undefined;
  let [whole, scale] = [0, 0];
  let isExact = true;
  for (const value of values) {
    const text = sign === ',' ? value.replace(',', '.') : value;
    const parts = DECIMAL.exec(text);
    if (parts) {
      whole = Math.max(whole, parts[1]!.length);
      scale = Math.max(scale, parts[2]?.length ?? 0);
    } else {
      isExact = false;
      if (judgeDouble(text) === undefined) return undefined;
    }
  }
  if (isExact && scale <= MOST_SCALE && whole + scale <= MOST_DIGITS) {
    return { kind: 'decimal', precision: Math.min(65, whole + 3 + scale), scale };
  }
  const isKept = values.every(
    (value) => judgeDouble(sign === ',' ? value.replace(',', '.') : value) !== undefined,
  );
  return isKept ? { kind: 'double' } : undefined;
}
