import { describe, expect, test } from '@jest/globals';
import { checksum } from '../../../src/changelog/checksum.ts';
import { compareChangelogs } from '../../../src/changelog/compare.ts';
import type { Changelog, Changeset } from '../../../src/changelog/changeset.ts';
import { changesetOfSql } from '../policy/changeset-of.ts';

function changeset(id: string, sql: string, more: Partial<Changeset> = {}): Changeset {
  const made = changesetOfSql(sql);
  const { statements } = made.sql;
  return {
    ...made,
    id,
    key: `ann:${id}`,
    sql: { ...made.sql, statements, checksum: checksum(statements) },
    ...more,
  };
}

function changelog(...changesets: readonly Changeset[]): Changelog {
  return { file: 'changelog/changelog.yml', preconditions: [], changesets };
}

const one = changeset('1', 'CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);');

describe('compared with its base a changelog', () => {
  test('has what was added and what was removed, wherever it stands', () => {
    const [two, three] = [changeset('2', 'SELECT 2'), changeset('3', 'SELECT 3')];
    const compared = compareChangelogs(changelog(one, two), changelog(three, one));
    expect(compared).toEqual({ added: [three], rerun: [], edited: [], removed: [two] });
  });

  test('has an edit at the first statement that is another', () => {
    const edited = changeset('1', 'CREATE TABLE a (id INT);\n\nCREATE TABLE b (id BIGINT);\nSELECT 1;');
    expect(compareChangelogs(changelog(one), changelog(edited)).edited).toEqual([
      { changeset: edited, line: 3 },
    ]);
    const longer = changeset('1', 'CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\nSELECT 1;');
    expect(compareChangelogs(changelog(one), changelog(longer)).edited[0]?.line).toBe(3);
    const shorter = changeset('1', 'CREATE TABLE a (id INT);');
    expect(compareChangelogs(changelog(one), changelog(shorter)).edited[0]?.line).toBe(1);
  });

  test.each<[string, Changeset]>([
    [
      'another comment or layout',
      changeset('1', '-- why\nCREATE  TABLE a (id INT); /* x */ CREATE TABLE b(id INT);'),
    ],
    [
      'another file, place, risk or context',
      { ...one, sqlFile: 'other.sql', at: { file: 'b.yml', line: 9 }, risk: 'high' },
    ],
    ['an edit that validCheckSum accepts', changeset('1', 'SELECT 1', { validCheckSum: [one.sql.checksum] })],
  ])('has no edit in %s', (_, now) => {
    expect(compareChangelogs(changelog(one), changelog(now))).toEqual({
      added: [],
      rerun: [],
      edited: [],
      removed: [],
    });
  });

  test('has what runs again because it changed', () => {
    for (const again of [{ runOnChange: true }, { runAlways: true }]) {
      const now = changeset('1', 'SELECT 1', again);
      expect(compareChangelogs(changelog(one), changelog(now))).toMatchObject({ rerun: [now], edited: [] });
    }
  });
});
