import { describe, expect, test } from '@jest/globals';
import { parseDateFormat, type DateFormat } from '../../../src/pipeline/manifest/date-format.ts';
import { columnJudge, type ColumnStorage, type Notation } from '../../../src/pipeline/rows/judge-value.ts';
import { compareIntegers } from '../../../src/pipeline/manifest/judge-number.ts';
import type { Column, ColumnType } from '../../../src/pipeline/manifest/manifest.ts';
import { compilePattern, type TextPattern } from '../../../src/pipeline/manifest/text-pattern.ts';

const STORAGE = { dataType: 'varchar', fractionDigits: 6, scale: 2, maxLength: 10 };
const ISO: Notation = { decimal: '.', dateFormat: undefined, watermark: undefined };

function judge(
  type: ColumnType,
  text: string,
  options: Partial<Column> = {},
  storage: ColumnStorage = STORAGE,
  notation: Notation = ISO,
): string | undefined {
  const column: Column = {
    ...{ name: 'c', type, required: false, maxLength: undefined, pattern: undefined, sensitive: false },
    at: { file: 'm.yml', line: 1 },
    ...options,
  };
  return columnJudge(column, storage, notation).judge(text);
}

const WRONG = undefined;

describe('bigint', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['007', '7'],
    ['+12', '12'],
    ['-12', '-12'],
    ['123456789012', '123456789012'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', WRONG],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', WRONG],
    ['00000000000000000000001', '1'],
    ['12345678901234567890', WRONG],
    ['1.0', WRONG],
    ['1e3', WRONG],
    ['0x10', WRONG],
    [' 1', WRONG],
    ['1 ', WRONG],
    ['1\n', WRONG],
    ['', WRONG],
    ['-', WRONG],
    ['１', WRONG],
    ['=1+1', WRONG],
  ])('%j is %j', (text, value) => {
    expect(judge({ kind: 'bigint' }, text)).toBe(value);
  });
});

test.each([
  ['2147483647', '2147483647'],
  ['2147483648', WRONG],
  ['-2147483648', '-2147483648'],
  ['-2147483649', WRONG],
])('int %j is %j', (text, value) => {
  expect(judge({ kind: 'int' }, text)).toBe(value);
});

test.each([
  ['12.5', '12.50'],
  ['12', '12.00'],
  ['-0.00', '0.00'],
  ['-0.01', '-0.01'],
  ['0012.500', '12.50'],
  ['999.99', '999.99'],
  ['1000', WRONG],
  ['1.005', WRONG],
  ['1,5', WRONG],
  ['.5', WRONG],
  ['5.', WRONG],
  ['1e2', WRONG],
  ['NaN', WRONG],
])('decimal(5,2) %j is %j', (text, value) => {
  expect(judge({ kind: 'decimal', precision: 5, scale: 2 }, text)).toBe(value);
});

test('a decimal with fewer places than its column is shown as the server shows it', () => {
  expect(judge({ kind: 'decimal', precision: 4, scale: 1 }, '7.5')).toBe('7.50');
  expect(judge({ kind: 'decimal', precision: 4, scale: 1 }, '7.55')).toBe(WRONG);
  expect(judge({ kind: 'decimal', precision: 1, scale: 1 }, '0.5')).toBe('0.50');
  expect(judge({ kind: 'decimal', precision: 1, scale: 1 }, '1.5')).toBe(WRONG);
});

test.each([
  ['2026-02-28', '2026-02-28'],
  ['2026-02-29', WRONG],
  ['2024-02-29', '2024-02-29'],
  ['1900-02-29', WRONG],
  ['2000-02-29', '2000-02-29'],
  ['2026-02-31', WRONG],
  ['2026-04-31', WRONG],
  ['2026-13-01', WRONG],
  ['2026-00-10', WRONG],
  ['2026-01-00', WRONG],
  ['0000-00-00', WRONG],
  ['0999-12-31', WRONG],
  ['1000-01-01', '1000-01-01'],
  ['9999-12-31', '9999-12-31'],
  ['2026-1-5', WRONG],
  ['05.01.2026', WRONG],
  ['2026/01/05', WRONG],
  ['2026-01-05T00:00:00', WRONG],
  ['20260105', WRONG],
])('date %j is %j', (text, value) => {
  expect(judge({ kind: 'date' }, text)).toBe(value);
});

test.each([
  ['2026-01-05T09:30:00Z', '2026-01-05 09:30:00.000000'],
  ['2026-01-05 09:30:00Z', '2026-01-05 09:30:00.000000'],
  ['2026-01-05T09:30:00', '2026-01-05 09:30:00.000000'],
  ['2026-01-05T09:30', '2026-01-05 09:30:00.000000'],
  ['2026-01-05T09:30:00+02:00', '2026-01-05 07:30:00.000000'],
  ['2026-01-05T09:30:00-0230', '2026-01-05 12:00:00.000000'],
  ['2026-01-05T09:30:00+14', '2026-01-04 19:30:00.000000'],
  ['2026-01-01T00:00:00+01:00', '2025-12-31 23:00:00.000000'],
  ['2024-02-29T23:59:59.999999-01:00', '2024-03-01 00:59:59.999999'],
  ['2026-01-05T09:30:00.1Z', '2026-01-05 09:30:00.100000'],
  ['2026-01-05T09:30:00,123456Z', '2026-01-05 09:30:00.123456'],
  ['2026-01-05T09:30:00.1234560Z', '2026-01-05 09:30:00.123456'],
  ['2026-01-05T09:30:00.1234567Z', WRONG],
  ['2026-01-05', WRONG],
  ['2026-02-30T09:30:00Z', WRONG],
  ['2026-01-05T24:00:00Z', WRONG],
  ['2026-01-05T09:60:00Z', WRONG],
  ['2026-12-31T23:59:60Z', WRONG],
  ['2026-01-05T09:30:0xZ', WRONG],
  ['2026-01-05T09-30:00Z', WRONG],
  ['2026-01-05T09:30:00+15:00', WRONG],
  ['9999-12-31T23:59:59-01:00', WRONG],
  ['1000-01-01T00:00:00+01:00', WRONG],
  ['0000-00-00T00:00:00Z', WRONG],
  ['1736069400', WRONG],
])('datetime %j is %j', (text, value) => {
  expect(judge({ kind: 'datetime' }, text)).toBe(value);
});

test.each([
  ['true', '1'],
  ['FALSE', '0'],
  ['1', '1'],
  ['0', '0'],
  ['yes', WRONG],
  ['2', WRONG],
  ['', WRONG],
])('boolean %j is %j', (text, value) => {
  expect(judge({ kind: 'boolean' }, text)).toBe(value);
});

test.each([
  ['{"a": [1, null]}', '{"a": [1, null]}'],
  ['null', 'null'],
  ['{a: 1}', WRONG],
  ['', WRONG],
  ['1e308', '1e308'],
  ['{"a": [1e400]}', WRONG],
  ['-1e+0400', WRONG],
  ['"1e400"', '"1e400"'],
  [`1${'0'.repeat(400)}`, WRONG],
  [String.raw`"\ud83d\ude00"`, String.raw`"\ud83d\ude00"`],
  [String.raw`{"\ud83d": 1}`, WRONG],
  [String.raw`["\uDE00"]`, WRONG],
  [`${'['.repeat(100)}${']'.repeat(100)}`, `${'['.repeat(100)}${']'.repeat(100)}`],
  [`${'['.repeat(101)}${']'.repeat(101)}`, WRONG],
  [JSON.stringify('["'.repeat(200)), JSON.stringify('["'.repeat(200))],
])('json %j is %j', (text, value) => {
  expect(judge({ kind: 'json' }, text)).toBe(value);
});

describe('string', () => {
  test('is kept as it stands', () => {
    for (const text of [' a ', '', '=1+1', "'; DROP", 'é\n\t\\'])
      expect(judge({ kind: 'string' }, text)).toBe(text);
  });

  test('is measured in characters, by the manifest and by the table', () => {
    const emoji = '👍🏽';
    expect(judge({ kind: 'string' }, emoji, { maxLength: 2 })).toBe(emoji);
    expect(judge({ kind: 'string' }, emoji, { maxLength: 1 })).toBe(WRONG);
    expect(judge({ kind: 'string' }, '0123456789')).toBe('0123456789');
    expect(judge({ kind: 'string' }, '0123456789a', { maxLength: 100 })).toBe(WRONG);
  });

  test('has only characters that its column has, and no more bytes', () => {
    const held = (text: string, storage: Partial<ColumnStorage>): string | undefined =>
      judge({ kind: 'string' }, text, {}, { ...STORAGE, ...storage });
    const ascii = {
      name: 'ascii',
      bytesOf: (text: string) => (/[^\0-\x7f]/.test(text) ? undefined : text.length),
    };
    expect(held('e', { characterSet: ascii })).toBe('e');
    expect(held('é', { characterSet: ascii })).toBe(WRONG);
    expect(held('é'.repeat(5), { maxBytes: 10 })).toBe('é'.repeat(5));
    expect(held('é'.repeat(5), { maxBytes: 9 })).toBe(WRONG);
  });

  test('has to match its pattern', () => {
    expect(judge({ kind: 'string' }, 'AB', { pattern: pattern('^[A-Z]+$') })).toBe('AB');
    expect(judge({ kind: 'string' }, 'Ab', { pattern: pattern('^[A-Z]+$') })).toBe(WRONG);
  });
});

function pattern(source: string): TextPattern {
  const compiled = compilePattern(source);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled;
}

test('a pattern is matched in linear time, whatever it is and whatever the text', () => {
  const started = performance.now();
  const hostile = pattern('^(a+)+$');
  expect(hostile.test(`${'a'.repeat(100_000)}b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
  for (const foreign of ['(?=a)', '(?<!a)b', String.raw`(a)\1`, '(']) {
    expect(compilePattern(foreign)).toMatchObject({ problem: expect.any(String) });
  }
});

describe('a text is kept as it is, or not at all', () => {
  const held = (text: string, storage: Partial<ColumnStorage>): string | undefined =>
    judge({ kind: 'string' }, text, {}, { ...STORAGE, ...storage });

  test('CHAR drops blanks at the end', () => {
    expect(held('ab ', { dataType: 'char' })).toBe(WRONG);
    expect(held(' ab', { dataType: 'char' })).toBe(' ab');
    expect(held('ab ', { dataType: 'varchar' })).toBe('ab ');
  });

  test('ENUM keeps its own spelling', () => {
    const storage = { dataType: 'enum', maxLength: undefined, members: new Set(['new', 'paid']) };
    expect(held('new', storage)).toBe('new');
    expect(held('NEW', storage)).toBe(WRONG);
    expect(held('', storage)).toBe(WRONG);
  });
});

test.each<[ColumnType, string, string | undefined]>([
  [{ kind: 'tinyint' }, '-128', '-128'],
  [{ kind: 'tinyint' }, '128', WRONG],
  [{ kind: 'tinyint', unsigned: true }, '255', '255'],
  [{ kind: 'tinyint', unsigned: true }, '-1', WRONG],
  [{ kind: 'tinyint', unsigned: true }, '-0', '0'],
  [{ kind: 'smallint' }, '32768', WRONG],
  [{ kind: 'mediumint' }, '8388607', '8388607'],
  [{ kind: 'int', unsigned: true }, '4294967295', '4294967295'],
  [{ kind: 'bigint', unsigned: true }, '18446744073709551615', '18446744073709551615'],
  [{ kind: 'bigint', unsigned: true }, '18446744073709551616', WRONG],
  [{ kind: 'decimal', precision: 5, scale: 2, unsigned: true }, '-0.01', WRONG],
  [{ kind: 'decimal', precision: 5, scale: 2, unsigned: true }, '-0', '0.00'],
  [{ kind: 'year' }, '1901', '1901'],
  [{ kind: 'year' }, '0', WRONG],
  [{ kind: 'year' }, '1900', WRONG],
  [{ kind: 'year' }, '26', WRONG],
  [{ kind: 'year' }, '2156', WRONG],
  [{ kind: 'time' }, '09:05', '09:05:00.000000'],
  [{ kind: 'time' }, '-838:59:59', '-838:59:59.000000'],
  [{ kind: 'time' }, '838:59:59.1', WRONG],
  [{ kind: 'time' }, '839:00:00', WRONG],
  [{ kind: 'time' }, '24:60:00', WRONG],
  [{ kind: 'time' }, '-00:00:00', '00:00:00.000000'],
  [{ kind: 'double' }, '0.1', '0.1'],
  [{ kind: 'double' }, '0.10000000000000001', '0.1'],
  [{ kind: 'double' }, '9007199254740993', WRONG],
  [{ kind: 'double' }, '9007199254740992', '9007199254740992'],
  [{ kind: 'double' }, '-645985714285714.2', '-645985714285714.2'],
  [{ kind: 'double' }, '-645985714285714.3', '-645985714285714.2'],
  [{ kind: 'double' }, '1e308', '1e+308'],
  [{ kind: 'double' }, '1e309', WRONG],
  [{ kind: 'double' }, '1e-400', WRONG],
  [{ kind: 'double' }, '0e0', '0'],
  [{ kind: 'double' }, '-1.50', '-1.5'],
  [{ kind: 'double' }, 'NaN', WRONG],
  [{ kind: 'float' }, '0.1', '0.10000000149011612'],
  [{ kind: 'float' }, '16777216', '16777216'],
  [{ kind: 'float' }, '16777217', WRONG],
  [{ kind: 'float' }, '23.456789', '23.456789016723633'],
  [{ kind: 'float' }, '1e39', WRONG],
])('%j %j is %j', (type, text, value) => {
  expect(judge(type, text)).toBe(value);
});

test.each([
  ['{"a": 1, "a": 2}', WRONG],
  ['{"a": {"b": 1}, "b": 1}', '{"a": {"b": 1}, "b": 1}'],
  [String.raw`{"a": 1, "\u0061": 2}`, WRONG],
  ['[18446744073709551615]', '[18446744073709551615]'],
  ['[18446744073709551617]', WRONG],
  ['[-9223372036854775809]', WRONG],
  ['[0.1234567890123456789]', WRONG],
  ['[0.1]', '[0.1]'],
  ['[1e-400]', WRONG],
  [String.raw`{"a\"b": "}{"}`, String.raw`{"a\"b": "}{"}`],
])('json %j is %j: no key is dropped and no digit', (text, value) => {
  expect(judge({ kind: 'json' }, text)).toBe(value);
});

test('binary data is written in hexadecimal digits, all of them', () => {
  const held = (text: string, dataType: string): string | undefined =>
    judge({ kind: 'binary' }, text, {}, { ...STORAGE, dataType, maxLength: undefined, maxBytes: 2 });
  expect(held('0x0aFF', 'binary')).toBe('0AFF');
  expect(held('0a', 'varbinary')).toBe('0A');
  expect(held('0a', 'binary')).toBe(WRONG);
  expect(held('0a0', 'varbinary')).toBe(WRONG);
  expect(held('0a0b0c', 'varbinary')).toBe(WRONG);
});

test('a vector is kept number by number', () => {
  const held = (text: string): string | undefined =>
    judge(
      { kind: 'vector' },
      text,
      {},
      { ...STORAGE, dataType: 'vector', maxLength: undefined, maxBytes: 8 },
    );
  expect(held('[1, 2.5]')).toBe('[1,2.5]');
  expect(held('[1,2,3]')).toBe(WRONG);
  expect(held('[16777217]')).toBe(WRONG);
  expect(held('1,2')).toBe(WRONG);
});

describe('the notation of a file', () => {
  const format = (source: string): DateFormat => parseDateFormat(source) as DateFormat;
  const read = (type: ColumnType, text: string, notation: Partial<Notation>): string | undefined =>
    judge(type, text, {}, STORAGE, { ...ISO, ...notation });

  test('may have another decimal sign, and then no point', () => {
    expect(read({ kind: 'decimal', precision: 6, scale: 2 }, '12,5', { decimal: ',' })).toBe('12.50');
    expect(read({ kind: 'decimal', precision: 6, scale: 2 }, '1.234', { decimal: ',' })).toBe(WRONG);
    expect(read({ kind: 'double' }, '0,5', { decimal: ',' })).toBe('0.5');
  });

  test.each([
    ['DD.MM.YYYY', 'date', '31.01.2026', '2026-01-31'],
    ['DD.MM.YYYY', 'date', '31.02.2026', WRONG],
    ['DD.MM.YYYY', 'date', '2026-01-31', WRONG],
    ['DD.MM.YYYY', 'datetime', '31.01.2026 08:15', '2026-01-31 08:15:00.000000'],
    ['M/D/YYYY', 'date', '1/5/2026', '2026-01-05'],
    ['M/D/YYYY H:mm', 'datetime', '12/1/2010 8:26', '2010-12-01 08:26:00.000000'],
    ['M/D/YYYY H:mm', 'date', '12/1/2010', '2010-12-01'],
    ['MM/DD/YYYY hh:mm:ss A', 'datetime', '01/05/2026 12:00:01 AM', '2026-01-05 00:00:01.000000'],
    ['MM/DD/YYYY hh:mm:ss A', 'datetime', '01/05/2026 12:00:01 PM', '2026-01-05 12:00:01.000000'],
    ['MM/DD/YYYY hh:mm:ss A', 'datetime', '01/05/2026 13:00:01 PM', WRONG],
    ['YYYYMMDD', 'date', '20260105', '2026-01-05'],
  ] as const)('%s: %s %j is %j', (source, kind, text, value) => {
    expect(read({ kind }, text, { dateFormat: format(source) })).toBe(value);
  });

  test.each([
    ['DD.MM', 'has no year'],
    ['YYYY-MM-DD HH', 'has hours and no minutes'],
    ['YYYY-MM-DD hh:mm', 'has only one of hh (hours up to 12) and A (AM or PM)'],
    ['YYYY-MM-DDTHH:mm x', 'has "Tx" in it'],
    ['YYYY-MM-MM-DD', 'has the month twice'],
  ])('cannot be %s: it %s', (source, problem) => {
    expect(parseDateFormat(source)).toEqual({ problem });
  });

  test('a watermark is never the open end', () => {
    const at = { ...ISO, watermark: 'c' };
    expect(judge({ kind: 'datetime' }, '9999-12-30T23:59:59', {}, STORAGE, at)).toBe(
      '9999-12-30 23:59:59.000000',
    );
    expect(judge({ kind: 'datetime' }, '9999-12-31T00:00:00', {}, STORAGE, at)).toBe(WRONG);
    expect(judge({ kind: 'date' }, '9999-12-31', {}, STORAGE, at)).toBe(WRONG);
    expect(judge({ kind: 'date' }, '9999-12-31')).toBe('9999-12-31');
  });
});

test('a TIMESTAMP has room for less than a datetime', () => {
  const held = (text: string): string | undefined =>
    judge({ kind: 'datetime' }, text, {}, { ...STORAGE, dataType: 'timestamp', fractionDigits: 0 });
  expect(held('1970-01-01T00:00:01Z')).toBe('1970-01-01 00:00:01');
  expect(held('1970-01-01T00:00:00Z')).toBe(WRONG);
  expect(held('2038-01-19T03:14:07Z')).toBe('2038-01-19 03:14:07');
  expect(held('2038-01-19T03:14:08Z')).toBe(WRONG);
});

test('whole numbers are ordered by value', () => {
  const sorted = ['-10', '-9', '-1', '0', '1', '9', '10', '9223372036854775806', '9223372036854775807'];
  expect(sorted.toReversed().toSorted(compareIntegers)).toEqual(sorted);
});
