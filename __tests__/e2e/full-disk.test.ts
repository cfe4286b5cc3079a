import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { databaseInputs, testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { runAction } from '../support/runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'db-deploy-full-'));
const isMounted = mountTiny(folder);

afterAll(() => {
  if (isMounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** A file system with room for nothing; only root may mount one. */
function mountTiny(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const onTinyDisk = isMounted ? describe : describe.skip;

onTinyDisk('a full disk', () => {
  test('stops the update before its first change and keeps no half backup', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE noise (id INT PRIMARY KEY AUTO_INCREMENT, bytes VARBINARY(1000))');
    for (let n = 0; n < 300; n += 1) await db.query('INSERT INTO noise (bytes) VALUES (RANDOM_BYTES(1000))');
    const before = await db.dump();
    const result = await runAction({
      workspace: project(changesets({ id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);' })),
      path: [db.binDir],
      inputs: {
        ...{ mode: 'update', environment: 'dev', 'mysql-client': 'path', 'backup-store': `file:${folder}` },
        ...databaseInputs(db),
      },
    });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'failed', 'applied-count': '0' } });
    expect(result.summary).toContain('there is no room for the backup');
    expect(result.summary).toContain('ENOSPC');
    expect(result.summary).toContain('nothing was changed');
    expect(await db.dump()).toBe(before);
    expect(readdirSync(folder)).toEqual([]);
  });
});
