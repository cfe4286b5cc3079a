import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import {
  clearChangedKeys,
  offerChangedKeys,
  recordChangedKeys,
} from '../../../src/mysql/pipeline/changed-keys.ts';
import { send } from '../../../src/mysql/session/connection.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import { modelDimension, modelFacts, type CustomerRow } from '../../support/dimension-model.ts';
import { dataset, ingestSession, stagingDatabase } from '../../support/ingest.ts';
import {
  customersCsv,
  deployedShop,
  ordersCsv,
  readDimension,
  readFacts,
  runPipeline,
} from '../../support/shop.ts';

let small: Server;
beforeAll(async () => {
  small = await startServer({ localInfile: true, mysqldFlags: ['--max-allowed-packet=1M'] });
}, 120_000);
afterAll(() => small.stop());

function customer(customerId: number, day: string, fullName = `Customer ${customerId}`): CustomerRow {
  const email = `c${customerId}@example.com`;
  return { customerId, fullName, email, country: 'DE', updatedAt: `2026-01-${day}T09:00:00` };
}

function many(count: number, day: string, fullName?: string): readonly CustomerRow[] {
  return Array.from({ length: count }, (_, id) => customer(id + 1, day, fullName));
}

/** The dimension without what the model does not know. */
async function versions(db: TestDatabase) {
  return (await readDimension(db)).map(({ sk: _sk, ...version }) => version);
}

describe('with a small max_allowed_packet', () => {
  // Its keys are longer than a packet of 128 KiB; so many customers as one of 1 MiB needs would take minutes.
  beforeAll(async () => {
    const connection = await createConnection({
      host: small.host,
      port: small.port,
      user: small.user,
      password: small.password,
    });
    await connection.query('SET GLOBAL max_allowed_packet = 131072');
    await connection.end();
  });
  afterAll(async () => {
    const connection = await createConnection({
      host: small.host,
      port: small.port,
      user: small.user,
      password: small.password,
    });
    await connection.query('SET GLOBAL max_allowed_packet = 1048576');
    await connection.end();
  });

  test('what changed is followed however much it is: nothing is left out in silence', async () => {
    const db = await testDatabase({ server: small });
    const order = {
      ...{ orderId: 1, customerId: 1, orderDate: '2026-01-20', status: 'paid', amount: '1.00' },
      updatedAt: '2026-02-01T00:00:00',
    };
    const folder = await deployedShop(db, {
      'data/raw/customers-1.csv': customersCsv([customer(1, '01')]),
      'data/raw/orders-1.csv': ordersCsv([order]),
    });
    expect((await runPipeline(folder, db)).result).toBe('ok');
    const steps: readonly (readonly CustomerRow[])[] = [
      many(4000, '02'),
      // In the middle of two versions, so that the later ones become equal to their neighbours or are split.
      many(4000, '04', 'Another name'),
      many(4000, '03', 'Another name'),
    ];
    const rows = [customer(1, '01')];
    for (const [at, step] of steps.entries()) {
      rows.push(...step);
      writeFiles(folder, { [`data/raw/customers-${at + 2}.csv`]: customersCsv(step) });
      const report = await runPipeline(folder, db);
      expect([report.result, report.problems]).toEqual(['ok', []]);
      const model = modelDimension(rows).toSorted((a, b) => a.customerId - b.customerId);
      expect(await versions(db)).toEqual(model);
      expect(await readFacts(db)).toEqual(modelFacts([order], model));
    }
  }, 300_000);
});

describe('a list of keys', () => {
  const following = dataset('customers');

  async function offered(db: TestDatabase, select: string): Promise<number | 'all'> {
    await db.query(
      "INSERT INTO ops_checkpoints (dataset, updated_at, run_id) VALUES ('customers', UTC_TIMESTAMP(3), 'r')",
    );
    const session = await ingestSession(db);
    await clearChangedKeys(session, following, 'transforms');
    await send(session, 'START TRANSACTION');
    await recordChangedKeys(session, following, select);
    await send(session, 'COMMIT');
    const { keys } = await offerChangedKeys(session, following, 'transforms');
    const [row] = (await send(session, 'SELECT JSON_LENGTH(@changed_customers) AS n')) as {
      n: number | null;
    }[];
    expect(row?.n ?? 'all').toBe(keys);
    return keys;
  }

  const numbers = (count: number, updatedAt: string): string =>
    `SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n + 1000000 * g.n AS customer_id,
      ${updatedAt} AS updated_at
    FROM ${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `(VALUES ROW(0), ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6), ROW(7), ROW(8), ROW(9)) AS ${name} (n)`).join(', ')}
    LIMIT ${count}`;

  test('of four million stands for everything', async () => {
    const db = await stagingDatabase();
    expect(await offered(db, `SELECT * FROM (${numbers(4_000_000, 'NOW(6)')}) AS keys_of`)).toBe('all');
  }, 60_000);

  test.each([
    ['few', 100, "'2026-01-01'", 100],
    ['no', 0, "'2026-01-01'", 0],
    ['as many as fit', 20_000, "'2026-01-01'", 20_000],
    ['more than fit', 200_000, "'2026-01-01'", 'all'],
    ['few long ones that do not fit', 5000, "REPEAT('x', 249)", 'all'],
  ])('of %s keys is whole, or stands for everything', async (_, count, text, expected) => {
    const db = await stagingDatabase({ server: small });
    expect(await offered(db, `SELECT * FROM (${numbers(count, text)}) AS keys_of`)).toBe(expected);
  });

  test('that grows beyond what fits stands for everything', async () => {
    const db = await stagingDatabase({ server: small });
    await db.query(
      "INSERT INTO ops_checkpoints (dataset, updated_at, run_id) VALUES ('customers', UTC_TIMESTAMP(3), 'r')",
    );
    const session = await ingestSession(db);
    await clearChangedKeys(session, following, 'transforms');
    const found: (number | 'all')[] = [];
    for (let step = 1; step <= 4; step += 1) {
      await recordChangedKeys(
        session,
        following,
        `SELECT * FROM (${numbers(15_000, "'2026-01-01'")}) AS keys_of`,
      );
      found.push((await offerChangedKeys(session, following, 'transforms')).keys);
    }
    expect(found[0]).toBe(15_000);
    expect(found.at(-1)).toBe('all');
    expect(found.filter((keys) => keys !== 'all').every((keys, at) => keys === 15_000 * (at + 1))).toBe(true);
  });
});
