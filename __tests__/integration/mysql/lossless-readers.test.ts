import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { testDatabase } from '../../support/database.ts';
import { scene, type Scene } from '../../support/lossless.ts';

const stopping: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopping) await stop();
});

const ACC = 'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL)';
const ROWS = 'INSERT INTO acc VALUES (1, 100), (2, 200)';

async function failedRun(): Promise<Scene> {
  const made = await scene(await testDatabase(), ACC, ROWS, 'CREATE TABLE other (id INT PRIMARY KEY)');
  await made.run('UPDATE acc SET bal = 0');
  await made.others('INSERT INTO acc VALUES (3, 300)');
  return made;
}

test('a reader whose snapshot is older than the load is waited for, and sees the rows of its time', async () => {
  const { db, restore } = await failedRun();
  const reader = await db.connect();
  await reader.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  await reader.query('SELECT * FROM other');
  const said: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const restoring = restore({
    log: ({ event, message }) => {
      if (event !== 'waiting-for-transactions') return;
      said.push(message);
      waiting.resolve();
    },
  });
  await waiting.promise;
  const [rows] = await reader.query('SELECT id, bal FROM acc ORDER BY id');
  expect(rows).toEqual([
    { id: 1, bal: 0 },
    { id: 2, bal: 0 },
    { id: 3, bal: 300 },
  ]);
  await reader.query('COMMIT');
  const { swapped } = await restoring;
  const named = `connection ${reader.threadId} (in a transaction since`;
  expect(said).toEqual([expect.stringContaining(named)]);
  // Those of other tests may be older still.
  expect(swapped?.oldTransactions).not.toContainEqual(expect.stringContaining(named));
  expect(await db.query('SELECT SUM(bal) AS n FROM acc')).toEqual([{ n: '600' }]);
});

test('a reader who stays is waited for in vain and named', async () => {
  const { db, restore } = await failedRun();
  const reader = await db.connect();
  await reader.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  await reader.query('SELECT * FROM other');
  const { swapped } = await restore({ lockTimeout: 2 });
  expect(swapped?.oldTransactions).toContainEqual(expect.stringContaining(`connection ${reader.threadId} `));
  // What its snapshot would show is not there to be shown: an error, never an empty table.
  await expect(reader.query('SELECT * FROM acc')).rejects.toMatchObject({ errno: 1412 });
});

test('readers go on through a restore without an error, and never see less than the rows of before', async () => {
  const { db, restore } = await failedRun();
  const run = { isOn: true, seen: [] as number[] };
  const reading = Array.from({ length: 3 }, async () => {
    const connection = await db.connect();
    while (run.isOn) {
      const [rows] = await connection.query('SELECT COUNT(*) AS n FROM acc');
      run.seen.push((rows as { n: number }[])[0]!.n);
    }
  });
  await restore();
  await sleep(50);
  run.isOn = false;
  await Promise.all(reading);
  expect(new Set(run.seen)).toEqual(new Set([3]));
});

test('a log that was purged since the backup: refused before anything is changed, and it says what would help', async () => {
  const server = await startServer({ gtid: 'on' });
  stopping.push(server.stop);
  const db = await testDatabase({ server, lifetime: 'file' });
  const { run, restore } = await scene(db, ACC, ROWS);
  await run('UPDATE acc SET bal = 0');
  await db.query('FLUSH BINARY LOGS');
  const [{ File: newest } = { File: '' }] = await db.query<{ File: string }>('SHOW BINARY LOG STATUS');
  await db.query(`PURGE BINARY LOGS TO '${newest}'`);
  const before = await db.dump();
  await expect(restore()).rejects.toMatchObject({
    problems: [
      {
        code: 'not-lossless',
        message: expect.stringContaining('was purged'),
        fix: expect.stringContaining('binlog_expire_logs_seconds'),
      },
    ],
  });
  expect(await db.dump()).toBe(before);
}, 60_000);
