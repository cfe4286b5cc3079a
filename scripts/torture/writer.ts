import type { Connection, RowDataPacket } from 'mysql2/promise';
import { GROUPS } from './schema.ts';
import { compareZoo, writeZoo } from './zoo.ts';

/** What a writer knows to be in the database, because the server said so. */
export interface Ledger {
  /** Acknowledged transactions by group, with what each added to the group's counter. */
  readonly events: Map<string, { readonly group: number; readonly delta: number }>;
  /** Orders that must be there: how many items each has and what their quantities come to. */
  readonly orders: Map<string, { readonly group: number; items: number; quantity: number }>;
  readonly gone: Set<string>;
  readonly latencies: number[];
  retried: number;
  readonly strange: string[];
}

export interface Run {
  isOn: boolean;
  readonly pauseMs: number;
}

/** Errors after which an application tries again: lock wait, deadlock, changed table. */
const RETRYABLE = new Set([1205, 1213, 1412]);

/** Writes transactions of all kinds until the run is over; the ledger changes only when COMMIT was acknowledged. */
export async function writeUntilOver(
  connection: Connection,
  number: number,
  ledger: Ledger,
  run: Run,
): Promise<void> {
  // Some applications compress what they write to the log.
  if (number % 2 === 0) await connection.query('SET SESSION binlog_transaction_compression = ON');
  for (let serial = 1; run.isOn; serial += 1) {
    const started = performance.now();
    try {
      const acknowledge = await writeOne(connection, number, serial, ledger);
      await connection.query('COMMIT');
      acknowledge();
      ledger.latencies.push(performance.now() - started);
    } catch (error) {
      await connection.query('ROLLBACK');
      const { errno, message } = error as { errno?: number; message: string };
      if (errno !== undefined && RETRYABLE.has(errno)) ledger.retried += 1;
      else ledger.strange.push(message);
    }
    if (run.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, run.pauseMs * 2 * Math.random()));
  }
}

/** One transaction up to its COMMIT; gives what is to be written into the ledger after it. */
async function writeOne(
  connection: Connection,
  writer: number,
  serial: number,
  ledger: Ledger,
): Promise<() => void> {
  const group = (writer + serial) % GROUPS;
  const tx = `${writer}.${serial}`;
  const delta = 1 + (serial % 5);
  const query = (sql: string, values: readonly unknown[] = []): Promise<unknown> =>
    connection.query(sql, [...values]);
  await query('START TRANSACTION');
  await query(`INSERT INTO events_${group} (tx, delta) VALUES (?, ?)`, [tx, delta]);
  await writeZoo(connection, group, writer * 10_000_000 + serial);
  const changed = await changeRows(connection, ledger, { writer, serial, group });
  await query(`UPDATE counters_${group} SET n = n + ? WHERE id = ?`, [delta, 1 + (writer % 4)]);
  return () => {
    ledger.events.set(tx, { group, delta });
    changed();
  };
}

interface Turn {
  readonly writer: number;
  readonly serial: number;
  readonly group: number;
}

async function changeRows(connection: Connection, ledger: Ledger, turn: Turn): Promise<() => void> {
  const { serial, group } = turn;
  const [id, order] = orderOf(ledger, group, serial);
  if (serial % 200 === 0) return addOrder(connection, ledger, turn, 1500);
  if (!id || !order || serial % 3 === 0) return addOrder(connection, ledger, turn, 1 + (serial % 4));
  switch (serial % 7) {
    case 0: {
      await connection.query(
        `DELETE c FROM customers_${group} c JOIN orders_${group} o ON o.customer_id = c.id WHERE o.id = ?`,
        [id],
      );
      return () => {
        ledger.orders.delete(id);
        ledger.gone.add(id);
      };
    }
    case 1: {
      await connection.query(`UPDATE orders_${group} SET state = 'paid' WHERE id = ?`, [id]);
      await connection.query(`UPDATE items_${group} SET quantity = quantity + 1 WHERE order_id = ?`, [id]);
      return () => (order.quantity += order.items);
    }
    case 2: {
      const sql = `INSERT INTO items_${group} (order_id, quantity, price) VALUES (?, 3, 1.5)`;
      await connection.query(sql, [id]);
      return () => {
        order.items += 1;
        order.quantity += 3;
      };
    }
    default:
      return () => undefined;
  }
}

/** One of the writer's first orders in a group; looking through all of them would take longer than to write. */
function orderOf(
  { orders }: Ledger,
  group: number,
  serial: number,
): readonly [string, NonNullable<ReturnType<Ledger['orders']['get']>>] | readonly [] {
  let left = serial % 20;
  for (const [id, order] of orders) {
    if (order.group !== group) continue;
    if (left === 0) return [id, order];
    left -= 1;
  }
  return [];
}

async function addOrder(
  connection: Connection,
  ledger: Ledger,
  { writer, serial, group }: Turn,
  items: number,
): Promise<() => void> {
  const id = String(writer * 10_000_000 + serial);
  const [added] = await connection.query(`INSERT INTO customers_${group} (name) VALUES (?)`, [`c ${id}`]);
  await connection.query(`INSERT INTO orders_${group} (id, customer_id, state) VALUES (?, ?, 'new')`, [
    id,
    (added as { insertId: number }).insertId,
  ]);
  const rows = Array.from({ length: items }, () => [id, 2, 4.25]);
  await connection.query(`INSERT INTO items_${group} (order_id, quantity, price) VALUES ?`, [rows]);
  return () => ledger.orders.set(id, { group, items, quantity: 2 * items });
}

/** What the check of a database against all ledgers found. */
export interface Findings {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  /** Rows that no acknowledged transaction explains. */
  readonly foreign: number;
  readonly wrong: readonly string[];
}

/** Compares the database with what was acknowledged. */
export async function compareWith(connection: Connection, ledgers: readonly Ledger[]): Promise<Findings> {
  const events = new Map(ledgers.flatMap((ledger) => [...ledger.events]));
  const orders = new Map(ledgers.flatMap((ledger) => [...ledger.orders]));
  const wrong: string[] = [];
  let [lost, doubled, foreign] = [0, 0, 0];
  for (let group = 0; group < GROUPS; group += 1) {
    const rows = async <Row>(sql: string): Promise<Row[]> =>
      (await connection.query<RowDataPacket[]>(sql))[0] as unknown as Row[];
    const found = new Set((await rows<{ tx: string }>(`SELECT tx FROM events_${group}`)).map(({ tx }) => tx));
    const meant = [...events].filter(([, event]) => event.group === group);
    for (const [tx] of meant) if (!found.delete(tx)) lost += 1;
    foreign += found.size;
    const [counter] = await rows<{ n: string }>(`SELECT SUM(n) AS n FROM counters_${group}`);
    const sum = meant.reduce((total, [, { delta }]) => total + delta, 0);
    if (Number(counter?.n) > sum) doubled += 1;
    if (Number(counter?.n) !== sum) wrong.push(`counters_${group} has ${counter?.n}, not ${sum}`);
    const sql = `SELECT o.id, COUNT(i.id) AS items, SUM(i.quantity) AS quantity FROM orders_${group} o
      LEFT JOIN items_${group} i ON i.order_id = o.id WHERE o.id > 0 GROUP BY o.id`;
    const there = new Map(
      (await rows<{ id: number; items: number; quantity: string }>(sql)).map((row) => [String(row.id), row]),
    );
    for (const [id, order] of orders) {
      if (order.group !== group) continue;
      const row = there.get(id);
      there.delete(id);
      if (!row || row.items !== order.items || Number(row.quantity) !== order.quantity) {
        wrong.push(`order ${id} of group ${group}: ${JSON.stringify(row)}, not ${JSON.stringify(order)}`);
      }
    }
    for (const id of there.keys()) wrong.push(`order ${id} of group ${group} is there and should not be`);
  }
  wrong.push(...(await compareZoo(connection)));
  return { acknowledged: events.size, lost, doubled, foreign, wrong };
}
