import type { Chance } from './chance.ts';
import { writeDay, type FuzzDialect } from './dialect.ts';

/** A text of a file; `stored` is what the server shows of it, `undefined` where it has to be rejected. */
export interface FuzzValue {
  readonly text: string;
  readonly stored: string | undefined;
}

/** A column of a random table. */
export interface FuzzType {
  readonly type: string;
  readonly column: string;
  /** How the stored value is asked for. */
  readonly select?: string;
  /** Of one number there are many texts. */
  readonly isNumber?: boolean;
  readonly make: (chance: Chance, dialect: FuzzDialect) => FuzzValue;
}

const good = (text: string, stored = text): FuzzValue => ({ text, stored });
const bad = (text: string): FuzzValue => ({ text, stored: undefined });

const WORDS = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  ' a',
  'ä',
  'é',
  '\\',
  '\\N',
  'NULL',
  "it's",
  '"',
  ',',
  ';',
  '|',
  '\t',
  'a\nb',
  'a\r\nb',
  '"",""',
  '%',
  '\\"',
  "\\'",
];

function words(column: string, drops: (text: string) => boolean): FuzzType {
  return {
    ...{ type: 'string', column, select: 'HEX(CONVERT(# USING utf8mb4))' },
    make: ({ pick, below, once }) => {
      const text = once(6) ? 'x'.repeat(8 + below(4)) : pick(WORDS) + (once(3) ? pick(WORDS) : '');
      const isKept = Array.from(text).length <= 10 && !drops(text);
      return isKept ? good(text, Buffer.from(text).toString('hex').toUpperCase()) : bad(text);
    },
  };
}

function integers(type: string, column: string, least: bigint, greatest: bigint): FuzzType {
  return {
    ...{ type, column, select: 'CAST(# + 0 AS CHAR)' },
    make: ({ pick, below, once }) => {
      if (once(10)) return bad(pick(['x', '1.0', ' 1', '1e3', '--1', '']));
      const near = pick([0n, least, greatest]) + BigInt(below(5)) - 2n;
      const value = once(2) ? BigInt(below(100)) : near;
      const text = pick([
        String(value),
        value >= 0n ? `+${value}` : String(value),
        value >= 0n ? `00${value}` : String(value),
      ]);
      return value < least || value > greatest ? bad(text) : good(text, String(value));
    },
  };
}

const DECIMAL: FuzzType = {
  ...{ type: 'decimal(6,2)', column: 'DECIMAL(8,3)', select: 'CAST(# AS CHAR)' },
  make: ({ pick, below, once }, { decimal }) => {
    const write = (text: string): string => text.replace('.', decimal);
    if (once(8)) return bad(write(pick(['10000', '1.234', '.5', 'x', '1e2', '-10000.00'])));
    if (once(12)) return bad(decimal === ',' ? '1.5' : '1,5');
    const cents = below(1_000_000) * (once(2) ? 1 : -1);
    const sign = cents < 0 ? '-' : '';
    const [whole, rest] = [Math.floor(Math.abs(cents) / 100), String(Math.abs(cents) % 100).padStart(2, '0')];
    const zero = whole === 0 && rest === '00';
    return good(write(`${sign}${whole}.${rest}`), `${zero ? '' : sign}${whole}.${rest}0`);
  },
};

const DOUBLE: FuzzType = {
  ...{ type: 'double', column: 'DOUBLE', isNumber: true, select: 'CONCAT(#)' },
  make: ({ pick, below, once }, { decimal }) => {
    if (once(8)) return bad(pick(['9007199254740993', 'nan', '1e400', '']));
    const value = (below(2_000_000) - 1_000_000) / pick([1, 7, 1000]) / pick([1, 1e10, 1e-10]);
    return good(String(value).replace('.', decimal), String(value === 0 ? 0 : value));
  },
};

const DAY: FuzzType = {
  ...{ type: 'date', column: 'DATE', select: 'CAST(# AS CHAR)' },
  make: ({ pick, below, once }, dialect) => {
    if (once(8))
      return bad(writeDay(dialect, pick(['2026-02-29', '2026-13-01', '0000-00-00', '0999-01-01'])));
    const day = `${pick(['1000', '2026', '9999'])}-${pick(['01', '12'])}-${String(1 + below(31)).padStart(2, '0')}`;
    return good(writeDay(dialect, day), day);
  },
};

const INSTANT: FuzzType = {
  ...{ type: 'datetime', column: 'TIMESTAMP(3) NULL', select: 'CAST(# AS CHAR)' },
  make: ({ pick, below, once }, dialect) => {
    if (once(8))
      return bad(
        writeDay(
          dialect,
          pick(['1969-12-31T23:59:59Z', '2038-01-19T03:14:08Z', '2026-01-01T00:00:00.1234Z']),
        ),
      );
    const hour = below(24);
    const milliseconds = below(1000);
    const zone = pick([0, 2, -5]);
    const local = `2026-01-15T${String(hour).padStart(2, '0')}:30:00.${String(milliseconds).padStart(3, '0')}`;
    const written = zone === 0 ? pick(['Z', '']) : `${zone < 0 ? '-' : '+'}0${Math.abs(zone)}:00`;
    const utc = new Date(Date.parse(`${local}Z`) - zone * 3_600_000).toISOString();
    return good(writeDay(dialect, `${local}${written}`), utc.slice(0, 23).replace('T', ' '));
  },
};

const JSON_COLUMN: FuzzType = {
  ...{ type: 'json', column: 'JSON', select: "JSON_UNQUOTE(JSON_EXTRACT(#, '$.a'))" },
  make: ({ pick, below, once }) => {
    if (once(8))
      return bad(pick(['{"a":1,"a":2}', '{', '{"a":0.1234567890123456789}', '{"a":[18446744073709551617]}']));
    const value = pick<string | number>([below(1000), 'x', 'é', below(1000) / 8]);
    return good(JSON.stringify({ b: [null, true], a: value }), String(value));
  },
};

/** Types that a table is put together from. */
export const FUZZ_TYPES: readonly FuzzType[] = [
  words('VARCHAR(10)', () => false),
  words('CHAR(10)', (text) => text.endsWith(' ')),
  words('VARCHAR(10) CHARACTER SET latin1', () => false),
  words('VARCHAR(10) CHARACTER SET ascii', (text) => /[^\0-\x7f]/.test(text)),
  integers('smallint', 'SMALLINT', -32_768n, 32_767n),
  integers('int unsigned', 'INT UNSIGNED', 0n, 4_294_967_295n),
  integers('bigint unsigned', 'BIT(64)', 0n, 18_446_744_073_709_551_615n),
  ...[DECIMAL, DOUBLE, DAY, INSTANT, JSON_COLUMN],
];

/** Keys that some collations cannot tell apart, and how each of them sees a text. */
export const KEY_WORDS = ['a', 'A', 'á', 'a ', 'b', 'B', 'c'];

export const COLLATIONS: Readonly<Record<string, (text: string) => string>> = {
  utf8mb4_0900_ai_ci: (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
  utf8mb4_0900_as_cs: (text) => text,
  utf8mb4_0900_bin: (text) => text,
  utf8mb4_bin: (text) => text.trimEnd(),
  utf8mb4_general_ci: (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trimEnd(),
};
