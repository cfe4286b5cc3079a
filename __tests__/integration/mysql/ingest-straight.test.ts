import { describe, expect, test } from '@jest/globals';
import { sessionRunning } from '../../support/watch.ts';
import type { TestDatabase } from '../../support/database.ts';
import { dataset, ingest, ingestSession, ordersCsv, stagingDatabase } from '../../support/ingest.ts';

/** One row is more than a transaction takes here, so that rows wait in a temporary table as they do in a large load. */
const TINY = { rows: 1, bytes: 1_000_000 };
const LENIENT = dataset('orders', ['maxRejected: 0', 'maxRejected: 50']);

function order(id: number, status = 'new', day = '06'): string {
  return `${id},10,2026-01-05,${status},12.50,2026-01-${day}T08:00:00Z`;
}

function orders(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => order(first + index));
}

/** All that a load leaves behind. */
async function stateOf(db: TestDatabase): Promise<unknown> {
  return {
    staging: await db.query('SELECT * FROM stg_orders ORDER BY order_id'),
    rejected: await db.query('SELECT * FROM ops_rejected_rows ORDER BY file, line_number'),
    files: await db.query('SELECT dataset, file, sha256, run_id FROM ops_loaded_files ORDER BY file'),
    checkpoints: await db.query('SELECT dataset, last_watermark, run_id, changed FROM ops_checkpoints'),
  };
}

const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'good rows of several files',
    { 'orders-1.csv': ordersCsv(...orders(1, 40)), 'orders-2.csv': ordersCsv(order(41)) },
  ],
  ['a header alone', { 'orders.csv': ordersCsv() }],
  ['twins in a file', { 'orders.csv': ordersCsv(order(1), order(2), order(1), order(2, 'paid')) }],
  ['rejected rows', { 'orders.csv': ordersCsv(order(1), 'x', order(2, 'new', '99'), order(3)) }],
  [
    'a key that a later file has again',
    {
      'orders-1.csv': ordersCsv(order(1), order(2, 'new', '08'), order(3)),
      'orders-2.csv': ordersCsv('x', order(1, 'paid', '09'), order(2, 'old', '07'), order(3)),
    },
  ],
  [
    'too many rejected rows',
    {
      'orders-1.csv': ordersCsv(order(1)),
      'orders-2.csv': ordersCsv(...Array.from({ length: 60 }, () => 'x')),
    },
  ],
  [
    'a file that is broken',
    { 'orders-1.csv': ordersCsv(order(1), 'x'), 'orders-2.csv': ordersCsv(order(2), '3,"') },
  ],
];

describe('into an empty table', () => {
  test.each(cases)(
    '%s go straight, and leave what they leave through the temporary table',
    async (_, files) => {
      const results = [];
      for (const chunk of [undefined, TINY]) {
        const db = await stagingDatabase();
        const { outcome, problems } = await ingest(db, LENIENT, files, {
          runId: 'run',
          ...(chunk && { chunk }),
        });
        results.push({
          outcome: outcome && { ...outcome, durationMs: 0 },
          problems,
          state: await stateOf(db),
        });
      }
      expect(results[0]).toEqual(results[1]);
    },
  );

  test('no temporary table is needed, and a table with rows needs one', async () => {
    const db = await stagingDatabase();
    const runner = await db.userWith(
      `SELECT, INSERT, UPDATE ON ${db.name}.stg_orders`,
      `SELECT, INSERT, UPDATE ON ${db.name}.ops_checkpoints`,
      `SELECT, INSERT, UPDATE ON ${db.name}.ops_loaded_files`,
      `SELECT, INSERT ON ${db.name}.ops_rejected_rows`,
    );
    const first = await ingest(db, LENIENT, { 'orders.csv': ordersCsv(order(1), 'x') }, { as: runner });
    expect(first.outcome.rows).toMatchObject({ read: 2, new: 1, rejected: 1 });
    const denied = ingest(db, LENIENT, { 'orders.csv': ordersCsv(order(2)) }, { as: runner });
    await expect(denied).rejects.toThrow(/denied/);
  });

  test('an engine that cannot undo gets no row before all are judged', async () => {
    const db = await stagingDatabase();
    await db.query('ALTER TABLE stg_orders ENGINE = MyISAM');
    const { problems } = await ingest(db, dataset('orders'), { 'orders.csv': ordersCsv(order(1), 'x') });
    expect(problems).toHaveLength(1);
    expect(await db.query('SELECT * FROM stg_orders')).toEqual([]);
  });

  test('a connection that is lost leaves nothing, and the next run loads all', async () => {
    const db = await stagingDatabase();
    const other = await db.connect();
    await other.query('BEGIN');
    await other.query(
      "INSERT INTO stg_orders VALUES (25, 1, '2026-01-05', 'other', 1, '2026-01-06 08:00:00')",
    );
    const session = await ingestSession(db);
    const csv = { 'orders.csv': ordersCsv(...orders(1, 30)) };
    const loading = ingest(db, LENIENT, csv, { session });
    await sessionRunning(db, 'LOAD DATA LOCAL INFILE%INTO TABLE `stg_orders`%');
    await db.query('KILL ?', [session.id]);
    expect((await loading).problems).toEqual([expect.stringContaining('the connection was lost')]);
    await other.query('ROLLBACK');
    expect(await stateOf(db)).toEqual({ staging: [], rejected: [], files: [], checkpoints: [] });
    expect((await ingest(db, LENIENT, csv)).outcome.rows).toMatchObject({ read: 30, new: 30 });
  });

  test('a row that somebody else commits meanwhile is merged with', async () => {
    const db = await stagingDatabase();
    const other = await db.connect();
    await other.query('BEGIN');
    await other.query(
      "INSERT INTO stg_orders VALUES (25, 1, '2026-01-05', 'other', 1, '2026-01-06 07:00:00')",
    );
    const loading = ingest(db, LENIENT, { 'orders.csv': ordersCsv(...orders(1, 30)) });
    await sessionRunning(db, 'LOAD DATA LOCAL INFILE%INTO TABLE `stg_orders`%');
    await other.query('COMMIT');
    expect((await loading).outcome.rows).toMatchObject({ read: 30, new: 29, changed: 1 });
    expect(await db.query("SELECT * FROM stg_orders WHERE status <> 'new'")).toEqual([]);
  });
});
