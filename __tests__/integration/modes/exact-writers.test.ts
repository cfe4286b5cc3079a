import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { fillZoo, zooTables, zooValues, ZOO } from '../../support/zoo.ts';

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    passphrase: undefined,
    retentionDays: 7,
    timeout: 120,
    client: 'path',
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
}

/** What another session does to a table, exactly the same in two databases; the number makes each write another one. */
function writeOf(table: string, n: number): readonly string[] {
  switch (table) {
    case 'n_float':
      return [
        `INSERT INTO n_float VALUES (${100 + n}, 52.520008 + ${n}, 0.1, -0.1 * ${n}, 1e-${n + 1})`,
        `UPDATE n_float SET f = f * 1.0000001 WHERE id = 1`,
      ];
    case 'j_types':
      return [
        `INSERT INTO j_types VALUES (${100 + n}, JSON_OBJECT('p', ${n}.90, 'd', DATE'2026-01-01'), JSON_ARRAY(CAST(${n} AS UNSIGNED)))`,
        `UPDATE j_types SET k = JSON_ARRAY(${n}.10, DATE'2026-02-0${(n % 9) + 1}') WHERE id = 2`,
      ];
    case 'l_enum':
      return [
        `INSERT INTO l_enum VALUES (${100 + n}, 'a', 'x', 'm63')`,
        `DELETE FROM l_enum WHERE id = ${99 + n}`,
      ];
    case 'k_keyless':
      return [
        `INSERT INTO k_keyless VALUES (0.1 * ${n}, JSON_OBJECT('p', ${n}.5), x'98')`,
        'DELETE FROM k_keyless WHERE f < 0.05 LIMIT 1',
      ];
    case 'k_child':
      return [
        `INSERT INTO k_parent VALUES (${100 + n}, 0.1 * ${n})`,
        `INSERT INTO k_child VALUES (${100 + n}, ${100 + n}, '-0')`,
      ];
    case 'k_generated':
      return [`INSERT INTO k_generated (a, hidden) VALUES (${100 + n}, 1.23456789 * ${n})`];
    case 't_invalid':
      return [
        `INSERT INTO t_invalid VALUES (${100 + n}, '2024-02-29', '2024-01-01 00:00:00.00000${n % 10}', '2024-10-27 02:30:00', NULL)`,
      ];
    case 'c_cp1251':
    case 'c_sjis':
    case 'c_utf16':
      return [`UPDATE ${table} SET v = LEFT(REVERSE(t), 20), t = CONCAT(t, '${n}') WHERE id = ${n % 3}`];
    default:
      return [];
  }
}

const WRITTEN = ZOO.map(({ name }) => name).filter((name) => writeOf(name, 1).length > 0);

/** One transaction on every table that is written to; tried again where the server says that it may be. */
async function writeAll(db: TestDatabase, n: number): Promise<void> {
  const connection = await db.connect();
  for (;;) {
    try {
      await connection.query('BEGIN');
      for (const table of WRITTEN)
        for (const statement of writeOf(table, n)) await connection.query(statement);
      await connection.query('COMMIT');
      await connection.end();
      return;
    } catch (error) {
      await connection.query('ROLLBACK');
      if (![1205, 1213, 1412].includes((error as { errno?: number }).errno ?? 0)) throw error;
    }
  }
}

test('what others write before, during and after the backup is kept to the last digit', async () => {
  const [db, twin] = [await testDatabase(), await testDatabase()];
  await fillZoo(db);
  await fillZoo(twin);
  const tables = await zooTables(db);
  const touched = tables.filter((table) => !['k_keyless', 'k_empty', 'of_type'].includes(table));
  const sql = [
    // Behind the columns that are there: others' writes still mean the same.
    ...touched.map((table) => `ALTER TABLE \`${table}\` ADD COLUMN added_by_run INT DEFAULT 7;`),
    'DO SLEEP(1);',
    'SELECT no_such_column;',
  ].join('\n');
  const folder = project(changesets({ id: '1', sql }));
  const run = { isOn: true, written: 0 };
  const writing = (async (): Promise<void> => {
    for (let n = 1; run.isOn && n <= 40; n += 1) {
      await writeAll(db, n);
      run.written = n;
    }
  })();
  const { report } = await deploy('update', folder, db, {
    backup: backupOf(db, folder),
    restoreGuarantee: 'lossless',
  });
  run.isOn = false;
  await writing;
  expect(report).toMatchObject({ result: 'restored', restore: { undoneTransactions: 0 } });
  expect(report.databaseState).toContain('as it was before this run: ');
  for (let n = 1; n <= run.written; n += 1) await writeAll(twin, n);
  const [found, wanted] = [await zooValues(db, tables), await zooValues(twin, tables)];
  expect(run.written).toBeGreaterThan(1);
  expect(tables.filter((table) => found[table]?.join() !== wanted[table]?.join())).toEqual([]);
});

test('a rollback to an earlier deploy brings every value back', async () => {
  const db = await testDatabase({ server: 'without-gtids' });
  await fillZoo(db);
  const tables = await zooTables(db);
  const before = await zooValues(db, tables);
  const sql = tables
    .map((table) => `ALTER TABLE \`${table}\` ADD COLUMN added_by_run INT DEFAULT 7;`)
    .join('\n');
  const folder = project(changesets({ id: '1', sql }));
  const backup = backupOf(db, folder);
  expect((await deploy('update', folder, db, { backup })).report.result).toBe('ok');
  const { report } = await deploy('rollback', folder, db, { backup });
  expect(report).toMatchObject({ result: 'ok', isRestored: true });
  const after = await zooValues(db, tables);
  expect(tables.filter((table) => after[table]?.join() !== before[table]?.join())).toEqual([]);
});
