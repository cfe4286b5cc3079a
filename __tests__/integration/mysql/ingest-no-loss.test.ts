import { describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../../support/database.ts';
import { dataset, ingest, ordersCsv, stagingDatabase } from '../../support/ingest.ts';

const GOOD = '1,10,2026-01-05,shipped,12.50,2026-01-06T08:00:00Z';

async function ids(db: TestDatabase): Promise<readonly number[]> {
  const rows = await db.query<{ id: number }>('SELECT order_id AS id FROM stg_orders ORDER BY order_id');
  return rows.map(({ id }) => id);
}

describe('the checkpoint', () => {
  const skipping = dataset('orders', ['maxRejected: 0', 'maxRejected: 1'], ['late: load', 'late: skip']);
  const late = '2,10,2026-01-05,new,1,2026-01-02T00:00:00Z';

  test.each([
    ['a watermark that cannot be read', late.replace('2026-01-02T', 'soon ')],
    ['fields too few', '2,10,2026-01-05,new,1'],
    ['bytes that are not UTF-8', late.replace('new', 'n\\xffew')],
    ['no watermark', late.replace('2026-01-02T00:00:00Z', '')],
  ])('does not pass a row that was rejected with %s', async (_, bad) => {
    const db = await stagingDatabase();
    const text = ordersCsv(GOOD, bad).replace('\\xff', 'ÿ');
    const csv = Buffer.from(text, bad.includes('\\xff') ? 'latin1' : 'utf8');
    const first = await ingest(db, skipping, { 'orders.csv': csv });
    expect(first.outcome).toMatchObject({ rows: { rejected: 1 }, watermarkAfter: undefined });
    const second = await ingest(db, skipping, { 'orders-2.csv': ordersCsv(late) });
    expect(second.outcome.rows).toMatchObject({ read: 1, new: 1, late: 0 });
    expect(await ids(db)).toEqual([1, 2]);
  });
});

describe('two spellings of a key that the table cannot tell apart', () => {
  const byStatus = dataset('orders', ['key: [order_id]', 'key: [status]']);
  const upper = GOOD.replace('shipped', 'SHIPPED').replace('12.50', '13.50');

  async function database(): Promise<TestDatabase> {
    const db = await stagingDatabase();
    await db.query('ALTER TABLE stg_orders MODIFY status VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL');
    await db.query('ALTER TABLE stg_orders DROP PRIMARY KEY, ADD PRIMARY KEY (status)');
    return db;
  }

  const statuses = (db: TestDatabase): Promise<object[]> => db.query('SELECT status, amount FROM stg_orders');

  test('are refused in one file, with both lines', async () => {
    const db = await database();
    const { problems } = await ingest(db, byStatus, { 'orders.csv': ordersCsv(GOOD, upper) });
    expect(problems).toEqual([
      'data/raw/orders.csv:3: dataset orders: several rows have keys that table stg_orders cannot tell apart (status: they differ in case, accents or blanks alone): "SHIPPED" (data/raw/orders.csv:3) and "shipped" (data/raw/orders.csv:2)',
    ]);
    expect(await statuses(db)).toEqual([]);
  });

  test('are refused in two files of one run', async () => {
    const db = await database();
    const { problems } = await ingest(db, byStatus, {
      'orders-1.csv': ordersCsv(GOOD),
      'orders-2.csv': ordersCsv(upper),
    });
    expect(problems).toEqual([
      expect.stringContaining('"SHIPPED" (data/raw/orders-2.csv:2) and "shipped" (data/raw/orders-1.csv:2)'),
    ]);
    expect(await statuses(db)).toEqual([]);
  });

  test('are refused in a later run, and the same bytes are not', async () => {
    const db = await database();
    await ingest(db, byStatus, { 'orders-1.csv': ordersCsv(GOOD) });
    const { problems } = await ingest(db, byStatus, { 'orders-2.csv': ordersCsv(upper) });
    expect(problems).toEqual([
      expect.stringContaining(
        '"SHIPPED" (data/raw/orders-2.csv:2) and "shipped" (table stg_orders), loaded before',
      ),
    ]);
    const again = await ingest(db, byStatus, { 'orders-3.csv': ordersCsv(GOOD.replace('12.50', '14.00')) });
    expect(again.outcome.rows.changed).toBe(1);
    expect(await statuses(db)).toEqual([{ status: 'shipped', amount: '14.00' }]);
  });

  test('are the same key in a table that cannot tell blanks at the end apart', async () => {
    const db = await database();
    await db.query('ALTER TABLE stg_orders MODIFY status VARCHAR(20) COLLATE utf8mb4_bin NOT NULL');
    await ingest(db, byStatus, { 'orders-1.csv': ordersCsv(GOOD) });
    const { problems } = await ingest(db, byStatus, {
      'orders-2.csv': ordersCsv(GOOD.replace('shipped', 'shipped ')),
    });
    expect(problems).toEqual([expect.stringContaining('"shipped " (data/raw/orders-2.csv:2)')]);
  });
});

describe('a quote that swallows the rows behind it', () => {
  const lenient = dataset('orders', ['maxRejected: 0', 'maxRejected: 2']);
  const others = [2, 3, 4].map((id) => GOOD.replace('1', String(id)));

  test('counts with every line, and so with too many', async () => {
    const db = await stagingDatabase();
    // From its opening quote on, all is one field up to the quote of the last row.
    const csv = ordersCsv('9,10,2026-01-05,"new,1,x', ...others, '5,10,2026-01-05,new,1,x"');
    const { problems, outcome } = await ingest(db, lenient, { 'orders.csv': csv });
    expect(problems).toEqual([expect.stringContaining('5 of 5 rows were rejected')]);
    expect(outcome.rows).toMatchObject({ read: 5, rejected: 5, new: 0 });
    const rows = await db.query(
      'SELECT line_number, raw, reason FROM ops_rejected_rows ORDER BY line_number',
    );
    expect(rows).toMatchObject([
      { line_number: 2 },
      ...others.map((raw, at) => ({ line_number: 3 + at, raw, reason: expect.stringContaining('line 2') })),
      { line_number: 6 },
    ]);
  });
});
