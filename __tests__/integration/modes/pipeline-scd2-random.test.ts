import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import {
  modelDimension,
  modelFacts,
  type CustomerRow,
  type OrderRow,
} from '../../support/dimension-model.ts';
import {
  customersCsv,
  deployedShop,
  ordersCsv,
  readDimension,
  readFacts,
  runPipeline,
  type StoredVersion,
} from '../../support/shop.ts';

/** Chance that can be repeated: mulberry32. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const CUSTOMERS = 5;
const NAMES = ['Ada', 'ada', 'Àda', 'Ada ', 'A|d'];
const EMAILS = ['ada@example.com', 'ADA@example.com', 'a|d@example.com'];
const COUNTRIES = ['DE', 'FR'];

type Below = (below: number) => number;

function customerRow(below: Below): CustomerRow {
  const day = String(1 + below(9)).padStart(2, '0');
  return {
    customerId: 1 + below(CUSTOMERS),
    // Few values, so that neighbours are often equal and values come back.
    fullName: NAMES[below(3) === 0 ? below(NAMES.length) : 0]!,
    email: EMAILS[below(4) === 0 ? below(EMAILS.length) : 0]!,
    country: COUNTRIES[below(2)]!,
    updatedAt: `2026-01-${day}T${below(2) === 0 ? '00:00:00' : '12:30:00'}`,
  };
}

function orderRow(below: Below): OrderRow {
  return {
    orderId: 1 + below(15),
    customerId: 1 + below(CUSTOMERS),
    orderDate: `2026-01-${String(1 + below(12)).padStart(2, '0')}`,
    status: ['new', 'paid'][below(2)]!,
    amount: `${1 + below(3)}.00`,
    updatedAt: `2026-02-0${1 + below(9)}T00:00:00`,
  };
}

/** One file holds a key once: the same key with other values in it would be rejected. */
function withoutTwins<Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

function times<T>(number: number, make: () => T): readonly T[] {
  return Array.from({ length: number }, make);
}

function batch(below: Below, isFirst: boolean) {
  const size = 1 + below(8);
  const everybody = isFirst
    ? times(CUSTOMERS, () => customerRow(below)).map((row, at) => ({ ...row, customerId: at + 1 }))
    : [];
  const customers = [...everybody, ...times(size, () => customerRow(below))];
  return {
    customers: withoutTwins(customers, ({ customerId, updatedAt }) => `${customerId} ${updatedAt}`),
    orders: withoutTwins(
      times(below(2) === 0 ? 0 : 1 + below(6), () => orderRow(below)),
      ({ orderId }) => String(orderId),
    ),
  };
}

function withoutKey({ sk: _sk, ...version }: StoredVersion) {
  return version;
}

/** Versions of which nothing changed have the surrogate key that they had. */
function expectSameKeys(before: readonly StoredVersion[], after: readonly StoredVersion[]): void {
  const keys = new Map(after.map((version) => [JSON.stringify(withoutKey(version)), version.sk]));
  for (const version of before) {
    const key = keys.get(JSON.stringify(withoutKey(version)));
    if (key !== undefined) expect(key).toBe(version.sk);
  }
}

test.each([1, 2, 3, 4, 5, 6])(
  'random histories in random order and batches give what the definition gives (seed %i)',
  async (seed) => {
    const db = await testDatabase();
    const below = chance(seed);
    const folder = await deployedShop(db, { 'data/raw/none': '' });
    const customers: CustomerRow[] = [];
    const orders: OrderRow[] = [];
    let before: readonly StoredVersion[] = [];
    for (let number = 0; number < 7; number += 1) {
      const loaded = batch(below, number === 0);
      customers.push(...loaded.customers);
      orders.push(...loaded.orders);
      writeFiles(folder, {
        [`data/raw/customers-${number}.csv`]: customersCsv(loaded.customers),
        [`data/raw/orders-${number}.csv`]: ordersCsv(loaded.orders),
      });
      const report = await runPipeline(folder, db);
      expect([report.result, report.problems]).toEqual(['ok', []]);
      const dimension = modelDimension(customers);
      const stored = await readDimension(db);
      const byTime = (a: { customerId: number; validFrom: string }, b: typeof a): number =>
        a.customerId - b.customerId || (a.validFrom < b.validFrom ? -1 : 1);
      expect(stored.map(withoutKey)).toEqual(dimension.toSorted(byTime));
      expect(await readFacts(db)).toEqual(
        modelFacts(orders, dimension).toSorted((a, b) => a.orderId - b.orderId),
      );
      expectSameKeys(before, stored);
      before = stored;
    }
    const again = await runPipeline(folder, db);
    expect(again.pipeline?.transforms.map(({ rowsAffected }) => rowsAffected)).toEqual([0, 0]);
    // Compared as a whole, as on a first run, there is nothing to do either.
    await db.query('UPDATE ops_checkpoints SET changed = NULL');
    const whole = await runPipeline(folder, db);
    expect(whole.pipeline?.transforms[0]).toMatchObject({
      rowsAffected: 0,
      versionsOpened: 0,
      versionsClosed: 0,
    });
    expect((await readDimension(db)).map(({ sk }) => sk)).toEqual(before.map(({ sk }) => sk));
  },
  60_000,
);
