import { afterAll, describe, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { probeGuarantee } from '../../../src/mysql/guarantee/guarantee.ts';
import { requireKnownWriters } from '../../../src/mysql/since-backup/own-writers.ts';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';
import { openSession } from '../../support/restore.ts';

const NOT_LOSSLESS = expect.objectContaining({
  problems: [expect.objectContaining({ code: 'not-lossless' })],
});
const ACC = 'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL, note VARCHAR(20))';
const ROWS = "INSERT INTO acc VALUES (1, 100, 'a'), (2, 200, 'b'), (3, 300, 'c')";

test('a schema whose name only begins like that of a restore is not one of ours', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(db, ACC, ROWS);
  await db.query(`CREATE DATABASE \`${db.name}__archive\``);
  await db.query(
    `CREATE TABLE \`${db.name}__archive\`.c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES \`${db.name}\`.acc (id))`,
  );
  await run('UPDATE acc SET bal = 0');
  await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  await db.query(`DROP DATABASE \`${db.name}__archive\``);
});

test('rows that were not written as rows are refused, whatever schema the statement names', async () => {
  const db = await testDatabase();
  const elsewhere = await testDatabase();
  const { run, restore } = await scene(db, ACC, ROWS);
  await elsewhere.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await elsewhere.query(
    `CREATE TRIGGER t1 AFTER INSERT ON t FOR EACH ROW UPDATE \`${db.name}\`.acc SET bal = 7 WHERE id = 2`,
  );
  await run('UPDATE acc SET bal = 0 WHERE id = 1');
  const writer = await elsewhere.connect();
  await writer.query("SET SESSION binlog_format = 'STATEMENT'");
  await writer.query('INSERT INTO t VALUES (1)');
  await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  expect(await db.query('SELECT bal FROM acc WHERE id = 2')).toEqual([{ bal: 7 }]);
});

test('what the run wrote through a view without row format is refused', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(db, ACC, 'CREATE VIEW v AS SELECT * FROM acc', ROWS);
  await run("SET SESSION binlog_format = 'STATEMENT'", 'UPDATE v SET bal = 0');
  await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
});

test('tables without transactions that the run made do not matter', async () => {
  const db = await testDatabase();
  const { run, others, restore, session } = await scene(db, ACC, ROWS);
  await run('CREATE TABLE cache (id INT PRIMARY KEY) ENGINE = MyISAM', 'UPDATE acc SET bal = 0');
  await others("UPDATE acc SET note = 'theirs' WHERE id = 2");
  expect(await probeGuarantee(session, 'restores')).toMatchObject({ kind: 'lossless' });
  const { kept } = await restore();
  expect(kept).toBe(1);
});

test('tables without transactions in the backup are refused', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(db, 'CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM');
  await run('INSERT INTO m VALUES (1)');
  await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
});

describe('a log that does not go with the backup', () => {
  const starting = startServer({ gtid: 'on' });
  afterAll(async () => (await starting).stop());
  const filler = (length: number): string => `UPDATE acc SET note = REPEAT('x', ${length}) WHERE id = 3`;

  test.each([
    ['longer', 20],
    ['shorter', 1],
  ])('was reset, and got as many GTIDs since with %s transactions', async (_, length) => {
    const server = await starting;
    const db = await testDatabase({ server });
    await db.query('RESET BINARY LOGS AND GTIDS');
    const { run, others, restore } = await scene(db, ACC, ROWS, filler(10), filler(11));
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    await db.query('RESET BINARY LOGS AND GTIDS');
    for (let n = 0; n < 20; n += 1)
      await others(`UPDATE acc SET bal = bal + ${n + 1}, note = REPEAT('y', ${length}) WHERE id = 2`);
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  });

  test('has columns that the dump has not', async () => {
    const server = await starting;
    const db = await testDatabase({ server });
    await db.query('SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF');
    const { reasons } = await probeGuarantee(await openSession(db), 'deploys');
    await db.query('SET GLOBAL show_gipk_in_create_table_and_information_schema = ON');
    expect(reasons).toEqual([expect.objectContaining({ code: 'not-lossless' })]);
  });

  test('lacks what the server has executed', async () => {
    const server = await starting;
    const db = await testDatabase({ server });
    const { run, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    await db.query("SET GLOBAL gtid_purged = '+11111111-2222-3333-4444-555555555555:1-5'");
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  });
});

test('runs of which the journal has no place in the log are refused', async () => {
  const db = await testDatabase();
  const session = await openSession(db);
  await db.query(
    'CREATE TABLE ops_migration_statements (run_id VARCHAR(64) PRIMARY KEY, log_file VARCHAR(255), started_at DATETIME(3) NOT NULL)',
  );
  await db.query(
    "INSERT INTO ops_migration_statements VALUES ('old', NULL, '2026-01-01'), ('known', 'log.000001', '2026-03-01')",
  );
  const createdAt = '2026-02-01T10:00:00Z';
  await requireKnownWriters(session, { runId: 'r', createdAt });
  await db.query("INSERT INTO ops_migration_statements VALUES ('r', NULL, '2026-01-31')");
  await expect(requireKnownWriters(session, { runId: 'r', createdAt })).rejects.toEqual(NOT_LOSSLESS);
  await expect(
    requireKnownWriters(session, { runId: 'q', createdAt: '2026-01-31T00:00:00Z' }),
  ).rejects.toEqual(NOT_LOSSLESS);
});
