import type { ValueJudge } from '../manifest/judge-number.ts';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The server's own range for DATE and DATETIME. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const USUAL_LENGTH = 'YYYY-MM-DDTHH:MM:SSZ'.length;
const [ZERO, NINE, DASH, COLON, T, BLANK, Z] = Array.from('09-:T Z', (sign) => sign.charCodeAt(0)) as [
  ...[number, number, number, number, number, number, number],
];

/** A day that the calendar has, as `YYYY-MM-DD`. */
export function judgeDate(text: string): string | undefined {
  return text.length === 10 && isDay(text) ? text : undefined;
}

/**
 * An instant in ISO 8601, in UTC; without a zone it is UTC already. Up to a millionth of a second is kept: digits that
 * the column has no room for are refused, zeros aside.
 */
export function datetimeJudge(fractionDigits: number): ValueJudge {
  const noFraction = fractionDigits === 0 ? '' : `.${'0'.repeat(fractionDigits)}`;
  return (text) => {
    if (isUsual(text)) return `${text.slice(0, 10)} ${text.slice(11, 19)}${noFraction}`;
    return judgeUnusual(text, fractionDigits);
  };
}

/** `2026-01-05T09:30:00Z`, also with a blank or without the zone: nearly every value, so no pattern reads it. */
function isUsual(text: string): boolean {
  return (
    (text.length === USUAL_LENGTH ? text.charCodeAt(19) === Z : text.length === USUAL_LENGTH - 1) &&
    (text.charCodeAt(10) === T || text.charCodeAt(10) === BLANK) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    isDay(text) &&
    twoDigits(text, 11) < 24 &&
    twoDigits(text, 14) < 60 &&
    twoDigits(text, 17) < 60
  );
}

function judgeUnusual(text: string, fractionDigits: number): string | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [, date = '', hours, minutes, seconds = '00', fraction = '', zone = 'Z'] = parts;
  const shown = fraction.replace(/0+$/, '');
  if (!isDay(date) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  if (shown.length > fractionDigits) return undefined;
  const local = `${date} ${hours}:${minutes}:${seconds}`;
  const utc = zone.toUpperCase() === 'Z' ? local : toUtc(local, zone);
  if (utc === undefined || fractionDigits === 0) return utc;
  return `${utc}.${shown.padEnd(fractionDigits, '0')}`;
}

/** Offsets are of whole minutes, so the part of a second stays as it is. */
function toUtc(local: string, zone: string): string | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 14 || minutes > 59) return undefined;
  const offset = (hours * 60 + minutes) * (zone.startsWith('-') ? -1 : 1);
  const instant = new Date(Date.parse(`${local.replace(' ', 'T')}Z`) - offset * 60_000);
  const year = instant.getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** Whether a text begins with a day of the calendar. */
function isDay(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1)) return false;
  return day <= (month === 2 && isLeap(year) ? 29 : DAYS[month - 1]!);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** NaN, which is neither smaller nor greater than anything, where there are no digits. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  if (!(tens >= ZERO && tens <= NINE && ones >= ZERO && ones <= NINE)) return Number.NaN;
  return (tens - ZERO) * 10 + (ones - ZERO);
}

const TIME = /^([+-]?)(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?$/;
/** The server's own limit. */
const MOST_HOURS = 838;

/** A time of day or a duration, `[-]HHH:MM[:SS[.fraction]]`, up to the server's 838:59:59. */
export function timeJudge(fractionDigits: number): ValueJudge {
  return (text) => {
    const parts = TIME.exec(text);
    if (!parts) return undefined;
    const [, sign, hours, minutes, seconds = '00', fraction = ''] = parts;
    const shown = fraction.replace(/0+$/, '');
    if (Number(hours) > MOST_HOURS || shown.length > fractionDigits) return undefined;
    const isLast = Number(hours) === MOST_HOURS && minutes === '59' && seconds === '59';
    if (isLast && shown !== '') return undefined;
    const whole = `${String(Number(hours)).padStart(2, '0')}:${minutes}:${seconds}`;
    const value = fractionDigits === 0 ? whole : `${whole}.${shown.padEnd(fractionDigits, '0')}`;
    return sign === '-' && /[1-9]/.test(value) ? `-${value}` : value;
  };
}

const [FIRST_INSTANT, LAST_INSTANT] = ['1970-01-01 00:00:01', '2038-01-19 03:14:07'];

/** What a TIMESTAMP has room for, of what `datetimeJudge` lets through. */
export function isTimestamp(value: string): boolean {
  const second = value.slice(0, 19);
  return second >= FIRST_INSTANT && second <= LAST_INSTANT;
}
