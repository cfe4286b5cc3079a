import { expect, test } from '@jest/globals';
import { allPairs, missingPairs, pairwise } from '../support/pairwise.ts';

const FACTORS = { a: 7, b: 4, c: 3, d: 5 };

test.each([1, 2, 3, 4])('cells of seed %d cover every pair of levels', (seed) => {
  const cells = pairwise(FACTORS, seed, 1000);
  expect(missingPairs(FACTORS, cells).size).toBe(0);
  expect(cells.length).toBeLessThan(7 * 4 * 3 * 5 * 0.25);
});

test('a limit leaves pairs out, which are counted', () => {
  const cells = pairwise(FACTORS, 1, 5);
  expect(cells).toHaveLength(5);
  expect(allPairs(FACTORS).size).toBe(7 * 4 + 7 * 3 + 7 * 5 + 4 * 3 + 4 * 5 + 3 * 5);
  expect(missingPairs(FACTORS, cells).size).toBeGreaterThanOrEqual(131 - 5 * 6);
});
