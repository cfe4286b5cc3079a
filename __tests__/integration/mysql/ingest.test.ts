import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../../support/database.ts';
import { dataset, ingest, ordersCsv, stagingDatabase } from '../../support/ingest.ts';

const ORDER_1 = '1,10,2026-01-05,shipped,12.50,2026-01-06T08:00:00Z';
const ORDER_2 = '2,11,2026-01-06,new,7,2026-01-07T08:00:00.25+02:00';
const CUSTOMERS = 'customer_id,full_name,email,country,updated_at';

async function orders(db: TestDatabase): Promise<readonly string[]> {
  const rows = await db.query<{ row: string }>(
    "SELECT CONCAT_WS(' ', order_id, status, amount, updated_at) AS `row` FROM stg_orders ORDER BY order_id",
  );
  return rows.map(({ row }) => row);
}

async function checkpoint(db: TestDatabase): Promise<string | undefined> {
  const [row] = await db.query<{ last_watermark: string }>('SELECT last_watermark FROM ops_checkpoints');
  return row?.last_watermark;
}

describe('a first load', () => {
  test('brings every value as it is, in UTC', async () => {
    const db = await stagingDatabase();
    const { outcome, problems } = await ingest(db, dataset('orders'), {
      'orders.csv': ordersCsv(ORDER_1, ORDER_2),
    });
    expect(problems).toEqual([]);
    expect(outcome).toMatchObject({
      dataset: 'orders',
      files: [{ file: 'data/raw/orders.csv', status: 'loaded', rows: { read: 2, new: 2 } }],
      rows: { read: 2, new: 2, changed: 0, unchanged: 0, late: 0, stale: 0, repeated: 0, rejected: 0 },
      watermarkBefore: undefined,
      watermarkAfter: '2026-01-07 06:00:00.250000',
      method: 'load-data',
    });
    expect(await db.query('SELECT * FROM stg_orders')).toEqual([
      {
        ...{ order_id: 1, customer_id: 10, order_date: '2026-01-05', status: 'shipped', amount: '12.50' },
        updated_at: '2026-01-06 08:00:00.000000',
      },
      {
        ...{ order_id: 2, customer_id: 11, order_date: '2026-01-06', status: 'new', amount: '7.00' },
        updated_at: '2026-01-07 06:00:00.250000',
      },
    ]);
    expect(await checkpoint(db)).toBe('2026-01-07 06:00:00.250000');
    expect(await db.query('SELECT dataset, file FROM ops_loaded_files')).toEqual([
      { dataset: 'orders', file: 'data/raw/orders.csv' },
    ]);
  });

  test('needs only what etl_runner may do', async () => {
    const db = await stagingDatabase();
    const runner = await db.userWith(
      'CREATE TEMPORARY TABLES',
      `SELECT, INSERT, UPDATE, DELETE ON ${db.name}.stg_orders`,
      `SELECT, INSERT, UPDATE ON ${db.name}.ops_checkpoints`,
      `SELECT, INSERT, UPDATE ON ${db.name}.ops_loaded_files`,
      `SELECT, INSERT ON ${db.name}.ops_rejected_rows`,
    );
    const { outcome } = await ingest(
      db,
      dataset('orders', ['maxRejected: 0', 'maxRejected: 1']),
      { 'orders.csv': ordersCsv(ORDER_1, '2') },
      { as: runner },
    );
    expect(outcome.rows).toMatchObject({ read: 2, new: 1, rejected: 1 });
  });

  test('reads BOM, CRLF, gzip, quoted newlines and columns in another order', async () => {
    const db = await stagingDatabase();
    const lines = [
      'updated_at,country,email,full_name,customer_id',
      '2026-01-01T00:00:00Z,DE,a@b.c,"Ada\r\n""the"" first, Countess",1',
      '2026-01-01T00:00:00Z,FR,"d@e.f",\tBlaise\\N ,2',
      '',
    ];
    const csv = gzipSync(Buffer.from(`\ufeff${lines.join('\r\n')}`));
    const { problems, outcome } = await ingest(
      db,
      dataset('customers', ['customers*.csv', 'customers*.csv*']),
      {
        'customers.csv.gz': csv,
      },
    );
    expect(problems).toEqual([]);
    expect(outcome.rows.new).toBe(2);
    expect(await db.query('SELECT full_name FROM stg_customers ORDER BY customer_id')).toEqual([
      { full_name: 'Ada\r\n"the" first, Countess' },
      { full_name: '\tBlaise\\N ' },
    ]);
  });

  test('tells an empty text, which stands in quotes, from NULL', async () => {
    const db = await stagingDatabase();
    await db.query(
      'CREATE TABLE stg_notes (id BIGINT PRIMARY KEY, note VARCHAR(20), n INT, j JSON, b BOOLEAN)',
    );
    const notes = dataset(
      'orders',
      ['orders*.csv', 'notes.csv'],
      ['table: stg_orders', 'table: stg_notes'],
      ['key: [order_id]', 'key: [id]'],
      ['watermark: updated_at', 'watermark: id'],
      [
        'order_id: { type: bigint, required: true }',
        'id: { type: bigint, required: true }\n      note: { type: string }\n      n: { type: int }\n      j: { type: json }\n      b: { type: boolean }',
      ],
      ['      customer_id: { type: bigint, required: true }\n', ''],
      ['      order_date: { type: date, required: true }\n', ''],
      ['      status: { type: string, maxLength: 20, required: true }\n', ''],
      ["      amount: { type: 'decimal(12,2)', required: true }\n", ''],
      ['      updated_at: { type: datetime, required: true }\n', ''],
    );
    const csv = 'id,note,n,j,b\n1,,,,\n2,"",5,"{""a"": ""x,\\ny""}",true\n3,\\N,,[],0\n';
    const { problems, outcome } = await ingest(db, notes, { 'notes.csv': csv });
    expect(problems).toEqual([]);
    expect(outcome.watermarkAfter).toBe('3');
    expect(await db.query('SELECT id, note, n, CAST(j AS CHAR) AS j, b FROM stg_notes')).toEqual([
      { id: 1, note: null, n: null, j: null, b: null },
      { id: 2, note: '', n: 5, j: '{"a": "x,\\ny"}', b: 1 },
      { id: 3, note: '\\N', n: null, j: '[]', b: 0 },
    ]);
    const again = await ingest(db, notes, { 'notes.csv': csv.replace('true', '1') });
    expect(again.outcome.rows).toMatchObject({ read: 3, new: 0, changed: 0, unchanged: 3 });
  });

  test('keeps a formula as the text that it is', async () => {
    const db = await stagingDatabase();
    const csv = `${CUSTOMERS}\n1,"=cmd|' /C calc'!A0",a@b.c,DE,2026-01-01T00:00:00Z\n`;
    await ingest(db, dataset('customers'), { 'customers.csv': csv });
    expect(await db.query('SELECT full_name FROM stg_customers')).toEqual([
      { full_name: "=cmd|' /C calc'!A0" },
    ]);
  });

  test('of a header alone is a load of no rows', async () => {
    const db = await stagingDatabase();
    const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv() });
    expect(outcome).toMatchObject({
      rows: { read: 0 },
      files: [{ status: 'loaded' }],
      watermarkAfter: undefined,
    });
    expect(await db.query('SELECT file FROM ops_loaded_files')).toHaveLength(1);
  });
});

describe('the next load', () => {
  test('skips a file that was loaded before, under whatever name', async () => {
    const db = await stagingDatabase();
    const csv = ordersCsv(ORDER_1);
    await ingest(db, dataset('orders'), { 'orders.csv': csv });
    const { outcome } = await ingest(db, dataset('orders'), { 'orders-a.csv': csv, 'orders-b.csv': csv });
    expect(outcome).toMatchObject({
      files: [{ status: 'skipped' }, { status: 'skipped' }],
      ...{ rows: { read: 0 }, method: undefined, watermarkAfter: '2026-01-06 08:00:00.000000' },
    });
  });

  test('counts new, changed and unchanged rows and is the same a second time', async () => {
    const db = await stagingDatabase();
    await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(ORDER_1, ORDER_2) });
    const changed = ORDER_2.replace('new', 'shipped').replace('2026-01-07', '2026-01-08');
    const added = '3,10,2026-01-09,new,1,2026-01-09T00:00:00Z';
    const { outcome } = await ingest(db, dataset('orders'), {
      'orders.csv': ordersCsv(ORDER_1, changed, added),
    });
    expect(outcome.rows).toMatchObject({ read: 3, new: 1, changed: 1, unchanged: 1 });
    const before = await orders(db);
    const again = await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(added, ORDER_1, changed) });
    expect(again.outcome.rows).toMatchObject({ read: 3, new: 0, changed: 0, unchanged: 3 });
    expect(await orders(db)).toEqual(before);
  });

  test('never overwrites a row with an older one, but does with one of the same time', async () => {
    const db = await stagingDatabase();
    await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(ORDER_1, ORDER_2) });
    const older = ORDER_1.replace('shipped', 'new').replace('2026-01-06T', '2026-01-05T');
    const same = ORDER_2.replace('new', 'paid');
    const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(older, same) });
    expect(outcome.rows).toMatchObject({ read: 2, new: 0, changed: 1, unchanged: 0, stale: 1 });
    expect(await orders(db)).toEqual([
      '1 shipped 12.50 2026-01-06 08:00:00.000000',
      '2 paid 7.00 2026-01-07 06:00:00.250000',
    ]);
    expect(outcome.watermarkAfter).toBe('2026-01-07 06:00:00.250000');
  });

  test('loads late rows that staging does not have, and the checkpoint does not go back', async () => {
    const db = await stagingDatabase();
    await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(ORDER_2) });
    const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(ORDER_1) });
    expect(outcome.rows).toMatchObject({ new: 1, late: 0 });
    expect(await checkpoint(db)).toBe('2026-01-07 06:00:00.250000');
  });

  test('skips and counts late rows where it is told to; ties with the checkpoint are not late', async () => {
    const db = await stagingDatabase();
    const skipping = dataset('orders', ['late: load', 'late: skip']);
    await ingest(db, skipping, { 'orders.csv': ordersCsv(ORDER_2) });
    const tie = '3,10,2026-01-09,new,1,2026-01-07T06:00:00.250000Z';
    const { outcome } = await ingest(db, skipping, { 'orders.csv': ordersCsv(ORDER_1, tie) });
    expect(outcome.rows).toMatchObject({ read: 2, new: 1, late: 1 });
    expect(await orders(db)).toHaveLength(2);
  });

  test('takes every version of a customer where the key has one', async () => {
    const db = await stagingDatabase();
    const row = (time: string, country: string): string => `1,Ada,a@b.c,${country},${time}`;
    const csv = (...rows: readonly string[]): string => [CUSTOMERS, ...rows, ''].join('\n');
    await ingest(db, dataset('customers'), {
      'customers.csv': csv(row('2026-01-02T00:00:00Z', 'DE'), row('2026-01-01T00:00:00Z', 'FR')),
    });
    const { outcome } = await ingest(db, dataset('customers'), {
      'customers.csv': csv(row('2026-01-01T00:00:00Z', 'IT'), row('2025-01-01T00:00:00Z', 'ES')),
    });
    expect(outcome.rows).toMatchObject({ new: 1, changed: 1 });
    expect(await db.query('SELECT country FROM stg_customers ORDER BY updated_at')).toEqual([
      ...[{ country: 'ES' }, { country: 'IT' }, { country: 'DE' }],
    ]);
  });

  test('reads several files in the order of their names', async () => {
    const db = await stagingDatabase();
    const newer = ORDER_1.replace('shipped', 'refunded').replace('2026-01-06T', '2026-01-08T');
    const { outcome } = await ingest(db, dataset('orders'), {
      'orders-2.csv': ordersCsv(newer),
      'orders-1.csv': ordersCsv(ORDER_1, ORDER_2),
      'other.csv': 'not mine',
    });
    expect(outcome.files.map(({ file, rows }) => [file, rows.new, rows.changed])).toEqual([
      ['data/raw/orders-1.csv', 2, 0],
      ['data/raw/orders-2.csv', 0, 1],
    ]);
    expect((await orders(db))[0]).toContain('refunded');
  });

  test('of a file that two datasets name loads it into both', async () => {
    const db = await stagingDatabase();
    await db.query('CREATE TABLE stg_copy LIKE stg_orders');
    const copy = dataset('orders', ['name: orders', 'name: copy'], ['table: stg_orders', 'table: stg_copy']);
    const csv = {
      'orders.csv': `\ufeff${ordersCsv(ORDER_1)}`,
      'orders-2.csv': `\ufeff${ordersCsv(ORDER_2)}`,
    };
    for (const each of [dataset('orders'), copy]) {
      expect((await ingest(db, each, csv)).outcome.rows).toMatchObject({ read: 2, new: 2 });
    }
    expect(await db.query('SELECT order_id FROM stg_copy')).toHaveLength(2);
    expect((await ingest(db, copy, csv)).outcome.rows.read).toBe(0);
  });

  test('finds unchanged rows of many, whatever is in them', async () => {
    const db = await stagingDatabase();
    const names = ['', 'tab\\t', '\\', '\\N', 'é', '"quoted"', ' blank ', '日本'];
    const row = (id: number, name: string): string =>
      `${id},"${name.replaceAll('"', '""')}",a@b.c,DE,2026-01-01T00:00:00Z`;
    const rows = Array.from({ length: 400 }, (_, id) => row(id, names[id % names.length]!));
    const first = await ingest(db, dataset('customers'), {
      'customers.csv': [CUSTOMERS, ...rows].join('\n'),
    });
    expect(first.outcome.rows.new).toBe(400);
    const others = [...rows.slice(0, 399), row(399, 'changed'), row(400, 'new')];
    const { outcome } = await ingest(db, dataset('customers'), {
      'customers.csv': [CUSTOMERS, ...others].join('\n'),
    });
    expect(outcome.rows).toMatchObject({ read: 401, new: 1, changed: 1, unchanged: 399 });
  });

  test('keeps the last of several files of one run, although staging had it so before', async () => {
    const db = await stagingDatabase();
    const row = (id: number, status: string): string =>
      `${id},10,2026-01-05,${status},12.50,2026-01-06T08:00:00Z`;
    const rows = (second: string): string =>
      ordersCsv(...Array.from({ length: 40 }, (_, id) => row(id, id === 2 ? second : 'new')));
    await ingest(db, dataset('orders'), { 'orders.csv': rows('paid') });
    const { outcome } = await ingest(db, dataset('orders'), {
      'orders-1.csv': rows('shipped'),
      'orders-2.csv': `${rows('paid')}\n`,
    });
    expect(outcome.rows).toMatchObject({ read: 80, new: 0, changed: 2, unchanged: 78 });
    expect(await db.query("SELECT order_id AS id, status FROM stg_orders WHERE status <> 'new'")).toEqual([
      { id: 2, status: 'paid' },
    ]);
  });
});

describe('a large load', () => {
  test('is committed in chunks; what a crash between them left is neither lost nor loaded twice', async () => {
    const db = await stagingDatabase();
    const rows = Array.from({ length: 25 }, (_, id) => `${id},1,2026-01-01,new,1,2026-01-01T00:00:00Z`);
    const csv = ordersCsv(...rows);
    const chunk = { rows: 10, bytes: 1_000_000 };
    await db.query(
      `CREATE TRIGGER fails BEFORE INSERT ON stg_orders FOR EACH ROW
       IF NEW.order_id = 23 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one'; END IF`,
    );
    const { problems } = await ingest(db, dataset('orders'), { 'orders.csv': csv }, { chunk });
    expect(problems).toEqual([
      'data/pipeline.yml:2: dataset orders: the server refused its rows: ER_SIGNAL_EXCEPTION (1644): not this one',
    ]);
    expect(await orders(db)).toHaveLength(20);
    expect(await checkpoint(db)).toBeUndefined();
    expect(await db.query('SELECT file FROM ops_loaded_files')).toEqual([]);
    await db.query('DROP TRIGGER fails');
    const { outcome } = await ingest(db, dataset('orders'), { 'orders.csv': csv }, { chunk });
    expect(outcome.rows).toMatchObject({ read: 25, new: 5, unchanged: 20 });
    expect(await orders(db)).toHaveLength(25);
    expect(await checkpoint(db)).toBe('2026-01-01 00:00:00.000000');
  });
});
