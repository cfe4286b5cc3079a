import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ChangesetHeader } from '../../../src/changelog/changeset.ts';
import { parseChangelogFile, type ChangelogFile } from '../../../src/changelog/parse/parse.ts';
import { formatProblem } from '../../../src/errors.ts';

const CASES = join(import.meta.dirname, '../../cases/changelogs');
const caseFiles = readdirSync(CASES).filter((name) => name.endsWith('.yml'));

function renderProblems(file: ChangelogFile): string {
  return file.problems.map((problem) => `${formatProblem(problem)}\n    fix: ${problem.fix}\n`).join('');
}

function parse(...lines: readonly string[]): ChangelogFile {
  return parseChangelogFile(lines.join('\n'), 'changelog/changelog.yml');
}

function parseOne(...lines: readonly string[]): ChangesetHeader {
  const file = parse('databaseChangeLog:', '  - changeSet:', ...lines.map((line) => `      ${line}`));
  expect(renderProblems(file)).toBe('');
  const [entry] = file.entries;
  if (entry?.kind !== 'changeSet') throw new Error('no changeset');
  return entry.header;
}

describe('a changelog file', () => {
  test.each(caseFiles)('%s has exactly the problems beside it', (name) => {
    const file = parseChangelogFile(readFileSync(join(CASES, name), 'utf8'), name);
    expect(renderProblems(file)).toBe(
      readFileSync(join(CASES, name.replace('.yml', '.expected.txt')), 'utf8'),
    );
  });

  test('may be an empty list, but not end behind its key or have an entry without anything in it', () => {
    expect(parse('databaseChangeLog: []')).toEqual({ entries: [], preconditions: [], problems: [] });
    expect(renderProblems(parse('databaseChangeLog:'))).toContain('the changelog is empty');
    expect(renderProblems(parse('databaseChangeLog:', '  - {}'))).toContain('found an empty map');
  });

  test('lists changesets, includes and preconditions in their order', () => {
    const file = parse(
      'databaseChangeLog:',
      '  - preconditions:',
      '      - tableExists: { tableName: customers }',
      '        onFail: warn',
      '  - changeSet: { id: a, author: me, sqlFile: ./migrations//a.sql }',
      '  - include: { file: billing.yml, relativeToChangelogFile: true }',
      '  - include: { file: ../common/x.yml, relativeToChangelogFile: TRUE }',
      '  - includeAll: { path: changelog/teams, endsWithFilter: .yml }',
      '  - include: { file: changelog/last.yml }',
    );
    expect(renderProblems(file)).toBe('');
    const at = (line: number): object => ({ file: 'changelog/changelog.yml', line });
    expect(file.entries).toEqual([
      {
        kind: 'changeSet',
        header: expect.objectContaining({ key: 'me:a', sqlFile: 'migrations/a.sql', at: at(5) }),
      },
      { kind: 'include', file: 'changelog/billing.yml', at: at(6) },
      { kind: 'include', file: 'common/x.yml', at: at(7) },
      { kind: 'includeAll', folder: 'changelog/teams', endsWithFilter: '.yml', at: at(8) },
      { kind: 'include', file: 'changelog/last.yml', at: at(9) },
    ]);
    expect(file.preconditions).toEqual([
      {
        condition: { kind: 'tableExists', tableName: 'customers' },
        onFail: 'WARN',
        onError: 'HALT',
        at: at(3),
      },
    ]);
  });

  test('may have windows line ends and a byte-order mark', () => {
    const file = parseChangelogFile(
      '\ufeffdatabaseChangeLog:\r\n  - changeSet:\r\n      id: "1"\r\n      autor: me\r\n      sqlFile: a.sql\r\n',
      'c.yml',
    );
    expect(renderProblems(file)).toBe(
      'c.yml:4: changeSet 1: unknown key "autor"\n    fix: did you mean "author"?\n',
    );
  });

  test('may say things once with anchors and aliases', () => {
    const file = parse(
      'databaseChangeLog:',
      '  - changeSet: { id: a, author: &me your-name, sqlFile: a.sql, contexts: &where "dev, prod" }',
      '  - changeSet: { id: b, author: *me, sqlFile: b.sql, contexts: *where }',
    );
    expect(renderProblems(file)).toBe('');
    expect(file.entries[1]).toMatchObject({
      header: { key: 'your-name:b', contexts: { source: 'dev, prod' } },
    });
  });

  test('may be JSON, which is YAML', () => {
    const file = parse(
      '{ "databaseChangeLog": [{ "changeSet": { "id": 1, "author": "me", "sqlFile": "a.sql" } }] }',
    );
    expect(file).toMatchObject({ problems: [], entries: [{ header: { key: 'me:1' } }] });
  });
});

describe('a changeset', () => {
  test('needs only id, author and SQL file', () => {
    expect(parseOne('id: "004"', 'author: your-name', 'sqlFile: migrations/004.sql')).toEqual({
      id: '004',
      author: 'your-name',
      key: 'your-name:004',
      at: { file: 'changelog/changelog.yml', line: 2 },
      sqlFile: 'migrations/004.sql',
      sqlFileAt: { file: 'changelog/changelog.yml', line: 5 },
      risk: 'low',
      allowDestructive: false,
      contexts: undefined,
      labels: [],
      comment: undefined,
      runOnChange: false,
      runAlways: false,
      validCheckSum: [],
      tag: undefined,
      preconditions: [],
    });
  });

  test('has everything that is written', () => {
    const checksum = `v1:${'0aF9'.repeat(16)}`;
    const header = parseOne(
      'id: x',
      'author: me',
      'sqlFile: a.sql',
      'risk: High',
      'allowDestructive: true',
      'contexts: "dev, !prod"',
      'labels: feature-x, y',
      'comment: >',
      '  why,',
      '  in a line',
      'runOnChange: "true"',
      'runAlways: TRUE',
      `validCheckSum: [${checksum}]`,
      'tag: v1.4',
    );
    expect(header).toMatchObject({
      risk: 'high',
      allowDestructive: true,
      contexts: { source: 'dev, !prod' },
      labels: ['feature-x', 'y'],
      comment: 'why, in a line',
      runOnChange: true,
      runAlways: true,
      validCheckSum: [checksum.toLowerCase()],
      tag: 'v1.4',
    });
  });

  test.each([
    ['004', '004'],
    ['1.10', '1.10'],
    ['0x1F', '0x1F'],
    ['1e3', '1e3'],
    ['true', 'true'],
    ['2026-01-02', '2026-01-02'],
    ["'null'", 'null'],
    ['" a "', 'a'],
  ])('with the id %s has exactly that id, however YAML would read it', (written, id) => {
    expect(parseOne(`id: ${written}`, 'author: me', 'sqlFile: a.sql').id).toBe(id);
  });

  test.each([
    ['labels: ""', []],
    ['labels: x', ['x']],
    ['labels: [x, 1.0]', ['x', '1.0']],
  ])('with %s has the labels %j', (line, labels) => {
    expect(parseOne('id: x', 'author: me', 'sqlFile: a.sql', line).labels).toEqual(labels);
  });

  test('whose contexts are an empty text has none', () => {
    expect(parseOne('id: x', 'author: me', 'sqlFile: a.sql', 'contexts: ""').contexts).toBeUndefined();
  });
});

describe('preconditions', () => {
  test.each([
    ['tableExists: { tableName: t }', { kind: 'tableExists', tableName: 't' }],
    ['viewExists: { viewName: v }', { kind: 'viewExists', viewName: 'v' }],
    [
      'columnExists: { tableName: t, columnName: 7 }',
      { kind: 'columnExists', tableName: 't', columnName: '7' },
    ],
    ['indexExists: { indexName: i }', { kind: 'indexExists', indexName: 'i', columnNames: [] }],
    [
      'indexExists: { tableName: t, columnNames: "a, b" }',
      { kind: 'indexExists', tableName: 't', columnNames: ['a', 'b'] },
    ],
    [
      'foreignKeyConstraintExists: { foreignKeyName: f }',
      { kind: 'foreignKeyConstraintExists', foreignKeyName: 'f' },
    ],
    [
      'foreignKeyConstraintExists: { foreignKeyTableName: t, foreignKeyName: f }',
      { kind: 'foreignKeyConstraintExists', foreignKeyTableName: 't', foreignKeyName: 'f' },
    ],
    ['primaryKeyExists: { tableName: t }', { kind: 'primaryKeyExists', tableName: 't' }],
    ['tableIsEmpty: { tableName: t }', { kind: 'tableIsEmpty', tableName: 't' }],
    ['rowCount: { tableName: t, expectedRows: 10 }', { kind: 'rowCount', tableName: 't', expectedRows: 10 }],
    ['changeSetExecuted: { id: 004, author: me }', { kind: 'changeSetExecuted', id: '004', author: 'me' }],
    [
      'sqlCheck: { expectedResult: 0, sql: "SELECT 0;" }',
      { kind: 'sqlCheck', expectedResult: '0', sql: 'SELECT 0' },
    ],
    ['sqlCheck: { expectedResult: 1.50, sql: "(SELECT 1)" }', { kind: 'sqlCheck', expectedResult: '1.50' }],
    ['sqlCheck: { expectedResult: "", sql: "WITH a AS (SELECT 1) SELECT * FROM a" }', { expectedResult: '' }],
    [
      'sqlCheck: { expectedResult: x, sql: "SELECT `into`, \'into; DELETE\' FROM t" }',
      { expectedResult: 'x' },
    ],
  ])('%s', (written, condition) => {
    const { preconditions } = parseOne(
      'id: x',
      'author: me',
      'sqlFile: a.sql',
      'preconditions:',
      `  - ${written}`,
    );
    expect(preconditions).toMatchObject([{ condition, onFail: 'HALT', onError: 'HALT' }]);
  });

  test('and, or and not nest, over a list or a map', () => {
    const { preconditions } = parseOne(
      'id: x',
      'author: me',
      'sqlFile: a.sql',
      'preconditions:',
      '  - or:',
      '      - tableExists: { tableName: a }',
      '      - and:',
      '          - not: { viewExists: { viewName: v } }',
      '          - tableIsEmpty: { tableName: b }',
      '    onFail: MARK_RAN',
      '    onError: continue',
    );
    expect(preconditions).toEqual([
      {
        condition: {
          kind: 'or',
          conditions: [
            { kind: 'tableExists', tableName: 'a' },
            {
              kind: 'and',
              conditions: [
                { kind: 'not', conditions: [{ kind: 'viewExists', viewName: 'v' }] },
                { kind: 'tableIsEmpty', tableName: 'b' },
              ],
            },
          ],
        },
        onFail: 'MARK_RAN',
        onError: 'CONTINUE',
        at: { file: 'changelog/changelog.yml', line: 7 },
      },
    ]);
  });
});

describe('a changelog that no person wrote ends in an error with its line, soon', () => {
  const many = 10_000;
  const question = 'tableIsEmpty: { tableName: t }';
  const preconditions = (levels: number, kind: string): string =>
    `databaseChangeLog:\n  - preconditions:\n      - ${`${kind}: [{`.repeat(levels)}${question}${'}]'.repeat(levels)}`;
  test.each<[string, string]>([
    ['lists in lists', `${'['.repeat(many)}${']'.repeat(many)}`],
    ['a megabyte of them', '['.repeat(1_000_000)],
    ['maps in maps', `${'{a: '.repeat(many)}x${'}'.repeat(many)}`],
    ['block lists', `${'- '.repeat(many)}x`],
    ['block maps', Array.from({ length: 1400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['keys in keys', `${'? '.repeat(many)}x`],
    ['preconditions in "and"', preconditions(many, 'and')],
    ['preconditions in "not"', preconditions(many, 'not')],
    ['a few more than allowed', preconditions(22, 'or')],
    [
      'an expression of a megabyte',
      `databaseChangeLog:\n  - changeSet: { id: "1", author: me, sqlFile: a.sql, contexts: "${'(a),'.repeat(250_000)}" }`,
    ],
  ])('%s', (_, text) => {
    const start = performance.now();
    const { problems } = parseChangelogFile(text, 'changelog.yml');
    expect(problems[0]).toMatchObject({ at: { line: expect.any(Number) } });
    for (const { message } of problems) expect(message.length).toBeLessThan(300);
    // A second would do on a machine that does nothing else.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
