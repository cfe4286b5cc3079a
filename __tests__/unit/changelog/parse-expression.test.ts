import { describe, expect, test } from '@jest/globals';
import { matchesContexts } from '../../../src/changelog/expression.ts';
import {
  isExpressionName,
  nameProblem,
  parseExpression,
} from '../../../src/changelog/parse/parse-expression.ts';
import { pick, seededRandom, type Random } from '../../support/random.ts';

describe('an expression that is not valid is shown with the place in it', () => {
  test.each([
    ['dev prod', '"prod" at column 5 of "dev prod" has no operator before it'],
    ['a b and c', '"b" at column 3 of "a b and c" has no operator before it'],
    ['(a or b', '"(" at column 1 of "(a or b" is never closed'],
    ['(a b)', '"b" at column 4 of "(a b)" has no operator before it'],
    ['a)', '")" at column 2 of "a)" closes nothing'],
    ['()', '")" at column 2 of "()" stands where a name is expected'],
    ['a and', '"a and" ends where a name is expected'],
    ['and a', '"and" at column 1 of "and a" stands where a name is expected'],
    ['a and OR b', '"OR" at column 7 of "a and OR b" stands where a name is expected'],
    ['a,', '"a," ends where a name is expected'],
    [',a', '"," at column 1 of ",a" stands where a name is expected'],
    ['not', '"not" ends where a name is expected'],
    ['@', '"@" at column 1 of "@" stands where a name is expected'],
    ['@!', '"@!" ends where a name is expected'],
    ['@@a', '"@" at column 2 of "@@a" is not an operator and cannot be part of a name'],
    ['a@b', '"@" at column 2 of "a@b" is not an operator and cannot be part of a name'],
    ['a!b', '"!" at column 2 of "a!b" has no operator before it'],
    ['-a', '"-a" at column 1 of "-a" stands where a name is expected'],
    ['dev&&prod', '"&" at column 4 of "dev&&prod" is not an operator and cannot be part of a name'],
    ['dev || prod', '"|" at column 5 of "dev || prod" is not an operator and cannot be part of a name'],
    ['dev;prod', '";" at column 4 of "dev;prod" is not an operator and cannot be part of a name'],
    ["'dev'", `"'" at column 1 of "'dev'" is not an operator and cannot be part of a name`],
    ['"dev"', '""" at column 1 of ""dev"" is not an operator and cannot be part of a name'],
    ['é and 😀', '"😀" at column 7 of "é and 😀" is not an operator and cannot be part of a name'],
    [
      'a\u00A0and b',
      String.raw`"\u{00A0}" at column 2 of "a\u{00A0}and b" is not an operator and cannot be part of a name`,
    ],
  ])('%s', (source, message) => {
    expect(parseExpression(source)).toEqual({ message, fix: expect.any(String) });
  });

  test('of a long one only what is around the place', () => {
    const source = `${'a or '.repeat(200)}b & c${' or d'.repeat(200)}`;
    const shown = `"…${source.slice(1002 - 40, 1002 + 40)}…"`;
    const message = `"&" at column 1003 of ${shown} is not an operator and cannot be part of a name`;
    expect(parseExpression(source)).toEqual({ message, fix: 'write "and" in place of it' });
  });
});

test.each(['dev', 'feature-x.1/y:z', 'é', '東京', '_x', '007'])('%s is a name', (text) => {
  expect(nameProblem(text)).toBeUndefined();
});

test.each([
  ['a b', '" " at column 2 of "a b" cannot be part of a name'],
  ['dev&&prod', '"&" at column 4 of "dev&&prod" cannot be part of a name'],
  ['NOT', '"NOT" is an operator, not a name'],
  ['-x', '"-" at column 1 of "-x" cannot be part of a name'],
])('%s is not a name: %s', (text, message) => {
  expect(nameProblem(text)).toMatchObject({ message });
});

describe('an expression that no person wrote ends in an error, soon', () => {
  test.each<[string, string]>([
    ['10,000 parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['a few more than allowed', `${'('.repeat(60)}a${')'.repeat(60)}`],
    ['open parentheses', '('.repeat(3900)],
    ['negations', `${'!'.repeat(3900)}a`],
    ['negations in words', `${'not '.repeat(900)}a`],
    ['a megabyte of names', 'a,'.repeat(500_000)],
    ['a megabyte of one name', 'a'.repeat(1_000_000)],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
  ])('%s', (_, source) => {
    const start = performance.now();
    expect(parseExpression(source)).toMatchObject({ message: expect.stringMatching(/^.{1,200}$/) });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

/** An expression and what it comes to, by a way that does not parse. */
interface Sample {
  readonly text: string;
  readonly holds: boolean;
}

const NAMES = ['dev', 'Prod', 'eu-1', 'a.b/c:d', 'é'];
const GIVEN = ['DEV', 'a.b/c:d', 'É'];

function isGiven(name: string): boolean {
  return GIVEN.some((given) => given.toLowerCase() === name.toLowerCase());
}

/** Operands are in parentheses, but where precedence makes them superfluous. */
function sample(random: Random, depth: number): Sample {
  if (depth === 0 || random() < 0.2) {
    const name = pick(random, NAMES);
    return { text: name, holds: isGiven(name) };
  }
  const [left, right] = [sample(random, depth - 1), sample(random, depth - 1)];
  const space = pick(random, [' ', '  ', '\t', '\n']);
  switch (pick(random, ['and', 'or', ',', 'not', '!'])) {
    case 'and':
      return { text: `(${left.text})${space}AND (${right.text})`, holds: left.holds && right.holds };
    case 'or':
      return { text: `${left.text}${space}or ${right.text}`, holds: left.holds || right.holds };
    case ',':
      return { text: `${left.text}${space},${right.text}`, holds: left.holds || right.holds };
    case 'not':
      return { text: `not${space}(${left.text})`, holds: !left.holds };
    default:
      return { text: `!(${left.text})`, holds: !left.holds };
  }
}

test('an expression means what its parts mean', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 3000; round += 1) {
    const { text, holds } = sample(random, 5);
    const parsed = parseExpression(text);
    if (text.length > 4000) continue;
    if (!('root' in parsed)) throw new Error(`${text}: ${parsed.message}`);
    expect([text, matchesContexts(parsed, GIVEN)]).toEqual([text, holds]);
  }
});

test('any text is an expression of names and operators, or an error that shows it', () => {
  const random = seededRandom(12);
  const parts = [
    ...['a', 'dev', 'and', 'or', 'not', '!', '(', ')', ',', ' ', '@', '&&', '||', ';', "'", '"', '`', '\\'],
    ...['\0', '\u200B', '\uD800', '😀', '-', '--', '*', '=', '<', '{', '$', '%', '#', '+', '?', '\n'],
  ];
  let accepted = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const source = Array.from({ length: 1 + Math.floor(random() * 8) }, () => pick(random, parts)).join('');
    const parsed = parseExpression(source);
    if (!('root' in parsed)) {
      expect(parsed.message).toMatch(/column \d+ of "|^".*" ends/s);
      continue;
    }
    accepted += 1;
    const words = source.split(/[ \n,()!]+/).filter((word) => word !== '');
    const strange = words.filter(
      (word) => !isExpressionName(word.replace(/^@/, '')) && !/^(and|or|not|@)$/.test(word),
    );
    expect([source, strange]).toEqual([source, []]);
  }
  expect(accepted).toBeGreaterThan(300);
});
