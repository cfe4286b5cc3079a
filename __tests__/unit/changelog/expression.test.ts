import { describe, expect, test } from '@jest/globals';
import {
  judgeExpression,
  matchesContexts,
  matchesLabels,
  type Expression,
} from '../../../src/changelog/expression.ts';
import { parseExpression } from '../../../src/changelog/parse/parse-expression.ts';

type Vector = readonly [expression: string, given: readonly string[], liquibase: boolean, strict: boolean];

/** What Liquibase answers, and what we do: they differ where names are asked for and none is given. */
const VECTORS: readonly Vector[] = [
  ['prod', ['prod'], true, true],
  ['prod', ['test'], false, false],
  ['prod', [], true, false],
  ['!prod', [], true, true],
  ['!prod', ['prod'], false, false],
  ['!prod', ['test'], true, true],
  ['@prod', [], false, false],
  ['@!prod', [], true, true],
  ['!@prod', [], true, true],
  ['test or prod and eu', ['test'], true, true],
  ['test or prod and eu', ['prod'], false, false],
  ['(test or prod) and eu', ['prod', 'eu'], true, true],
  ['(test or prod) and eu', ['test'], false, false],
  ['a,b', ['b'], true, true],
  ['not (a or b)', ['a'], false, false],
  ['!(a)', [], true, true],
  ['nocontexts', [], true, true],
  ['!nocontexts and prod', [], false, false],
  ['!nocontexts and prod', ['prod'], true, true],
  ['a AND b', ['a', 'b'], true, true],
  ['', [], true, true],
  ['', ['anything'], true, true],
];

function parsed(source: string): Expression {
  const expression = parseExpression(source);
  if ('root' in expression) return expression;
  throw new Error(`${source}: ${expression.message}`);
}

describe('expressions', () => {
  test.each(VECTORS)('"%s" over %j is %j to Liquibase', (source, given, liquibase) => {
    expect(judgeExpression(parsed(source), given, undefined) !== false).toBe(liquibase);
  });

  test.each(VECTORS)('"%s" over %j is, in place of %j, strictly %j', (source, given, _liquibase, strict) => {
    expect(matchesContexts(parsed(source), given)).toBe(strict);
  });

  test.each([
    ['PROD', ['prod']],
    ['prod', ['Prod']],
    ['NOT test AND (Prod OR eu)', ['eu']],
    ['not not prod', ['prod']],
    ['!!prod', ['prod']],
    ['not(test)', ['prod']],
    ['a , b', ['b']],
    ['(a, b) and c', ['b', 'c']],
    ['prod', [' prod ']],
    ['feature-x.1/y:z', ['feature-x.1/y:z']],
    ['@prod', ['prod']],
    ['((prod))', ['prod']],
    ['order', ['order']],
  ])('"%s" matches %j', (source, given) => {
    expect(matchesContexts(parsed(source), given)).toBe(true);
  });

  test('the source is kept as it was written', () => {
    expect(parsed(' Dev , PROD ').source).toBe(' Dev , PROD ');
  });
});

describe('contexts of a changeset', () => {
  test('a changeset without contexts runs everywhere', () => {
    expect(matchesContexts(undefined, [])).toBe(true);
    expect(matchesContexts(undefined, ['prod'])).toBe(true);
  });

  test('a changeset with contexts does not run because none was given', () => {
    expect(matchesContexts(parsed('prod or dev'), [])).toBe(false);
  });
});

describe('labels of a changeset', () => {
  test.each([
    [undefined, [], true],
    [undefined, ['x'], true],
    ['x', ['x', 'y'], true],
    ['x', ['y'], false],
    ['x and y', ['x'], false],
    ['x and y', ['Y', 'X'], true],
    ['!x', ['x'], false],
    ['!x', ['y'], true],
    ['x', [], true],
    ['!x', [], true],
    ['x and not y', [], true],
    ['', ['x'], true],
    ['@x', [], false],
    ['@x', ['x'], true],
  ])('the label expression %j over the labels %j gives %j', (source, labels, expected) => {
    expect(matchesLabels(source === undefined ? undefined : parsed(source), labels)).toBe(expected);
  });
});
