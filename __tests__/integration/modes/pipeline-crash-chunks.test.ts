import { expect, test } from '@jest/globals';
import { CHUNK } from '../../../src/mysql/ingest/row-sender.ts';
import { testDatabase } from '../../support/database.ts';
import { deploy, project } from '../../support/deploy.ts';
import { runPipeline } from '../../support/shop.ts';
import { sessionRunning } from '../../support/watch.ts';

/** One file of a little more than one transaction takes. */
const ROWS = CHUNK.rows + 10;

const PROJECT = {
  'changelog/changelog.yml':
    'databaseChangeLog:\n  - changeSet: { id: "1", author: me, sqlFile: migrations/1.sql }\n',
  'migrations/1.sql': `CREATE TABLE stg_ticks (id BIGINT PRIMARY KEY, version INT NOT NULL);
    CREATE TABLE total (one INT PRIMARY KEY, ticks BIGINT NOT NULL);`,
  'data/pipeline.yml': `datasets:
  - name: ticks
    files: data/ticks.csv
    table: stg_ticks
    key: [id]
    watermark: version
    columns: { id: { type: bigint, required: true }, version: { type: int, required: true } }
transforms: [sql/total.sql]
`,
  'sql/total.sql': `INSERT INTO total SELECT * FROM (SELECT 1, COUNT(*) AS n FROM stg_ticks WHERE version = 2) AS built
    ON DUPLICATE KEY UPDATE ticks = built.n;`,
  'data/ticks.csv': `id,version\n${Array.from({ length: ROWS }, (_, at) => `${at + 1},2\n`).join('')}`,
};

test('a run that dies between two chunks of one file loses none and loads none twice', async () => {
  const db = await testDatabase();
  const folder = project(PROJECT);
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  // A row of the second chunk is there, and held by somebody.
  await db.query('INSERT INTO stg_ticks VALUES (?, 1)', [ROWS]);
  const other = await db.connect();
  await other.query('START TRANSACTION');
  await other.query('UPDATE stg_ticks SET version = 1 + 0 WHERE id = ?', [ROWS]);
  await other.query('SELECT * FROM stg_ticks WHERE id = ? FOR UPDATE', [ROWS]);
  const running = runPipeline(folder, db);
  const countNew = async (): Promise<number> => {
    const [row] = await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM stg_ticks WHERE version = 2');
    return Number(row?.n);
  };
  const merging = (): Promise<number> => sessionRunning(db, '%INTO `stg_ticks`%');
  while ((await merging()) && (await countNew()) === 0);
  // The first chunk is committed, so what runs is the second.
  const merged = await countNew();
  await db.query(`KILL ${await merging()}`);
  await other.query('ROLLBACK');
  expect(await running).toMatchObject({ result: 'failed', pipeline: { isCommitted: false } });
  const counted = 'SELECT COUNT(*) AS n, SUM(version) AS versions FROM stg_ticks';
  expect(await db.query(counted)).toEqual([{ n: merged + 1, versions: String(merged * 2 + 1) }]);
  expect(await db.query('SELECT * FROM ops_loaded_files')).toEqual([]);
  expect(await db.query('SELECT * FROM ops_checkpoints')).toEqual([]);
  expect(await db.query('SELECT * FROM total')).toEqual([]);

  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  expect(report.pipeline?.datasets[0]?.rows).toMatchObject({
    ...{ read: ROWS, new: ROWS - merged - 1, changed: 1, unchanged: merged, rejected: 0 },
  });
  expect(await db.query(counted)).toEqual([{ n: ROWS, versions: String(ROWS * 2) }]);
  expect(await db.query('SELECT ticks FROM total')).toEqual([{ ticks: ROWS }]);
}, 120_000);
