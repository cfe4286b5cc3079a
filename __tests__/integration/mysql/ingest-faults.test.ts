import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import type { TestDatabase } from '../../support/database.ts';
import { dataset, ingest, ingestSession, ORDERS, ordersCsv, stagingDatabase } from '../../support/ingest.ts';
import { sessionRunning } from '../../support/watch.ts';

const CUSTOMERS = 'customer_id,full_name,email,country,updated_at';

function order(id: number, status = 'new'): string {
  return `${id},10,2026-01-05,${status},12.50,2026-01-06T08:00:00Z`;
}

function ordersFrom(first: number, last: number): string {
  const rows = Array.from({ length: last - first + 1 }, (_, index) => order(first + index));
  return [ORDERS, ...rows, ''].join('\n');
}

async function countOrders(db: TestDatabase): Promise<number> {
  const [row] = await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM stg_orders');
  return Number(row?.n);
}

/** Somebody else who has changed this order and has not committed. */
async function changing(db: TestDatabase, id: number): Promise<Connection> {
  const other = await db.connect();
  await other.query('BEGIN');
  await other.query("UPDATE stg_orders SET status = 'other' WHERE order_id = ?", [id]);
  return other;
}

describe('a server without local_infile', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ localInfile: false, mysqldFlags: ['--max-allowed-packet=1M'] });
  }, 60_000);
  afterAll(() => server.stop());

  test('gets the same rows in batches', async () => {
    const names = [
      '',
      "'",
      '"',
      '\\',
      '\\N',
      '\t',
      '\n',
      '\r\n',
      'é日👍',
      ' x ',
      'NULL',
      '%',
      '\u001a',
      '\b',
      "\\'",
    ];
    const row = (id: number): string =>
      `${id},"${names[id % names.length]!.replaceAll('"', '""')}",a@b.c,DE,2026-01-05T09:30:00.${id % 1000}Z`;
    const csv = [CUSTOMERS, ...Array.from({ length: 4500 }, (_, id) => row(id)), '9,x,none,DE,x', ''].join(
      '\n',
    );
    const customers = dataset('customers', ['maxRejected: 0', 'maxRejected: 1']);
    const results = [];
    for (const db of [await stagingDatabase({ server }), await stagingDatabase()]) {
      const first = await ingest(db, customers, { 'customers.csv': csv }, { runId: 'one' });
      const again = await ingest(db, customers, { 'customers.csv': `${csv}\n` }, { runId: 'two' });
      results.push({
        method: first.outcome.method,
        rows: [first.outcome.rows, again.outcome.rows],
        staging: await db.query('SELECT * FROM stg_customers ORDER BY customer_id, updated_at'),
        rejected: await db.query('SELECT * FROM ops_rejected_rows ORDER BY run_id'),
        checkpoint: await db.query('SELECT dataset, last_watermark FROM ops_checkpoints'),
        files: await db.query('SELECT dataset, file, sha256, run_id FROM ops_loaded_files ORDER BY run_id'),
      });
    }
    const [{ method: without, ...batches }, { method: withIt, ...loadData }] = results as [
      (typeof results)[number],
      (typeof results)[number],
    ];
    expect([without, withIt]).toEqual(['batches', 'load-data']);
    expect(batches).toEqual(loadData);
    expect(batches.rows).toMatchObject([
      { read: 4501, new: 4500, rejected: 1 },
      { read: 4501, unchanged: 4500, rejected: 1 },
    ]);
  });

  test('rejects a row that is longer than a packet', async () => {
    const db = await stagingDatabase({ server });
    await db.query('CREATE TABLE stg_notes (id BIGINT PRIMARY KEY, note LONGTEXT)');
    const [packet] = await db.query<{ most: number }>('SELECT @@max_allowed_packet AS most');
    const most = packet!.most;
    expect(most).toBeLessThanOrEqual(16 * 1024 * 1024);
    const { datasets } = parseManifest(
      `datasets:\n  - { name: notes, files: data/raw/n.csv, table: stg_notes, key: id, maxRejected: 2, columns: { id: { type: bigint, required: true }, note: { type: string } } }`,
      'm.yml',
    );
    const rows = [most / 2, most - 5000, most, most + 5000].map(
      (length, id) => `${id},${'x'.repeat(length)}`,
    );
    const { outcome, problems } = await ingest(db, datasets[0]!, {
      'n.csv': ['id,note', ...rows, ''].join('\n'),
    });
    expect(problems).toEqual([]);
    expect(outcome.rejectedExamples.map(({ line }) => line)).toEqual([4, 5]);
    expect(outcome.rejectedExamples[0]?.reason).toContain('max_allowed_packet');
    expect(await db.query('SELECT id FROM stg_notes ORDER BY id')).toEqual([{ id: 0 }, { id: 1 }]);
  });

  test('refuses what does not fit as well', async () => {
    const db = await stagingDatabase({ server });
    await db.query('ALTER TABLE stg_customers ADD CONSTRAINT ck CHECK (full_name <> "nobody")');
    const { problems } = await ingest(db, dataset('customers'), {
      'customers.csv': `${CUSTOMERS}\n1,nobody,a@b.c,DE,2026-01-01T00:00:00Z\n`,
    });
    expect(problems).toEqual([
      expect.stringContaining('the server refused its rows: ER_CHECK_CONSTRAINT_VIOLATED (3819)'),
    ]);
    expect(await db.query('SELECT * FROM stg_customers')).toEqual([]);
  });
});

test('a deadlock undoes the transaction of a chunk, which is tried again', async () => {
  const db = await stagingDatabase();
  await ingest(db, dataset('orders'), { 'orders.csv': ordersFrom(1, 300) });
  const other = await changing(db, 200);
  // InnoDB ends the transaction that has changed less.
  await other.query("UPDATE stg_orders SET status = 'other' WHERE order_id > 200");
  const loading = ingest(db, dataset('orders'), {
    'orders.csv': ordersCsv(order(100, 'paid'), order(200, 'paid')),
  });
  await sessionRunning(db, 'INSERT INTO `stg_orders`%');
  await other.query("UPDATE stg_orders SET status = 'other' WHERE order_id = 100");
  await other.query('ROLLBACK');
  const { outcome, problems, events } = await loading;
  expect(problems).toEqual([]);
  expect(events.filter(({ event }) => event === 'ingest-retry')).toMatchObject([
    { level: 'warning', message: expect.stringContaining('ER_LOCK_DEADLOCK (1213)') },
  ]);
  expect(outcome.rows).toMatchObject({ read: 2, changed: 2 });
  const changed = await db.query("SELECT order_id FROM stg_orders WHERE status = 'paid'");
  expect(changed).toEqual([{ order_id: 100 }, { order_id: 200 }]);
});

test('a connection that is lost in the middle leaves whole chunks, and the next run the rest', async () => {
  const db = await stagingDatabase();
  await ingest(db, dataset('orders'), { 'orders.csv': ordersFrom(25, 25) });
  const other = await changing(db, 25);
  const session = await ingestSession(db);
  const csv = ordersFrom(1, 30).replaceAll('new', 'paid');
  const chunk = { rows: 10, bytes: 1_000_000 };
  const loading = ingest(db, dataset('orders'), { 'orders.csv': csv }, { session, chunk });
  // Two chunks are committed; the third waits.
  while ((await sessionRunning(db, 'INSERT INTO `stg_orders`%')) && (await countOrders(db)) < 21);
  await db.query('KILL ?', [session.id]);
  expect((await loading).problems).toEqual([
    expect.stringContaining('dataset orders: the connection was lost while it was loaded'),
  ]);
  await other.query('ROLLBACK');
  expect(await countOrders(db)).toBe(21);
  expect(await db.query('SELECT * FROM ops_loaded_files')).toHaveLength(1);
  const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': csv }, { chunk });
  expect(outcome.rows).toMatchObject({ read: 30, new: 9, changed: 1, unchanged: 20 });
  expect(await countOrders(db)).toBe(30);
});

describe('a full disk of the server', () => {
  let server: Server;
  beforeAll(async () => {
    const room = '--innodb-data-file-path=ibdata1:12M:autoextend:max:24M';
    server = await startServer({ localInfile: true, mysqldFlags: ['--innodb-file-per-table=OFF', room] });
  }, 60_000);
  afterAll(() => server.stop());

  test('is named, and what was loaded is whole', async () => {
    const db = await stagingDatabase({ server });
    const chunk = { rows: 10_000, bytes: 100_000_000 };
    const csv = ordersFrom(1, 250_000);
    const { problems } = await ingest(db, dataset('orders'), { 'orders.csv': csv }, { chunk });
    expect(problems).toEqual([
      expect.stringContaining('dataset orders: the server has no room left: ER_RECORD_FILE_FULL (1114)'),
    ]);
    const count = await countOrders(db);
    expect(count % 10_000).toBe(0);
    expect(count).toBeLessThan(250_000);
    expect(await db.query('SELECT * FROM ops_loaded_files')).toEqual([]);
    await server.restart(['--innodb-data-file-path=ibdata1:12M:autoextend']);
    await db.reconnect();
    const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': csv }, { chunk });
    expect(outcome.rows).toMatchObject({ read: 250_000, new: 250_000 - count, unchanged: count });
  }, 120_000);
});

test('an interrupted load stops between two pieces and has changed nothing', async () => {
  const db = await stagingDatabase();
  const { problems } = await ingest(
    db,
    dataset('orders'),
    { 'orders.csv': ordersFrom(1, 10) },
    { signal: AbortSignal.abort() },
  );
  expect(problems).toEqual([
    'interrupted while CSV files were loaded; nothing of this dataset is in staging',
  ]);
  expect(await countOrders(db)).toBe(0);
});
