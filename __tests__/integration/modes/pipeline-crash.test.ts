import { readFileSync } from 'node:fs';
import { createServer, connect as connectSocket, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import type { LogEvent } from '../../../src/log/log.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import {
  customersCsv,
  deployedShop,
  ordersCsv,
  readDimension,
  readFacts,
  runPipeline,
} from '../../support/shop.ts';
import { sessionRunning } from '../../support/watch.ts';

let server: Server;
beforeAll(async () => (server = await startServer()), 60_000);
afterAll(() => server.stop());

const FIRST = {
  'data/raw/customers-1.csv': customersCsv([row('01', 'DE')]),
  'data/raw/orders-1.csv': ordersCsv([order(1, '10.00', '01')]),
};
const SECOND = {
  'data/raw/customers-2.csv': customersCsv([row('05', 'FR')]),
  'data/raw/orders-2.csv': ordersCsv([order(1, '20.00', '02'), order(2, '30.00', '02')]),
};

function row(day: string, country: string) {
  const rest = { customerId: 1, fullName: 'Ada', email: 'ada@example.com' };
  return { ...rest, country, updatedAt: `2026-01-${day}T00:00:00` };
}

function order(orderId: number, amount: string, day: string) {
  return {
    orderId,
    customerId: 1,
    orderDate: '2026-01-08',
    status: 'paid',
    amount,
    updatedAt: `2026-02-${day}T00:00:00`,
  };
}

/** Places where the run waits for as long as a table says. */
const IN_TRANSFORM = 'SELECT 1, SLEEP((SELECT in_transform FROM pace))';
const IN_CHECK = 'SELECT SLEEP((SELECT in_check FROM pace))';

async function prepared(
  place: 'transform' | 'check',
): Promise<{ readonly db: TestDatabase; readonly folder: string }> {
  const db = await testDatabase({ server });
  await db.query(
    'CREATE TABLE pace (in_transform INT PRIMARY KEY, in_check INT NOT NULL); INSERT INTO pace VALUES (0, 0)',
  );
  const folder = await deployedShop(db, FIRST);
  writeFiles(folder, {
    'sql/transform/build_facts.sql': `${read(folder, 'sql/transform/build_facts.sql')}\n${IN_TRANSFORM};\n`,
    'sql/validation/dq_checks.sql': `${read(folder, 'sql/validation/dq_checks.sql')}\n-- check: slow\n${IN_CHECK};\n`,
  });
  expect((await runPipeline(folder, db)).result).toBe('ok');
  await db.query(`UPDATE pace SET in_${place} = 60`);
  writeFiles(folder, SECOND);
  return { db, folder };
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

async function downstream(db: TestDatabase) {
  return { dimension: await readDimension(db), facts: await readFacts(db) };
}

const NEW_FACTS = [
  { orderId: 1, amount: '20.00', validFrom: '2026-01-05T00:00:00' },
  { orderId: 2, amount: '30.00', validFrom: '2026-01-05T00:00:00' },
];

/** The next run does what the lost one could not, and only once. */
async function expectGoesOn(db: TestDatabase, folder: string): Promise<void> {
  await db.query('UPDATE pace SET in_transform = 0, in_check = 0');
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  expect(await readFacts(db)).toMatchObject(NEW_FACTS);
  expect(await readDimension(db)).toMatchObject([{ country: 'DE' }, { country: 'FR', isCurrent: true }]);
  expect(await db.query("SELECT COUNT(*) AS n FROM ops_pipeline_runs WHERE status = 'running'")).toEqual([
    { n: 0 },
  ]);
  const again = await runPipeline(folder, db);
  expect(again.pipeline?.transforms.map(({ rowsAffected }) => rowsAffected)).toEqual([0, 0]);
}

const PLACES = [
  ['in a transform', 'transform', 'SELECT 1, SLEEP%'],
  ['in the checks', 'check', 'SELECT SLEEP%'],
] as const;

describe.each(PLACES)('%s', (_, place, statement) => {
  test('a connection that is killed leaves everything downstream as it was', async () => {
    const { db, folder } = await prepared(place);
    const before = await downstream(db);
    const running = runPipeline(folder, db);
    await db.query(`KILL ${await sessionRunning(db, statement)}`);
    const report = await running;
    expect(report).toMatchObject({
      result: 'failed',
      problems: [{ code: 'connection-lost' }],
      pipeline: { isCommitted: false },
    });
    expect(await downstream(db)).toEqual(before);
    expect(await db.query('SELECT COUNT(*) AS n FROM stg_orders')).toEqual([{ n: 2 }]);
    await expectGoesOn(db, folder);
  });

  test('a server that is killed as well', async () => {
    const { db, folder } = await prepared(place);
    const before = await downstream(db);
    const running = runPipeline(folder, db, { connectTimeout: 30 });
    await sessionRunning(db, statement);
    await server.kill('SIGKILL');
    await server.start();
    await db.reconnect();
    expect(await running).toMatchObject({ result: 'failed', pipeline: { isCommitted: false } });
    expect(await downstream(db)).toEqual(before);
    await expectGoesOn(db, folder);
  }, 60_000);
});

test('a server that stays away leaves the result unknown', async () => {
  const { db, folder } = await prepared('transform');
  const running = runPipeline(folder, db, { connectTimeout: 1 });
  await sessionRunning(db, 'SELECT 1, SLEEP%');
  await server.kill('SIGKILL');
  const report = await running;
  await server.start();
  await db.reconnect();
  expect(report).toMatchObject({ result: 'unknown', problems: [{ code: 'connection-lost' }, {}] });
  await expectGoesOn(db, folder);
}, 60_000);

/** Cuts the connection around the COMMIT of the transforms. */
async function cuttingProxy(when: 'before' | 'after') {
  const sockets = new Set<Socket>();
  let isArmed = false;
  let isCut = false;
  const proxy = createServer((client) => {
    const upstream = connectSocket(server.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    const cut = (): void => {
      isCut = true;
      client.destroy();
      upstream.destroy();
    };
    let isCommitting = false;
    client.on('data', (data: Buffer) => {
      if (isArmed && !isCut && data.length < 40 && data.includes('COMMIT')) {
        if (when === 'before') return cut();
        isCommitting = true;
      }
      return void upstream.write(data);
    });
    upstream.on('data', (data: Buffer) => (isCommitting && !isCut ? cut() : void client.write(data)));
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    /** From the last check on, the next COMMIT is that of the transforms. */
    onEvent: ({ event, message }: LogEvent): void => {
      if (event === 'check-passed' && message.startsWith('check slow')) isArmed = true;
      if (event === 'check-passed' && message.startsWith('check accepted_values')) isArmed = true;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

test.each([
  ['before', false],
  ['after', true],
] as const)(
  'a connection that is lost right %s the COMMIT was heard is found out, not guessed',
  async (when, isIn) => {
    const { db, folder } = await prepared('transform');
    await db.query('UPDATE pace SET in_transform = 0, in_check = 0');
    const before = await downstream(db);
    const proxy = await cuttingProxy(when);
    const report = await runPipeline(folder, { ...db, port: proxy.port }, { onEvent: proxy.onEvent });
    proxy.close();
    expect(report.pipeline?.isCommitted).toBe(isIn);
    if (isIn) {
      expect(report).toMatchObject({ result: 'ok', problems: [] });
      expect(await readFacts(db)).toMatchObject(NEW_FACTS);
    } else {
      expect(report).toMatchObject({ result: 'failed', problems: [{ code: 'connection-lost' }] });
      expect(await downstream(db)).toEqual(before);
    }
    expect(await db.query('SELECT status FROM ops_pipeline_runs WHERE run_id = ?', [report.runId])).toEqual([
      { status: isIn ? 'succeeded' : 'failed' },
    ]);
    await expectGoesOn(db, folder);
  },
);
