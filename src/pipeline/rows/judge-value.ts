import { judgeDouble, judgeFloat, vectorJudge } from './judge-float.ts';
import { judgeJson } from './judge-json.ts';
import { decimalJudge, integerJudge, judgeBoolean, type ValueJudge } from '../manifest/judge-number.ts';
import { datetimeJudge, isTimestamp, judgeDate, timeJudge } from './judge-time.ts';
import { isIntegerKind, rangeOfType } from '../manifest/integer-range.ts';
import type { Column, ColumnType, Dataset } from '../manifest/manifest.ts';
import type { ValueRule } from '../manifest/value-rule.ts';

/** What the column of the staging table has room for; never more than the contract allows is used of it. */
export interface ColumnStorage {
  /** The server's name of the type: `varchar`. */
  readonly dataType: string;
  /** Digits of a second. */
  readonly fractionDigits: number;
  /** Digits after the point as the server shows them. */
  readonly scale: number;
  /** In characters; `undefined` where it is not a text. */
  readonly maxLength: number | undefined;
  /** Of its character set, which is how TEXT and binary types are limited. */
  readonly maxBytes?: number | undefined;
  /** Where its character set is not utf8mb4. */
  readonly characterSet?: CharacterSet | undefined;
  /** Of an ENUM. */
  readonly members?: ReadonlySet<string> | undefined;
}

/** A character set of the server, as far as a text must fit into it. */
export interface CharacterSet {
  readonly name: string;
  /** Bytes that it takes, `undefined` where it lacks a character. */
  readonly bytesOf: (text: string) => number | undefined;
}

/** What is checked of one column: its value in the server's form, or in words why it is wrong. */
export interface ColumnJudge {
  readonly judge: ValueJudge;
  /** What a wrong value is not: `no date`. */
  readonly explain: (text: string) => string;
  /** Text and JSON can hold what has a meaning in a line of LOAD DATA. */
  readonly needsEscape: boolean;
}

/** How the files of a dataset write numbers and days, and which column orders its rows. */
export type Notation = Pick<Dataset, 'decimal' | 'dateFormat' | 'watermark'>;

/** The end of what has none; a row that begins there would end before it begins. */
const OPEN_END = '9999-12-31';

/** Makes the judge of a column; made once a file, asked once a row. */
export function columnJudge(column: Column, storage: ColumnStorage, notation: Notation): ColumnJudge {
  const judge = typeJudge(column, storage, notation);
  return column.rules && column.rules.length > 0 ? withRules(judge, column.rules) : judge;
}

/** The rules are about the value as the server has it. */
function withRules({ judge, explain, needsEscape }: ColumnJudge, rules: readonly ValueRule[]): ColumnJudge {
  const broken = (value: string): ValueRule | undefined => rules.find(({ isBroken }) => isBroken(value));
  return {
    judge: only(judge, (value) => broken(value) === undefined),
    explain: (text) => {
      const value = judge(text);
      return (value === undefined ? undefined : broken(value)?.explain) ?? explain(text);
    },
    needsEscape,
  };
}

function typeJudge(column: Column, storage: ColumnStorage, notation: Notation): ColumnJudge {
  const { type } = column;
  if (type.kind === 'string') return stringJudge(column, storage);
  const judge = inNotation(type, valueJudge(type, storage), notation);
  const explain = (): string => describeWrong(type, storage, notation);
  const needsEscape = type.kind === 'json';
  const isTime = type.kind === 'date' || type.kind === 'datetime';
  if (!isTime || column.name !== notation.watermark) return { judge, explain, needsEscape };
  return {
    judge: only(judge, (value) => value < OPEN_END),
    explain: (text) =>
      judge(text) === undefined ? explain() : `is at ${OPEN_END}, which stands for an open end`,
    needsEscape,
  };
}

function valueJudge(type: ColumnType, storage: ColumnStorage): ValueJudge {
  if (isIntegerKind(type.kind)) return integerJudge(rangeOfType({ ...type, kind: type.kind }));
  switch (type.kind) {
    case 'decimal':
      return decimalJudge(type, storage.scale);
    case 'double':
      return judgeDouble;
    case 'float':
      return storage.dataType === 'double' ? judgeDouble : judgeFloat;
    case 'date':
      return judgeDate;
    case 'datetime':
      return storage.dataType === 'timestamp'
        ? only(datetimeJudge(storage.fractionDigits), isTimestamp)
        : datetimeJudge(storage.fractionDigits);
    case 'time':
      return timeJudge(storage.fractionDigits);
    case 'year':
      return judgeYear;
    case 'boolean':
      return judgeBoolean;
    case 'json':
      return judgeJson;
    case 'binary':
      return binaryJudge(storage);
    case 'vector':
      return vectorJudge((storage.maxBytes ?? 0) / 4);
    case 'string':
      return (text) => text;
  }
}

/** The server takes fewer digits for a year of this century or the last one, and 0 for 2000. */
const judgeYear = integerJudge({ least: '1901', greatest: '2155' });

function only(judge: ValueJudge, isKept: (value: string) => boolean): ValueJudge {
  return (text) => {
    const value = judge(text);
    return value !== undefined && isKept(value) ? value : undefined;
  };
}

/** Hexadecimal digits; BINARY fills up what is too short, so there the length must be right. */
function binaryJudge({ maxBytes = 0, dataType }: ColumnStorage): ValueJudge {
  return (text) => {
    const digits = text.replace(/^0x/i, '');
    if (digits.length % 2 !== 0 || !/^[\da-f]*$/i.test(digits)) return undefined;
    const bytes = digits.length / 2;
    return bytes > maxBytes || (dataType === 'binary' && bytes < maxBytes) ? undefined : digits.toUpperCase();
  };
}

function inNotation(type: ColumnType, judge: ValueJudge, { decimal, dateFormat }: Notation): ValueJudge {
  if (decimal === ',' && ['decimal', 'double', 'float'].includes(type.kind)) {
    return (text) => (text.includes('.') ? undefined : judge(text.replace(',', '.')));
  }
  const read =
    type.kind === 'date' ? dateFormat?.toDate : type.kind === 'datetime' ? dateFormat?.toDatetime : undefined;
  if (!read) return judge;
  return (text) => {
    const iso = read(text);
    return iso === undefined ? undefined : judge(iso);
  };
}

function describeWrong(type: ColumnType, storage: ColumnStorage, { dateFormat }: Notation): string {
  const { fractionDigits, maxBytes, dataType } = storage;
  if (isIntegerKind(type.kind)) {
    const { least, greatest } = rangeOfType({ ...type, kind: type.kind });
    return `is not a valid ${type.kind} (a whole number from ${least} to ${greatest})`;
  }
  switch (type.kind) {
    case 'decimal':
      return `is not a valid decimal(${type.precision},${type.scale})${type.unsigned ? ' unsigned' : ''}`;
    case 'double':
    case 'float':
      return `is not a valid ${type.kind} (a number that ${type.kind === 'float' ? 32 : 64} bits keep with all digits written)`;
    case 'date':
      return `is not a valid date (${dateFormat?.source ?? 'YYYY-MM-DD'}, a day of the calendar from the year 1000 on)`;
    case 'datetime':
      return `is not a valid datetime (${dateFormat?.source ?? 'ISO 8601'}, ${dataType === 'timestamp' ? 'from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC' : 'from the year 1000 on'}, at most ${fractionDigits} digits of a second)`;
    case 'time':
      return `is not a valid time (HH:MM:SS, up to 838:59:59, at most ${fractionDigits} digits of a second)`;
    case 'year':
      return 'is not a valid year (1901 to 2155)';
    case 'boolean':
      return 'is not a valid boolean (true, false, 1 or 0)';
    case 'json':
      return 'is not JSON that the server keeps as it is (each key once, no digits that a double loses)';
    case 'binary':
      return `is not valid binary data (hexadecimal digits of ${dataType === 'binary' ? '' : 'at most '}${maxBytes} bytes)`;
    case 'vector':
      return `is not a valid vector ([1,2.5], at most ${(maxBytes ?? 0) / 4} numbers that 32 bits keep)`;
    case 'string':
      return 'is not a valid string';
  }
}

/** One thing that can be wrong with a text. */
interface TextRule {
  readonly isBroken: (text: string) => boolean;
  readonly explain: string;
}

function stringJudge({ pattern, maxLength }: Column, storage: ColumnStorage): ColumnJudge {
  const rules = [...lengthRules(maxLength, storage), ...storageRules(storage)];
  if (pattern !== undefined) {
    rules.push({
      isBroken: (text) => !pattern.test(text),
      explain: `does not match the pattern ${pattern.source}`,
    });
  }
  return {
    judge: (text) => {
      for (const rule of rules) if (rule.isBroken(text)) return undefined;
      return text;
    },
    explain: (text) => rules.find(({ isBroken }) => isBroken(text))?.explain ?? 'cannot be kept',
    needsEscape: true,
  };
}

function lengthRules(maxLength: number | undefined, storage: ColumnStorage): TextRule[] {
  const most = Math.min(maxLength ?? Infinity, storage.maxLength ?? Infinity);
  return most === Infinity
    ? []
    : [{ isBroken: (text) => isLonger(text, most), explain: `is longer than ${most} characters` }];
}

/** What the column would change or refuse. */
function storageRules({ dataType, maxBytes, characterSet, members }: ColumnStorage): readonly TextRule[] {
  const rules: TextRule[] = [];
  if (dataType === 'char') {
    const explain = 'ends in a blank, which a CHAR column drops';
    rules.push({ isBroken: (text) => text.endsWith(' '), explain });
  }
  if (characterSet) {
    const { name, bytesOf } = characterSet;
    const explain = `has a character that the character set of its column, ${name}, lacks`;
    rules.push({ isBroken: (text) => bytesOf(text) === undefined, explain });
  }
  if (maxBytes !== undefined) {
    const bytesOf = characterSet?.bytesOf ?? ((text: string) => Buffer.byteLength(text));
    const isBroken = (text: string): boolean => text.length * 4 > maxBytes && (bytesOf(text) ?? 0) > maxBytes;
    rules.push({ isBroken, explain: `is longer than the ${maxBytes} bytes of its column` });
  }
  if (members) {
    const explain = `is not one of the values of its ENUM column, to the letter`;
    rules.push({ isBroken: (text) => !members.has(text), explain });
  }
  return rules;
}

/** In characters, of which one may be two units of UTF-16. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  return text.length > most * 2 || Array.from(text).length > most;
}
