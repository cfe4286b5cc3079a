import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

const ONE = { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' };
const TWO = { id: '2', sql: 'CREATE TABLE u (id INT PRIMARY KEY);' };
const OLD_HASH = 'a'.repeat(64);

/** Tables as an older db-deploy made them, with a run of its in them. */
async function oldDatabase(): Promise<TestDatabase> {
  const db = await testDatabase();
  await deploy('update', project(changesets(ONE)), db);
  await db.query('UPDATE ops_migration_runs SET plan_hash = ?', [OLD_HASH]);
  await db.query('ALTER TABLE ops_migration_runs MODIFY COLUMN plan_hash CHAR(64) NULL');
  await db.query('ALTER TABLE ops_checkpoints DROP COLUMN changed');
  return db;
}

async function definitions(db: TestDatabase): Promise<readonly unknown[]> {
  return db.query(`SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, COLLATION_NAME
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'ops%'
    ORDER BY TABLE_NAME, ORDINAL_POSITION`);
}

test('tables of an older version become those of this one, in place, and read modes leave them as they are', async () => {
  const db = await oldDatabase();
  const fresh = await testDatabase();
  await deploy('update', project(changesets(ONE)), fresh);
  const folder = project(changesets(ONE, TWO));
  const before = await definitions(db);
  expect(before).not.toEqual(await definitions(fresh));
  const { report: shown } = await deploy('status', folder, db, { backupKind: 'none' });
  expect(await definitions(db)).toEqual(before);
  const { report } = await deploy('update', folder, db, { expectedPlanHash: shown.planHash ?? '' });
  expect(report.result).toBe('ok');
  expect(await definitions(db)).toEqual(await definitions(fresh));
  expect(await db.query('SELECT plan_hash FROM ops_migration_runs ORDER BY started_at')).toEqual([
    { plan_hash: OLD_HASH },
    { plan_hash: shown.planHash },
  ]);
});

test('an account that may not upgrade them is refused before anything, with the GRANT', async () => {
  const db = await oldDatabase();
  const user = await db.userWith('SELECT, INSERT, UPDATE, CREATE');
  const { report } = await deploy('update', project(changesets(ONE, TWO)), user);
  expect(report.result).toBe('blocked');
  expect(report.problems.map(({ fix }) => fix)).toContainEqual(expect.stringContaining('GRANT ALTER ON'));
  expect(await db.query("SHOW TABLES LIKE 'u'")).toEqual([]);
});
