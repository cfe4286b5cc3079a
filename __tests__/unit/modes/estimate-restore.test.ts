import { expect, test } from '@jest/globals';
import { estimateRestore, guessRestore } from '../../../src/modes/estimate-restore.ts';

const MIB = 1024 * 1024;

test('a restore of rows alone is taken to last three times as long as their backup, and a second', () => {
  expect(estimateRestore(10_000, { dataBytes: 100 * MIB, indexBytes: 0 })).toBe(31_000);
});

test('indexes, which no dump holds and every load builds, make it longer by their share', () => {
  const plain = estimateRestore(10_000, { dataBytes: 100 * MIB, indexBytes: 0 });
  const half = estimateRestore(10_000, { dataBytes: 100 * MIB, indexBytes: 50 * MIB });
  const thrice = estimateRestore(10_000, { dataBytes: 100 * MIB, indexBytes: 300 * MIB });
  expect(half - plain).toBe(15_000);
  expect(thrice - plain).toBe(90_000);
});

test('an empty schema takes its second, and one of which the size is not known is taken to be half indexes', () => {
  expect(estimateRestore(0, { dataBytes: 0, indexBytes: 0 })).toBe(1000);
  expect(guessRestore(10_000)).toBe(61_000);
});
