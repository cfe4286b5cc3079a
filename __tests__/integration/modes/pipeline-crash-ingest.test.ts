import { createServer, connect as connectSocket, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import { customersCsv, deployedShop, ordersCsv, readFacts, runPipeline } from '../../support/shop.ts';
import { sessionRunning } from '../../support/watch.ts';

function order(orderId: number, amount: string, day: string) {
  const rest = { customerId: 1, orderDate: '2026-01-08', status: 'paid' };
  return { orderId, ...rest, amount, updatedAt: `2026-02-${day}T00:00:00` };
}

const ADA = { customerId: 1, fullName: 'Ada', email: 'ada@example.com', country: 'DE' };
const FIRST = {
  'data/raw/customers-1.csv': customersCsv([{ ...ADA, updatedAt: '2026-01-01T00:00:00' }]),
  'data/raw/orders-1.csv': ordersCsv([order(1, '10.00', '01'), order(2, '10.00', '01')]),
};
/** Each file is merged in a transaction of its own. */
const SECOND = {
  'data/raw/orders-2.csv': ordersCsv([order(1, '20.00', '02'), order(3, '30.00', '02')]),
  'data/raw/orders-3.csv': ordersCsv([order(2, '40.00', '03'), order(4, '50.00', '03')]),
};
const OLD_AMOUNTS = [
  [1, '10.00'],
  [2, '10.00'],
];
const NEW_AMOUNTS = [
  [1, '20.00'],
  [2, '40.00'],
  [3, '30.00'],
  [4, '50.00'],
];

async function prepared() {
  const db = await testDatabase();
  const folder = await deployedShop(db, FIRST);
  expect((await runPipeline(folder, db)).result).toBe('ok');
  writeFiles(folder, SECOND);
  return { db, folder };
}

async function amounts(db: TestDatabase) {
  return (await readFacts(db)).map(({ orderId, amount }) => [orderId, amount]);
}

async function expectLost(db: TestDatabase, report: Awaited<ReturnType<typeof runPipeline>>): Promise<void> {
  expect(report).toMatchObject({ result: 'failed', pipeline: { isCommitted: false } });
  expect(report.problems.map(({ message }) => message).join()).toMatch(/connection .*was lost/);
  expect(await amounts(db)).toEqual(OLD_AMOUNTS);
}

/** The next run loads what is missing, follows what the lost one loaded as well, and does it once. */
async function expectGoesOn(db: TestDatabase, folder: string): Promise<void> {
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  expect(await amounts(db)).toEqual(NEW_AMOUNTS);
  expect(await db.query('SELECT order_id FROM stg_orders')).toHaveLength(4);
  expect(await db.query("SELECT file FROM ops_loaded_files WHERE dataset = 'orders'")).toHaveLength(3);
  expect(await db.query("SELECT run_id FROM ops_pipeline_runs WHERE status = 'running'")).toEqual([]);
  const again = await runPipeline(folder, db);
  expect(again.pipeline?.transforms.map(({ rowsAffected }) => rowsAffected)).toEqual([0, 0]);
}

test('a connection that is killed between two transactions of ingest', async () => {
  const { db, folder } = await prepared();
  const other = await db.connect();
  await other.query('START TRANSACTION');
  await other.query("UPDATE stg_orders SET status = 'held' WHERE order_id = 2");
  const running = runPipeline(folder, db);
  await sessionRunning(db, '%INTO `stg_orders`%');
  await db.query(`KILL ${await sessionRunning(db, '%INTO `stg_orders`%')}`);
  await other.query('ROLLBACK');
  await expectLost(db, await running);
  expect(await db.query('SELECT order_id FROM stg_orders ORDER BY order_id')).toEqual([
    { order_id: 1 },
    { order_id: 2 },
    { order_id: 3 },
  ]);
  await expectGoesOn(db, folder);
});

/** Passes everything on until the client has sent `text`; then cuts, at once or with the client's next data. */
async function cuttingProxy({ port }: TestDatabase, text: string, when: 'with it' | 'after it') {
  const sockets = new Set<Socket>();
  const state = { isSeen: false, isCut: false };
  const proxy = createServer((client) => {
    const upstream = connectSocket(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (data: Buffer) => {
      const isHere = data.includes(text);
      if (!state.isCut && (when === 'with it' ? isHere : state.isSeen)) {
        state.isCut = true;
        // Half of what it sends still arrives.
        upstream.end(data.subarray(0, data.length / 2));
        return client.destroy();
      }
      state.isSeen ||= isHere;
      return void upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => void client.write(data));
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    wasCut: () => state.isCut,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

test.each([
  ['in the middle of LOAD DATA', 'LOAD DATA', 'after it', 2],
  ['between ingest and transforms', 'innodb_lock_wait_timeout = 20,', 'with it', 4],
] as const)('a connection that is cut %s', async (_, text, when, staged) => {
  const { db, folder } = await prepared();
  const proxy = await cuttingProxy(db, text, when);
  const report = await runPipeline(folder, { ...db, port: proxy.port });
  proxy.close();
  expect(proxy.wasCut()).toBe(true);
  await expectLost(db, report);
  expect(await db.query('SELECT order_id FROM stg_orders')).toHaveLength(staged);
  await expectGoesOn(db, folder);
});
