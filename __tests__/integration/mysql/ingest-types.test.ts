import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import { ingest, stagingDatabase } from '../../support/ingest.ts';

/** A type of the manifest, a column of the server, and texts; what is stored has to mean what was read, or be rejected. */
interface Case {
  readonly type: string;
  readonly column: string;
  readonly texts: readonly string[];
  /** How the stored value is asked for. */
  readonly select?: string;
  /** Two texts that mean the same. */
  readonly isSame?: (read: string, stored: string) => boolean;
  /** Texts that must not be rejected. */
  readonly kept: readonly string[];
}

const TEXTS = [
  ...[
    'a',
    ' a',
    'a ',
    'a\t',
    'a\n',
    '\ta',
    ' ',
    '\\',
    '\\N',
    "'",
    '""'.slice(1),
    'NULL',
    'A',
    'ä',
    'ß',
    'é',
    'e\u0301',
  ],
  ...[
    '日本',
    '€',
    '\u0080',
    '\u00a0',
    '😀',
    '\u200b',
    'Ω',
    'Å',
    'ff',
    '％',
    '\u001a',
    'x'.repeat(20),
    'ä'.repeat(20),
  ],
  ...['x'.repeat(255), 'x'.repeat(256), '日'.repeat(85), '日'.repeat(86), 'new', 'NEW', 'new ', "it's"],
];
const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '+7',
    '007',
    '127',
    '128',
    '-128',
    '-129',
    '255',
    '256',
    '32767',
    '32768',
    '-32769',
    '65535',
  ],
  ...[
    '65536',
    '8388607',
    '8388608',
    '16777215',
    '16777216',
    '16777217',
    '2147483647',
    '2147483648',
    '4294967295',
  ],
  ...[
    '4294967296',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '-9223372036854775809',
  ],
  ...['18446744073709551615', '18446744073709551616', '1e3', '1.0', ' 1', '1 ', '', '0x10', '1,5', '٣'],
];
const DECIMALS = [
  ...[
    '0',
    '-0.00',
    '0.1',
    '0.10',
    '1.005',
    '99999.99',
    '99999.999',
    '100000',
    '-99999.99',
    '-0.01',
    '.5',
    '5.',
    '1e2',
  ],
  ...['0.1234567890123456789', '123456789012345678901234567890'],
];
const FLOATS = [
  ...[
    '0',
    '-0',
    '0.1',
    '0.2',
    '0.30000000000000004',
    '1e10',
    '1E-5',
    '16777217',
    '9007199254740993',
    '1.7976931348623157e308',
  ],
  ...[
    '1e309',
    '5e-324',
    '2.2250738585072014e-308',
    '3.4028235e38',
    '3.5e38',
    '1.17549435e-38',
    '23.456789',
    '1234567.8',
  ],
  ...[
    '0.10000000000000001',
    '123456789.123456789',
    'NaN',
    'inf',
    '3.14159265358979',
    '-1.5',
    '1e-45',
    '100000000',
  ],
];
const DAYS = [
  '2026-02-28',
  '2024-02-29',
  '2026-02-29',
  '1000-01-01',
  '0999-12-31',
  '9999-12-31',
  '0000-00-00',
  '2026-1-5',
  '2026-01-05 00:00:00',
];
const INSTANTS = [
  ...['2026-01-05T09:30:00Z', '2026-01-05T09:30:00.123456Z', '2026-01-05 09:30:00.1', '1969-12-31T23:59:59Z'],
  ...[
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:01Z',
    '2038-01-19T03:14:07Z',
    '2038-01-19T03:14:08Z',
    '9999-12-31T23:59:59Z',
  ],
  ...[
    '2026-03-29T02:30:00+01:00',
    '2026-03-29T02:30:00',
    '2026-01-05T24:00:00Z',
    '1000-01-01T00:00:00Z',
    '2026-01-05',
  ],
];
const TIMES = [
  '00:00:00',
  '23:59:59',
  '24:00:00',
  '838:59:59',
  '838:59:59.5',
  '839:00:00',
  '-00:00:01',
  '-12:30',
  '12:30',
  '1:2:3',
  '12:30:00.123456',
  '-00:00:00',
  '12:60:00',
];
const YEARS = ['0', '0000', '1901', '1900', '2155', '2156', '26', '99', '00', '2026', '-1'];
const JSONS = [
  ...[
    'null',
    '1',
    '-1',
    '1.5',
    '1e5',
    '18446744073709551615',
    '18446744073709551616',
    '18446744073709551617',
    '9007199254740993',
  ],
  ...[
    '0.1',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    '123456.789012345',
    '-0',
    '-0.0',
    '0.12345678901234567890',
  ],
  ...[
    '"a"',
    '" a "',
    '"\\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\\n"',
    '{"a":1,"a":2}',
    '{"b":1,"a":2}',
    '{"":1}',
    '{"ä":[1,{"b":null}]}',
    '[]',
    '{}',
    '[1,"x",true]',
  ],
  ...[
    '"日本😀"',
    '1e400',
    '{',
    '{"a":0.1e1}',
    '100000000000000000000',
    '1e22',
    '1e23',
    '4.35',
    '2.675',
    '1.0',
  ],
];
const BYTES = ['', '00', '0aFF', '0x0AFF', 'ff', '0a0', 'zz', '20', '5c4e', '0a09', '00000000', 'ffffffffff'];
const BOOLEANS = ['true', 'FALSE', '1', '0', '2', 'yes', '', ' 1'];

const text = (column: string, kept: readonly string[]): Case => ({
  ...{ type: 'string', column, texts: TEXTS, kept, select: 'HEX(CONVERT(c USING utf8mb4))' },
  isSame: (read, stored) => Buffer.from(stored, 'hex').toString() === read,
});
const integer = (
  type: string,
  column: string,
  kept: readonly string[],
  select = 'CAST(c AS CHAR)',
): Case => ({
  ...{
    type,
    column,
    texts: NUMBERS,
    kept,
    select,
    isSame: (read, stored) => BigInt(read.replace('+', '')) === BigInt(stored),
  },
});
const exactly = (value: string): string => {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(value) ?? ['', '?', value];
  const digits = `${whole.replace(/^0+/, '')}.${fraction.replace(/0+$/, '')}`;
  return `${sign === '-' && digits !== '.' ? '-' : ''}${digits}`;
};
const decimal = (type: string, column: string, kept: readonly string[]): Case => ({
  ...{ type, column, texts: DECIMALS, kept, isSame: (read, stored) => exactly(read) === exactly(stored) },
});
/** The stored number, written with as many digits as were read, is what was read. */
const float = (type: string, column: string, kept: readonly string[]): Case => ({
  ...{ type, column, texts: FLOATS, kept, select: 'c + 0e0' },
  isSame: (read, stored) => {
    const digits =
      read
        .replace(/[eE].*/, '')
        .replace(/[-+.]/g, '')
        .replace(/^0+/, '').length || 1;
    return (
      Number(Number(stored).toPrecision(Math.min(digits, 100))) === Number(read) ||
      Number(stored) === Number(read)
    );
  },
});
const instant = (column: string, kept: readonly string[]): Case => ({
  ...{ type: 'datetime', column, texts: INSTANTS, kept },
  isSame: (read, stored) => {
    const zoned = /(Z|[+-]\d\d:\d\d)$/.test(read) ? read : `${read}Z`;
    const fraction = (value: string): string => (/\.(\d+)/.exec(value)?.[1] ?? '').padEnd(6, '0');
    const second = (value: string): number => Date.parse(value.replace(' ', 'T').replace(/\.\d+/, ''));
    return second(zoned) === second(`${stored}Z`) && fraction(read) === fraction(stored);
  },
});

/** JSON as a value in which every number is a text of its own kind. */
function meaning(json: string): unknown {
  return JSON.parse(json, ((_key: string, value: unknown, context: { source?: string }) => {
    if (typeof value !== 'number') return value;
    const source = context.source ?? '';
    return /^-?\d+$/.test(source) && source.length < 30
      ? `int ${BigInt(source)}`
      : `double ${value === 0 ? 0 : value}`;
  }) as (key: string, value: unknown) => unknown);
}
function sameJson(read: string, stored: string): boolean {
  // A whole number beyond 64 bits, and one with a point, are doubles in the end.
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, inner: unknown) => {
      const [kind, number = ''] = typeof inner === 'string' ? inner.split(' ') : [];
      return kind === 'int' || kind === 'double'
        ? `number ${kind === 'int' && (Number.isSafeInteger(Number(number)) || number.length > 20 || BigInt(number) >= 2n ** 64n) ? Number(number) : kind === 'double' ? Number(number) : number}`
        : inner;
    });
  const [left, right] = [plain(meaning(read)), plain(meaning(stored))];
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}

const CASES: readonly Case[] = [
  text('VARCHAR(300)', ['a', ' a', 'a ', '\\N', '日本', '😀', 'e\u0301']),
  text('VARCHAR(20) COLLATE utf8mb4_general_ci', ['a ', 'x'.repeat(20), 'ä'.repeat(20)]),
  text('CHAR(20)', ['a', ' a', 'a\t', '😀', 'ä'.repeat(20)]),
  text('TINYTEXT', ['x'.repeat(255), '日'.repeat(85), 'a ']),
  text('TEXT CHARACTER SET utf8mb3', ['日本', 'a ', '€']),
  text('VARCHAR(300) CHARACTER SET latin1', ['a ', 'ä', '€', 'ß', '\u00a0']),
  text('CHAR(20) CHARACTER SET latin1', ['ä', 'ä'.repeat(20)]),
  text('VARCHAR(300) CHARACTER SET ascii', ['a', 'a ', '\\']),
  text('VARCHAR(300) CHARACTER SET gbk', ['a', '日本', '€'].slice(0, 2)),
  text('VARCHAR(300) CHARACTER SET sjis', ['a', '日本', '\\']),
  text('VARCHAR(300) CHARACTER SET utf16', ['日本', '😀']),
  text('TINYTEXT CHARACTER SET ucs2', ['日本', 'a ']),
  text('VARCHAR(300) CHARACTER SET cp1251', ['a']),
  text("ENUM('new', 'it''s', 'ä')", ['new', "it's", 'ä']),
  integer('tinyint', 'TINYINT', ['127', '-128', '007', '+7', '-0']),
  integer('tinyint unsigned', 'TINYINT UNSIGNED', ['255', '0']),
  integer('tinyint unsigned', 'SMALLINT', ['255']),
  integer('smallint', 'SMALLINT', ['32767']),
  integer('smallint unsigned', 'SMALLINT UNSIGNED', ['65535']),
  integer('mediumint', 'MEDIUMINT', ['8388607']),
  integer('int', 'INT', ['2147483647']),
  integer('int unsigned', 'INT UNSIGNED', ['4294967295']),
  integer('int', 'BIGINT', ['-1']),
  integer('bigint', 'BIGINT', ['9223372036854775807', '-9223372036854775808']),
  integer('bigint unsigned', 'BIGINT UNSIGNED', ['18446744073709551615']),
  integer('bigint unsigned', 'BIT(64)', ['18446744073709551615', '1'], 'CAST(c + 0 AS CHAR)'),
  integer('tinyint unsigned', 'BIT(8)', ['255', '1', '0'], 'CAST(c + 0 AS CHAR)'),
  decimal('decimal(7,2)', 'DECIMAL(7,2)', ['0.1', '99999.99', '-99999.99']),
  decimal('decimal(7,2)', 'DECIMAL(12,4)', ['0.1']),
  decimal('decimal(7,2) unsigned', 'DECIMAL(7,2) UNSIGNED', ['0.1', '-0.00']),
  decimal('decimal(30,0)', 'DECIMAL(30)', ['123456789012345678901234567890']),
  float('double', 'DOUBLE', [
    '0.1',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    '0.10000000000000001',
  ]),
  float('float', 'FLOAT', ['0.1', '23.456789', '3.4028235e38', '1.17549435e-38', '1e10']),
  float('float', 'DOUBLE', ['0.1', '16777217']),
  { type: 'date', column: 'DATE', texts: DAYS, kept: ['2024-02-29', '1000-01-01', '9999-12-31'] },
  instant('DATETIME(6)', ['2026-01-05T09:30:00.123456Z', '9999-12-31T23:59:59Z', '1000-01-01T00:00:00Z']),
  instant('DATETIME', ['2026-01-05T09:30:00Z', '2026-03-29T02:30:00+01:00']),
  instant('TIMESTAMP(6) NULL', [
    '2026-01-05T09:30:00.123456Z',
    '1970-01-01T00:00:01Z',
    '2038-01-19T03:14:07Z',
  ]),
  {
    ...{
      type: 'time',
      column: 'TIME(6)',
      texts: TIMES,
      kept: ['838:59:59', '-00:00:01', '12:30', '12:30:00.123456'],
    },
    isSame: (read, stored) => {
      const parts = (value: string): number =>
        value
          .replace('-', '')
          .split(':')
          .reduce((sum, part, at) => sum + Number(part) * [3600, 60, 1][at]!, 0) *
        (value.startsWith('-') ? -1 : 1);
      return Math.abs(parts(read) - parts(stored)) < 1e-7;
    },
  },
  {
    type: 'time',
    column: 'TIME',
    texts: TIMES,
    kept: ['23:59:59'],
    isSame: (read, stored) =>
      stored === (read === '-00:00:00' ? '00:00:00' : read.replace(/^(-?\d\d:\d\d)$/, '$1:00')),
  },
  {
    ...{
      type: 'year',
      column: 'YEAR',
      texts: YEARS,
      kept: ['1901', '2155', '2026'],
      select: 'CAST(c + 0 AS CHAR)',
    },
    isSame: (read, stored) => Number(read) === Number(stored),
  },
  {
    ...{ type: 'json', column: 'JSON', texts: JSONS, isSame: sameJson },
    kept: [
      'null',
      '18446744073709551615',
      '0.1',
      '{"b":1,"a":2}',
      '"\\u00e9"',
      '0.30000000000000004',
      '4.35',
    ],
  },
  {
    ...{
      type: 'binary',
      column: 'VARBINARY(4)',
      texts: BYTES,
      kept: ['00', '0aFF', '0x0AFF', '5c4e'],
      select: 'HEX(c)',
    },
    isSame: (read, stored) => read.replace('0x', '').toUpperCase() === stored,
  },
  {
    ...{
      type: 'binary',
      column: 'BINARY(2)',
      texts: BYTES,
      kept: ['0aFF', '5c4e', '0a09'],
      select: 'HEX(c)',
    },
    isSame: (read, stored) => read.replace('0x', '').toUpperCase() === stored,
  },
  ...['TINYINT(1)', 'BIT(1)', 'INT'].map((column): Case => ({
    ...{
      type: 'boolean',
      column,
      texts: BOOLEANS,
      kept: ['true', 'FALSE', '1', '0'],
      select: 'CAST(c + 0 AS CHAR)',
    },
    isSame: (read, stored) => (/^(true|1)$/i.test(read) ? '1' : '0') === stored,
  })),
];

let withoutLocal: Server;
beforeAll(async () => {
  withoutLocal = await startServer({ localInfile: false });
}, 60_000);
afterAll(() => withoutLocal.stop());

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

async function load({ type, column, texts, select = 'CAST(c AS CHAR)' }: Case, server: 'main' | Server) {
  const db = await stagingDatabase({ server });
  await db.query(
    `CREATE TABLE stg_any (id INT PRIMARY KEY, c ${column} NULL) CHARACTER SET utf8mb4`.replace(
      'NULL NULL',
      'NULL',
    ),
  );
  const { datasets, problems: wrong } = parseManifest(
    `datasets:\n  - { name: any, files: data/raw/a.csv, table: stg_any, key: id, maxRejected: 100%, columns: { id: { type: int, required: true }, c: { type: "${type}" } } }`,
    'm.yml',
  );
  expect(wrong).toEqual([]);
  const csv = ['id,c', ...texts.map((value, id) => `${id},${quoted(value)}`), ''].join('\n');
  const { problems, outcome } = await ingest(db, datasets[0]!, { 'a.csv': csv });
  expect(problems).toEqual([]);
  expect(outcome.method).toBe(server === 'main' ? 'load-data' : 'batches');
  const rows = await db.query<{ id: number; value: string | number }>(
    `SELECT id, ${select} AS value FROM stg_any ORDER BY id`,
  );
  // The same file, changed at its end, finds every row as it is.
  const again = await ingest(db, datasets[0]!, { 'a.csv': `${csv}9999,\n` });
  expect(again.outcome.rows).toMatchObject({ changed: 0, unchanged: rows.length, new: 1 });
  return rows;
}

describe.each(['main', 'without local_infile'] as const)('on a server, %s', (which) => {
  test.each(CASES)('$type in $column keeps what was read, or rejects it', async (one) => {
    const stored = await load(one, which === 'main' ? 'main' : withoutLocal);
    const { texts, kept, isSame = (read: string, found: string): boolean => read === found } = one;
    const wrong = stored.filter(({ id, value }) => !isSame(texts[id]!, String(value)));
    expect(wrong.map(({ id, value }) => [texts[id], value])).toEqual([]);
    const ids = new Set(stored.map(({ id }) => id));
    expect(kept.filter((value) => !ids.has(texts.indexOf(value)))).toEqual([]);
  });
});
