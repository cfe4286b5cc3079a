import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { fillZoo, zooTables, zooValues } from '../../support/zoo.ts';

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    passphrase: 'correct horse battery staple',
    retentionDays: 7,
    timeout: 120,
    client: 'path',
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
}

const KEYLESS = ['k_keyless', 'k_empty', 'of_type'];

/** Changes every table, then fails. Where the server wants keys, tables without one may not be altered. */
function failing(tables: readonly string[]): string {
  const touching = tables.map((table) =>
    KEYLESS.includes(table)
      ? `UPDATE ${table} SET f = 1 WHERE f < 1e9;`
      : `ALTER TABLE \`${table}\` ADD COLUMN added_by_run INT DEFAULT 7;`,
  );
  return [...touching, 'SELECT no_such_column;'].join('\n');
}

const GTIDS = { server: 'main' } as const;
const NO_GTIDS = { server: 'without-gtids' } as const;

describe('a failed update brings every value of the zoo back', () => {
  test.each([
    ['lossless', GTIDS, 'best'],
    ['from a snapshot', NO_GTIDS, 'best'],
    ['in place', GTIDS, 'in-place'],
  ] as const)('%s', async (_, where, restoreGuarantee) => {
    const db = await testDatabase(where);
    await db.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    await fillZoo(db);
    const tables = await zooTables(db);
    const before = await zooValues(db, tables);
    const folder = project(changesets({ id: '1', sql: failing(tables) }));
    const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder), restoreGuarantee });
    expect(report.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('no_such_column'),
    ]);
    expect(report).toMatchObject({ result: 'restored', isRestored: true });
    expect(await zooTables(db)).toEqual(tables);
    const after = await zooValues(db, tables);
    expect(tables.filter((table) => after[table]?.join() !== before[table]?.join())).toEqual([]);
    expect(report.databaseState).toContain('as it was before this run: ');
  });
});
