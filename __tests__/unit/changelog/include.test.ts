import { describe, expect, test } from '@jest/globals';
import { checkVisit, selectIncluded, type Visit } from '../../../src/changelog/parse/include.ts';
import { comparePaths, folderOf, resolvePath } from '../../../src/yaml/path.ts';

const at = (file: string, line: number): Visit['at'] => ({ file, line });

describe('paths of the changelog', () => {
  test.each([
    ['a.sql', undefined, 'a.sql'],
    ['./migrations//a.sql', undefined, 'migrations/a.sql'],
    ['migrations/x/../a.sql', undefined, 'migrations/a.sql'],
    ['billing.yml', 'changelog/teams', 'changelog/teams/billing.yml'],
    ['../common.yml', 'changelog/teams', 'changelog/common.yml'],
    ['.', undefined, '.'],
    ['..', 'changelog', '.'],
    ['..a/...b', undefined, '..a/...b'],
  ])('%s in %s is %s', (path, folder, resolved) => {
    expect(resolvePath(path, folder)).toBe(resolved);
  });

  test.each([
    ['/etc/passwd', undefined, 'is an absolute path'],
    ['c:a.sql', undefined, 'is an absolute path'],
    ['//server/share', undefined, 'is an absolute path'],
    ['..', undefined, 'leaves the working directory'],
    ['a/../../b', undefined, 'leaves the working directory'],
    ['../../b/../changelog/a.yml', 'changelog', 'leaves the working directory'],
    ['a\\b.sql', undefined, 'has a backslash in it'],
  ])('%s in %s %s', (path, folder, message) => {
    expect(resolvePath(path, folder)).toEqual({ message: `"${path}" ${message}`, fix: expect.any(String) });
  });

  test('the folder of a file is what is before its last slash', () => {
    expect([folderOf('a/b/c.yml'), folderOf('c.yml')]).toEqual(['a/b', '.']);
  });

  test('the order is by code point: upper before lower case, and no locale or UTF-16 in it', () => {
    const ordered = ['A', 'B', 'a', 'a-b', 'a/b', 'ab', 'b', '\u{e9}', '\u{ffff}', '\u{1f600}'];
    expect(ordered.toReversed().toSorted(comparePaths)).toEqual(ordered);
  });
});

describe('includeAll', () => {
  const files = [
    'teams/b.yml',
    'teams/a/z.yaml',
    'teams/B.YML',
    'teams/a.yml',
    'teams/x.sql',
    'teams/a.yml.bak',
  ];

  test('takes the YAML files, ordered by path', () => {
    expect(selectIncluded(files, undefined)).toEqual([
      'teams/B.YML',
      'teams/a.yml',
      'teams/a/z.yaml',
      'teams/b.yml',
    ]);
  });

  test('takes what ends as it is told, in any case', () => {
    expect(selectIncluded(files, 'b.yml')).toEqual(['teams/B.YML', 'teams/b.yml']);
  });
});

describe('a file of the tree', () => {
  const root: Visit = { file: 'root.yml', at: undefined };
  const a: Visit = { file: 'a.yml', at: at('root.yml', 3) };
  const b: Visit = { file: 'b.yml', at: at('a.yml', 2) };
  const visited = new Map([root, a, b].map((visit) => [visit.file, visit]));

  test('that is new is welcome', () => {
    expect(checkVisit({ file: 'c.yml', at: at('b.yml', 1) }, [root, a, b], visited)).toBeUndefined();
  });

  test('that includes itself is refused with the whole circle', () => {
    expect(checkVisit({ file: 'a.yml', at: at('b.yml', 4) }, [root, a, b], visited)).toMatchObject({
      message: 'a.yml includes itself: a.yml:2 → b.yml:4 → a.yml',
      at: at('b.yml', 4),
    });
    expect(checkVisit({ file: 'root.yml', at: at('root.yml', 2) }, [root], visited)).toMatchObject({
      message: 'root.yml includes itself: root.yml:2 → root.yml',
    });
  });

  test('that is included a second time is refused with the place of the first', () => {
    expect(checkVisit({ file: 'b.yml', at: at('root.yml', 9) }, [root], visited)).toMatchObject({
      message: 'b.yml is included twice, first at a.yml:2',
      at: at('root.yml', 9),
    });
  });
});
