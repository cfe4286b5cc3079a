import { describe, expect, test } from '@jest/globals';
import { folderOfGlob, matchesGlob } from '../../../src/pipeline/manifest/glob.ts';
import { isHopeless, isOverLimit } from '../../../src/pipeline/rows/reject-limit.ts';
import { seenKeys } from '../../../src/pipeline/rows/seen-keys.ts';
import { seenNumbers } from '../../../src/pipeline/rows/seen-numbers.ts';

test.each([
  ['data/raw/customers*.csv', 'data/raw/customers.csv', true],
  ['data/raw/customers*.csv', 'data/raw/customers-2.csv', true],
  ['data/raw/customers*.csv', 'data/raw/old/customers.csv', false],
  ['data/raw/customers*.csv', 'data/raw/customers.csv.gz', false],
  ['data/**/a.csv', 'data/a.csv', true],
  ['data/**/a.csv', 'data/x/y/a.csv', true],
  ['data/?.csv', 'data/a.csv', true],
  ['data/?.csv', 'data/ab.csv', false],
  ['data/a+b.csv', 'data/aab.csv', false],
  ['data/a.csv', 'data/aXcsv', false],
])('%s finds %s: %s', (glob, path, isMatch) => {
  expect(matchesGlob(path, glob)).toBe(isMatch);
});

test.each([
  ['data/raw/customers*.csv', 'data/raw'],
  ['*.csv', '.'],
  ['data/**/x.csv', 'data'],
  ['data/x.csv', 'data'],
])('%s is looked for under %s', (glob, folder) => {
  expect(folderOfGlob(glob)).toBe(folder);
});

describe('the limit of rejected rows', () => {
  test('is a number of rows, or a share of those read', () => {
    expect(isOverLimit({ kind: 'rows', rows: 0 }, 0, 10)).toBe(false);
    expect(isOverLimit({ kind: 'rows', rows: 0 }, 1, 10)).toBe(true);
    expect(isOverLimit({ kind: 'percent', percent: 10 }, 1, 10)).toBe(false);
    expect(isOverLimit({ kind: 'percent', percent: 10 }, 2, 10)).toBe(true);
    expect(isOverLimit({ kind: 'percent', percent: 10 }, 0, 0)).toBe(false);
  });

  test('ends the reading only when there is enough to learn from', () => {
    expect(isHopeless({ kind: 'rows', rows: 0 }, 10_000, 10_000)).toBe(false);
    expect(isHopeless({ kind: 'rows', rows: 0 }, 10_001, 10_001)).toBe(true);
    expect(isHopeless({ kind: 'rows', rows: 20_000 }, 10_001, 10_001)).toBe(false);
  });
});

describe('the memory of keys', () => {
  test('never forgets a key', () => {
    const seen = seenKeys(1000);
    for (let key = 0; key < 50_000; key += 1) seen.add(`key-${key}`);
    const forgotten = Array.from({ length: 50_000 }, (_, key) => key).filter(
      (key) => !seen.add(`key-${key}`),
    );
    expect(forgotten).toEqual([]);
  });

  test.each([
    ['numbers in order', (index: number): string => String(index)],
    ['pairs', (index: number): string => `${index % 1000}\0${2026 + Math.floor(index / 1000)}-01-01`],
    ['long texts', (index: number): string => `${'x'.repeat(40)}${index}`],
  ])('mistakes hardly a new key for a seen one: %s', (_, keyOf) => {
    const seen = seenKeys(200_000);
    let mistakes = 0;
    for (let index = 0; index < 200_000; index += 1) if (seen.add(keyOf(index))) mistakes += 1;
    expect(mistakes).toBeLessThan(5);
  });
});

describe('the memory of numbers', () => {
  const range = (first: number, last: number, step = 1): string[] =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, at) => String(first + at * step));

  test.each([
    ['in order', range(1, 5000)],
    [
      'in order with gaps',
      [...range(1, 1000), ...range(2000, 2010), ...range(3000, 9000, 7), ...range(9500, 9999)],
    ],
    ['falling', range(1, 3000).toReversed()],
    ['below zero', range(-2000, 2000)],
    ['of 64 bits', range(0, 2000).map((number) => `922337203685477${number.padStart(4, '0')}`)],
    ['with one that comes late', [...range(1, 499), ...range(501, 1000), '500', '0', '-1']],
    ['of all lengths', ['999999999999999', '9999999999999999', '1000000000000000', '5', '1000000000000001']],
  ])('%s: each is new the first time, and seen the second', (_, numbers) => {
    const seen = seenNumbers(numbers.length);
    expect(numbers.filter((number) => seen.add(number))).toEqual([]);
    expect(numbers.filter((number) => !seen.add(number))).toEqual([]);
  });
});
