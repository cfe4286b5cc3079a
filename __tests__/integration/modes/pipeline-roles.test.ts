import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { testDatabase, type ConnectionSettings, type TestDatabase } from '../../support/database.ts';
import { deploy, writeFiles } from '../../support/deploy.ts';
import { renderPlanText } from '../../../src/report/text/plan-text.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { outputs } from '../../../src/report/outputs.ts';
import { deployedShop, runPipeline } from '../../support/shop.ts';

const root = resolve(import.meta.dirname, '../../..');

/** The script that a DBA runs, for this database; its roles and accounts get names of this test's own. */
async function withRoles(
  db: TestDatabase,
  use: (login: (role: Role) => Promise<ConnectionSettings>) => Promise<void>,
) {
  const mark = db.name.slice(4);
  const renamed = (name: string): string => `${name}_${mark}`;
  const script = readFileSync(join(root, 'sql/rbac/roles.sql'), 'utf8').replaceAll(
    /\b(migrator|etl_runner|analytics_ro|db_migrator|db_etl|db_analyst)\b/g,
    (name) => renamed(name),
  );
  const names = ['migrator', 'etl_runner', 'analytics_ro', 'db_migrator', 'db_etl', 'db_analyst'].map(
    renamed,
  );
  try {
    execFileSync(
      join(db.binDir, 'mysql'),
      ['--no-defaults', '-h', db.host, '-P', String(db.port), '-u', db.user, db.name],
      {
        input: script,
        env: { MYSQL_PWD: db.password },
      },
    );
    await use(async (role) => {
      await db.query(`ALTER USER '${renamed(role)}'@'%' IDENTIFIED BY 'Secret-${mark}'`);
      return { ...db, user: renamed(role), password: `Secret-${mark}` };
    });
  } finally {
    for (const name of names) {
      await db.query(`DROP USER IF EXISTS '${name}'@'%'`).catch(() => undefined);
      await db.query(`DROP ROLE IF EXISTS '${name}'`).catch(() => undefined);
    }
  }
}

type Role = 'db_migrator' | 'db_etl' | 'db_analyst';

async function refusal(as: Awaited<ReturnType<TestDatabase['connect']>>, sql: string): Promise<string> {
  return as.query(sql).then(
    () => 'allowed',
    (error: Error) => (/denied|doesn't exist/.test(error.message) ? 'refused' : error.message),
  );
}

test('the pipeline runs as etl_runner, who has no DDL; analytics_ro sees the masked views and the facts alone', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db);
  await withRoles(db, async (login) => {
    const etl = await login('db_etl');
    const { report } = await deploy('pipeline', folder, etl);
    expect([report.result, report.problems]).toEqual(['ok', []]);
    expect(report.target?.user).toBe(etl.user);

    const asEtl = await db.connect(etl);
    for (const sql of [
      'CREATE TABLE x (id INT PRIMARY KEY)',
      'ALTER TABLE dim_customer ADD COLUMN c INT',
      'DROP TABLE fact_order',
      'TRUNCATE TABLE fact_order',
      'DELETE FROM DATABASECHANGELOG',
      "UPDATE ops_migration_runs SET status = 'x'",
      'DELETE FROM ops_dq_results',
      "INSERT INTO ops_migration_statements VALUES ('x')",
    ]) {
      expect([sql, await refusal(asEtl, sql)]).toEqual([sql, 'refused']);
    }

    const analyst = await db.connect(await login('db_analyst'));
    for (const sql of [
      'SELECT * FROM vw_customer_masked',
      'SELECT * FROM vw_order_summary',
      'SELECT * FROM fact_order',
    ]) {
      expect([sql, await refusal(analyst, sql)]).toEqual([sql, 'allowed']);
    }
    for (const table of [
      ...['stg_customers', 'stg_orders', 'dim_customer', 'DATABASECHANGELOG', 'ops_dq_results'],
      ...['ops_rejected_rows', 'ops_checkpoints', 'ops_pipeline_runs', 'ops_migration_runs'],
    ]) {
      const sql = `SELECT * FROM ${table}`;
      expect([sql, await refusal(analyst, sql)]).toEqual([sql, 'refused']);
    }
    expect(await refusal(analyst, 'DELETE FROM fact_order')).toBe('refused');
  });
});

test.each(['ops_migration_statements', 'ops_migration_runs', 'DATABASECHANGELOG'])(
  'a pipeline by an account that may not see %s is refused: a changeset may be half applied',
  async (hidden) => {
    const db = await testDatabase();
    const folder = await deployedShop(db);
    await withRoles(db, async (login) => {
      const etl = await login('db_etl');
      const role = `etl_runner_${db.name.slice(4)}`;
      await db.query(`REVOKE IF EXISTS SELECT ON ??.?? FROM '${role}'`, [db.name, hidden]);
      const { report } = await deploy('pipeline', folder, etl);
      expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'missing-privilege' }] });
      expect(report.problems[0]?.message).toContain(hidden);
      expect(await db.query('SELECT COUNT(*) AS n FROM dim_customer')).toEqual([{ n: 0 }]);
    });
  },
);

test('no address leaves staging: not in tables, views, results, reports or logs, whatever is rejected or fails', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db, {
    'data/raw/customers-1.csv': [
      'customer_id,full_name,email,country,updated_at',
      '1,Ada,planted-good@secret.example,DE,2026-01-01T00:00:00',
      '2,Bob,planted-rejected@secret.example,TOO LONG,2026-01-01T00:00:00',
      '3,Eve,planted not an address secret.example,DE,2026-01-01T00:00:00',
      '4,"",planted-empty@secret.example,DE,2026-01-01T00:00:00',
    ].join('\n'),
    'data/raw/orders-1.csv':
      'order_id,customer_id,order_date,status,amount,updated_at\n1,1,2026-01-02,paid,1.00,2026-01-02T00:00:00\n',
  });
  const manifest = readFileSync(join(folder, 'data/pipeline.yml'), 'utf8')
    .replace('maxRejected: 0', 'maxRejected: 3')
    .replace(
      '  builtin:',
      '  builtin:\n    - unique: { table: stg_customers, columns: [country] }\n    - accepted_values: { table: stg_customers, column: email, values: [nobody] }',
    );
  writeFiles(folder, {
    'data/pipeline.yml': manifest,
    'sql/validation/dq_checks.sql': `-- check: shows_addresses
SELECT COUNT(*) FROM stg_customers;
-- examples:
SELECT customer_id, email, CONCAT('<', email, '>') AS hidden, LEFT(email, 9) AS part, email AS harmless FROM stg_customers;`,
  });
  const { report, events } = await deploy('pipeline', folder, db);
  expect(report.result).toBe('failed');
  expect(report.pipeline?.checks.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['shows_addresses', 'accepted_values_stg_customers_email']),
  );
  expect(report.pipeline?.checks[0]?.examples?.rows[0]).toEqual(['1', '***', '***', '***', '***']);
  writeFiles(folder, { 'data/pipeline.yml': manifest.replace(/\nchecks:[^]*/, '\n') });
  const passed = await runPipeline(folder, db);
  expect(passed.result).toBe('ok');

  const tables = (await db.query<Record<string, string>>('SHOW FULL TABLES')).map(
    (row) => Object.values(row)[0] ?? '',
  );
  const rows = await Promise.all(
    tables.filter((table) => table !== 'stg_customers').map((table) => db.query('SELECT * FROM ??', [table])),
  );
  expect(JSON.stringify(await db.query('SELECT * FROM stg_customers'))).toContain('planted-good');
  const seen = [rows, report, passed, events, outputs(report)].map((part) => JSON.stringify(part));
  const shown = [renderSummary(report), renderSummary(passed), renderPlanText(report, { colour: false })];
  for (const text of [...seen, ...shown]) expect(text).not.toMatch(/planted|secret\.example/);
});
