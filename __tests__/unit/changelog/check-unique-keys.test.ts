import { describe, expect, test } from '@jest/globals';
import { checkUniqueKeys } from '../../../src/changelog/parse/check-unique-keys.ts';
import type { ChangesetHeader } from '../../../src/changelog/changeset.ts';
import { parseChangelogFile } from '../../../src/changelog/parse/parse.ts';
import { formatProblem } from '../../../src/errors.ts';

function headers(file: string, ...keys: readonly string[]): readonly ChangesetHeader[] {
  const changesets = keys.map((key) => {
    const [author, id] = key.split(':');
    return `  - changeSet: { id: "${id}", author: "${author}", sqlFile: a.sql }\n`;
  });
  const { entries } = parseChangelogFile(`databaseChangeLog:\n${changesets.join('')}`, file);
  return entries.flatMap((entry) => (entry.kind === 'changeSet' ? [entry.header] : []));
}

describe('the names of changesets', () => {
  test('are author and id together', () => {
    expect(checkUniqueKeys(headers('a.yml', 'me:1', 'you:1', 'me:2'))).toEqual([]);
  });

  test('are unique in the whole tree; the problem names both places', () => {
    const tree = [...headers('a.yml', 'me:1', 'me:2'), ...headers('b.yml', 'me:3', 'me:1')];
    expect(checkUniqueKeys(tree).map(formatProblem)).toEqual([
      'b.yml:3: changeSet 1: "me:1" is declared already at a.yml:2',
    ]);
  });

  test('differ in more than case and accents', () => {
    expect(checkUniqueKeys(headers('a.yml', 'me:é', 'Me:E')).map(formatProblem)).toEqual([
      'a.yml:3: changeSet E: "Me:E" differs from "me:é" in case or accents only, which is declared already at a.yml:2',
    ]);
  });
});
