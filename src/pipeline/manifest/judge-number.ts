import type { ColumnType } from './manifest.ts';

type DecimalType = ColumnType & { readonly kind: 'decimal' };

/** Gives a value as the server would show it, or nothing where it breaks the type. */
export type ValueJudge = (text: string) => string | undefined;

/** The first and the last number of a type. */
export interface IntegerRange {
  readonly least: string;
  readonly greatest: string;
}

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const [ZERO, NINE, POINT] = [48, 57, 46];
/** Digits that fit into 32 bits, whatever they are. */
const SAFE_DIGITS = 9;

/** A whole number within bounds, both of them included and written without needless zeros. */
export function integerJudge({ least, greatest }: IntegerRange): ValueJudge {
  const most = greatest.length;
  const safeDigits = compareIntegers(least, '1') > 0 ? 0 : Math.min(SAFE_DIGITS, most - 1);
  return (text) => {
    if (text.length <= safeDigits && hasDigits(text, 0, text.length) && !text.startsWith('0')) return text;
    if (!INTEGER.test(text)) return undefined;
    const digits = withoutZeros(text.replace(/^[+-]/, ''));
    const value = text.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
    if (digits.length > most + 1) return undefined;
    return compareIntegers(value, greatest) > 0 || compareIntegers(value, least) < 0 ? undefined : value;
  };
}

/** An exact number; zeros at either end do not count, other digits that do not fit are never cut off. */
export function decimalJudge(
  { precision, scale, unsigned = false }: DecimalType,
  shownScale: number,
): ValueJudge {
  const padding = '0'.repeat(shownScale);
  const mostDigits = precision - scale;
  return (text) => {
    if (shownScale === scale && isShown(text, mostDigits, scale)) return text;
    const parts = DECIMAL.exec(text);
    if (!parts) return undefined;
    const whole = withoutZeros(parts[2]!);
    const fraction = (parts[3] ?? '').replace(/0+$/, '');
    if (fraction.length > scale || (whole === '0' ? 0 : whole.length) > precision - scale) return undefined;
    const isZero = whole === '0' && fraction === '';
    const sign = parts[1] === '-' && !isZero ? '-' : '';
    if (unsigned && sign !== '') return undefined;
    return shownScale === 0
      ? `${sign}${whole}`
      : `${sign}${whole}.${(fraction + padding).slice(0, shownScale)}`;
  };
}

/** Whether it stands there as the server would show it: nearly every value does, so no pattern reads it. */
function isShown(text: string, mostDigits: number, scale: number): boolean {
  const point = scale === 0 ? text.length : text.length - scale - 1;
  if (point < 1 || point > mostDigits || !hasDigits(text, 0, point)) return false;
  if (text.charCodeAt(0) === ZERO) return false;
  return scale === 0 || (text.charCodeAt(point) === POINT && hasDigits(text, point + 1, text.length));
}

function hasDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ZERO || unit > NINE) return false;
  }
  return to > from;
}

function withoutZeros(digits: string): string {
  return digits.length > 1 && digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

/** `true`, `false`, `1` or `0`; other words are refused rather than guessed. */
export function judgeBoolean(text: string): string | undefined {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return '1';
    case 'false':
    case '0':
      return '0';
    default:
      return undefined;
  }
}

/** Orders two whole numbers that a judge has let through. */
export function compareIntegers(left: string, right: string): number {
  const isNegative = left.startsWith('-');
  if (isNegative !== right.startsWith('-')) return isNegative ? -1 : 1;
  const order = left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
  return isNegative ? -order : order;
}

/** Orders two decimals with as many digits behind the point. */
export function compareDecimals(left: string, right: string): number {
  return compareIntegers(left.replace('.', ''), right.replace('.', ''));
}
