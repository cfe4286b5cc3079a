import { beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import { customersCsv, deployedShop, ordersCsv, runPipeline, shop } from '../../support/shop.ts';

/**
 * A transform may call a function of the schema, and what that one does nobody judges. Transforms share their session
 * and transaction with the bookkeeping, so nothing that a function leaves behind may reach it.
 */
const BODIES: Readonly<Record<string, string>> = {
  'a clock that stands still': 'SET timestamp = 86400',
  'no end of the transaction': "SET completion_type = 'CHAIN'",
  'an end of the session': "SET completion_type = 'RELEASE'",
  'no rows of a SELECT': 'SET sql_select_limit = 0',
  'another zone and no time for a SELECT': "SET time_zone = '+09:00', max_execution_time = 1",
  'answers in another character set': "SET character_set_results = 'utf16'",
  'texts in another character set': 'SET NAMES latin1',
  'another reading of SQL': "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
  'an UPDATE without a key': 'SET sql_safe_updates = 1, sql_big_selects = 0, max_join_size = 1',
  'a session that may not write': 'SET SESSION transaction_read_only = 1',
  'a table in front of the checkpoints': `CREATE TEMPORARY TABLE ops_checkpoints (dataset VARCHAR(255) PRIMARY KEY,
    last_watermark TEXT, updated_at TEXT, run_id TEXT, changed JSON)`,
  'a table in front of the results': `CREATE TEMPORARY TABLE ops_dq_results (run_id VARCHAR(64) PRIMARY KEY,
    check_name TEXT, passed INT, metric_value DOUBLE, threshold DOUBLE, severity TEXT, details JSON)`,
  'a table in front of the runs': `CREATE TEMPORARY TABLE ops_pipeline_runs (run_id VARCHAR(64) PRIMARY KEY,
    environment TEXT, actor TEXT, status TEXT, started_at TEXT, finished_at TEXT, details JSON, epoch INT)`,
  'variables of the bookkeeping': "SET @db_deploy_keys = '[]', @db_deploy_count = 0, @changed_orders = '[]'",
  'a savepoint': 'SAVEPOINT one',
};

const AT = { customerId: 1, fullName: 'Zoë', email: 'ada@example.com', country: 'DE' };
const FILES = {
  'data/raw/customers.csv': customersCsv([{ ...AT, updatedAt: '2026-01-01T00:00:00' }]),
  'data/raw/orders.csv': ordersCsv([]),
};

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase({ lifetime: 'file' });
  await deployedShop(db, FILES);
}, 60_000);

const PLACES = {
  'a transform': { 'sql/transform/build_facts.sql': 'SELECT hostile() INTO @ignored;' },
  'a check': {
    'sql/validation/dq_checks.sql': '-- check: hostile severity: error threshold: 1\nSELECT hostile();',
  },
} as const;

const CASES = Object.entries(PLACES).flatMap(([place, files]) =>
  Object.entries(BODIES).map(([what, body]) => ({ place, files, what, body })),
);

test.each(CASES)('$what, left by $place, does not reach what is recorded', async ({ files, body }) => {
  await db.query(`DROP FUNCTION IF EXISTS hostile;
    DELETE FROM ops_loaded_files; DELETE FROM ops_pipeline_runs; DELETE FROM ops_dq_results`);
  const connection = await db.connect();
  await connection.query(
    `CREATE FUNCTION hostile() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN ${body}; RETURN 1; END`,
  );
  const folder = shop(FILES);
  writeFiles(folder, files);
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  const [run] = await db.query(
    `SELECT status, ABS(TIMESTAMPDIFF(SECOND, finished_at, UTC_TIMESTAMP())) < 600 AS isNow,
      JSON_EXTRACT(details, '$.transformed') AS transformed FROM ops_pipeline_runs`,
  );
  expect(run).toEqual({ status: 'succeeded', isNow: 1, transformed: true });
  const names = (report.pipeline?.checks ?? []).map(({ name }) => name);
  const results = await db.query<{ name: string; passed: number }>(
    'SELECT check_name AS name, passed FROM ops_dq_results',
  );
  expect(results.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  expect(results.every(({ passed }) => passed === 1)).toBe(true);
  const waiting = await db.query(
    "SELECT dataset FROM ops_checkpoints WHERE changed IS NULL OR JSON_LENGTH(changed, '$.keys') > 0",
  );
  expect(waiting).toEqual([]);
});
