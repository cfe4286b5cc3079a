import { judgeJson } from './judge-json.ts';
import { decimalJudge, judgeBigint, judgeBoolean, judgeInt, type ValueJudge } from './judge-number.ts';
import { datetimeJudge, judgeDate } from './judge-time.ts';
import type { Column } from './manifest.ts';

/** What the column of the staging table has room for; never more than the contract allows is used of it. */
export interface ColumnStorage {
  /** Digits of a second. */
  readonly fractionDigits: number;
  /** Digits after the point as the server shows them. */
  readonly scale: number;
  /** In characters; `undefined` where it is not a text. */
  readonly maxLength: number | undefined;
  /** Of UTF-8, which is how the TEXT types are limited. */
  readonly maxBytes?: number | undefined;
  /** The character set, where it lacks characters that can be told here. */
  readonly lacks?: 'utf8mb3' | 'ascii' | undefined;
}

/** What is checked of one column: its value in the server's form, or in words why it is wrong. */
export interface ColumnJudge {
  readonly judge: ValueJudge;
  /** What a wrong value is not: `no date`. */
  readonly explain: (text: string) => string;
  /** Text and JSON can hold what has a meaning in a line of LOAD DATA. */
  readonly needsEscape: boolean;
}

/** Makes the judge of a column; made once a file, asked once a row. */
export function columnJudge(column: Column, storage: ColumnStorage): ColumnJudge {
  const { type } = column;
  switch (type.kind) {
    case 'bigint':
      return plain(judgeBigint, 'is no bigint (a whole number of 64 bits)');
    case 'int':
      return plain(judgeInt, 'is no int (a whole number of 32 bits)');
    case 'decimal': {
      const { precision, scale } = type;
      const what = `is no decimal(${precision},${scale})`;
      return plain(decimalJudge(precision, scale, storage.scale), what);
    }
    case 'date':
      return plain(judgeDate, 'is no date (YYYY-MM-DD, a day of the calendar from the year 1000 on)');
    case 'datetime':
      return plain(
        datetimeJudge(storage.fractionDigits),
        `is no datetime (ISO 8601, from the year 1000 on, at most ${storage.fractionDigits} digits of a second)`,
      );
    case 'boolean':
      return plain(judgeBoolean, 'is no boolean (true, false, 1 or 0)');
    case 'json':
      return { judge: judgeJson, explain: () => 'is no JSON', needsEscape: true };
    case 'string':
      return stringJudge(column, storage);
  }
}

function plain(judge: ValueJudge, what: string): ColumnJudge {
  return { judge, explain: () => what, needsEscape: false };
}

function stringJudge({ pattern, maxLength }: Column, storage: ColumnStorage): ColumnJudge {
  const most = Math.min(maxLength ?? Infinity, storage.maxLength ?? Infinity);
  const { maxBytes = Infinity, lacks } = storage;
  const strange = lacks && STRANGE[lacks];
  return {
    judge: (text) => {
      if (text.length > most && isLonger(text, most)) return undefined;
      if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) return undefined;
      if (strange?.test(text)) return undefined;
      return pattern === undefined || pattern.test(text) ? text : undefined;
    },
    explain: (text) => {
      if (isLonger(text, most)) return `is longer than ${most} characters`;
      if (Buffer.byteLength(text) > maxBytes) return `is longer than the ${maxBytes} bytes of its column`;
      if (strange?.test(text)) return `has a character that the character set of its column, ${lacks}, lacks`;
      return `does not match the pattern ${pattern?.source}`;
    },
    needsEscape: true,
  };
}

/** What a character set has no place for. */
const STRANGE = { utf8mb3: /[\u{10000}-\u{10ffff}]/u, ascii: /[^\0-\x7f]/ } as const;

/** In characters, of which one may be two units of UTF-16. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  return text.length > most * 2 || Array.from(text).length > most;
}
