import { expect, test } from '@jest/globals';
import { fieldOf, withoutKnown } from '../../../src/pipeline/rows/known-lines.ts';
import { textsOf, type LineBlock } from '../../../src/pipeline/rows/line-block.ts';

const HERE = ['1\ta', '2\tb', '2\tc', '10\td', '11\te'];
const FOUND = HERE.map((line) => `${line}\n`).join('');

function block(lines: readonly string[]): LineBlock {
  return { bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')), rows: lines.length };
}

function unknown(lines: readonly string[], found: string, at: number): readonly string[] {
  const rest = withoutKnown(block(lines), Buffer.from(found), at);
  expect(rest.rows).toBe(textsOf(rest).length);
  return textsOf(rest);
}

test.each([
  ['all of them, in order', HERE, []],
  ['all of them, in no order', HERE.toReversed(), []],
  ['a changed one', ['1\ta', '2\tb', '2\tc', '10\tX', '11\te'], ['10\tX']],
  ['the first and the last changed', ['1\tX', '2\tb', '11\tX'], ['1\tX', '11\tX']],
  [
    'new ones before, between and after',
    ['-1\tn', '1\ta', '3\tn', '10\td', '12\tn'],
    ['-1\tn', '3\tn', '12\tn'],
  ],
  ['a later version of a key alone', ['2\tc', '10\td'], []],
  ['a line that another one begins with', ['1\t', '10\tdd', '11\te'], ['1\t', '10\tdd']],
  ['one of two, which was passed', ['11\te', '1\ta', '1\tX'], ['1\tX']],
  ['nothing', [], []],
])('%s', (_, lines, rest) => {
  expect(unknown(lines, FOUND, 0)).toEqual(rest);
});

test('what is cut off is not trusted, and of nothing nothing is known', () => {
  expect(unknown(['1\ta', '2\tb'], '1\ta\n2\tb', 0)).toEqual(['2\tb']);
  expect(unknown(['1\ta'], '', 0)).toEqual(['1\ta']);
});

function number(line: string): number {
  return Number(fieldOf(Buffer.from(line), 1, 0));
}

test('whatever the order, a line is left out exactly if it was found', () => {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 500; round += 1) {
    const line = (): string => `x\t${next(12) - 3}\t${next(3)}`;
    const found = [...new Set(Array.from({ length: next(12) }, line))];
    const lines = [...new Set(Array.from({ length: next(12) }, line))];
    if (next(2) === 0) found.sort((a, b) => number(a) - number(b));
    const rest = unknown(lines, found.map((each) => `${each}\n`).join(''), 1);
    expect(rest).toEqual(lines.filter((each) => !found.includes(each)));
  }
});
