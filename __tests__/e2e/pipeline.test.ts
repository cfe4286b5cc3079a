import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Report } from '../../src/report/report.ts';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { writeFiles } from '../support/deploy.ts';
import { runAction, startAction, type ActionOptions } from '../support/runner.ts';
import { deployedShop, readFacts } from '../support/shop.ts';
import { sessionRunning } from '../support/watch.ts';

function step(workspace: string, db: TestDatabase): ActionOptions {
  return {
    workspace,
    secrets: [db.password],
    inputs: { mode: 'pipeline', environment: 'dev', ...databaseInputs(db) },
  };
}

test('the bundle loads the example, tells each stage, and fails the step when a check does', async () => {
  const db = await testDatabase();
  const folder = await deployedShop(db);
  const first = await runAction(step(folder, db));
  expect(first).toMatchObject({
    outcome: 'success',
    outputs: { result: 'ok', 'rejected-count': '0', 'failed-checks': '[]' },
  });
  for (const part of [
    '#### Datasets',
    '#### Transforms',
    '#### Checks',
    '`orphan_orders`',
    'versions opened',
  ]) {
    expect(first.summary).toContain(part);
  }
  expect(first.log).toMatch(/dataset customers into stg_customers: 323 read, 323 new/);
  expect(first.log).toMatch(/check orphan_orders passed: 0 \(threshold 0\)/);

  writeFiles(folder, {
    'data/raw/orders-late.csv':
      'order_id,customer_id,order_date,status,amount,updated_at\n999001,424242,2026-01-02,paid,1.00,2026-12-02T00:00:00Z\n',
  });
  const facts = await readFacts(db);
  const second = await runAction(step(folder, db));
  expect(second).toMatchObject({ outcome: 'failure', outputs: { result: 'failed' } });
  expect(JSON.parse(second.outputs['failed-checks'] ?? '')).toEqual([
    { name: 'orphan_orders', severity: 'error', metric: 1, threshold: 0 },
  ]);
  expect(second.summary).toContain('`999001`');
  expect(second.summary).toContain('Look further');
  expect(second.summary).toContain('&#43;1');
  expect(await readFacts(db)).toEqual(facts);
  const report = JSON.parse(readFileSync(second.outputs['report-file'] ?? '', 'utf8')) as Report;
  expect(report.pipeline?.checks[0]?.examples?.rows).toEqual([['999001', '424242', '2026-01-02']]);
});

test.each(['cancelled', 'destroyed'] as const)(
  'a run that is %s in a transform leaves everything downstream as it was, and the next one goes on',
  async (how) => {
    const db = await testDatabase();
    const folder = await deployedShop(db);
    await db.query('CREATE TABLE pace (seconds INT PRIMARY KEY); INSERT INTO pace VALUES (60)');
    const path = 'sql/transform/build_facts.sql';
    const sql = readFileSync(join(folder, path), 'utf8');
    writeFiles(folder, { [path]: `${sql}\nSELECT SLEEP((SELECT seconds FROM pace));\n` });
    const run = await startAction(step(folder, db));
    await sessionRunning(db, 'SELECT SLEEP%');
    if (how === 'cancelled') await run.cancel();
    else run.destroyRunner();
    const result = await run.result;
    if (how === 'cancelled') expect(result.log).toMatch(/interrupted/);
    await db.query('UPDATE pace SET seconds = 0');
    expect(await readFacts(db)).toEqual([]);
    const next = await runAction(step(folder, db));
    expect(next.outputs).toMatchObject({ result: 'ok' });
    expect((await readFacts(db)).length).toBeGreaterThan(400);
    expect(await db.query("SELECT COUNT(*) AS n FROM ops_pipeline_runs WHERE status = 'running'")).toEqual([
      { n: 0 },
    ]);
  },
);
