import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
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

describe('what a backup cannot bring back is named', () => {
  test('a stored column that the session of a load computes otherwise, before the first change and afterwards', async () => {
    const db = await testDatabase(NO_GTIDS);
    await db.query("SET SESSION lc_time_names = 'de_DE'");
    await db.query(
      `CREATE TABLE t (id INT PRIMARY KEY, d DATE, f FLOAT, month VARCHAR(20) AS (MONTHNAME(d)) STORED, twice INT AS (id * 2) STORED)`,
    );
    await db.query("INSERT INTO t (id, d, f) VALUES (1, '2026-03-01', 52.520008)");
    await db.query('SET SESSION lc_time_names = DEFAULT');
    const folder = project(changesets({ id: '1', sql: failing(['t']) }));
    const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder) });
    const why = 'stored generated column `month` of `t` depends on the session and is computed anew';
    expect(report.warnings.map(({ code, message }) => [code, message])).toEqual(
      expect.arrayContaining([['not-exact', `if this fails, a restore is exact except that ${why}`]]),
    );
    expect(report).toMatchObject({ result: 'restored', problems: [{ code: 'statement-failed' }] });
    expect(report.databaseState).toContain(
      `as it was before this run, except that ${why}: its backup was restored`,
    );
    expect(await db.query('SELECT CAST(f AS DOUBLE) AS f, twice FROM t')).toEqual([
      { f: 52.5200080871582, twice: 2 },
    ]);
  });

  test('grants on a routine that the run made again, and a broken view that it dropped', async () => {
    const db = await testDatabase(NO_GTIDS);
    await db.query(
      `CREATE TABLE gone (id INT PRIMARY KEY); CREATE VIEW broken AS SELECT id FROM gone; DROP TABLE gone;
       CREATE TABLE t (id INT PRIMARY KEY)`,
    );
    const creator = await db.connect();
    await creator.query('CREATE PROCEDURE p () SELECT 1');
    await creator.query('DO SLEEP(1.1)');
    const sql =
      'DROP PROCEDURE p;\nDROP VIEW broken;\nDO SLEEP(1.1);\nCREATE PROCEDURE p () SELECT 1;\nSELECT no_such_column;';
    const folder = project(changesets({ id: '1', sql }));
    const { report } = await deploy('update', folder, db, {
      backup: backupOf(db, folder),
      allowDestructive: true,
    });
    expect(report.result).toBe('restored');
    expect(report.databaseState).toContain(
      'what was granted on procedure `p` alone is gone, because it was dropped',
    );
    expect(report.databaseState).toContain('view `broken`, which was broken already, was dropped');
    // The summary shows names in code of its own.
    const summary = renderSummary(report).replaceAll('&#96;', '');
    expect(summary).toContain('what was granted on procedure p alone is gone');
    expect(summary).toContain('view broken, which was broken already, was dropped');
  });
});

test('histograms are made again', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1), (2, 2), (3, 2)');
  await db.query('ANALYZE TABLE t UPDATE HISTOGRAM ON n WITH 7 BUCKETS');
  const histograms = `SELECT COLUMN_NAME AS name, HISTOGRAM->'$."number-of-buckets-specified"' AS buckets
    FROM information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = DATABASE()`;
  const before = await db.query(histograms);
  const folder = project(changesets({ id: '1', sql: failing(['t']) }));
  const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder) });
  expect(report.result).toBe('restored');
  expect(before).toHaveLength(1);
  expect(await db.query(histograms)).toEqual(before);
});

/** A `mysqldump` after whose first dump somebody renames a column. */
function renamingTool(db: TestDatabase, folder: string): string {
  const bin = join(folder, 'bin');
  const mysql = `MYSQL_PWD='${db.password}' '${db.binDir}/mysql' --no-defaults -h${db.host} -P${db.port} -u${db.user} --protocol=TCP`;
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'mysqldump'),
    `#!/bin/sh
'${db.binDir}/mysqldump' "$@"
code=$?
case "$*" in *--single-transaction*) [ -e '${folder}/renamed' ] || { touch '${folder}/renamed'; ${mysql} '${db.name}' -e 'ALTER TABLE t RENAME COLUMN a TO b'; } ;; esac
exit $code
`,
    { mode: 0o755 },
  );
  return `${bin}:${db.binDir}:${process.env['PATH'] ?? ''}`;
}

test.each([
  ['read here', 'FLOAT'],
  ['read by mysqldump', 'INT'],
])('a backup during which a column gets another name is taken again: rows %s', async (_, type) => {
  const db = await testDatabase(NO_GTIDS);
  await db.query(`CREATE TABLE t (id INT PRIMARY KEY, f ${type}, a INT); INSERT INTO t VALUES (1, 1, 1)`);
  const folder = project(changesets({ id: '1', sql: failing(['t']) }));
  const backup = { ...backupOf(db, folder), toolEnvironment: { PATH: renamingTool(db, folder) } };
  const { report, events } = await deploy('update', folder, db, { backup });
  expect(report.result).toBe('restored');
  expect(events.filter(({ event }) => event === 'backup-started')).toHaveLength(2);
  expect(await db.query('SELECT b FROM t')).toEqual([{ b: 1 }]);
});
