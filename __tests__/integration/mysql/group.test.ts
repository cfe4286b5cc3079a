import { createServer, type AddressInfo } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

const starting = startServer({ gtid: 'on', mysqldFlags: ['--server-id=77'] });
afterAll(async () => (await starting).stop());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder },
    passphrase: undefined,
    retentionDays: 7,
    timeout: 60,
    client: 'path',
    toolEnvironment: { PATH: db.binDir },
  };
}

/** Makes the server the first member of a group. */
async function startGroup(db: TestDatabase, singlePrimary: 'ON' | 'OFF'): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  for (const [name, value] of [
    ['group_name', 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'],
    ['local_address', address],
    ['group_seeds', address],
    ['single_primary_mode', singlePrimary],
    ['bootstrap_group', 'ON'],
  ] as const)
    await db.query(`SET GLOBAL group_replication_${name} = ?`, [value]);
  await db.query('START GROUP_REPLICATION');
  for (let tries = 0; tries < 100; tries += 1) {
    const [row] = await db.query<{ writable: number }>('SELECT NOT @@super_read_only AS writable');
    if (row?.writable === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a group with several primaries is refused by every mode that writes, though it has one member', async () => {
  const server = await starting;
  const db = await testDatabase({ server, lifetime: 'file' });
  await db.query("INSTALL PLUGIN group_replication SONAME 'group_replication.so'");
  await startGroup(db, 'OFF');
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  for (const mode of ['update', 'rollback'] as const) {
    const { report } = await deploy(
      mode,
      folder,
      db,
      mode === 'rollback' ? { backup: backupOf(db, folder) } : {},
    );
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'unsupported-server' }] });
    expect(report.problems[0]?.message).toContain('group_replication_single_primary_mode is OFF');
  }
  expect(await db.query('SHOW TABLES')).toEqual([]);
  await db.query('STOP GROUP_REPLICATION');
  await startGroup(db, 'ON');
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  await db.query('STOP GROUP_REPLICATION');
  await db.query('SET GLOBAL super_read_only = OFF');
  await db.query('SET GLOBAL read_only = OFF');
});
