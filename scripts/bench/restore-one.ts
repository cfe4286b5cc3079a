import { join } from 'node:path';
import {
  deploy,
  prepare,
  SCHEMA,
  shell,
  writeChangeset,
  type BackupBench,
  type Deployed,
} from './backup-deploy.ts';
import { measure, type Measured } from './measure.ts';

/** Takes effect in one table, then fails: that table is restored. */
const FAILING = 'ALTER TABLE part1 ADD COLUMN extra INT;\nINSERT INTO no_such_table VALUES (1);\n';
const TABLES = 50;
const ROWS = 15_000;

/**
 * What it costs to restore one touched table of 50, 130 MB in all, behind 230 MB of older log in the same file: against
 * the client that loads everything, and that table alone.
 */
export async function benchRestoreOne(bench: BackupBench): Promise<void> {
  await prepare(bench, tables(), FAILING);
  const [whole, one] = [join(bench.folder, 'whole.sql'), join(bench.folder, 'one-table.sql')];
  const dump = 'mysqldump LOGIN --single-transaction --set-gtid-purged=OFF';
  await measure({ ...shell(bench, `${dump} ${SCHEMA}`), output: whole });
  await measure({ ...shell(bench, `${dump} ${SCHEMA} part1`), output: one });
  const restores: Measured[] = [];
  const loads: Measured[] = [];
  const single: Measured[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    await writeOlderLog(bench);
    await writeChangeset(bench, String(round));
    restores.push(restored(await deploy(bench, 'failing', 'update')));
    loads.push(await load(bench, whole));
    single.push(await load(bench, one));
  }
  const times = { restore: median(restores), 'mysql < all': median(loads), 'mysql < table': median(single) };
  const others = ['mysql < all', 'mysql < table'];
  bench.print('restore of one touched table of 50, behind 230 MB of log', times, 'restore', others);
}

function restored({ report, parts, peakMemory }: Deployed): Measured {
  const { result, restore } = report;
  if (result !== 'restored' || !restore || restore.keptTransactions === undefined)
    throw new Error(`the run was to be restored without a loss, and is ${result}`);
  console.log(`restored in ${restore.durationMs} ms; parts in seconds: ${JSON.stringify(parts)}`);
  return { seconds: restore.durationMs / 1000, peakMemory };
}

function median(all: readonly Measured[]): Measured {
  const sorted = all.toSorted((left, right) => left.seconds - right.seconds);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** A new file of the log, and in it rows of another schema, so that the backup begins far behind its beginning. */
async function writeOlderLog(bench: BackupBench): Promise<void> {
  const noise = 'bench_older_log';
  const insert = `INSERT INTO ${noise}.t SELECT NULL, REPEAT(UUID(), 28) FROM ${SCHEMA}.part1 LIMIT 1000`;
  const statements = [
    `DROP DATABASE IF EXISTS ${noise}`,
    `CREATE DATABASE ${noise}`,
    `CREATE TABLE ${noise}.t (id INT AUTO_INCREMENT PRIMARY KEY, v TEXT)`,
    'FLUSH BINARY LOGS',
    ...Array.from({ length: 230 }, () => insert),
    `DROP DATABASE ${noise}`,
  ];
  await measure({ ...shell(bench, 'mysql LOGIN'), input: `${statements.join(';\n')};\n` });
}

async function load(bench: BackupBench, file: string): Promise<Measured> {
  const schema = 'bench_loaded';
  const login = shell(bench, 'mysql LOGIN');
  const again = `DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema};`;
  await measure({ ...login, input: again });
  const measured = await measure(shell(bench, `mysql LOGIN ${schema} < '${file}'`));
  await measure({ ...login, input: `DROP DATABASE ${schema};` });
  return measured;
}

function tables(): readonly string[] {
  const rows = `WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < ${ROWS})
    SELECT n, SHA2(n, 256), LEFT(CONCAT('customer ', n, ' of ', SHA2(n, 512)), 95), n % 1000 FROM s`;
  return Array.from({ length: TABLES }, (_, index) => index + 1).flatMap((number) => [
    `CREATE TABLE part${number} (id INT PRIMARY KEY, code CHAR(64), name VARCHAR(100), amount INT, KEY (amount))`,
    `INSERT INTO part${number} ${number === 1 ? rows : 'SELECT * FROM part1'}`,
  ]);
}
