import { expect, test } from '@jest/globals';
import { GtidSet } from '../../../src/mysql/binlog/gtid-set.ts';

test('a set has what its text says, tags apart', () => {
  const set = new GtidSet('aaa:1-5:7:tag:1-3,\n BBB:9');
  expect([set.has('aaa', 5), set.has('aaa', 6), set.has('aaa', 7)]).toEqual([true, false, true]);
  expect([set.has('aaa:tag', 3), set.has('aaa:tag', 4), set.has('bbb', 9)]).toEqual([true, false, true]);
});

test('it contains another set when nothing of that is missing, in whatever order it grew', () => {
  const set = new GtidSet('aaa:1-3');
  const target = new GtidSet('aaa:1-6:t:1');
  for (const number of [6, 4]) set.add('aaa', number);
  set.add('aaa:t', 1);
  expect(set.contains(target)).toBe(false);
  set.add('aaa', 5);
  expect(set.contains(target)).toBe(true);
  expect(target.contains(set)).toBe(true);
});
