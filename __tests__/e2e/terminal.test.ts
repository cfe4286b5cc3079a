import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { databaseEnvironment, runTerminal } from '../support/terminal.ts';

const one = changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' });

describe('usage', () => {
  test('--help explains every mode and flag and is no failure', async () => {
    const { exitCode, stdout, stderr } = await runTerminal(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const word of [
      'update-sql',
      '--statement-lock-timeout',
      '--db-password-file',
      'DB_PASSWORD',
      'Exit code',
    ]) {
      expect(stdout).toContain(word);
    }
    expect(stdout).not.toContain('--db-password ');
  });

  test('nothing at all is wrong usage, with the help', async () => {
    const { exitCode, stdout, stderr } = await runTerminal([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('db-deploy <mode>');
  });

  test('all wrong flags are told at once', async () => {
    const { exitCode, stderr } = await runTerminal([
      'status',
      '--lock-timeot',
      '5',
      '--db-password',
      'x',
      'more',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--lock-timeot');
    expect(stderr).toContain('--db-password');
    expect(stderr).toContain('more');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test('the same modes, with the result on stdout and the way to it on stderr', async () => {
  const db = await testDatabase();
  const cwd = project(one);
  const env = databaseEnvironment(db);
  expect(await runTerminal(['validate'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' });
  const update = await runTerminal(['update', '--backup', 'none'], { cwd, env });
  expect(update).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('applied 1 changeset to dev'),
  });
  expect(update.stderr).toContain('test:1');
  expect(await db.query('SELECT environment, actor FROM ops_migration_runs')).toEqual([
    { environment: 'dev', actor: expect.any(String) },
  ]);
});

test('update-sql prints SQL alone on stdout', async () => {
  const db = await testDatabase();
  const { exitCode, stdout } = await runTerminal(['update-sql'], {
    cwd: project(one),
    env: databaseEnvironment(db),
  });
  expect(exitCode).toBe(0);
  await db.query(stdout);
  expect(await db.query('SELECT ID FROM DATABASECHANGELOG')).toEqual([{ ID: '1' }]);
});

test('a password comes from a file as well', async () => {
  const db = await testDatabase();
  const cwd = project(one);
  writeFileSync(join(cwd, 'password'), `${db.password}\n`, { mode: 0o600 });
  const { DB_PASSWORD: _, ...env } = databaseEnvironment(db);
  expect(await runTerminal(['status', '--db-password-file', 'password'], { cwd, env })).toMatchObject({
    exitCode: 0,
  });
});

test('what is not ok ends with 1, in JSON with the whole report as the last line', async () => {
  const db = await testDatabase();
  const cwd = project(changesets({ id: '1', sql: 'DROP TABLE t;' }));
  const { exitCode, stdout } = await runTerminal(['status', '--log-format', 'json'], {
    cwd,
    env: databaseEnvironment(db),
  });
  expect(exitCode).toBe(1);
  const lines = stdout.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(events[0]).toMatchObject({ event: 'run-started', mode: 'status' });
  expect(events.at(-2)).toMatchObject({ event: 'run-finished', level: 'error', result: 'blocked' });
  const { event, report } = events.at(-1) ?? {};
  expect(event).toBe('report');
  expect(report).toMatchObject({ result: 'blocked', violations: [{ rule: 'drop-table' }] });
  expect(schemaErrors(JSON.stringify(report))).toEqual([]);
});
