import { expect, test } from '@jest/globals';
import { pairsOf, pairwise, type PairwiseOptions, type Shape } from '../support/pairwise.ts';

const OPTIONS: PairwiseOptions = {
  levels: { a: ['1', '2', '3'], b: ['x', 'y'], c: ['p', 'q', 'r', 's'] },
  guests: ['g', 'h', 'i', 'j', 'k'],
  ...{ room: 2, seed: 1, most: 100 },
  isAllowed: (shape: Shape) => !(shape['a'] === '1' && shape['b'] === 'x'),
  accepts: (shape: Shape, guest: string) => guest !== 'k' || shape['c'] === 'p',
};

test('every two levels that go together meet, and every guest meets every level that it accepts', () => {
  const pairs = pairsOf(pairwise(OPTIONS));
  // 6 + 12 + 8 of levels without the one that is not allowed, 4 × 9 of guests, 6 of the guest that comes with `p` alone.
  expect(pairs.size).toBe(25 + 36 + 6);
  expect(pairs).not.toContain('a=1 b=x');
});

test('a seed chooses the same cells again, another one others', () => {
  expect(pairwise(OPTIONS)).toEqual(pairwise(OPTIONS));
  expect(pairwise({ ...OPTIONS, seed: 2 })).not.toEqual(pairwise(OPTIONS));
});

test('it takes fewer cells than there are combinations', () => {
  expect(pairwise(OPTIONS).length).toBeLessThan(20);
  expect(pairwise({ ...OPTIONS, most: 3 })).toHaveLength(3);
});
