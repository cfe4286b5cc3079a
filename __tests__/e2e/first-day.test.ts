import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeFiles } from '../support/deploy.ts';
import { filesOf, repository } from '../support/repository.ts';
import { runTerminal } from '../support/terminal.ts';

const root = join(import.meta.dirname, '../..');

test('every command of docs/getting-started.md works in an empty repository, in its order', async () => {
  const { folder } = repository();
  const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
  const commands = [...page.matchAll(/^```sh\n([^]*?)^```/gm)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
  expect(commands.map(([, name]) => name)).toEqual(['init', 'new', 'validate', 'grants', 'grants', 'grants']);
  for (const [program, ...args] of commands) {
    expect(program).toBe('db-deploy');
    const { exitCode, stdout, stderr } = await runTerminal(args, { cwd: folder });
    expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
    if (args[0] === 'validate')
      expect(stdout).toMatch(/warning placeholder [^]*valid: 2 changesets; 1 warning/);
  }
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('init overwrites nothing, names what it left, and takes the name of the schema everywhere', async () => {
  const { folder } = repository();
  writeFiles(folder, { CODEOWNERS: '* @me\n' });
  const first = await runTerminal(['init', '--db-name', 'my_shop', '--uses', 'me/it@abc'], { cwd: folder });
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toContain('CODEOWNERS is there already, and was left as it is');
  const files = filesOf(folder);
  expect(files['CODEOWNERS']).toBe('* @me\n');
  expect(files['sql/rbac/roles.sql']).toContain('ON `my_shop`.* TO');
  expect(files['.github/workflows/db-deploy-prod.yml']).toContain('DB_NAME: "my_shop"');
  expect(files['.github/workflows/db-validate.yml']).toContain('uses: me/it@abc\n');
  expect(await runTerminal(['init', '--yes'], { cwd: folder })).toMatchObject({ exitCode: 0 });
  expect(filesOf(folder)).toEqual(files);
});

test('new takes the next number and the author that git knows, and keeps the changelog as it is', async () => {
  const { folder, git } = repository();
  git('config', 'user.name', 'Ann: A.');
  await runTerminal(['init', '--yes'], { cwd: folder });
  const before = readFileSync(join(folder, 'changelog/changelog.yml'), 'utf8');
  for (const text of ['one', 'two']) await runTerminal(['new', text], { cwd: folder });
  const after = readFileSync(join(folder, 'changelog/changelog.yml'), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(after).toContain("author: 'Ann A.'\n      sqlFile: migrations/003_two.up.sql");
});

test.each([
  [['init'], 2, '--db-name is missing'],
  [['init', '--from-database'], 2, '--from-database is not built yet'],
  [['init', '--db-name', 'a"b'], 2, '--db-name'],
  [['new'], 2, 'not said what the change does'],
  [['new', 'add', 'note'], 2, 'put them in quotes'],
  [['new', 'x', '--author', 'me'], 1, 'changelog/changelog.yml'],
  [['grants'], 2, '--db-name is missing'],
  [['grants', 'updat', '--db-name', 'a'], 2, 'unknown mode'],
  [['grants', '--db-name', 'a', '--nonsense'], 2, 'unknown flag --nonsense'],
] as const)('%j ends with %i and says why', async (args, exitCode, message) => {
  const { folder } = repository();
  const result = await runTerminal(args, { cwd: folder });
  expect(result).toMatchObject({ exitCode, stdout: '' });
  expect(result.stderr).toContain(message);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(filesOf(folder)).toEqual({});
});

test('--help explains them', async () => {
  const { stdout } = await runTerminal(['--help']);
  for (const name of ['init', 'new', 'grants', 'scaffold']) expect(stdout).toContain(`  db-deploy ${name} `);
});
