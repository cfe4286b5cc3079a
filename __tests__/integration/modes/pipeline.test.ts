import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { deploy, project, writeFiles } from '../../support/deploy.ts';
import type { CustomerRow, OrderRow } from '../../support/dimension-model.ts';
import {
  customersCsv,
  deployedShop,
  ordersCsv,
  readDimension,
  readFacts,
  runPipeline,
  shop,
} from '../../support/shop.ts';
import { runClient } from '../../support/mysql-client.ts';
import { holdTable, sessionRunning, watchFor } from '../../support/watch.ts';

function customer(customerId: number, day: string, overrides: Partial<CustomerRow> = {}): CustomerRow {
  const names = { fullName: `Customer ${customerId}`, email: `c${customerId}@example.com`, country: 'DE' };
  return { customerId, ...names, updatedAt: `2026-01-${day}T09:00:00`, ...overrides };
}

function order(
  orderId: number,
  customerId: number,
  day: string,
  overrides: Partial<OrderRow> = {},
): OrderRow {
  const rest = { status: 'paid', amount: '10.00', updatedAt: `2026-02-${day}T09:00:00` };
  return { orderId, customerId, orderDate: `2026-01-${day}`, ...rest, ...overrides };
}

const START = {
  'data/raw/customers-1.csv': customersCsv([customer(1, '01'), customer(2, '02')]),
  'data/raw/orders-1.csv': ordersCsv([order(1, 1, '05'), order(2, 2, '06')]),
};

async function downstream(db: TestDatabase) {
  return { dimension: await readDimension(db), facts: await readFacts(db) };
}

describe('the example', () => {
  test('goes through, and again without anything to do', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db);
    const report = await runPipeline(folder, db);
    expect([report.result, report.problems]).toEqual(['ok', []]);
    expect(report.pipeline?.isCommitted).toBe(true);
    expect(report.pipeline?.checks.map(({ status }) => status)).toEqual(Array(8).fill('passed'));
    const before = await downstream(db);
    expect(before.facts.length).toBeGreaterThan(400);
    const again = await runPipeline(folder, db);
    expect(again.pipeline?.datasets.map(({ files }) => files[0]?.status)).toEqual(['skipped', 'skipped']);
    expect(again.pipeline?.transforms.map(({ rowsAffected }) => rowsAffected)).toEqual([0, 0]);
    expect(again.pipeline?.checks.every(({ previous }) => previous === 0)).toBe(true);
    expect(await downstream(db)).toEqual(before);
    expect(await db.query('SELECT status, COUNT(*) AS n FROM ops_pipeline_runs GROUP BY status')).toEqual([
      { status: 'succeeded', n: 2 },
    ]);
  });

  test('its SQL also runs in the mysql client, where nothing says what changed', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    const before = await downstream(db);
    expect(before.facts).toHaveLength(2);
    await db.query('DELETE FROM fact_order; DELETE FROM dim_customer');
    const sql = ['dims', 'facts'].map((part) =>
      readFileSync(join(folder, `sql/transform/build_${part}.sql`), 'utf8'),
    );
    // The second time finds everything as it is.
    for (const script of [sql.join('\n'), sql.join('\n')]) {
      expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
      const after = await downstream(db);
      expect(after.facts).toEqual(before.facts);
      expect(after.dimension.map((version) => ({ ...version, sk: 0 }))).toEqual(
        before.dimension.map((version) => ({ ...version, sk: 0 })),
      );
    }
  });
});

test('rows that a transform touches are counted once', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, START);
  await db.query(
    'CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)',
  );
  const upsert = 'ON DUPLICATE KEY UPDATE n = v.n';
  const statements = [
    [`INSERT INTO t VALUES (1, 10), (2, 20), (4, 40) AS v ${upsert}`, 3],
    [`INSERT INTO t VALUES (1, 11) AS v ${upsert}`, 1],
    [`INSERT INTO t SELECT * FROM (SELECT 5 AS id, 5 AS n UNION ALL SELECT 1, 12) AS v ${upsert}`, 2],
    ['REPLACE INTO t VALUES (1, 13), (6, 6)', 2],
    ['REPLACE INTO t VALUES (1, 14)', 1],
    ['UPDATE t SET n = 14', 5],
    ['WITH one AS (SELECT 1 AS id) UPDATE t JOIN one USING (id) SET n = 14', 0],
    ['DELETE FROM t WHERE id > 1', 5],
    ['INSERT IGNORE INTO t VALUES (1, 1), (7, 7)', 1],
    [`INSERT IGNORE INTO t VALUES (1, 15), (8, 8) AS v ${upsert}`, 2],
    ['INSERT IGNORE INTO t VALUES (1, 1)', 0],
  ] as const;
  const names = statements.map((_, at) => `sql/t${at}.sql`);
  writeFiles(folder, {
    ...Object.fromEntries(statements.map(([sql], at) => [`sql/t${at}.sql`, `${sql};\n`])),
    'data/pipeline.yml': MANIFEST_WITH(names.join(', ')),
  });
  const report = await runPipeline(folder, db);
  expect(report.problems).toEqual([]);
  expect(report.pipeline?.transforms.slice(2).map(({ rowsAffected }) => rowsAffected)).toEqual(
    statements.map(([, rows]) => rows),
  );
});

describe('a check of severity error that fails', () => {
  const WITH_ORPHAN = {
    'data/raw/orders-2.csv': ordersCsv([
      order(3, 7, '09'),
      order(1, 1, '05', { amount: '11.00', updatedAt: '2026-02-20T00:00:00' }),
    ]),
  };

  test('keeps dimensions and facts as they were, is recorded with its examples, and the next run goes on', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    const before = await downstream(db);

    writeFiles(folder, WITH_ORPHAN);
    const failed = await runPipeline(folder, db);
    expect(failed).toMatchObject({
      result: 'failed',
      problems: [{ code: 'check-failed', message: 'check orphan_orders found 1, and its threshold is 0' }],
      pipeline: { isCommitted: false },
    });
    expect(failed.databaseState).toMatch(
      /^Staging holds what was loaded; what transforms build was not changed/,
    );
    expect(failed.pipeline?.checks[0]).toMatchObject({
      status: 'failed',
      metric: 1,
      previous: 0,
      examples: { columns: ['order_id', 'customer_id', 'order_date'], rows: [['3', '7', '2026-01-09']] },
    });
    expect(await downstream(db)).toEqual(before);
    expect(await db.query('SELECT COUNT(*) AS n FROM stg_orders')).toEqual([{ n: 3 }]);
    expect(
      await db.query(
        `SELECT passed, metric_value, severity FROM ops_dq_results WHERE run_id = ? AND check_name = 'orphan_orders'`,
        [failed.runId],
      ),
    ).toEqual([{ passed: 0, metric_value: 1, severity: 'error' }]);

    writeFiles(folder, { 'data/raw/customers-2.csv': customersCsv([customer(7, '08')]) });
    const corrected = await runPipeline(folder, db);
    expect(corrected.result).toBe('ok');
    // What was loaded by the run that failed is followed as well.
    expect((await readFacts(db)).map(({ orderId, amount }) => [orderId, amount])).toEqual([
      [1, '11.00'],
      [2, '10.00'],
      [3, '10.00'],
    ]);
  });

  test.each([
    ['negative_amounts', [order(4, 1, '07', { amount: '0.00' })]],
    ['orphan_orders', [order(4, 99, '07')]],
  ])('%s', async (name, orders) => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    writeFiles(folder, { 'data/raw/orders-2.csv': ordersCsv(orders) });
    const report = await runPipeline(folder, db);
    expect(
      report.pipeline?.checks.filter(({ status }) => status === 'failed').map((check) => check.name),
    ).toEqual([name]);
    expect(await downstream(db)).toEqual({ dimension: [], facts: [] });
  });

  test('duplicate_order_ids, where the key of the facts would let them in', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    await db.query('ALTER TABLE fact_order DROP PRIMARY KEY, ADD PRIMARY KEY (order_id, order_date)');
    await db.query(`INSERT INTO fact_order
      SELECT order_id, customer_sk, order_date + INTERVAL 1 DAY, status, amount FROM fact_order LIMIT 2`);
    const { pipeline } = await runPipeline(folder, db);
    expect(pipeline?.checks.find(({ name }) => name === 'duplicate_order_ids')).toMatchObject({
      ...{ status: 'failed', metric: 2, examples: { columns: ['order_id', 'copies'] } },
    });
  });

  test('of severity warning only reports', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    writeFiles(folder, { 'data/raw/orders-2.csv': ordersCsv([order(4, 1, '07', { status: 'lost' })]) });
    const report = await runPipeline(folder, db);
    expect(report).toMatchObject({
      result: 'ok',
      warnings: [{ message: 'check accepted_values_fact_order_status found 1, and its threshold is 0' }],
    });
    expect(await readFacts(db)).toHaveLength(3);
  });
});

describe('slowly changing dimension', () => {
  async function load(db: TestDatabase, folder: string, number: number, rows: readonly CustomerRow[]) {
    writeFiles(folder, { [`data/raw/customers-${number}.csv`]: customersCsv(rows) });
    const report = await runPipeline(folder, db);
    expect([report.result, report.problems]).toEqual(['ok', []]);
    return (await readDimension(db)).filter(({ customerId }) => customerId === 1);
  }
  const intervals = (versions: Awaited<ReturnType<typeof readDimension>>) =>
    versions.map(({ country, validFrom, validTo, isCurrent }) => [
      country,
      validFrom.slice(8, 10),
      isCurrent ? 'open' : validTo.slice(8, 10),
    ]);

  test('a late version finds its place, and facts follow it', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await load(db, folder, 2, [customer(1, '10', { country: 'FR' })]);
    const versions = await load(db, folder, 3, [customer(1, '04', { country: 'IT' })]);
    expect(intervals(versions)).toEqual([
      ['DE', '01', '04'],
      ['IT', '04', '10'],
      ['FR', '10', 'open'],
    ]);
    expect((await readFacts(db))[0]).toMatchObject({ orderId: 1, validFrom: '2026-01-04T09:00:00' });
  });

  test('a late version like the one after it takes its place', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await load(db, folder, 2, [customer(1, '10', { country: 'FR' })]);
    expect(intervals(await load(db, folder, 3, [customer(1, '04', { country: 'FR' })]))).toEqual([
      ['DE', '01', '04'],
      ['FR', '04', 'open'],
    ]);
    expect((await readFacts(db))[0]).toMatchObject({ orderId: 1, validFrom: '2026-01-04T09:00:00' });
  });

  test('a correction that makes neighbours equal merges them, and facts leave what is gone', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await load(db, folder, 2, [customer(1, '04', { country: 'FR' }), customer(1, '20')]);
    expect((await readFacts(db))[0]).toMatchObject({ validFrom: '2026-01-04T09:00:00' });
    expect(intervals(await load(db, folder, 3, [customer(1, '04')]))).toEqual([['DE', '01', 'open']]);
    expect((await readFacts(db))[0]).toMatchObject({ validFrom: '2026-01-01T09:00:00' });
  });

  test('a value that comes back is a new version, a repeated one is none', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    const [first] = await load(db, folder, 2, [customer(1, '03')]);
    const versions = await load(db, folder, 3, [
      customer(1, '10', { country: 'FR' }),
      customer(1, '11', { country: 'FR' }),
      customer(1, '12'),
    ]);
    expect(intervals(versions)).toEqual([
      ['DE', '01', '10'],
      ['FR', '10', '12'],
      ['DE', '12', 'open'],
    ]);
    expect(versions[0]?.sk).toBe(first?.sk);
  });

  test('the same rows in another file, or twice in one, change nothing', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    const before = await downstream(db);
    const twice = [customer(1, '01'), customer(1, '01'), customer(2, '02')];
    await load(db, folder, 2, twice);
    expect(await downstream(db)).toEqual(before);
  });

  test('no separator, case, accent or blank makes two values one', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    const values = ['A|B', 'A', 'a', 'á', 'a\u0301', 'a ', 'a\u00ad'];
    const versions = await load(
      db,
      folder,
      2,
      values.map((fullName, at) => customer(1, String(10 + at), { fullName })),
    );
    expect(versions.map(({ fullName }) => fullName)).toEqual(['Customer 1', ...values]);
    expect(versions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  });

  test('a second current version is refused by the schema itself', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    await expect(
      db.query(`INSERT INTO dim_customer (customer_id, full_name, email_masked, country, valid_from)
        VALUES (1, 'x', '', 'DE', '2027-01-01')`),
    ).rejects.toThrow(/Duplicate entry/);
  });
});

test('editing a transform makes it look at everything again', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, START);
  await runPipeline(folder, db);
  await db.query("UPDATE fact_order SET status = 'spoilt'");
  expect((await runPipeline(folder, db)).result).toBe('ok');
  expect((await readFacts(db)).map(({ status }) => status)).toEqual(['spoilt', 'spoilt']);
  writeFiles(folder, {
    'data/pipeline.yml': MANIFEST_WITH('sql/extra.sql'),
    'sql/extra.sql': 'SET @extra = 1;',
  });
  expect((await runPipeline(folder, db)).result).toBe('ok');
  expect((await readFacts(db)).map(({ status }) => status)).toEqual(['paid', 'paid']);
});

function MANIFEST_WITH(more: string): string {
  return `datasets:
  - name: customers
    files: data/raw/customers*.csv
    table: stg_customers
    key: [customer_id, updated_at]
    watermark: updated_at
    columns:
      customer_id: { type: bigint, required: true }
      full_name: { type: string, maxLength: 255, required: true }
      email: { type: string, maxLength: 255, required: true, sensitive: true }
      country: { type: string, maxLength: 2, required: true }
      updated_at: { type: datetime, required: true }
  - name: orders
    files: data/raw/orders*.csv
    table: stg_orders
    key: [order_id]
    watermark: updated_at
    columns:
      order_id: { type: bigint, required: true }
      customer_id: { type: bigint, required: true }
      order_date: { type: date, required: true }
      status: { type: string, maxLength: 20, required: true }
      amount: { type: 'decimal(12,2)', required: true }
      updated_at: { type: datetime, required: true }
transforms: [sql/transform/build_dims.sql, sql/transform/build_facts.sql, ${more}]
`;
}

describe('others at the same time', () => {
  test('a second pipeline is refused with who holds the lock', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    writeFiles(folder, {
      'data/pipeline.yml': MANIFEST_WITH('sql/slow.sql'),
      'sql/slow.sql': 'SELECT SLEEP(30);',
    });
    const { seen, onEvent } = watchFor('transform-done');
    const first = runPipeline(folder, db, { onEvent });
    await seen;
    const second = await runPipeline(folder, db, { lockTimeout: 1 });
    expect(second).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
    expect(second.problems[0]?.message).toMatch(/lock is held by octocat/);
    await db.query(`KILL QUERY ${await sessionRunning(db, 'SELECT SLEEP%')}`);
    expect((await first).result).toBe('ok');
  });

  test('those who write staging are not held up, and nothing of it is locked', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    writeFiles(folder, {
      'data/pipeline.yml': MANIFEST_WITH('sql/slow.sql'),
      'sql/slow.sql': 'SELECT SLEEP(30);',
    });
    const running = runPipeline(folder, db);
    const id = await sessionRunning(db, 'SELECT SLEEP%');
    const locks = await db.query<{ name: string }>(
      `SELECT DISTINCT OBJECT_NAME AS name FROM performance_schema.data_locks
        WHERE OBJECT_SCHEMA = ? AND LOCK_TYPE = 'RECORD'`,
      [db.name],
    );
    expect(locks.map(({ name }) => name)).toEqual(expect.arrayContaining(['fact_order']));
    expect(locks.map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^stg_/)]),
    );
    const other = await db.connect();
    await other.query('SET innodb_lock_wait_timeout = 1');
    await other.query("UPDATE stg_orders SET status = 'new'");
    await other.query("UPDATE stg_customers SET country = 'XX'");
    await db.query(`KILL QUERY ${id}`);
    expect((await running).result).toBe('ok');
  });

  test('a deadlock rolls the whole transaction back, and it is tried again', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)');
    await db.query('INSERT INTO t VALUES (1, 0), (2, 0)');
    writeFiles(folder, {
      'data/pipeline.yml': MANIFEST_WITH('sql/two.sql'),
      'sql/two.sql':
        'UPDATE t SET n = n + 1 WHERE id = 1;\nSELECT SLEEP(30);\nUPDATE t SET n = n + 1 WHERE id = 2;',
    });
    const { seen, onEvent } = watchFor('transaction-retried');
    const running = runPipeline(folder, db, { onEvent });
    const id = await sessionRunning(db, 'SELECT SLEEP%');
    const other = await db.connect();
    await other.query('START TRANSACTION');
    // The transaction that changed fewer rows is the victim.
    await other.query(`INSERT INTO t WITH RECURSIVE n AS (SELECT 10 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
      SELECT i, 0 FROM n`);
    await other.query('UPDATE t SET n = 100 WHERE id = 2');
    const blocked = other.query('UPDATE t SET n = 100 WHERE id = 1');
    await sessionRunning(db, 'UPDATE t SET n = 100 WHERE id = 1%');
    await db.query(`KILL QUERY ${id}`);
    await blocked;
    await other.query('ROLLBACK');
    await seen;
    await db.query(`KILL QUERY ${await sessionRunning(db, 'SELECT SLEEP%')}`);
    expect(await running).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT id, n FROM t')).toEqual([
      { id: 1, n: 1 },
      { id: 2, n: 1 },
    ]);
  });

  test('a row that somebody holds for a while is waited for', async () => {
    const db = await testDatabase();
    const folder = await deployedShop(db, START);
    await runPipeline(folder, db);
    const holder = await holdTable(db, 'fact_order', 'FOR UPDATE');
    writeFiles(folder, {
      'data/raw/orders-2.csv': ordersCsv([
        order(1, 1, '05', { status: 'refunded', updatedAt: '2026-03-01T00:00:00' }),
      ]),
    });
    const running = runPipeline(folder, db);
    await sessionRunning(db, 'INSERT INTO fact_order%');
    await holder.letGo();
    expect((await running).result).toBe('ok');
  });
});

describe('what is refused before anything is loaded', () => {
  test('a schema without the tables of db-deploy', async () => {
    const db = await testDatabase();
    const report = await runPipeline(shop(START), db);
    expect(report).toMatchObject({
      result: 'blocked',
      problems: [{ code: 'not-deployed', fix: expect.stringContaining('mode: update') }],
    });
    expect(await db.query('SHOW TABLES')).toEqual([]);
  });

  test('DDL in a transform, a check that writes and a missing file, all at once and without a server', async () => {
    const folder = shop(START);
    writeFiles(folder, {
      'sql/transform/build_dims.sql': 'DELETE FROM dim_customer;\nTRUNCATE TABLE fact_order;',
      'sql/validation/dq_checks.sql': '-- check: a\nDELETE FROM stg_orders;',
    });
    const { report } = await deploy('pipeline', folder, undefined);
    expect(report.result).toBe('blocked');
    expect(report.problems.map(({ at }) => at)).toEqual([
      { file: 'sql/transform/build_dims.sql', line: 2 },
      { file: 'sql/validation/dq_checks.sql', line: 2 },
    ]);
    const validated = await deploy('validate', folder, undefined);
    expect(validated.report.problems).toEqual(expect.arrayContaining([...report.problems]));
  });

  test('a dataset without files', async () => {
    const { report } = await deploy('pipeline', project(manifestOnly()), undefined);
    expect(report.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^dataset customers: /),
      expect.stringMatching(/^dataset orders: /),
    ]);
  });

  function manifestOnly(): Readonly<Record<string, string>> {
    return {
      'data/pipeline.yml': MANIFEST_WITH('sql/extra.sql'),
      'sql/extra.sql': 'SELECT 1;',
      'sql/transform/build_dims.sql': 'SELECT 1;',
      'sql/transform/build_facts.sql': 'SELECT 1;',
    };
  }
});

test('a transform that the server refuses is named with its line, and nothing downstream changed', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, START);
  writeFiles(folder, {
    'data/pipeline.yml': MANIFEST_WITH('sql/bad.sql'),
    'sql/bad.sql': 'SELECT 1;\nUPDATE nowhere SET a = 1;',
  });
  const report = await runPipeline(folder, db);
  expect(report).toMatchObject({
    result: 'failed',
    problems: [{ code: 'transform-failed', at: { file: 'sql/bad.sql', line: 2 } }],
    pipeline: {
      transforms: [{ status: 'done' }, { status: 'done' }, { status: 'failed' }],
      isCommitted: false,
    },
  });
  expect(await downstream(db)).toEqual({ dimension: [], facts: [] });
});
