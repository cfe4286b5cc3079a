import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

const folder = join(import.meta.dirname, '../../cases/statements');
const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));

/** The gates are open: what counts here is what the server makes of a file, not whether it should run. */
function changelogOf(sql: string): string {
  return project(changesets({ id: '1', sql, yaml: ['allowDestructive: true'] }));
}

test('there are cases', () => {
  expect(files.length).toBeGreaterThan(15);
});

describe.each(files)('%s', (name) => {
  const sql = readFileSync(join(folder, name), 'utf8');

  test('leaves the database as the mysql client leaves it', async () => {
    const [ours, theirs] = [await testDatabase(), await testDatabase()];
    const { report } = await deploy('update', changelogOf(sql), ours, { allowDestructive: true });
    expect(report).toMatchObject({ result: 'ok', problems: [], pending: [{ status: 'applied' }] });
    expect(await runClient(theirs, theirs, sql)).toMatchObject({ code: 0, stderr: '' });
    expect(await ours.dump()).toBe(await theirs.dump());
    expect(await ours.dump()).toMatch(/CREATE TABLE/);
  });

  test('is written by update-sql as something that the mysql client runs to the same end', async () => {
    const [ours, theirs] = [await testDatabase(), await testDatabase()];
    const changelog = changelogOf(sql);
    const { report } = await deploy('update-sql', changelog, ours, { allowDestructive: true });
    expect(report).toMatchObject({ result: 'ok', problems: [] });
    const script = readFileSync(report.sqlFile ?? '', 'utf8');
    expect(await runClient(ours, ours, script)).toMatchObject({ code: 0, stderr: '' });
    expect(await runClient(theirs, theirs, sql)).toMatchObject({ code: 0, stderr: '' });
    expect(await ours.dump()).toBe(await theirs.dump());
    for (const mode of ['update', 'verify'] as const) {
      const after = await deploy(mode, changelog, ours, { allowDestructive: true });
      expect(after.report).toMatchObject({ result: 'ok', problems: [], warnings: [], pending: [] });
    }
  });
});
