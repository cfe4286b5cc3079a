import { deploy, prepare, writeChangeset, type BackupBench, type Deployed } from './backup-deploy.ts';
import type { Measured } from './measure.ts';

/** Takes effect in one table, then fails: that table is restored. */
const FAILING = 'ALTER TABLE part1 ADD COLUMN extra INT;\nINSERT INTO no_such_table VALUES (1);\n';

/** What it costs to restore one table of 100 MB in a schema of 2 GB, and in one that has nothing else. */
export async function benchLosslessScope(bench: BackupBench): Promise<void> {
  const alone = await restoreOne(bench, 1);
  const among = await restoreOne(bench, 20);
  bench.print('restore of the 100 MB that a deploy touched, in a schema of 2 GB', { among, alone }, 'among', [
    'alone',
  ]);
}

async function restoreOne(bench: BackupBench, tables: number): Promise<Measured> {
  await prepare(bench, tablesOf(tables), FAILING);
  const runs: Deployed[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    await writeChangeset(bench, String(round));
    runs.push(await deploy(bench, 'failing', 'update'));
  }
  const sorted = runs.toSorted((a, b) => restored(a) - restored(b));
  const run = sorted[Math.floor(sorted.length / 2)]!;
  const { 'backup-opened': opened = 0, 'backup-loaded': loaded = 0 } = run.parts;
  console.log(
    `${tables} tables: restored in ${restored(run).toFixed(2)} s, of which ${opened.toFixed(2)} s for checking the file, ${loaded.toFixed(2)} s for loading`,
  );
  return { seconds: restored(run), peakMemory: run.peakMemory };
}

function restored({ report }: Deployed): number {
  const { result, restore } = report;
  if (result !== 'restored' || !restore || restore.keptTransactions === undefined) {
    throw new Error(`the run was to be restored without a loss, and is ${result}`);
  }
  return restore.durationMs / 1000;
}

function tablesOf(tables: number): readonly string[] {
  const rows = `WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 400000)
    SELECT n, SHA2(n, 256), CONCAT('customer ', n, ' of ', SHA2(n, 512)), n % 1000 FROM s`;
  return Array.from({ length: tables }, (_, index) => index + 1).flatMap((number) => [
    `CREATE TABLE part${number} (id INT PRIMARY KEY, code CHAR(64), name VARCHAR(200), amount INT, KEY (amount))`,
    `INSERT INTO part${number} ${number === 1 ? rows : 'SELECT * FROM part1'}`,
  ]);
}
