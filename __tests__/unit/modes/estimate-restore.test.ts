import { expect, test } from '@jest/globals';
import { estimateRestore, guessRestore } from '../../../src/modes/backup/estimate-restore.ts';

const MB = 1_000_000;

/** What was measured on two busy cores: backup, restore, and the schema between them. */
const MEASURED = [
  ['narrow rows, no index', 1310, 7997, 14.2, 0],
  ['narrow rows, no index, swapped in', 1007, 3877, 14.2, 0],
  ['narrow rows, eight indexes', 953, 8033, 11, 60.9],
  ['functional indexes', 866, 12_108, 6.8, 18.4],
  ['functional indexes, swapped in', 1665, 19_955, 6.8, 18.4],
  ['300 small tables', 7067, 16_446, 4.9, 4.9],
] as const;

test.each(MEASURED)(
  'a restore is estimated to take at least as long as it was seen to: %s',
  (_, backupMs, restoreMs, data, indexes) => {
    const parts = { dataBytes: data * MB, indexBytes: indexes * MB };
    expect(estimateRestore(backupMs, parts)).toBeGreaterThanOrEqual(restoreMs);
  },
);

test('indexes, which no dump holds and every load builds, make it longer by their share', () => {
  const plain = estimateRestore(10_000, { dataBytes: 100 * MB, indexBytes: 0 });
  const half = estimateRestore(10_000, { dataBytes: 100 * MB, indexBytes: 50 * MB });
  const thrice = estimateRestore(10_000, { dataBytes: 100 * MB, indexBytes: 300 * MB });
  expect(plain).toBe(61_000);
  expect(half - plain).toBe(15_000);
  expect(thrice - plain).toBe(90_000);
});

test('an empty schema takes its second, and one of which the size is not known is taken to be half indexes', () => {
  expect(estimateRestore(0, { dataBytes: 0, indexBytes: 0 })).toBe(1000);
  expect(guessRestore(10_000)).toBe(91_000);
});
