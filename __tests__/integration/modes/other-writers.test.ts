import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, folderBackup } from '../../support/deploy.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ trustFunctionCreators: true });
});
afterAll(async () => {
  await server?.stop();
});

test('a session that bears the number of ours is somebody else, and what it wrote is kept', async () => {
  const db = await testDatabase({ server });
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1), (2, 2)');
  const folder = project(
    changesets({
      id: '1',
      sql: 'UPDATE t SET n = 0 WHERE id = 1;\nDO SLEEP(2);\nCREATE TABLE x (id NO_SUCH_TYPE);',
    }),
  );
  const running = deploy('update', folder, db, { backup: folderBackup(db, folder) });
  const id = await untilSleeping(db);
  const other = await db.connect();
  await other.query('SET pseudo_thread_id = ?', [id]);
  await other.query('UPDATE t SET n = 22 WHERE id = 2');
  const { report } = await running;
  expect(report).toMatchObject({
    result: 'restored',
    restore: { keptTransactions: 1, undoneTransactions: 0 },
  });
  expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 1 }, { n: 22 }]);
});

test('rows of a pipeline, or of anybody, in tables that the run did not touch are counted', async () => {
  const db = await testDatabase({ server });
  await db.query('CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE staging (id INT PRIMARY KEY)');
  const folder = project(
    changesets({
      id: '1',
      sql: 'CREATE TABLE y (id INT PRIMARY KEY);\nDO SLEEP(2);\nCREATE TABLE x (id NO_SUCH_TYPE);',
    }),
  );
  const running = deploy('update', folder, db, { backup: folderBackup(db, folder) });
  await untilSleeping(db);
  await db.query('INSERT INTO staging VALUES (1)');
  await db.query('INSERT INTO staging VALUES (2)');
  const { report } = await running;
  expect(report.restore).toMatchObject({ keptTransactions: 2, undoneTransactions: 0 });
  expect(report.databaseState).toContain('2 transactions of others since then were kept');
});

test.each([
  [1, 'failed'],
  [2, 'restored'],
] as const)(
  'with on-data-loss: %i two transactions that cannot be kept leave it %s',
  async (onDataLoss, result) => {
    const db = await testDatabase({ server });
    await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)');
    const sql =
      'UPDATE t SET n = 0 WHERE id < 3;\nCREATE TABLE y (id INT PRIMARY KEY);\nDO SLEEP(2);\nCREATE TABLE x (id NO_SUCH_TYPE);';
    const folder = project(changesets({ id: '1', sql }));
    const running = deploy('update', folder, db, { backup: folderBackup(db, folder), onDataLoss });
    await untilSleeping(db);
    for (const id of [1, 2, 3]) await db.query('UPDATE t SET n = n + 10 WHERE id = ?', [id]);
    const { report, events } = await running;
    expect(report.result).toBe(result);
    if (result === 'failed') {
      expect(report.problems.at(-1)?.message).toMatch(
        /^2 transactions of others cannot be kept by a restore: t \(1\) in /,
      );
      expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 10 }, { n: 10 }, { n: 13 }]);
      return;
    }
    expect(report.restore).toMatchObject({ keptTransactions: 1, undoneTransactions: 2 });
    expect(renderSummary(report)).toContain('2 transactions of others were undone');
    const said = events.find(({ event }) => event === 'data-loss')?.message;
    expect(said).toMatch(/^2 transactions of others could not be kept: t \(1\) in .*; t \(2\) in /);
    expect(report.databaseState).toContain('1 transaction of others since then was kept, 2 could not be');
    expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 1 }, { n: 2 }, { n: 13 }]);
  },
);

async function untilSleeping(db: TestDatabase): Promise<number> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const [row] = await db.query<{ id: number }>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'",
    );
    if (row) return row.id;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the run did not come to its pause');
}
