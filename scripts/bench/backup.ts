import { rm } from 'node:fs/promises';
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
import { inTurn, measure, type Measured } from './measure.ts';

const DUMP = [
  ...['--single-transaction', '--set-gtid-purged=OFF', '--no-tablespaces', '--hex-blob', '--routines'],
  ...['--triggers', '--events', '--loose-skip-masking-policies'],
];
const CHANGESET = 'CREATE OR REPLACE VIEW one AS SELECT 1 AS n;\n';

/** Backup against `mysqldump | zstd`, restore against `mysql < dump`, in turn, on the same rows. */
export async function benchBackup(bench: BackupBench): Promise<void> {
  await benchDump(bench, 2_000_000);
  await benchDump(bench, 4);
  await benchRestore(bench);
}

/** The backup as the report times it: from the first question to the server until the file is on the disk and read back. */
async function benchDump(bench: BackupBench, rows: number): Promise<void> {
  await prepare(bench, rowsOf(rows), CHANGESET);
  const file = join(bench.folder, 'plain.zst');
  const runs: Deployed[] = [];
  const pipe = (level: string) => (): Promise<Measured> =>
    measure(shell(bench, `mysqldump LOGIN ${DUMP.join(' ')} ${SCHEMA} | zstd ${level} -qf -o '${file}'`));
  const backups = await inTurn(bench.rounds, {
    backup: async () => {
      await writeChangeset(bench, String(runs.length + 1));
      await rm(join(bench.folder, 'backups'), { recursive: true, force: true });
      const run = await deploy(bench, 'ok', 'update');
      runs.push(run);
      return { seconds: (run.report.backup?.durationMs ?? 0) / 1000, peakMemory: run.peakMemory };
    },
    // Level 1 is ours; 3 is what `zstd` takes where nothing is said.
    'mysqldump | zstd -1': pipe('-1'),
    'mysqldump | zstd': pipe(''),
  });
  const others = ['mysqldump | zstd -1', 'mysqldump | zstd'];
  bench.print(
    `backup of a schema of ${rows.toLocaleString('en')} rows, encrypted`,
    backups,
    'backup',
    others,
  );
  printParts(runs.at(-1)!);
}

function printParts({ seconds, parts }: Deployed): void {
  const dump = parts['dump-ended'] ?? 0;
  const backup = parts['backup-taken'] ?? 0;
  const rehearsal = parts['backup-rehearsed'] ?? 0;
  const rest = seconds - backup - rehearsal;
  const shown = (value: number): string => `${value.toFixed(2)} s`;
  console.log(
    `  the last run: ${shown(dump)} from the start of mysqldump to the end of its output, ${shown(backup - dump)} before and after` +
      ` (probe, key, disk, reading back), then ${shown(rehearsal)} for the rehearsal; ${shown(rest)} for all else, from the start of Node to its end`,
  );
}

async function benchRestore(bench: BackupBench): Promise<void> {
  await prepare(bench, rowsOf(400_000), CHANGESET);
  const ref = (await deploy(bench, 'ok', 'update')).report.backup?.ref ?? '';
  const plain = join(bench.folder, 'plain.sql');
  await measure(shell(bench, `mysqldump LOGIN ${DUMP.join(' ')} ${SCHEMA} > '${plain}'`));
  const times = await inTurn(bench.rounds, {
    restore: async () => (await rollBack(bench, ref)).restore,
    'mysql < dump': async () => {
      const fresh = "mysql LOGIN -e 'DROP DATABASE IF EXISTS by_client; CREATE DATABASE by_client'";
      await measure(shell(bench, fresh));
      return measure(shell(bench, `mysql LOGIN by_client < '${plain}'`));
    },
  });
  bench.print('restore of a schema of 400,000 rows', times, 'restore', ['mysql < dump']);
}

/** The memory of a backup and a restore of 2 GB of SQL. */
export async function benchLargeBackup(bench: BackupBench): Promise<void> {
  await prepare(
    bench,
    [
      'CREATE TABLE large (id INT PRIMARY KEY AUTO_INCREMENT, text LONGTEXT)',
      `INSERT INTO large (text) WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 2000)
      SELECT REPEAT(LEFT(SHA2(n, 256), 32), 32768) FROM s`,
    ],
    // Touches all of it: of what a run leaves alone nothing is restored.
    'ALTER TABLE large ADD COLUMN extra INT;',
  );
  const first = await deploy(bench, 'ok', 'update');
  bench.print('backup of 2 GB', { backup: timesOf(first, first.report.backup) }, 'backup', []);
  printParts(first);
  const { restore } = await rollBack(bench, first.report.backup?.ref ?? '');
  bench.print('rollback: backup and restore of 2 GB', { restore }, 'restore', []);
}

function rowsOf(rows: number): readonly string[] {
  return [1, 2, 3, 4].flatMap((number) => [
    `CREATE TABLE part${number} (id INT PRIMARY KEY AUTO_INCREMENT, code CHAR(32), name VARCHAR(200), amount DECIMAL(12, 2),
      at DATETIME, KEY (code), KEY (at, amount))`,
    `INSERT INTO part${number} (code, name, amount, at)
      WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < ${rows / 4})
      SELECT LEFT(SHA2(n, 256), 32), CONCAT('customer ', n, ' of ', SHA2(n, 256)), n / 7, '2026-01-01' + INTERVAL n MINUTE FROM s`,
  ]);
}

/** A rollback takes a backup and restores another. */
async function rollBack(bench: BackupBench, ref: string): Promise<{ readonly restore: Measured }> {
  const run = await deploy(bench, 'ok', 'rollback', '--backup-ref', ref, '--on-data-loss', 'restore');
  return { restore: timesOf(run, run.report.restore) };
}

function timesOf(
  { peakMemory }: Deployed,
  part: { readonly durationMs: number } | null | undefined,
): Measured {
  return { seconds: (part?.durationMs ?? 0) / 1000, peakMemory };
}
