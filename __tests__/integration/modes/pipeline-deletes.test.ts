import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import type { CustomerRow, OrderRow } from '../../support/dimension-model.ts';
import {
  customersCsv,
  deployedShop,
  ordersCsv,
  readDimension,
  readFacts,
  runPipeline,
} from '../../support/shop.ts';

const OPEN = '9999-12-31T00:00:00';

function customer(customerId: number, day: string, country = 'DE'): CustomerRow {
  const who = { fullName: `Customer ${customerId}`, email: `c${customerId}@example.com`, country };
  return { customerId, ...who, updatedAt: `2026-01-${day}T09:00:00` };
}

function order(orderId: number, customerId: number, day: string): OrderRow {
  const rest = { status: 'paid', amount: '10.00', updatedAt: `2026-02-${day}T09:00:00` };
  return { orderId, customerId, orderDate: `2026-01-${day}`, ...rest };
}

async function closingShop(db: TestDatabase, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await deployedShop(db, files);
  const manifest = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8')
    .replaceAll('    late: load', '    deletes: close\n    late: load')
    .replace('columns: [customer_id], severity: error }', 'columns: [customer_id], allowNone: true }');
  writeFiles(folder, { 'data/pipeline.yml': manifest });
  return folder;
}

async function succeed(folder: string, db: TestDatabase) {
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  return report;
}

async function versions(db: TestDatabase): Promise<readonly string[]> {
  return (await readDimension(db)).map(
    ({ customerId, validFrom, validTo, isCurrent }) =>
      `${customerId} ${validFrom.slice(0, 10)} ${validTo === OPEN ? 'open' : 'closed'} ${isCurrent}`,
  );
}

test('what a full extract lacks is closed, its facts go with their orders, and it can come back', async () => {
  const db = await testDatabase();
  const folder = await closingShop(db, {
    'data/raw/customers-1.csv': customersCsv([customer(1, '01'), customer(2, '01')]),
    'data/raw/orders-1.csv': ordersCsv([order(1, 1, '05'), order(2, 2, '06')]),
  });
  await succeed(folder, db);
  writeFiles(folder, {
    'data/raw/customers-2.csv': customersCsv([customer(1, '02', 'FR')]),
    'data/raw/orders-2.csv': ordersCsv([order(1, 1, '05')]),
  });
  const report = await succeed(folder, db);
  expect(report.pipeline?.datasets.map(({ deleted }) => deleted)).toEqual([1, 1]);
  expect(await versions(db)).toEqual([
    '1 2026-01-01 closed false',
    '1 2026-01-02 open true',
    '2 2026-01-01 closed false',
  ]);
  expect((await readFacts(db)).map(({ orderId }) => orderId)).toEqual([1]);
  const before = await readDimension(db);
  await db.query('UPDATE ops_checkpoints SET changed = NULL');
  await succeed(folder, db);
  expect(await readDimension(db)).toEqual(before);
  const [closed] = await db.query<{ until: string }>(
    'SELECT CAST(DATE(valid_to) AS CHAR) AS until FROM dim_customer WHERE customer_id = 2',
  );
  const later = `${Number(closed!.until.slice(0, 4)) + 1}-01-01T00:00:00`;
  writeFiles(folder, {
    'data/raw/customers-3.csv': customersCsv([
      customer(1, '02', 'FR'),
      { ...customer(2, '03'), updatedAt: later },
    ]),
    'data/raw/orders-3.csv': ordersCsv([order(1, 1, '05'), order(2, 2, '06')]),
  });
  await succeed(folder, db);
  expect((await versions(db)).slice(2)).toEqual([
    '2 2026-01-01 closed false',
    `2 ${later.slice(0, 10)} open true`,
  ]);
  // An order in between belongs to what was known last, also when everything is compared.
  await db.query('UPDATE ops_checkpoints SET changed = NULL');
  const facts = await readFacts(db);
  await succeed(folder, db);
  expect(await readFacts(db)).toEqual(facts);
});

test('rows that somebody deleted from staging close their version only where the manifest says so', async () => {
  const files = {
    'data/raw/customers-1.csv': customersCsv([customer(1, '01'), customer(1, '02', 'FR'), customer(2, '01')]),
    'data/raw/orders-1.csv': ordersCsv([]),
  };
  for (const isClosing of [false, true]) {
    const db = await testDatabase();
    const folder = isClosing ? await closingShop(db, files) : await deployedShop(db, files);
    await succeed(folder, db);
    const before = await versions(db);
    await db.query("DELETE FROM stg_customers WHERE customer_id = 2 OR updated_at = '2026-01-02 09:00:00'");
    await db.query('UPDATE ops_checkpoints SET changed = NULL');
    await succeed(folder, db);
    expect(await versions(db)).toEqual(
      isClosing
        ? ['1 2026-01-01 closed false', '1 2026-01-02 closed false', '2 2026-01-01 closed false']
        : before,
    );
  }
});

test('an extract with rejected rows deletes nothing and says so; one without rows is refused', async () => {
  const db = await testDatabase();
  const folder = await closingShop(db, {
    'data/raw/customers-1.csv': customersCsv([customer(1, '01'), customer(2, '01')]),
    'data/raw/orders-1.csv': ordersCsv([order(1, 1, '05')]),
  });
  await succeed(folder, db);
  const manifest = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8');
  writeFiles(folder, {
    'data/pipeline.yml': manifest.replace('maxRejected: 0', 'maxRejected: 1'),
    'data/raw/customers-2.csv': `${customersCsv([customer(1, '02')])}x,x,x,x,x\n`,
  });
  const report = await succeed(folder, db);
  expect(report.warnings.map(({ message }) => message)).toEqual([
    'dataset customers: 1 rows of the last file were rejected and may be any, so nothing is taken for deleted',
  ]);
  writeFiles(folder, { 'data/raw/customers-3.csv': customersCsv([]) });
  const empty = await runPipeline(folder, db);
  expect(empty.problems.map(({ message }) => message)).toEqual([
    'dataset customers: the last file has no rows, and "deletes: close" would delete all of stg_customers',
  ]);
  expect(await db.query('SELECT DISTINCT customer_id FROM stg_customers')).toHaveLength(2);
});

test('a checkpoint in the future, a slow load and a file that is not read are warnings', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, {
    'data/raw/customers-1.csv': customersCsv([{ ...customer(1, '01'), updatedAt: '8026-01-01T00:00:00' }]),
    'data/raw/customers-2.CSV': customersCsv([customer(2, '01')]),
    'data/raw/orders-1.csv': ordersCsv([order(1, 1, '05')]),
    'data/raw/orders.zip': 'PK',
  });
  const manifest = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8');
  writeFiles(folder, {
    'data/pipeline.yml': manifest.replaceAll('late: load', 'late: load\n    maxDuration: 0s'),
  });
  const report = await succeed(folder, db);
  expect(report.warnings.map(({ message }) => message.replace(/took \d+ s/, 'took n s'))).toEqual([
    expect.stringMatching(/^dataset customers: not read, .*: data\/raw\/customers-2\.CSV$/),
    expect.stringMatching(/^dataset orders: not read, .*: data\/raw\/orders\.zip$/),
    'dataset customers: its load took n s, more than its maxDuration of 0 s',
    'dataset customers: its checkpoint 8026-01-01 00:00:00.000000 is in the future',
    'dataset orders: its load took n s, more than its maxDuration of 0 s',
  ]);
});

test('a row at the end of time is rejected, and does not fail every later run', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, {
    'data/raw/customers-1.csv': customersCsv([customer(1, '01')]),
    'data/raw/orders-1.csv': ordersCsv([{ ...order(1, 1, '05'), orderDate: '9999-12-31' }]),
  });
  await succeed(folder, db);
  await db.query('UPDATE ops_checkpoints SET changed = NULL');
  await succeed(folder, db);
  expect(await readFacts(db)).toHaveLength(1);
  writeFiles(folder, {
    'data/raw/customers-2.csv': customersCsv([{ ...customer(2, '01'), updatedAt: '9999-12-31T00:00:00' }]),
  });
  const report = await runPipeline(folder, db);
  expect(report.pipeline?.datasets[0]?.rejectedExamples).toMatchObject([
    { line: 2, reason: 'updated_at: "9999-12-31T00:00:00" is at 9999-12-31, which stands for an open end' },
  ]);
});
