import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { restoreLockName, sideSchema } from '../../../src/mysql/session/names.ts';
import { finishInterruptedRestore } from '../../../src/mysql/swap/finish.ts';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';
import { FAILED_RUN, fillWithEverything } from '../../support/restore.ts';

const RUN = FAILED_RUN.split('\n').filter((statement) => statement !== '');

test('a schema with everything is as it was, to the byte, and the writes of others are in it', async () => {
  const db = await testDatabase();
  await fillWithEverything(db);
  const { run, others, restore } = await scene(db);
  const write = 'INSERT INTO many (id) VALUES (900001), (900002)';
  const before = await db.dump();
  await others(write);
  const meant = await db.dump();
  expect(meant).not.toBe(before);
  await run(...RUN);
  const { conflicts } = await restore();
  expect(conflicts).toEqual([]);
  expect(withoutCounters(await db.dump())).toBe(withoutCounters(meant));
});

function withoutCounters(dump: string): string {
  return dump.replaceAll(/ AUTO_INCREMENT=\d+/g, '');
}

/** Where the connections of the restore are cut, and which state must be live then. */
const CUTS = [
  ['backup-loaded', 'old'],
  ['replayed', 'old'],
  ['barrier-built', 'old'],
  ['writers-held', 'old'],
  ['tables-locked', 'old'],
  ['cut-over-ready', 'old'],
  ['tables-swapped', 'new'],
] as const;

test.each(CUTS)(
  'cut off at %s, the %s state is live, writers go on, and nothing is left',
  async (at, live) => {
    const db = await testDatabase();
    const { session, run, others, restore } = await scene(
      db,
      'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, n INT)',
      'CREATE TABLE b (id INT PRIMARY KEY, a_id INT, FOREIGN KEY (a_id) REFERENCES a (id))',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.n = COALESCE(NEW.n, 0)',
      'INSERT INTO a (n) VALUES (1), (2)',
    );
    await run('ALTER TABLE a ADD COLUMN extra INT');
    await others('INSERT INTO a (n) VALUES (3)');
    await others('UPDATE a SET n = n + 1 WHERE id = 1');
    const failed = await db.dump();
    let cut = Promise.resolve();
    const kill = async (): Promise<void> => {
      const rows = await db.query<{ id: number }>(
        `SELECT ID AS id FROM performance_schema.processlist WHERE DB IN (?, ?) AND ID NOT IN (CONNECTION_ID(), ?)
        AND COMMAND <> 'Daemon'`,
        [db.name, sideSchema(db.name), session.id],
      );
      await Promise.all(rows.map(({ id }) => db.query(`KILL ${id}`).catch(() => undefined)));
    };
    const outcome = await restore({
      log: ({ event }) => {
        if (event === at) cut = kill();
      },
    }).then(
      () => 'new',
      () => 'old',
    );
    await cut;
    await db.query(`DO GET_LOCK('${restoreLockName(db.name)}', 20)`);
    await db.query('DO RELEASE_ALL_LOCKS()');
    await finishInterruptedRestore(session, 10);
    const now = await db.dump();
    // The server may have carried the swap out though we were cut off: then all of it, and nothing is lost.
    const isOld = now === failed;
    if (outcome === 'new' || live === 'new') expect(isOld).toBe(false);
    if (!isOld) {
      expect(await db.query('SELECT * FROM a')).toEqual([
        { id: 1, n: 2 },
        { id: 2, n: 2 },
        { id: 3, n: 3 },
      ]);
      expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_aside%'`)).toHaveLength(1);
    }
    expect(await db.query("SHOW TRIGGERS LIKE 'db_deploy%'")).toEqual([]);
    expect(await db.query('SHOW TRIGGERS')).toHaveLength(1);
    expect(await db.query(`SHOW DATABASES LIKE '${sideSchema(db.name)}'`)).toEqual([]);
    await db.query('INSERT INTO a (n) VALUES (9)');
  },
);

test('a replica stays in step through a failed run and its restore', async () => {
  const replica = await startServer({ gtid: 'on', mysqldFlags: ['--server-id=2222'] });
  try {
    const db = await testDatabase();
    await db.query(`CREATE USER IF NOT EXISTS 'replica'@'%' IDENTIFIED BY 'replica-password'`);
    await db.query("GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
    const { createConnection } = await import('mysql2/promise');
    const { host, port, user, password } = replica;
    const follower = await createConnection({ host, port, user, password });
    await db.query('CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, n INT)');
    const [{ executed } = { executed: '' }] = await db.query<{ executed: string }>(
      'SELECT @@gtid_executed AS executed',
    );
    // From here on: what other tests did before is none of its business.
    await follower.query('RESET BINARY LOGS AND GTIDS');
    await follower.query('SET GLOBAL gtid_purged = ?', [executed.replaceAll(/\s/g, '')]);
    await follower.query(`CREATE DATABASE \`${db.name}\``).catch(() => undefined);
    await follower.query(`CREATE TABLE \`${db.name}\`.a (id INT AUTO_INCREMENT PRIMARY KEY, n INT)`);
    await follower.query(`CHANGE REPLICATION SOURCE TO SOURCE_HOST = '${db.host}', SOURCE_PORT = ${db.port},
      SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica-password', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1`);
    await follower.query(`CHANGE REPLICATION FILTER REPLICATE_WILD_DO_TABLE = ('${db.name}%.%')`);
    await follower.query('START REPLICA');
    const { run, others, restore } = await scene(db, 'INSERT INTO a (n) VALUES (1), (2)');
    await run('ALTER TABLE a ADD COLUMN extra INT', 'CREATE TABLE made (id INT PRIMARY KEY)');
    await others('INSERT INTO a (n) VALUES (3)');
    await restore();
    await others('INSERT INTO a (n) VALUES (4)');
    const count = `SELECT COUNT(*) AS n FROM \`${db.name}\`.a`;
    for (let tries = 0; tries < 200; tries += 1) {
      const [rows] = await follower.query(count).catch(() => [[{ n: 0 }]]);
      if ((rows as { n: number }[])[0]?.n === 4) break;
      await sleep(100);
    }
    const checksum = `CHECKSUM TABLE \`${db.name}\`.a`;
    const [rows] = await follower.query(checksum);
    expect(rows).toEqual(await db.query(checksum));
    const [tables] = await follower.query(`SHOW TABLES FROM \`${db.name}\``);
    // Beside the table there is the lock row's.
    expect(tables).toHaveLength(2);
    follower.destroy();
    await db.query("DROP USER 'replica'@'%'");
  } finally {
    await replica.stop();
  }
}, 120_000);
