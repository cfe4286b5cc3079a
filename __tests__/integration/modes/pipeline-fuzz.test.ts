import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { splitStatements } from '../../../src/sql/split/split.ts';
import { send, type Session } from '../../../src/mysql/session/connection.ts';
import {
  clearChangedKeys,
  offerChangedKeys,
  offerDeletedAt,
} from '../../../src/mysql/pipeline/changed-keys.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
  modelDimension,
  modelFacts,
  type CustomerRow,
  type OrderRow,
} from '../../support/dimension-model.ts';
import { chance, type Chance } from '../../support/fuzz/chance.ts';
import {
  randomCase,
  randomTable,
  type FuzzTable,
  type StagingCase,
} from '../../support/fuzz/staging-case.ts';
import { runModel, type ModelState } from '../../support/fuzz/staging-model.ts';
import { shopCase, type ShopCase } from '../../support/fuzz/shop-case.ts';
import { ingest, ingestSession, stagingDatabase } from '../../support/ingest.ts';
import { readDimension, readFacts } from '../../support/shop.ts';

/**
 * What `npm test` has time for. `FUZZ_CASES` asks for so many cases instead, and `FUZZ_STATE` names a file from which such
 * a run goes on where it stood; `FUZZ_SEED` begins at a case that failed.
 */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 60);
const CASES = Number(process.env['FUZZ_CASES'] ?? Number.POSITIVE_INFINITY);
const STATE = process.env['FUZZ_STATE'];
const TABLES = 24;
const root = resolve(import.meta.dirname, '../../..');
const NOTHING: ModelState = { rows: new Map(), checkpoint: undefined };
const SMALL = { rows: 4, bytes: 200 };

let runs = 0;

async function stagingCase(
  db: TestDatabase,
  session: Session,
  table: FuzzTable,
  one: StagingCase,
  draw: Chance,
) {
  await db.query(
    `DELETE FROM ${table.name}; DELETE FROM ops_checkpoints; DELETE FROM ops_loaded_files; DELETE FROM ops_rejected_rows`,
  );
  let state = NOTHING;
  for (const files of one.runs) {
    runs += 1;
    const runId = `fuzz-${runs}`;
    const named = Object.fromEntries(files.map(({ bytes }, at) => [`f${runs}-${at}.csv`, bytes]));
    const found = await ingest(db, one.dataset, named, {
      session,
      runId,
      ...(draw.once(2) ? { chunk: SMALL } : {}),
    });
    const model = runModel(
      one.model,
      state,
      files.map(({ rows }) => rows),
    );
    state = model;
    const refusal = found.problems[0];
    const [expected] = {
      rejected: [/were rejected/],
      'same-keys': [/cannot tell apart/],
      empty: [/has no rows/],
    }[model.refusal ?? 'rejected'];
    if (model.refusal === undefined) {
      const why = found.problems.length > 0 ? found.outcome?.rejectedExamples : undefined;
      expect([found.problems, why, model.rejected]).toEqual([[], undefined, model.rejected]);
    } else expect([model.refusal, refusal]).toEqual([model.refusal, expect.stringMatching(expected!)]);
    const stored = await db.query<Record<string, string | number | null>>(table.select);
    const isNumber = (name: string): boolean =>
      name.startsWith('c') && (table.types[Number(name.slice(1))]?.isNumber ?? false);
    const texts = stored.map((row) =>
      JSON.stringify(
        Object.entries(row).map(([name, value]) => {
          if (value === null) return null;
          return isNumber(name) ? String(Number(value)) : String(value);
        }),
      ),
    );
    expect(texts.toSorted()).toEqual(
      [...model.rows.values()].map((row) => JSON.stringify(Object.values(row))).toSorted(),
    );
    const [kept] = await db.query<{ w: string | null }>('SELECT last_watermark AS w FROM ops_checkpoints');
    expect(kept?.w ?? undefined).toBe(model.checkpoint);
    const rejected = await db.query<{ f: string; l: number; why: string; raw: string }>(
      'SELECT file AS f, line_number AS l, reason AS why, raw FROM ops_rejected_rows WHERE run_id = ? ORDER BY file, line_number',
      [runId],
    );
    const expectedLines = model.rejected.flatMap((lines, at) =>
      lines.map((line) => `f${runs}-${at}.csv:${line}`),
    );
    const surprising = rejected.filter(({ f, l }) => !expectedLines.includes(`${f.slice(9)}:${l}`));
    expect(surprising).toEqual([]);
    expect(rejected.map(({ f, l }) => `${f.slice(9)}:${l}`)).toEqual(
      model.rejected.flatMap((lines, at) =>
        lines.toSorted((a, b) => a - b).map((line) => `f${runs}-${at}.csv:${line}`),
      ),
    );
    if (model.refusal === undefined) {
      const { read, late, repeated } = model;
      const { rows } = found.outcome;
      expect(rows).toMatchObject({ read, late, repeated, rejected: rejected.length });
      expect(rows.new + rows.changed + rows.unchanged + rows.stale + late + repeated + rows.rejected).toBe(
        read,
      );
    }
  }
}

const SQL = ['dims', 'facts'].map((part) =>
  readFileSync(join(root, `sql/transform/build_${part}.sql`), 'utf8'),
);
const STATEMENTS = SQL.flatMap((text) => splitStatements(text, 'x.sql').statements);

async function transform(session: Session, { customers, orders }: ShopCase): Promise<void> {
  await send(session, 'START TRANSACTION');
  for (const dataset of [customers, orders]) {
    await offerDeletedAt(session, dataset);
    await offerChangedKeys(session, dataset, 'transforms');
  }
  for (const { text } of STATEMENTS) await send(session, text);
  for (const dataset of [customers, orders]) await clearChangedKeys(session, dataset, 'transforms');
  await send(session, 'COMMIT');
}

async function wholeCase(db: TestDatabase, session: Session, one: ShopCase, draw: Chance): Promise<void> {
  await db.query(`DELETE FROM fact_order; DELETE FROM dim_customer; DELETE FROM stg_customers; DELETE FROM stg_orders;
    DELETE FROM ops_checkpoints; DELETE FROM ops_loaded_files; DELETE FROM ops_rejected_rows`);
  let [customers, orders] = [NOTHING, NOTHING];
  for (const run of one.runs) {
    runs += 1;
    const options = { session, ...(draw.once(2) ? { chunk: SMALL } : {}) };
    const of = (name: string) =>
      Object.fromEntries(
        run[name as 'customers' | 'orders'].map(({ bytes }, at) => [`${name}-${runs}-${at}.csv`, bytes]),
      );
    const loaded = [
      await ingest(db, one.customers, of('customers'), options),
      await ingest(db, one.orders, of('orders'), options),
    ];
    expect(loaded.flatMap(({ problems }) => problems)).toEqual([]);
    customers = runModel(
      one.customerModel,
      customers,
      run.customers.map(({ rows }) => rows),
    );
    orders = runModel(
      one.orderModel,
      orders,
      run.orders.map(({ rows }) => rows),
    );
    const ids = await db.query<{ id: number; amount: string }>(
      'SELECT order_id AS id, amount FROM stg_orders ORDER BY 1',
    );
    expect(ids.map(({ id, amount }) => `${id} ${amount}`)).toEqual(
      [...orders.rows.values()].map((row) => `${row['orderId']} ${row['amount']}`).toSorted(),
    );
    await transform(session, one);
    const texts = [...customers.rows.values()] as unknown as CustomerRow[];
    const dimension = modelDimension(
      texts.map((row) => ({ ...row, customerId: Math.trunc(row.customerId) })),
    );
    const order = (a: { customerId: number; validFrom: string }, b: typeof a): number =>
      a.customerId - b.customerId || (a.validFrom < b.validFrom ? -1 : 1);
    expect((await readDimension(db)).map(({ sk: _sk, ...version }) => version).toSorted(order)).toEqual(
      dimension.toSorted(order),
    );
    const rows = [...orders.rows.values()];
    const facts = modelFacts(
      rows.map((row) => ({
        ...(row as unknown as OrderRow),
        orderId: Number(row['orderId']),
        customerId: Number(row['customerId']),
      })),
      dimension,
    );
    expect(await readFacts(db)).toEqual(facts.toSorted((a, b) => a.orderId - b.orderId));
  }
}

test(
  'random files in random dialects give what the plain rules give, run after run',
  async () => {
    const db = await stagingDatabase();
    await db.query(readFileSync(join(root, 'migrations/002_add_indexes.up.sql'), 'utf8'));
    const session = await ingestSession(db);
    const tables = Array.from({ length: TABLES }, (_, number) =>
      randomTable(chance(7919 * (number + 1)), number),
    );
    for (const { create } of tables) await db.query(create);
    const isCounted = Number.isFinite(CASES);
    const begun = beginning();
    const started = Date.now();
    let cases = begun.cases;
    for (
      let seed = begun.seed;
      isCounted ? cases < CASES : Date.now() < started + SECONDS * 1000;
      seed += 1
    ) {
      const draw = chance(seed);
      try {
        if (draw.once(3)) await wholeCase(db, session, shopCase(draw), draw);
        else {
          const table = draw.pick(tables);
          await stagingCase(db, session, table, randomCase(draw, table), draw);
        }
      } catch (error) {
        throw new Error(`FUZZ_SEED=${seed}: ${(error as Error).message}`, { cause: error });
      }
      cases += 1;
      if (isCounted && (cases % 100 === 0 || cases === CASES)) keep({ seed: seed + 1, cases, started });
    }
    expect(cases).toBeGreaterThan(20);
    if (process.env['FUZZ_SECONDS'] !== undefined) console.log(`${cases} cases, ${runs} runs`);
  },
  (Number.isFinite(CASES) ? 24 * 3600 : SECONDS + 60) * 1000,
);

/** Where a counted run stands. */
interface Position {
  readonly seed: number;
  readonly cases: number;
}

function beginning(): Position {
  if (STATE !== undefined && existsSync(STATE)) return JSON.parse(readFileSync(STATE, 'utf8')) as Position;
  return { seed: Number(process.env['FUZZ_SEED'] ?? 1), cases: 0 };
}

function keep({ seed, cases, started }: Position & { readonly started: number }): void {
  if (STATE === undefined) return;
  writeFileSync(STATE, JSON.stringify({ seed, cases }));
  const seconds = Math.round((Date.now() - started) / 1000);
  appendFileSync(
    `${STATE}.log`,
    `${cases} cases, next seed ${seed}, ${runs} runs and ${seconds} s of this process\n`,
  );
}
