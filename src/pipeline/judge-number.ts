/** Gives a value as the server would show it, or nothing where it breaks the type. */
export type ValueJudge = (text: string) => string | undefined;

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const PLAIN = /^[1-9]\d{0,8}$/;

/** A whole number of 64 bits. */
export function judgeBigint(text: string): string | undefined {
  return judgeInteger(text, '9223372036854775807', '9223372036854775808');
}

/** A whole number of 32 bits. */
export function judgeInt(text: string): string | undefined {
  return judgeInteger(text, '2147483647', '2147483648');
}

function judgeInteger(text: string, greatest: string, least: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (!INTEGER.test(text)) return undefined;
  const isNegative = text.startsWith('-');
  const digits = withoutZeros(text.replace(/^[+-]/, ''));
  const limit = isNegative ? least : greatest;
  if (digits.length > limit.length || (digits.length === limit.length && digits > limit)) return undefined;
  return isNegative && digits !== '0' ? `-${digits}` : digits;
}

/** An exact number; zeros at either end do not count, other digits that do not fit are never cut off. */
export function decimalJudge(precision: number, scale: number, shownScale: number): ValueJudge {
  const padding = '0'.repeat(shownScale);
  return (text) => {
    const parts = DECIMAL.exec(text);
    if (!parts) return undefined;
    const whole = withoutZeros(parts[2]!);
    const fraction = (parts[3] ?? '').replace(/0+$/, '');
    if (fraction.length > scale || (whole === '0' ? 0 : whole.length) > precision - scale) return undefined;
    const isZero = whole === '0' && fraction === '';
    const sign = parts[1] === '-' && !isZero ? '-' : '';
    return shownScale === 0
      ? `${sign}${whole}`
      : `${sign}${whole}.${(fraction + padding).slice(0, shownScale)}`;
  };
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
