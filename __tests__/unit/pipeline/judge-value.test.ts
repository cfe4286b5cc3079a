import { describe, expect, test } from '@jest/globals';
import { columnJudge, type ColumnStorage } from '../../../src/pipeline/judge-value.ts';
import { compareIntegers } from '../../../src/pipeline/judge-number.ts';
import type { Column, ColumnType } from '../../../src/pipeline/manifest.ts';

const STORAGE = { fractionDigits: 6, scale: 2, maxLength: 10 };

function judge(
  type: ColumnType,
  text: string,
  options: Partial<Column> = {},
  storage: ColumnStorage = STORAGE,
): string | undefined {
  const column: Column = {
    ...{ name: 'c', type, required: false, maxLength: undefined, pattern: undefined, sensitive: false },
    at: { file: 'm.yml', line: 1 },
    ...options,
  };
  return columnJudge(column, storage).judge(text);
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
    expect(held('日本', { lacks: 'utf8mb3' })).toBe('日本');
    expect(held('a😀', { lacks: 'utf8mb3' })).toBe(WRONG);
    expect(held('é', { lacks: 'ascii' })).toBe(WRONG);
    expect(held('é'.repeat(5), { maxBytes: 10 })).toBe('é'.repeat(5));
    expect(held('é'.repeat(5), { maxBytes: 9 })).toBe(WRONG);
  });

  test('has to match its pattern', () => {
    expect(judge({ kind: 'string' }, 'AB', { pattern: /^[A-Z]+$/u })).toBe('AB');
    expect(judge({ kind: 'string' }, 'Ab', { pattern: /^[A-Z]+$/u })).toBe(WRONG);
  });
});

test('whole numbers are ordered by value', () => {
  const sorted = ['-10', '-9', '-1', '0', '1', '9', '10', '9223372036854775806', '9223372036854775807'];
  expect(sorted.toReversed().toSorted(compareIntegers)).toEqual(sorted);
});
