import type { ColumnType } from '../../pipeline/manifest/manifest.ts';
import { datetimeJudge, judgeDate, timeJudge } from '../../pipeline/rows/judge-time.ts';

/** Compares values of one type as the server orders them. */
export interface ValueOrder {
  /** A text of a contract in the form of the server; undefined where it is not of the type. */
  readonly read: (text: string) => string | undefined;
  /** Of two texts in that form. */
  readonly compare: (left: string, right: string) => number;
}

const EXACT = /^[+-]?\d{1,65}(?:\.\d{1,30})?$/;

/** The order of a type; undefined where its values have none. */
export function orderOf({ kind }: ColumnType): ValueOrder | undefined {
  switch (kind) {
    case 'double':
    case 'float':
      return { read: readNumber, compare: (left, right) => Number(left) - Number(right) };
    case 'date':
      return { read: judgeDate, compare: compareText };
    case 'datetime':
      return {
        read: (text) => datetimeJudge(6)(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00` : text),
        compare: (left, right) => compareText(withoutZeros(left), withoutZeros(right)),
      };
    case 'time':
      return { read: timeJudge(6), compare: (left, right) => secondsOf(left) - secondsOf(right) };
    case 'string':
      return { read: (text) => text, compare: compareText };
    case 'boolean':
      return { read: readBoolean, compare: compareText };
    case 'json':
    case 'binary':
    case 'vector':
      return undefined;
    default:
      return { read: readExact, compare: compareExact };
  }
}

function readExact(text: string): string | undefined {
  if (EXACT.test(text)) return text;
  const number = Number(text);
  return text.trim() !== '' && Number.isSafeInteger(number) ? String(number) : undefined;
}

function readNumber(text: string): string | undefined {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? text : undefined;
}

function readBoolean(text: string): string | undefined {
  if (/^(?:true|1)$/i.test(text)) return '1';
  return /^(?:false|0)$/i.test(text) ? '0' : undefined;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Two decimals, whatever number of digits they have. */
export function compareExact(left: string, right: string): number {
  const places = Math.max(fraction(left).length, fraction(right).length);
  const [first, second] = [scaled(left, places), scaled(right, places)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function fraction(text: string): string {
  return text.split('.')[1] ?? '';
}

function scaled(text: string, places: number): bigint {
  const [whole = '', rest = ''] = text.replace(/^\+/, '').split('.');
  return BigInt(`${whole}${rest.padEnd(places, '0')}`);
}

function withoutZeros(instant: string): string {
  return instant.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

function secondsOf(time: string): number {
  const [hours = '0', minutes = '0', seconds = '0'] = time.replace(/^-/, '').split(':');
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return time.startsWith('-') ? -total : total;
}
