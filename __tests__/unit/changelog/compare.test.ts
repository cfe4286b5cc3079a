import { describe, expect, test } from '@jest/globals';
import { checksum } from '../../../src/sql/checksum.ts';
import { compareChangelogs } from '../../../src/changelog/plan/compare.ts';
import type { Changelog, Changeset } from '../../../src/changelog/changeset.ts';
import type { Expression } from '../../../src/changelog/expression.ts';
import type { PreconditionEntry } from '../../../src/changelog/precondition.ts';
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

const MARK_RAN: PreconditionEntry = {
  condition: { kind: 'tableIsEmpty', tableName: 'a' },
  ...{ onFail: 'MARK_RAN', onError: 'HALT', at: { file: 'c.yml', line: 1 } },
};

function expression(source: string): Expression {
  return { source, root: { kind: 'name', name: source, required: false } };
}

const SAME = {
  ...{ added: [], rerun: [], edited: [], removed: [], altered: [] },
  ...{ reordered: undefined, preconditions: undefined },
};
const one = changeset('1', 'CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);');

describe('compared with its base a changelog', () => {
  test('has what was added and what was removed, wherever it stands', () => {
    const [two, three] = [changeset('2', 'SELECT 2'), changeset('3', 'SELECT 3')];
    const compared = compareChangelogs(changelog(one, two), changelog(three, one));
    expect(compared).toEqual({ ...SAME, added: [three], removed: [two] });
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
      'another file, place, risk, comment or tag',
      {
        ...{ ...one, sqlFile: 'other.sql', at: { file: 'b.yml', line: 9 } },
        ...{ risk: 'high', comment: 'why', tag: 'v1' },
      },
    ],
  ])('has no edit in %s', (_, now) => {
    expect(compareChangelogs(changelog(one), changelog(now))).toEqual(SAME);
  });

  test('has what runs again because it changed', () => {
    for (const again of [{ runOnChange: true }, { runAlways: true }]) {
      const now = changeset('1', 'SELECT 1', again);
      const was = { ...one, ...again };
      const expected = { ...SAME, rerun: [{ changeset: now, reason: 'changed' }] };
      expect(compareChangelogs(changelog(was), changelog(now))).toEqual(expected);
    }
  });

  test('has what runs again because it is told to run always from now on', () => {
    const now = { ...one, runAlways: true };
    expect(compareChangelogs(changelog(one), changelog(now))).toMatchObject({
      rerun: [{ changeset: now, reason: 'always' }],
      altered: [{ changeset: now, settings: ['runAlways: every update runs it again, also where it ran'] }],
    });
    expect(compareChangelogs(changelog(now), changelog(now))).toEqual(SAME);
  });

  test('has an edit that validCheckSum lets pass, at its line: new databases run it', () => {
    const now = changeset('1', 'CREATE TABLE a (id INT);\nDROP TABLE c;', {
      validCheckSum: [one.sql.checksum],
    });
    const compared = compareChangelogs(changelog(one), changelog(now));
    const altered = [
      {
        changeset: now,
        line: 2,
        settings: [expect.stringContaining(`that ran ${now.validCheckSum[0]?.slice(0, 14)}`)],
      },
    ];
    expect(compared).toEqual({ ...SAME, altered });
    const later = { ...changeset('1', 'SELECT 1'), validCheckSum: [one.sql.checksum, now.sql.checksum] };
    expect(compareChangelogs(changelog(now), changelog(later)).altered).toMatchObject([{ line: 1 }]);
  });

  test('has an edit that validCheckSum lets pass as one that does not run again, whatever runOnChange says', () => {
    const was = { ...one, runOnChange: true };
    const now = changeset('1', 'SELECT 1', { runOnChange: true, validCheckSum: [one.sql.checksum] });
    const compared = compareChangelogs(changelog(was), changelog(now));
    expect(compared).toMatchObject({ rerun: [], edited: [], altered: [{ changeset: now, line: 1 }] });
  });

  test.each<[string, Partial<Changeset>, RegExp]>([
    ['runOnChange', { runOnChange: true }, /^runOnChange: an edit of its file runs again/],
    ['allowDestructive', { allowDestructive: true }, /^allowDestructive: one of the two gates/],
    ['contexts', { contexts: expression('dev or prod') }, /^contexts none, now "dev or prod"$/],
    ['labels', { labels: ['b', 'a'] }, /^labels none, now "a, b"$/],
    ['validCheckSum', { validCheckSum: [`v1:${'1'.repeat(64)}`] }, /databases that ran v1:1{11}… accept it/],
    [
      'preconditions',
      { preconditions: [MARK_RAN] },
      /^preconditions none, now "table `a` is empty \(MARK_RAN, HALT\)"$/,
    ],
  ])('has another declaration of %s, in words, and of its loss', (_, setting, words) => {
    const now = { ...one, ...setting };
    expect(compareChangelogs(changelog(one), changelog(now))).toEqual({
      ...SAME,
      altered: [{ changeset: now, line: undefined, settings: [expect.stringMatching(words)] }],
    });
    expect(compareChangelogs(changelog(now), changelog(one)).altered[0]?.settings).toEqual([
      expect.stringMatching(/ is gone: |now none$/),
    ]);
  });

  test('has the first of merged changesets that a new database runs earlier, but nothing of added ones', () => {
    const [two, three, four] = [
      changeset('2', 'SELECT 2'),
      changeset('3', 'SELECT 3'),
      changeset('4', 'SELECT 4'),
    ];
    const base = changelog(one, two, three);
    expect(compareChangelogs(base, changelog(one, three, two)).reordered).toEqual([three, two]);
    expect(compareChangelogs(base, changelog(four, one, two, three)).reordered).toBeUndefined();
    expect(compareChangelogs(base, changelog(two, three)).reordered).toBeUndefined();
  });

  test('has other preconditions of the whole changelog', () => {
    const now = { ...changelog(one), preconditions: [MARK_RAN] };
    const after = 'table `a` is empty (MARK_RAN, HALT)';
    expect(compareChangelogs(changelog(one), now).preconditions).toEqual({ before: '', after });
  });
});
