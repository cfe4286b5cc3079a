import { describe, expect, test } from '@jest/globals';
import { parseChangelogFile } from '../../../src/changelog/parse/parse.ts';
import { checksum } from '../../../src/sql/checksum.ts';
import { codeTokens } from '../../../src/sql/code-tokens.ts';
import { statementKind } from '../../../src/sql/read/statement-kind.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';
import { exhaustingSql } from '../../support/exhausting-sql.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Everything that reads a file before anything is judged. */
function read(sql: string): ReturnType<typeof splitStatements> {
  const found = splitStatements(sql, 'a.sql');
  checksum(found.statements);
  for (const statement of found.statements) {
    statementKind(statement);
    for (const token of codeTokens(statement)) if (!(token.line > 0)) throw new Error('a token without line');
  }
  for (const { at } of found.problems) if (at?.file !== 'a.sql') throw new Error('a problem without place');
  return found;
}

/** Of this process, so that a busy machine makes no difference. */
function milliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a file that is shaped to exhaust its reader', () => {
  const SIZE = 40_000;

  test.each(exhaustingSql(SIZE))(
    '%s: is read or refused, in time that grows with its size alone',
    (_, sql) => {
      read(sql.slice(0, SIZE / 8));
      expect(milliseconds(() => read(sql))).toBeLessThan(500);
    },
  );

  test('10,000 nested version comments and half a megabyte of them are', () => {
    const nested = `${'/*!50000 '.repeat(10_000)}SELECT 1${'*/'.repeat(10_000)}`;
    expect([...codeTokens({ text: nested, line: 1 })].slice(0, 3).map(({ text }) => text)).toEqual([
      'SELECT',
      '1',
      '*',
    ]);
    const size = 500_000;
    for (const [name, sql] of exhaustingSql(size)) {
      if (!name.includes('version comments')) continue;
      expect([name, milliseconds(() => splitStatements(sql, 'a.sql')) < 1000]).toEqual([name, true]);
    }
  }, 60_000);

  test('problems are given up after a hundred', () => {
    expect(splitStatements('\\x\n'.repeat(10_000), 'a.sql').problems).toHaveLength(100);
  });
});

describe('labels that are shaped to exhaust their reader', () => {
  const many = (count: number): string => Array.from({ length: count }, (_, index) => `l${index}`).join(', ');
  test.each([
    ['one of a megabyte', `labels: ${'x'.repeat(1_000_000)}`],
    ['one of a megabyte in a list', `labels: [${'x'.repeat(1_000_000)}]`],
    ['a hundred thousand', `labels: ${many(100_000)}`],
    ['a hundred thousand in a list', `labels: [${many(100_000)}]`],
    ['nested ten thousand deep', `labels: ${'['.repeat(10_000)}a${']'.repeat(10_000)}`],
    ['nested ten thousand deep and not closed', `labels: ${'['.repeat(10_000)}`],
    ['nested as maps', `labels: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['nested as expressions', `contexts: "${'('.repeat(50_000)}a${')'.repeat(50_000)}"`],
    [
      'a chain of anchors',
      `labels: [${Array.from({ length: 30 }, (_, n) => `&a${n} [*a${n - 1}, *a${n - 1}]`)
        .join(', ')
        .replaceAll('*a-1', 'x')}]`,
    ],
  ])('%s: give an error at their line, in bounded time', (_, line) => {
    const lines = ['databaseChangeLog:', '  - changeSet:', '      id: "1"', '      author: a'];
    const text = [...lines, '      sqlFile: 1.sql', `      ${line}`, ''].join('\n');
    let problems: ReturnType<typeof parseChangelogFile>['problems'] = [];
    const took = milliseconds(() => ({ problems } = parseChangelogFile(text, 'c.yml')));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ message }) => message.length < 2000)).toBe(true);
    expect(took).toBeLessThan(3000);
  });
});

const PARTS = [
  ...[
    '/*',
    '*/',
    '/*!',
    '/*!50000',
    '/*!99999 ',
    '/*+',
    '--',
    '-- ',
    '#',
    "'",
    '"',
    '`',
    '\\',
    '\\\\',
    '$$',
    '$a$',
  ],
  ...[
    ';',
    '//',
    '\n',
    ' ',
    '\r\n',
    '(',
    ')',
    ',',
    '.',
    '@',
    '@@',
    ':=',
    '=',
    'DELIMITER //\n',
    'DELIMITER ;\n',
    '\0',
  ],
  ...[
    'SELECT ',
    'SET ',
    'sql_mode',
    'NAMES gbk',
    'CREATE PROCEDURE p() ',
    'BEGIN ',
    'END',
    'IF ',
    'CASE ',
    'THEN ',
  ],
  ...[
    '1',
    '1e5',
    '0x',
    'N',
    'é',
    '\ud800',
    'NO_BACKSLASH_ESCAPES',
    'ANSI',
    'DECLARE EXIT HANDLER FOR ',
    'db-deploy:allow ',
  ],
];

test('no file makes the reader fail, whatever is in it', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 1e9));
  const random = seededRandom(seed);
  for (let file = 0; file < 4000; file++) {
    const count = Math.floor(random() * 40);
    const sql = Array.from({ length: count }, () => PARTS[Math.floor(random() * PARTS.length)]).join('');
    try {
      const { statements, problems } = read(sql);
      // What is sent stands in the file, in its order.
      let at = 0;
      for (const { text } of statements) at = sql.indexOf(text, at) + text.length;
      expect(at).toBeLessThanOrEqual(sql.length);
      expect(statements.length + problems.length).toBeGreaterThan(0);
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}, file ${file}: ${JSON.stringify(sql)}`, { cause: error });
    }
  }
}, 60_000);
