import { describe, expect, test } from '@jest/globals';
import { appendChangeset } from '../../../src/changelog/write/append-changeset.ts';
import { fileWords, nextNumber } from '../../../src/changelog/write/next-number.ts';
import { parseYaml } from '../../../src/yaml/parse-yaml.ts';

const NEW = {
  id: '004',
  author: "O'Neil",
  sqlFile: 'migrations/004_a.up.sql',
  comment: 'note: #1 of "it\'s"',
};

const HEAD = '# on top\ndatabaseChangeLog:\n';
const ONE = `  - changeSet:\n      id: "1" # why\n      author: a\n      sqlFile: a.sql`;
const CHANGELOGS = {
  'a plain one': `${HEAD}${ONE}\n`,
  'one without a line end': `${HEAD}${ONE}`,
  'one whose last line has a comment': `${HEAD}${ONE} # the last\n`,
  'one with comments behind it': `${HEAD}${ONE}\n\n  # later\n# the end\n`,
  'a list without indentation': `${HEAD}- changeSet: { id: "1", author: a, sqlFile: a.sql }\n`,
  'an empty list': `${HEAD.trimEnd()} []\n# end\n`,
  'Windows line ends': `${HEAD}${ONE}\n`.replaceAll('\n', '\r\n'),
  'another key behind it': `${HEAD}${ONE}\nother: 1\n`,
  'a text of several lines at the end': `${HEAD}${ONE}\n      comment: |\n        two\n        lines\n`,
  'an include at the end': `${HEAD}${ONE}\n  - include: { file: b.yml }\n`,
};

describe.each(Object.entries(CHANGELOGS))('%s', (_, text) => {
  test('gets one more changeset, and keeps every line', () => {
    const result = appendChangeset(text, NEW) ?? '';
    const { problems } = parseYaml(result, 'c.yml');
    expect(problems).toEqual([]);
    expect(result).toContain("id: '004'");
    expect(result).toContain("author: 'O''Neil'");
    // The old lines are all there, in their order.
    const lines = result.split('\n');
    for (const line of text.replace(' []', '').trimEnd().split('\n')) {
      const at = lines.findIndex((each) => each.trimEnd() === line.trimEnd());
      expect({ line, isThere: at >= 0 }).toEqual({ line, isThere: true });
      lines.splice(0, at + 1);
    }
    if (text.includes('\r\n')) expect(result.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

test.each([
  ['a list in brackets', 'databaseChangeLog: [{ changeSet: { id: "1", author: a, sqlFile: a.sql } }]\n'],
  ['no list', 'databaseChangeLog: 1\n'],
  ['another key', 'other: []\n'],
  ['wrong YAML', 'databaseChangeLog: [\n'],
])('%s is left alone', (_, text) => {
  expect(appendChangeset(text, NEW)).toBeUndefined();
});

test.each([
  [[], '001'],
  [['001', '002'], '003'],
  [['001', '0010_x.up.sql', 'v7'], '0011'],
  [['999'], '1000'],
  [['20260101', '1a'], '20260102'],
])('behind %p comes %s', (names, next) => {
  expect(nextNumber(names)).toBe(next);
});

test('a file is named after the words', () => {
  expect(['add orders.note', '  Größe! ', '../..', '…'].map(fileWords)).toEqual([
    'add_orders_note',
    'größe',
    'change',
    'change',
  ]);
});
