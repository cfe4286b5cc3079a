import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { placeOf, type LogPlace } from '../../../src/mysql/binlog/log-place.ts';
import { openLogStream, type LogStream } from '../../../src/mysql/binlog/log-stream.ts';
import { TransactionReader, type LogTransaction } from '../../../src/mysql/binlog/log-transaction.ts';
import { readRowChanges } from '../../../src/mysql/binlog/rows-event.ts';
import type { Session } from '../../../src/mysql/session/connection.ts';
import { cuttingProxy, type CuttingProxy } from '../../support/cutting-proxy.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { openSession, readPoint } from '../../support/restore.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ mysqldFlags: ['--max-binlog-size=16384', '--sync-binlog=1'] });
});
afterAll(() => server.stop());

const TABLE = 'CREATE TABLE t (id INT PRIMARY KEY, v MEDIUMBLOB)';

/** A place in the log, and a session on the way to it. */
async function prepare(db: TestDatabase, port = server.port): Promise<{ like: Session; place: LogPlace }> {
  await db.query(TABLE);
  // The stream takes host and port from the session.
  const like = await openSession(db);
  const config = { ...like.connection.config, port };
  const session = { ...like, connection: { config } } as unknown as Session;
  return { like: session, place: placeOf(await readPoint(db))! };
}

/** Writes transactions of three rows each, with every second one compressed; gives their number. */
async function write(db: TestDatabase, from: number, transactions: number, bytes = 300): Promise<void> {
  for (let n = from; n < from + transactions; n += 1) {
    await db.query(`SET binlog_transaction_compression = ${n % 2 === 0 ? 'ON' : 'OFF'}`);
    await db.query('BEGIN');
    for (let row = 0; row < 3; row += 1)
      await db.query('INSERT INTO t VALUES (?, ?)', [n * 3 + row, Buffer.alloc(bytes, n)]);
    await db.query('COMMIT');
  }
}

/** The ids of inserted rows by transaction, until the last is there. */
async function readIds(db: TestDatabase, stream: LogStream, transactions: number): Promise<number[][]> {
  const reader = new TransactionReader(stream, (map) => map.schema === db.name && map.table === 't');
  const all: number[][] = [];
  while (all.length < transactions) {
    const transaction = await reader.next();
    if (!transaction) break;
    if (transaction.rows.length > 0) all.push(ids(transaction));
  }
  return all;
}

function ids({ rows }: LogTransaction): number[] {
  return rows.flatMap((event) => [...readRowChanges(event)].map(({ after }) => after![0]!.readInt32LE(0)));
}

function expected(transactions: number): number[][] {
  return Array.from({ length: transactions }, (_, n) => [n * 3, n * 3 + 1, n * 3 + 2]);
}

async function withProxy(allow: () => number, use: (proxy: CuttingProxy) => Promise<void>): Promise<void> {
  const proxy = await cuttingProxy(() => server.port, allow);
  try {
    await use(proxy);
  } finally {
    proxy.close();
  }
}

/** The greeting and what is asked before the log takes less than so many bytes. */
const BEFORE_LOG = 1500;

test.each([1, 2, 3])(
  'a stream that is cut at any byte gives every transaction once, round %s',
  async (seed) => {
    const db = await testDatabase({ server });
    let state = seed;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    await withProxy(
      () => BEFORE_LOG + Math.floor(random() * 4000),
      async (proxy) => {
        const { like, place } = await prepare(db, proxy.port);
        const stream = await openLogStream(like, place);
        await write(db, 0, 40);
        expect(await readIds(db, stream, 40)).toEqual(expected(40));
        expect(proxy.cuts()).toBeGreaterThan(3);
        stream.close();
      },
    );
  },
);

test('a reader that is killed, over files and a restart of the server, gives every transaction once', async () => {
  const db = await testDatabase({ server });
  const { like, place } = await prepare(db);
  const stream = await openLogStream(like, place);
  await write(db, 0, 10);
  const kill = async (): Promise<void> => {
    const dumps = await db.query<{ id: number }>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'",
    );
    expect(dumps.length).toBeGreaterThan(0);
    for (const { id } of dumps) await db.query(`KILL ${id}`).catch(() => undefined);
  };
  await kill();
  await write(db, 10, 10);
  await db.query('SET GLOBAL binlog_checksum = NONE');
  await write(db, 20, 10);
  await server.restart();
  await db.reconnect();
  await write(db, 30, 10);
  const restarts: number[] = [];
  const reader = new TransactionReader(stream, (map) => map.schema === db.name && map.table === 't');
  const all: number[][] = [];
  while (all.length < 40) {
    const transaction = await reader.next();
    if (!transaction?.rows.length) continue;
    all.push(ids(transaction));
    restarts.push(transaction.restarts);
  }
  expect(all).toEqual(expected(40));
  expect(restarts).toEqual(Array.from({ length: 40 }, (_, n) => (n < 30 ? 0 : 1)));
  stream.close();
});

test('a reader that reads nothing for long is held up, and goes on from where it was cut', async () => {
  const db = await testDatabase({ server });
  let allowed = 9 * 1024 * 1024;
  await withProxy(
    () => {
      const now = allowed;
      allowed = Infinity;
      return now;
    },
    async (proxy) => {
      const { like, place } = await prepare(db, proxy.port);
      const stream = await openLogStream(like, place);
      await write(db, 0, 20, 500_000);
      expect(await readIds(db, stream, 20)).toEqual(expected(20));
      expect(proxy.cuts()).toBe(1);
      stream.close();
    },
  );
});

test('a place in the middle of an event is not taken for one', async () => {
  const db = await testDatabase({ server });
  const { like, place } = await prepare(db);
  await write(db, 0, 2);
  for (const beyond of [1, 19, 40]) {
    const stream = await openLogStream(like, { ...place, position: place.position + beyond });
    await expect(readIds(db, stream, 2)).rejects.toThrow(/bogus|event|position/i);
    stream.close();
  }
});

test('a log that was purged on the way is named', async () => {
  const db = await testDatabase({ server });
  const { like, place } = await prepare(db);
  await write(db, 0, 30);
  const [status] = await db.query<{ File: string }>('SHOW BINARY LOG STATUS');
  await db.query(`PURGE BINARY LOGS TO '${status!.File}'`);
  const stream = await openLogStream(like, place);
  await expect(readIds(db, stream, 30)).rejects.toThrow(/could not find|purged/i);
  stream.close();
});
