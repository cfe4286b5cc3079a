import type { ValueJudge } from '../manifest/judge-number.ts';

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
/** The most that JavaScript writes. */
const MOST_DIGITS = 100;

/**
 * A number in floating point. It is kept where what is stored, written with as many digits as were read, is what was
 * read: 0.1 and 0.10000000000000001 are, 9007199254740993 is not.
 */
export const judgeDouble: ValueJudge = floatJudge((value) => value);

/** The same in 32 bits: 0.1 is kept, 16777217 is not. */
export const judgeFloat: ValueJudge = floatJudge(Math.fround);

function floatJudge(store: (value: number) => number): ValueJudge {
  return (text) => {
    if (!FLOAT.test(text)) return undefined;
    const stored = store(Number(text));
    if (!Number.isFinite(stored)) return undefined;
    const digits = significantDigits(text);
    if (digits === '') return '0';
    if (digits.length > MOST_DIGITS || stored === 0) return undefined;
    const written = stored.toPrecision(digits.length);
    const isSame = significantDigits(written) === digits || isRoundedDown(stored, digits);
    return isSame && hasSameScale(written, text) ? String(stored) : undefined;
  };
}

/** What lies in the middle between two texts is written as either of them; `toPrecision` gives the greater one. */
function isRoundedDown(stored: number, digits: string): boolean {
  const longer = allDigits(stored.toPrecision(Math.min(MOST_DIGITS, digits.length + FURTHER)));
  return longer.startsWith(digits) && /^50*$/.test(longer.slice(digits.length));
}

const FURTHER = 30;

/** Without sign, point, exponent, and the zeros at either end. */
function significantDigits(text: string): string {
  return allDigits(text).replace(/0+$/, '');
}

function allDigits(text: string): string {
  return text
    .replace(/[eE].*$/, '')
    .replace(/[+.-]/g, '')
    .replace(/^0+/, '');
}

/** The same digits at another place of the point would be another number. */
function hasSameScale(written: string, text: string): boolean {
  const [left, right] = [Number(written), Number(text)];
  return left === right || Math.abs(left - right) < Math.abs(right) / 2;
}

/** A vector as JSON writes it, `[1,2.5]`; every number is kept as `judgeFloat` keeps it. */
export function vectorJudge(mostEntries: number): ValueJudge {
  return (text) => {
    const inner = /^\s*\[([^[\]]*)\]\s*$/.exec(text)?.[1];
    if (inner === undefined) return undefined;
    const entries = inner.split(',').map((entry) => judgeFloat(entry.trim()));
    if (entries.length > mostEntries || entries.includes(undefined)) return undefined;
    return `[${entries.join(',')}]`;
  };
}
