import { expect, test } from '@jest/globals';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { openSession, restore, runStatements, takeTestBackup } from '../../support/restore.ts';

const SCHEMA = `CREATE TABLE orders (id INT PRIMARY KEY, n INT NOT NULL)
CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, order_id INT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id))
CREATE TABLE audit (order_id INT PRIMARY KEY)
CREATE TRIGGER audit_orders AFTER INSERT ON orders FOR EACH ROW INSERT INTO audit VALUES (NEW.id)
CREATE TRIGGER audit_items BEFORE INSERT ON items FOR EACH ROW BEGIN SET NEW.order_id = NEW.order_id; END
CREATE VIEW totals AS SELECT COUNT(*) AS orders FROM orders
`;
const FAILED_RUN = `ALTER TABLE items ADD COLUMN extra INT
DROP VIEW totals
CREATE TABLE half_done (id INT PRIMARY KEY)
`;
const RETRYABLE = new Set([1205, 1213, 1412]);
const ROUNDS = 6;
const WRITERS = 4;

interface Writer {
  readonly acknowledged: number[];
  readonly errors: unknown[];
  readonly done: Promise<void>;
}

test(`${WRITERS} writers lose no acknowledged transaction in ${ROUNDS} swaps, and see only errors that they may retry`, async () => {
  const db = await testDatabase();
  await runStatements(db, SCHEMA);
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const run = { isOn: true, nextId: 1 };
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => startWriter(db, run)));
  const asides: string[] = [];
  const blocked: (number | undefined)[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await runStatements(db, FAILED_RUN);
    const swapped = await restore(session, backup, { runId: `3-${round}` });
    asides.push(swapped!.aside);
    blocked.push(swapped!.blockedMs);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  run.isOn = false;
  await Promise.all(writers.map(({ done }) => done));

  const acknowledged = writers
    .flatMap((writer) => writer.acknowledged)
    .toSorted((left, right) => left - right);
  const homes = [db.name, ...asides];
  const found = { orders: [] as number[] };
  for (const home of homes) {
    const ids = async (sql: string): Promise<number[]> =>
      (await db.query<{ id: number }>(sql)).map(({ id }) => id);
    const orders = await ids(`SELECT id FROM \`${home}\`.orders ORDER BY id`);
    // A transaction is whole in one place: both its tables and what the trigger wrote.
    expect(await ids(`SELECT order_id AS id FROM \`${home}\`.items ORDER BY order_id`)).toEqual(orders);
    expect(await ids(`SELECT order_id AS id FROM \`${home}\`.audit ORDER BY order_id`)).toEqual(orders);
    found.orders.push(...orders);
  }
  const all = found.orders.toSorted((left, right) => left - right);
  expect(new Set(all).size).toBe(all.length);
  expect(acknowledged.filter((id) => !new Set(all).has(id))).toEqual([]);
  const errors = writers.flatMap((writer) => writer.errors);
  expect(errors.filter((error) => !RETRYABLE.has((error as { errno: number }).errno))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(100);
  console.info(
    `${acknowledged.length} transactions, ${errors.length} retried, writers blocked ${blocked.join(', ')} ms`,
  );
}, 120_000);

async function startWriter(db: TestDatabase, run: { isOn: boolean; nextId: number }): Promise<Writer> {
  const connection = await db.connect();
  const writer = { acknowledged: [] as number[], errors: [] as unknown[] };
  const write = async (): Promise<void> => {
    while (run.isOn) {
      const id = run.nextId;
      run.nextId += 1;
      try {
        await writeOrder(connection, id);
        writer.acknowledged.push(id);
      } catch (error) {
        writer.errors.push(error);
        await connection.query('ROLLBACK');
      }
    }
  };
  return { ...writer, done: write() };
}

async function writeOrder(connection: Connection, id: number): Promise<void> {
  await connection.query('START TRANSACTION');
  await connection.query('INSERT INTO orders VALUES (?, 1)', [id]);
  await connection.query('INSERT INTO items (order_id) VALUES (?)', [id]);
  await connection.query<RowDataPacket[]>('SELECT n FROM orders WHERE id = ?', [id]);
  await connection.query('COMMIT');
}
