import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, project, type ChangesetFixture } from '../support/deploy.ts';

const root = join(import.meta.dirname, '../..');
const good = { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A step whose runner gives it places that cannot be written. */
async function runUnpublishable(
  db: TestDatabase,
  fixture: ChangesetFixture,
  more: Readonly<Record<string, string>>,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const inputs = { mode: 'update', environment: 'dev', backup: 'none', ...databaseInputs(db) };
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const env = {
    PATH: process.env['PATH'],
    GITHUB_WORKSPACE: project(changesets(fixture)),
    ...Object.fromEntries(given),
    ...more,
  };
  const node = join(root, 'node_modules/.bin/node');
  try {
    const { stdout, stderr } = await promisify(execFile)(node, [join(root, 'dist/index.js')], { env });
    return { exitCode: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, output: stdout + stderr };
  }
}

function brokenPlaces(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-publish-'));
  folders.push(folder);
  // A file where a folder should be: nobody can write below it, root neither.
  const file = join(folder, 'file');
  writeFileSync(file, '');
  return {
    GITHUB_STEP_SUMMARY: join(file, 'summary'),
    GITHUB_OUTPUT: join(file, 'output'),
    GITHUB_STATE: join(file, 'state'),
    RUNNER_TEMP: join(file, 'temp'),
    GITHUB_EVENT_PATH: join(file, 'event.json'),
  };
}

test('a deploy that cannot be published anywhere is a deploy, and says what could not be written', async () => {
  const db = await testDatabase();
  const { exitCode, output } = await runUnpublishable(db, good, brokenPlaces());
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toContain('applied 1 changeset to dev');
  for (const what of ['the step summary', 'the report file', 'the outputs'])
    expect(output).toContain(`${what} could not be written`);
  expect(await db.query('SELECT status FROM ops_migration_runs')).toEqual([{ status: 'succeeded' }]);
});

test('a failure that cannot be published is a failure', async () => {
  const db = await testDatabase();
  const { exitCode, output } = await runUnpublishable(
    db,
    { id: '1', sql: 'NO SUCH STATEMENT;' },
    brokenPlaces(),
  );
  expect(exitCode).toBe(1);
  expect(output).toContain('::error file=migrations/1.up.sql,line=1');
  expect(output).not.toContain('this is a bug');
});

test('a pull request of which nothing answers changes nothing about the deploy', async () => {
  const db = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-publish-'));
  folders.push(folder);
  const event = join(folder, 'event.json');
  writeFileSync(event, '{"pull_request":{"number":7,"head":{"sha":"x"},"base":{}}}');
  const { exitCode, output } = await runUnpublishable(db, good, {
    ...{ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event, GITHUB_API_URL: 'http://127.0.0.1:9' },
    ...{
      GITHUB_REPOSITORY: 'org/shop',
      INPUT_MODE: 'status',
      'INPUT_GITHUB-TOKEN': 'ghs_x',
      RUNNER_TEMP: folder,
    },
    ...{ GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'output') },
  }).catch((error: unknown) => ({ exitCode: -1, output: String(error) }));
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
});
