import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../../src/errors.ts';
import { readChangelog } from '../../../src/files/read-changelog.ts';

const ROOT = 'changelog/changelog.yml';
const onPosix = process.platform === 'win32' ? test.skip : test;
const asUser = process.getuid?.() === 0 ? test.skip : onPosix;

let outside: string;
let folder: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'db-deploy-'));
  folder = join(outside, 'repository');
  mkdirSync(folder);
});

afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function writeList(path: string, ...entries: readonly string[]): void {
  write(path, ['databaseChangeLog:', ...entries.map((entry) => `  - ${entry}`), ''].join('\n'));
}

function changeset(id: string, sqlFile = `migrations/${id}.sql`): string {
  return `changeSet: { id: "${id}", author: me, sqlFile: ${sqlFile} }`;
}

async function readProblems(file = ROOT): Promise<readonly string[]> {
  const { problems } = await readChangelog(folder, file);
  for (const problem of problems) expect(problem.fix).toMatch(/\w/);
  return problems.map(formatProblem);
}

describe('a changelog tree', () => {
  test('is flattened in the order in which it runs', async () => {
    writeList(
      ROOT,
      changeset('1'),
      'include: { file: teams.yml, relativeToChangelogFile: true }',
      changeset('9'),
    );
    writeList('changelog/teams.yml', changeset('2'), 'includeAll: { path: changelog/teams }', changeset('8'));
    writeList('changelog/teams/b.yaml', changeset('5'));
    writeList('changelog/teams/a/z.yml', changeset('4'));
    writeList('changelog/teams/a.yml', changeset('3'));
    write('changelog/teams/README.md', 'not a changelog');
    write('changelog/teams/.hidden.yml', '{');
    for (const id of '1234589') write(`migrations/${id}.sql`, `SELECT ${id};\n`);

    const { changelog, problems } = await readChangelog(folder, `./${ROOT}`);

    expect(problems).toEqual([]);
    expect(changelog.file).toBe(ROOT);
    expect(changelog.changesets.map(({ id }) => id).join('')).toBe('1234589');
    expect(changelog.changesets[3]).toMatchObject({
      at: { file: 'changelog/teams/a/z.yml', line: 2 },
      sql: {
        path: 'migrations/4.sql',
        statements: [{ text: 'SELECT 4', line: 1 }],
        checksum: expect.stringMatching(/^v1:[0-9a-f]{64}$/),
      },
    });
  });

  test('has the preconditions of all its files, the root first', async () => {
    const precondition = (table: string): string =>
      `preconditions: [{ tableExists: { tableName: ${table} } }]`;
    writeList(ROOT, 'include: { file: changelog/b.yml }', precondition('a'));
    writeList('changelog/b.yml', precondition('b'));
    const { changelog, problems } = await readChangelog(folder, ROOT);
    expect(problems).toEqual([]);
    expect(changelog.preconditions.map(({ condition }) => condition)).toEqual([
      { kind: 'tableExists', tableName: 'a' },
      { kind: 'tableExists', tableName: 'b' },
    ]);
  });

  test('tells all problems of all its files at once, in file order', async () => {
    writeList(
      ROOT,
      'include: { file: changelog/b.yml }',
      'changeSet: { id: "1", auther: me }',
      changeset('2'),
      changeset('3'),
    );
    writeList('changelog/b.yml', changeset('2'), changeset('4', 'migrations/missing.sql'));
    write('migrations/2.sql', "SELECT 'never closed");
    write('migrations/3.sql', '-- nothing\n');
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:3: changeSet 1: unknown key "auther"',
      'changelog/changelog.yml:3: changeSet 1: key "sqlFile" is missing',
      'changelog/changelog.yml:4: changeSet 2: "me:2" is declared already at changelog/b.yml:2',
      'changelog/b.yml:3: changeSet 4: migrations/missing.sql does not exist',
      expect.stringMatching(/^migrations\/2.sql:1: /),
      expect.stringMatching(/^migrations\/3.sql:1: /),
    ]);
  });

  test('may use one SQL file in two changesets, whose problems are told once', async () => {
    writeList(ROOT, changeset('1', 'a.sql'), changeset('2', './a.sql'));
    write('a.sql', 'SELECT 1;');
    expect(await readProblems()).toEqual([]);
    write('a.sql', 'SELECT `');
    expect(await readProblems()).toHaveLength(1);
    write('a.sql', Buffer.from([0xff]));
    expect(await readProblems()).toHaveLength(1);
  });

  test('that goes in circles is refused with the circle', async () => {
    writeList(ROOT, 'include: { file: changelog/a.yml }');
    writeList('changelog/a.yml', changeset('1', 'a.sql'), 'include: { file: changelog/b.yml }');
    writeList('changelog/b.yml', 'includeAll: { path: changelog }');
    write('a.sql', 'SELECT 1');
    const circle = 'includes itself: changelog/a.yml:3 → changelog/b.yml:2 → changelog/a.yml';
    expect(await readProblems()).toContainEqual(`changelog/b.yml:2: changelog/a.yml ${circle}`);
  });

  test('that has a file twice is refused', async () => {
    writeList(ROOT, 'include: { file: a.yml }', 'include: { file: ./x/../a.yml }');
    writeList('a.yml', changeset('1', 'a.sql'));
    write('a.sql', 'SELECT 1');
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:3: a.yml is included twice, first at changelog/changelog.yml:2',
    ]);
  });

  test('may have the order of its files changed without a change of any checksum', async () => {
    writeList(ROOT, changeset('1', 'a.sql'));
    write('a.sql', '\ufeffSELECT 1 -- one\r\n;');
    const before = (await readChangelog(folder, ROOT)).changelog.changesets[0]?.sql.checksum;
    writeList(ROOT, 'include: { file: b.yml }');
    writeList('b.yml', changeset('1', 'x/b.sql'));
    write('x/b.sql', 'SELECT 1;');
    expect((await readChangelog(folder, ROOT)).changelog.changesets[0]?.sql.checksum).toBe(before);
  });
});

describe('a file that is not there', () => {
  test('is told at the place that names it, with one whose name is close', async () => {
    writeList(
      ROOT,
      changeset('1', 'migrations/001_inital.sql'),
      'include: { file: changelog/other.yml }',
      'includeAll: { path: changelog/teams }',
    );
    write('migrations/001_initial.sql', 'SELECT 1');
    const { problems } = await readChangelog(folder, ROOT);
    expect(problems.map((problem) => [formatProblem(problem), problem.fix])).toEqual([
      [
        'changelog/changelog.yml:2: changeSet 1: migrations/001_inital.sql does not exist',
        'did you mean "migrations/001_initial.sql"?',
      ],
      ['changelog/changelog.yml:3: changelog/other.yml does not exist', 'add the file, or correct its path'],
      [
        'changelog/changelog.yml:4: includeAll: the folder changelog/teams does not exist',
        'add it, or correct its path',
      ],
    ]);
  });

  test('is told without a place when it is the root', async () => {
    expect(await readProblems()).toEqual(['changelog/changelog.yml does not exist']);
    write('changelog/changelog.yaml', '');
    const { problems } = await readChangelog(folder, ROOT);
    expect(problems).toEqual([expect.objectContaining({ fix: 'did you mean "changelog/changelog.yaml"?' })]);
  });

  test('is the least of it where the working directory is missing', async () => {
    const { problems } = await readChangelog(join(folder, 'nowhere'), ROOT);
    expect(problems).toMatchObject([
      { code: 'invalid-input', message: expect.stringContaining('does not exist') },
    ]);
  });

  test('may be a folder, or below a file', async () => {
    writeList(
      ROOT,
      changeset('1', 'migrations'),
      changeset('2', 'changelog/changelog.yml/x.sql'),
      'includeAll: { path: a.txt }',
    );
    mkdirSync(join(folder, 'migrations'));
    write('a.txt', '');
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:2: changeSet 1: migrations is a folder',
      'changelog/changelog.yml:3: changeSet 2: changelog/changelog.yml/x.sql does not exist',
      'changelog/changelog.yml:4: includeAll: a.txt is no folder',
    ]);
  });

  test('is missed by includeAll, which must find at least one', async () => {
    writeList(
      ROOT,
      'includeAll: { path: teams, endsWithFilter: .changelog.yml }',
      'includeAll: { path: teams }',
    );
    write('teams/notes.txt', '');
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:2: includeAll: no file under teams ends in .changelog.yml',
      'changelog/changelog.yml:3: includeAll: no file under teams ends in .yml or .yaml',
    ]);
  });
});

describe('the working directory', () => {
  test('is not left by a path', async () => {
    writeFileSync(join(outside, 'secret.sql'), 'SELECT 1');
    writeList(ROOT, changeset('1', '../secret.sql'), changeset('2', join(outside, 'secret.sql')));
    expect(await readProblems()).toEqual([
      expect.stringMatching(/^changelog\/changelog.yml:2: .* leaves the working directory$/),
      expect.stringMatching(/^changelog\/changelog.yml:3: .* is an absolute path$/),
    ]);
    expect(await readProblems('../secret.sql')).toEqual(['"../secret.sql" leaves the working directory']);
  });

  onPosix('is not left through symbolic links', async () => {
    mkdirSync(join(outside, 'other'));
    writeFileSync(join(outside, 'other/secret.sql'), 'SELECT 1');
    writeFileSync(join(outside, 'other/secret.yml'), 'databaseChangeLog: []');
    writeList(
      ROOT,
      changeset('1', 'link.sql'),
      changeset('2', 'linked/secret.sql'),
      'include: { file: linked/secret.yml }',
      'includeAll: { path: linked }',
      'includeAll: { path: teams }',
    );
    symlinkSync(join(outside, 'other/secret.sql'), join(folder, 'link.sql'));
    symlinkSync('../other', join(folder, 'linked'));
    mkdirSync(join(folder, 'teams'));
    symlinkSync('../../other', join(folder, 'teams/linked'));
    const leaves = 'leaves the working directory through a symbolic link';
    expect(await readProblems()).toEqual([
      `changelog/changelog.yml:2: changeSet 1: "link.sql" ${leaves}`,
      `changelog/changelog.yml:3: changeSet 2: "linked/secret.sql" ${leaves}`,
      `changelog/changelog.yml:4: "linked/secret.yml" ${leaves}`,
      `changelog/changelog.yml:5: includeAll: "linked" ${leaves}`,
      'changelog/changelog.yml:6: includeAll: teams/linked is a symbolic link to a folder',
    ]);
  });

  onPosix('may be reached through a symbolic link, and have some inside', async () => {
    writeList(ROOT, changeset('1', 'current.sql'));
    write('migrations/1.sql', 'SELECT 1');
    symlinkSync('migrations/1.sql', join(folder, 'current.sql'));
    symlinkSync(folder, join(outside, 'link'));
    expect((await readChangelog(join(outside, 'link'), ROOT)).problems).toEqual([]);
  });

  test('may have a neighbour whose name begins like its own', async () => {
    mkdirSync(`${folder}-2`);
    writeFileSync(`${folder}-2/a.sql`, 'SELECT 1');
    writeList(ROOT, changeset('1', 'a.sql'));
    symlinkSync(`${folder}-2/a.sql`, join(folder, 'a.sql'));
    expect(await readProblems()).toEqual([expect.stringContaining('through a symbolic link')]);
  });
});

describe('a file that cannot be read', () => {
  test('because it is not UTF-8 is told with the line', async () => {
    writeList(ROOT, changeset('1'), changeset('2'), changeset('3'), 'include: { file: b.yml }');
    write(
      'migrations/1.sql',
      Buffer.concat([Buffer.from("SELECT 'é';\nSELECT '"), Buffer.from([0xe9]), Buffer.from("';\n")]),
    );
    write('migrations/2.sql', Buffer.from('\ufeffSELECT 1;\r\n', 'utf16le'));
    write('migrations/3.sql', Buffer.from([0xe2, 0x82]));
    write('b.yml', Buffer.from('# caf\u00e9\n', 'latin1'));
    expect(await readProblems()).toEqual([
      'b.yml:1: b.yml is not UTF-8: there are invalid bytes in this line',
      'migrations/1.sql:2: changeSet 1: migrations/1.sql is not UTF-8: there are invalid bytes in this line',
      'migrations/2.sql:1: changeSet 2: migrations/2.sql is not UTF-8 but UTF-16',
      'migrations/3.sql:1: changeSet 3: migrations/3.sql is not UTF-8: there are invalid bytes in this line',
    ]);
  });

  onPosix('because it is a pipe or a circle of links is told', async () => {
    writeList(ROOT, changeset('1', 'pipe.sql'), changeset('2', 'circle.sql'));
    execFileSync('mkfifo', [join(folder, 'pipe.sql')]);
    symlinkSync('circle.sql', join(folder, 'circle.sql'));
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:2: changeSet 1: pipe.sql is no regular file',
      'changelog/changelog.yml:3: changeSet 2: circle.sql is a symbolic link that leads to itself',
    ]);
  });

  asUser('because of its permissions is told', async () => {
    writeList(ROOT, changeset('1'));
    write('migrations/1.sql', 'SELECT 1');
    chmodSync(join(folder, 'migrations/1.sql'), 0);
    expect(await readProblems()).toEqual([
      'changelog/changelog.yml:2: changeSet 1: migrations/1.sql may not be read',
    ]);
  });
});

test('5,000 changesets are read in seconds', async () => {
  const ids = Array.from({ length: 5000 }, (_, index) => String(index + 1).padStart(4, '0'));
  writeList(ROOT, ...ids.map((id) => changeset(id)));
  for (const id of ids) write(`migrations/${id}.sql`, `ALTER TABLE t${id} ADD COLUMN c INT; -- one more\n`);
  const { changelog, problems } = await readChangelog(folder, ROOT);
  expect(problems).toEqual([]);
  expect(changelog.changesets).toHaveLength(5000);
}, 20_000);
