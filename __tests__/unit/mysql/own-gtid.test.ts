import { expect, test } from '@jest/globals';
import { gtidTag } from '../../../src/mysql/doubt/gtid-tag.ts';
import { lastNumber } from '../../../src/mysql/session/own-gtid.ts';

const A = 'f23e0aac-e6af-11f1-9521-02fc00000001';
const B = '0a3e0aac-e6af-11f1-9521-02fc00000002';

test.each([
  [`${A}:t:1`, 1],
  [`${A}:1-99:s:1-7:t:1-3:5`, 5],
  [`${A}:1-99,\n${B}:1-3:s:4,\n${B}:t:2-4`, 4],
  [`${A}:t:12:14:tt:100`, 14],
  [`${A}:1-99`, 0],
  ['', 0],
])('the last number of a tag in %j', (set, last) => {
  expect(lastNumber(set, 't')).toBe(last);
});

test('the id of a run becomes a tag that the server takes', () => {
  expect(gtidTag('20261122-164500-3f9a1c07')).toMatch(/^[a-z_][a-z0-9_]{0,31}$/);
  expect(gtidTag('20261122-164500-3f9a1c07')).toContain('3f9a1c07');
});
