/** How a file writes days and instants; gives them in ISO 8601, or nothing where the text is written otherwise. */
export interface DateFormat {
  readonly source: string;
  readonly toDate: (text: string) => string | undefined;
  readonly toDatetime: (text: string) => string | undefined;
}

/** What each part of a format stands for, and the text that it takes. */
const PARTS: Readonly<Record<string, readonly [name: string, pattern: string]>> = {
  YYYY: ['year', String.raw`\d{4}`],
  MM: ['month', String.raw`\d\d`],
  M: ['month', String.raw`\d\d?`],
  DD: ['day', String.raw`\d\d`],
  D: ['day', String.raw`\d\d?`],
  HH: ['hour', String.raw`\d\d`],
  H: ['hour', String.raw`\d\d?`],
  hh: ['hour', String.raw`\d\d`],
  h: ['hour', String.raw`\d\d?`],
  mm: ['minute', String.raw`\d\d`],
  ss: ['second', String.raw`\d\d`],
  SSS: ['fraction', String.raw`\d{1,9}`],
  A: ['half', '[AaPp][Mm]'],
};
const PART = /YYYY|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A/g;

/** For a message. */
export const DATE_PARTS = Object.keys(PARTS).join(' ');

/**
 * Reads a format such as `DD.MM.YYYY` or `M/D/YYYY h:mm A`. Without hours it is that of days; a `datetime` is then such
 * a day, a blank or `T`, and a time as ISO 8601 has it. Gives in words what is wrong with it.
 */
export function parseDateFormat(source: string): DateFormat | { readonly problem: string } {
  const problem = findProblem(source);
  if (problem !== undefined) return { problem };
  const hour = source.search(/[Hh]/);
  const day = matcher(hour < 0 ? source : source.slice(0, hour).replace(/\W+$/, ''));
  const whole = hour < 0 ? undefined : matcher(source);
  return {
    source,
    toDate: (text) => {
      const parts = day(text);
      return parts && toDay(parts);
    },
    toDatetime: (text) => {
      if (whole) {
        const parts = whole(text);
        return parts && toInstant(parts);
      }
      const end = text.search(/[T ]/);
      const parts = end < 0 ? undefined : day(text.slice(0, end));
      return parts && `${toDay(parts)}${text.slice(end)}`;
    },
  };
}

function findProblem(source: string): string | undefined {
  const names = (source.match(PART) ?? []).map((part) => PARTS[part]![0]);
  const missing = ['year', 'month', 'day'].find((name) => !names.includes(name));
  if (missing !== undefined) return `has no ${missing}`;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `has the ${twice} twice`;
  if (names.includes('hour') && !names.includes('minute')) return 'has hours and no minutes';
  if (!names.includes('hour') && names.length > 3) return 'has a time without hours';
  if (/h/.test(source) !== names.includes('half'))
    return 'has only one of hh (hours up to 12) and A (AM or PM)';
  if (source.search(/[Hh]/) >= 0 && source.search(/[Hh]/) < source.search(/Y/))
    return 'has the time before the day';
  const rest = source.replace(PART, '');
  return /[A-Za-z0-9]/.test(rest.replace('T', ''))
    ? `has "${rest.replace(/[^A-Za-z0-9]/g, '')}" in it`
    : undefined;
}

type Parts = Readonly<Record<string, string | undefined>>;

function matcher(format: string): (text: string) => Parts | undefined {
  const source = format
    .split(/(YYYY|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A)/)
    .map((part) => {
      const known = PARTS[part];
      return known
        ? `(?<${known[0]}>${known[1]})`
        : part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
    })
    .join('');
  const pattern = new RegExp(`^${source}$`);
  return (text) => pattern.exec(text)?.groups;
}

function toDay({ year, month = '', day = '' }: Parts): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function toInstant(parts: Parts): string | undefined {
  const { hour = '', minute, second = '00', fraction, half } = parts;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  const time = `${String(hours).padStart(2, '0')}:${minute}:${second}`;
  return `${toDay(parts)} ${time}${fraction === undefined ? '' : `.${fraction}`}`;
}
