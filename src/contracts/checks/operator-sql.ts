import type { Operator } from '../contract.ts';

const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,6})?$/;

/** The bounds of an operator as numbers, or undefined where one is not such a number. */
export function numericBounds({ bounds, name }: Operator): readonly number[] | undefined {
  const wanted = name === 'mustBeBetween' || name === 'mustNotBeBetween' ? 2 : 1;
  return bounds.length === wanted && bounds.every((bound) => NUMBER.test(bound))
    ? bounds.map(Number)
    : undefined;
}

/** Of a number of rows: the greatest that passes, where all smaller ones do too. */
export function mostRows(operator: Operator): number | undefined {
  const [first, second] = numericBounds(operator) ?? [];
  if (first === undefined) return undefined;
  switch (operator.name) {
    case 'mustBe':
      return first === 0 ? 0 : undefined;
    case 'mustBeLessOrEqualTo':
      return first >= 0 ? Math.floor(first) : undefined;
    case 'mustBeLessThan':
      return first > 0 ? Math.ceil(first) - 1 : undefined;
    case 'mustBeBetween':
      return first <= 0 && second !== undefined && second >= 0 ? Math.floor(second) : undefined;
    default:
      return undefined;
  }
}

/** Of a number of rows: the least and the greatest that pass; undefined where it is not one range. */
export function rangeOfRows(
  operator: Operator,
): { readonly min: number | undefined; readonly max: number | undefined } | undefined {
  const [first, second] = numericBounds(operator) ?? [];
  if (first === undefined) return undefined;
  const atLeast = (bound: number): number => Math.max(0, bound);
  switch (operator.name) {
    case 'mustBe':
      return Number.isInteger(first) && first >= 0 ? { min: first, max: first } : undefined;
    case 'mustBeGreaterThan':
      return { min: atLeast(Math.floor(first) + 1), max: undefined };
    case 'mustBeGreaterOrEqualTo':
      return { min: atLeast(Math.ceil(first)), max: undefined };
    case 'mustBeLessThan':
    case 'mustBeLessOrEqualTo': {
      const max = mostRows(operator);
      return max === undefined ? undefined : { min: undefined, max };
    }
    case 'mustBeBetween':
      return second === undefined || second < 0 || Math.floor(second) < first
        ? undefined
        : { min: atLeast(Math.ceil(first)), max: Math.floor(second) };
    default:
      return undefined;
  }
}

/** How far the number `n` is from what passes: 0 where it does, NULL where it is none. */
export function distance({ name, bounds }: Operator): string {
  const [first = '0', second = '0'] = bounds;
  switch (name) {
    case 'mustBe':
      return `ABS(n - (${first}))`;
    case 'mustNotBe':
      return `CASE WHEN n <> ${first} THEN 0 ELSE 1 END`;
    case 'mustBeGreaterThan':
      return `CASE WHEN n > ${first} THEN 0 ELSE 1 END`;
    case 'mustBeGreaterOrEqualTo':
      return `GREATEST(0, ${first} - n)`;
    case 'mustBeLessThan':
      return `CASE WHEN n < ${first} THEN 0 ELSE 1 END`;
    case 'mustBeLessOrEqualTo':
      return `GREATEST(0, n - (${first}))`;
    case 'mustBeBetween':
      return `GREATEST(0, ${first} - n, n - (${second}))`;
    case 'mustNotBeBetween':
      return `CASE WHEN n < ${first} OR n > ${second} THEN 0 ELSE 1 END`;
  }
}
