import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { CsvFile } from '../../../src/pipeline/rows/csv-file.ts';
import type { TestDatabase } from '../../support/database.ts';
import { dataset, ingest, ORDERS, ordersCsv, stagingDatabase } from '../../support/ingest.ts';

const GOOD = '1,10,2026-01-05,shipped,12.50,2026-01-06T08:00:00Z';
const CUSTOMERS = 'customer_id,full_name,email,country,updated_at';
const LENIENT = dataset('orders', ['maxRejected: 0', 'maxRejected: 50%']);

interface Rejected {
  readonly file: string;
  readonly line_number: number;
  readonly reason: string;
  readonly raw: string;
}

function rejectedRows(db: TestDatabase): Promise<Rejected[]> {
  return db.query<Rejected>(
    'SELECT file, line_number, reason, raw FROM ops_rejected_rows ORDER BY run_id, line_number',
  );
}

async function countOrders(db: TestDatabase): Promise<number> {
  const [row] = await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM stg_orders');
  return Number(row?.n);
}

describe('a file', () => {
  test('that is missing is named with the glob', async () => {
    const db = await stagingDatabase();
    const { problems } = await ingest(db, LENIENT, { 'order.csv': '' });
    expect(problems).toEqual(['data/pipeline.yml:3: dataset orders: no file is named data/raw/orders*.csv']);
  });

  test.each([
    ['is empty', '', 'data/raw/orders.csv:1: data/raw/orders.csv is empty: it has not even a header'],
    [
      'lacks a column and has another',
      'order_id,customer_id,order_date,state,amount,updated_at\n',
      'data/raw/orders.csv:1: header: the column "status" is missing; it has "state"',
    ],
    [
      'has a column twice',
      `${ORDERS},amount\n`,
      'data/raw/orders.csv:1: header: the column "amount" stands there twice',
    ],
    [
      'has a quote that is never closed',
      `${ordersCsv(GOOD)}2,10,2026-01-05,"shipped,12.50,2026-01-06T08:00:00Z\n`,
      'data/raw/orders.csv:3: a quote is opened in the row that begins here and not closed',
    ],
    [
      'has a quote inside a quoted field that is not doubled',
      ordersCsv(GOOD, '2,10,2026-01-05,"n"ew,",1,2026-01-06T08:00:00Z', GOOD.replace('1', '3')),
      'data/raw/orders.csv:3: a quoted field goes on behind its closing ": a quote is missing or not doubled here or in the lines before, so where rows begin cannot be known',
    ],
    [
      'has a quote that swallows good rows',
      ordersCsv('2,10,2026-01-05,"new,1,x', GOOD.replace('1', '3'), '4,10,2026-01-05,"new",1,x'),
      'data/raw/orders.csv:4: a quoted field goes on behind its closing ": a quote is missing or not doubled here or in the lines before, so where rows begin cannot be known',
    ],
    [
      'is compressed under the name of one that is not',
      gzipSync(ordersCsv(GOOD)),
      'data/raw/orders.csv:1: data/raw/orders.csv is compressed by gzip, not CSV in UTF-8',
    ],
    [
      'begins with the line of Excel',
      `sep=;\n${ordersCsv(GOOD)}`,
      'data/raw/orders.csv:1: header: it is the line "sep=" that Excel reads',
    ],
    [
      'has a header that ends in a comma',
      ordersCsv(`${GOOD},`).replace(ORDERS, `${ORDERS},`),
      'data/raw/orders.csv:1: header: it ends in a delimiter, so its last column has no name',
    ],
    [
      'ends its lines in CR alone',
      ordersCsv(GOOD).replaceAll('\n', '\r'),
      'data/raw/orders.csv:1: header: its line ends in CR alone',
    ],
    [
      'has semicolons',
      ordersCsv(GOOD).replaceAll(',', ';'),
      'data/raw/orders.csv:1: header: its fields are separated by ";" and not by commas',
    ],
    [
      'has a header in another case, with blanks',
      ordersCsv(GOOD).replace('order_id', ' Order_ID'),
      'data/raw/orders.csv:1: header: the column "order_id" is missing; it has " Order_ID"',
    ],
    [
      'is UTF-16',
      Buffer.from(`\ufeff${ORDERS}`, 'utf16le'),
      'data/raw/orders.csv:1: data/raw/orders.csv is UTF-16, not CSV in UTF-8',
    ],
  ])('that %s is refused whole', async (_, csv, problem) => {
    const db = await stagingDatabase();
    const { problems } = await ingest(db, LENIENT, { 'orders.csv': csv, 'orders-0.csv': ordersCsv(GOOD) });
    expect(problems).toContain(problem);
    expect(await countOrders(db)).toBe(0);
    expect(await db.query('SELECT * FROM ops_loaded_files')).toEqual([]);
  });

  test('with an unknown column is refused, or read without it', async () => {
    const db = await stagingDatabase();
    const csv = `note,${ORDERS}\nx,${GOOD}\n`;
    const { problems } = await ingest(db, LENIENT, { 'orders.csv': csv });
    expect(problems).toEqual(['data/raw/orders.csv:1: header: unknown column "note"']);
    const ignoring = dataset('orders', ['late: load', 'onExtraColumn: ignore']);
    expect((await ingest(db, ignoring, { 'orders.csv': csv })).outcome.rows.new).toBe(1);
  });

  test.each([
    ['is no gzip', (csv: Buffer): Buffer => csv],
    ['is cut off', (csv: Buffer): Buffer => gzipSync(csv).subarray(0, -20)],
    ['is cut off in its last bytes', (csv: Buffer): Buffer => gzipSync(csv).subarray(0, -4)],
    ['has another text behind it', (csv: Buffer): Buffer => Buffer.concat([gzipSync(csv), csv])],
    [
      'has much behind it that says nothing',
      (csv: Buffer): Buffer => Buffer.concat([gzipSync(csv), Buffer.alloc(600_000), gzipSync(csv)]),
    ],
  ])('that %s is refused', async (_, pack) => {
    const db = await stagingDatabase();
    const packed = dataset('orders', ['orders*.csv', 'orders*.csv.gz']);
    const rows = Array.from({ length: 500 }, (__, id) => GOOD.replace('1', String(id + 1)));
    const { problems } = await ingest(db, packed, { 'orders.csv.gz': pack(Buffer.from(ordersCsv(...rows))) });
    expect(problems).toEqual([
      expect.stringMatching(/^data\/raw\/orders\.csv\.gz:1: data\/raw\/orders\.csv\.gz cannot be unpacked: /),
    ]);
    expect(await countOrders(db)).toBe(0);
  });

  test('of several gzip members is read whole', async () => {
    const db = await stagingDatabase();
    const packed = dataset('orders', ['orders*.csv', 'orders*.csv.gz']);
    const parts = [ordersCsv(GOOD), `${GOOD.replace('1', '2')}\n`].map((part) => gzipSync(part));
    const { outcome } = await ingest(db, packed, { 'orders.csv.gz': Buffer.concat(parts) });
    expect(outcome.rows).toMatchObject({ read: 2, new: 2 });
  });

  test('that changes while it is read is refused, and nothing of it is loaded', async () => {
    const db = await stagingDatabase();
    const another = (file: CsvFile): CsvFile => ({ ...file, digest: () => Promise.resolve('0'.repeat(64)) });
    const { problems } = await ingest(
      db,
      LENIENT,
      { 'orders.csv': ordersCsv(GOOD) },
      { files: (files) => files.map((file) => another(file)) },
    );
    expect(problems).toEqual([
      'data/raw/orders.csv:1: data/raw/orders.csv changed while it was read; nothing of it was loaded',
    ]);
    expect(await countOrders(db)).toBe(0);
  });
});

describe('a row', () => {
  test.each([
    [
      'x,10,2026-01-05,new,1,2026-01-06T08:00:00Z',
      'order_id: "x" is not a valid bigint (a whole number from',
    ],
    [
      '9223372036854775808,10,2026-01-05,new,1,2026-01-06T08:00:00Z',
      'order_id: "9223372036854775808" is not a valid bigint',
    ],
    ['2,10,2026-02-31,new,1,2026-01-06T08:00:00Z', 'order_date: "2026-02-31" is not a valid date'],
    [
      '2,10,2026-01-05,new,99999999999,2026-01-06T08:00:00Z',
      'amount: "99999999999" is not a valid decimal(12,2)',
    ],
    ['2,10,2026-01-05,new,1.005,2026-01-06T08:00:00Z', 'amount: "1.005" is not a valid decimal(12,2)'],
    ['2,10,2026-01-05,,1,2026-01-06T08:00:00Z', 'status: is required'],
    ['2,10,2026-01-05,aaaaaaaaaaaaaaaaaaaaa,1,2026-01-06T08:00:00Z', 'is longer than 20 characters'],
    ['2,10,2026-01-05,new,1', '5 fields where the header has 6'],
    ['2,10,2026-01-05,new,1,2026-01-06T08:00:00Z,', '7 fields where the header has 6'],
    ['2,10,2026-01-05,n\0ew,1,2026-01-06T08:00:00Z', 'status: has a NUL character in it'],
    ['2,10,2026-01-05,n\\xffew,1,2026-01-06T08:00:00Z', 'is not valid UTF-8'],
    [ORDERS, 'order_id: "order_id" is not a valid bigint'],
    [`\ufeff${GOOD}`, 'order_id: "\ufeff1" is not a valid bigint'],
    [',,,,,', 'order_id: is required; customer_id: is required'],
    ['   ', '1 field where the header has 6'],
    [
      '2,10,2026-01-05,new,1,2026-01-06T08:00:00Z\r3,10,2026-01-05,new,1,x',
      '11 fields where the header has 6',
    ],
    ['2,10,2026-01-05,new,1,2026-03-29T02:30:00 Europe/Berlin', 'is not a valid datetime'],
    ['2,10,0000-00-00,new,1,2026-01-06T08:00:00Z', 'order_date: "0000-00-00" is not a valid date'],
  ])('like %j is kept with its line and reason', async (row, reason) => {
    const db = await stagingDatabase();
    const text = ordersCsv(GOOD, row);
    const csv = Buffer.from(text.replace('\\xff', 'ÿ'), row.includes('\\xff') ? 'latin1' : 'utf8');
    const { outcome } = await ingest(db, LENIENT, { 'orders.csv': csv });
    expect(outcome.rows).toMatchObject({ read: 2, new: 1, rejected: 1 });
    const rejected = await rejectedRows(db);
    expect(rejected).toMatchObject([{ file: 'data/raw/orders.csv', line_number: 3 }]);
    expect(rejected[0]?.reason).toContain(reason);
    expect(outcome.rejectedExamples).toMatchObject([{ line: 3, reason: rejected[0]?.reason }]);
    expect(await countOrders(db)).toBe(1);
  });

  test.each([
    [
      'VARCHAR(20) CHARACTER SET utf8mb3',
      'a😀',
      'status: "a😀" has a character that the character set of its column, utf8mb3, lacks',
    ],
    [
      'VARCHAR(20) CHARACTER SET ascii',
      'ä',
      'status: "ä" has a character that the character set of its column, ascii, lacks',
    ],
    ['TINYTEXT', 'ä'.repeat(128), 'is longer than the 255 bytes of its column'],
  ])('that %s cannot hold is rejected', async (type, status, reason) => {
    const db = await stagingDatabase();
    await db.query(`ALTER TABLE stg_orders MODIFY status ${type} NOT NULL`);
    const long = dataset('orders', ['maxLength: 20, ', ''], ['maxRejected: 0', 'maxRejected: 1']);
    const fits = type === 'TINYTEXT' ? 'ä'.repeat(127) : 'new';
    const rows = [GOOD.replace('shipped', status), GOOD.replace('shipped', fits).replace('1', '2')];
    const { outcome, problems } = await ingest(db, long, { 'orders.csv': ordersCsv(...rows) });
    expect(problems).toEqual([]);
    expect(outcome).toMatchObject({ rows: { new: 1, rejected: 1 }, rejectedExamples: [{ line: 2 }] });
    expect(outcome.rejectedExamples[0]?.reason).toContain(reason);
  });

  test('is found at its true line behind quoted line breaks and blank lines', async () => {
    const db = await stagingDatabase();
    const csv = `${CUSTOMERS}\n1,"A\r\nB\nC",a@b.c,DE,2026-01-01T00:00:00Z\n\n2,"D\nE",none,DE,2026-01-01T00:00:00Z\n`;
    await ingest(db, dataset('customers'), { 'customers.csv': csv });
    expect(await rejectedRows(db)).toMatchObject([
      { line_number: 6, raw: '2,"D\nE",***,DE,2026-01-01T00:00:00Z' },
      { line_number: 7, raw: 'E",***,DE,2026-01-01T00:00:00Z' },
    ]);
  });

  test('shows nothing sensitive, in no place', async () => {
    const db = await stagingDatabase();
    const csv = [
      CUSTOMERS,
      '1,Ada,secret-one,DE,2026-01-01T00:00:00Z',
      '2,Ada,secret,two@x.y,DE,2026-01-01T00:00:00Z',
      '3,Ada,"secret""three\n@x.y",D1,',
      '4,Ada,secret-four@x.y,D1,2026-01-01T00:00:00Z',
      '',
    ].join('\n');
    const { outcome, problems, events } = await ingest(db, dataset('customers'), { 'customers.csv': csv });
    expect(outcome.rows.rejected).toBe(5);
    expect(await rejectedRows(db)).toHaveLength(5);
    expect(JSON.stringify([outcome, problems, events, await rejectedRows(db)])).not.toContain('secret');
  });

  test('with the key of an earlier one counts once, and is rejected with other values', async () => {
    const db = await stagingDatabase();
    const other = GOOD.replace('12.50', '13.50');
    const { outcome } = await ingest(db, LENIENT, { 'orders.csv': ordersCsv(GOOD, GOOD, other) });
    expect(outcome.rows).toMatchObject({ read: 3, new: 1, repeated: 1, rejected: 1 });
    expect(await rejectedRows(db)).toMatchObject([
      { line_number: 4, reason: 'order_id 1: line 2 has the same key and other values', raw: other },
    ]);
    expect(await db.query('SELECT amount FROM stg_orders')).toEqual([{ amount: '12.50' }]);
  });

  test('that staging has already still counts as the first of its key', async () => {
    const db = await stagingDatabase();
    const rows = Array.from({ length: 50 }, (_, id) => `${id},1,2026-01-01,new,1,2026-01-01T00:00:00Z`);
    await ingest(db, LENIENT, { 'orders.csv': ordersCsv(...rows) });
    const other = rows[7]!.replace('new', 'paid');
    const { outcome } = await ingest(db, LENIENT, { 'orders.csv': ordersCsv(...rows, other, rows[9]!) });
    expect(outcome.rows).toMatchObject({ read: 52, unchanged: 50, changed: 0, repeated: 1, rejected: 1 });
  });

  test('whose key the table cannot tell from another is found before anything is merged', async () => {
    const db = await stagingDatabase();
    await db.query('ALTER TABLE stg_orders MODIFY status VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL');
    await db.query('ALTER TABLE stg_orders DROP PRIMARY KEY, ADD PRIMARY KEY (status)');
    const byStatus = dataset('orders', ['key: [order_id]', 'key: [status]']);
    const { problems } = await ingest(db, byStatus, {
      'orders.csv': ordersCsv(GOOD, GOOD.replace('shipped', 'SHIPPED')),
    });
    expect(problems).toEqual([
      expect.stringContaining('several rows have keys that table stg_orders cannot tell apart'),
    ]);
    expect(await countOrders(db)).toBe(0);
  });
});

describe('too many rejected rows', () => {
  test('load nothing, and are recorded', async () => {
    const db = await stagingDatabase();
    const { outcome, problems, events } = await ingest(db, dataset('orders'), {
      'orders-1.csv': ordersCsv(GOOD),
      'orders-2.csv': ordersCsv('2', '3'),
    });
    expect(events).toMatchObject([
      {
        event: 'dataset-refused',
        message: 'dataset orders into stg_orders: 3 read, 2 rejected; nothing was loaded',
      },
    ]);
    expect(problems).toEqual([
      'data/pipeline.yml:2: dataset orders: 2 of 3 rows were rejected, more than maxRejected allows (0); nothing of it was loaded',
    ]);
    expect(outcome).toMatchObject({
      rows: { read: 3, new: 0, rejected: 2 },
      files: [{ status: 'refused' }, { status: 'refused' }],
      watermarkAfter: undefined,
    });
    expect(await countOrders(db)).toBe(0);
    expect(await rejectedRows(db)).toHaveLength(2);
    expect(await db.query('SELECT * FROM ops_checkpoints')).toEqual([]);
  });

  test('are allowed up to the limit, and the corrected row gets in, although it is older', async () => {
    const db = await stagingDatabase();
    const skipping = dataset('orders', ['maxRejected: 0', 'maxRejected: 1'], ['late: load', 'late: skip']);
    const bad = '2,10,2026-01-05,new,x,2026-01-02T00:00:00Z';
    const first = await ingest(db, skipping, { 'orders.csv': ordersCsv(GOOD, bad) });
    expect(first.outcome).toMatchObject({
      rows: { rejected: 1 },
      watermarkAfter: '2026-01-02 00:00:00.000000',
    });
    const second = await ingest(db, skipping, { 'orders.csv': ordersCsv(GOOD, bad.replace('x', '1')) });
    expect(second.outcome.rows).toMatchObject({ read: 2, new: 1, late: 0, rejected: 0 });
    expect(await countOrders(db)).toBe(2);
  });

  test('end the reading when they are more than anybody needs', async () => {
    const db = await stagingDatabase();
    const rows = Array.from({ length: 150_000 }, (_, id) => `${id},x,2026-01-01,new,1,2026-01-01T00:00:00Z`);
    const { outcome, problems } = await ingest(db, dataset('orders'), {
      'orders.csv': [ORDERS, ...rows].join('\n'),
    });
    expect(problems[0]).toContain('where reading stopped');
    expect(outcome.rows.read).toBeLessThan(150_000);
    expect(outcome.rejectedExamples).toHaveLength(5);
  });
});

describe('a staging table', () => {
  test.each([
    ['is missing', 'DROP TABLE stg_orders', 'there is no table stg_orders that this user may see'],
    ['lacks a column', 'ALTER TABLE stg_orders DROP COLUMN status', 'column status is missing'],
    [
      'has other types',
      'ALTER TABLE stg_orders MODIFY order_id INT NOT NULL, MODIFY status VARCHAR(5) NOT NULL, MODIFY amount DECIMAL(11, 2) NOT NULL, MODIFY order_date DATETIME NOT NULL',
      'column order_id is int, which bigint does not fit into; column order_date is datetime, which date does not fit into; column status is varchar(5), which text of 20 characters does not fit into; column amount is decimal(11,2), which decimal(12,2) does not fit into',
    ],
    [
      'has a column that nothing fills',
      'ALTER TABLE stg_orders ADD note INT NOT NULL',
      'column note has no default',
    ],
    [
      'has another key',
      'ALTER TABLE stg_orders DROP PRIMARY KEY, ADD PRIMARY KEY (order_id, status)',
      'it has no unique key (order_id); it has another unique key, PRIMARY (order_id, status)',
    ],
    [
      'has a second unique key',
      'ALTER TABLE stg_orders ADD UNIQUE KEY u (amount)',
      'it has another unique key, u (amount)',
    ],
  ])('that %s is one problem, before anything is read', async (_, change, problem) => {
    const db = await stagingDatabase();
    await db.query(change);
    const { problems } = await ingest(db, dataset('orders'), { 'orders.csv': 'not even CSV' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^data\/pipeline\.yml:2: dataset orders: /);
    expect(problems[0]).toContain(problem);
  });

  test('that would change values has those rows rejected', async () => {
    const db = await stagingDatabase();
    await db.query('ALTER TABLE stg_customers MODIFY full_name VARCHAR(255) CHARACTER SET latin1 NOT NULL');
    const lenient = dataset('customers', ['maxRejected: 0', 'maxRejected: 1']);
    const { problems, outcome } = await ingest(db, lenient, {
      'customers.csv': `${CUSTOMERS}\n1,日本,a@b.c,DE,2026-01-01T00:00:00Z\n2,Æsop €,a@b.c,DE,2026-01-01T00:00:00Z\n`,
    });
    expect(problems).toEqual([]);
    expect(outcome.rejectedExamples).toMatchObject([
      {
        line: 2,
        reason: 'full_name: "日本" has a character that the character set of its column, latin1, lacks',
      },
    ]);
    expect(await db.query('SELECT full_name FROM stg_customers')).toEqual([{ full_name: 'Æsop €' }]);
  });
});
