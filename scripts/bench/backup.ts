import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.ts';
import type { Server } from '../mysql/start-server.ts';
import { inTurn, measure, type Command, type Measured } from './measure.ts';

/** What the measurements of backup and restore work with. */
export interface BackupBench {
  readonly server: Server;
  readonly bundle: string;
  readonly folder: string;
  readonly rounds: number;
  readonly print: (
    title: string,
    times: Readonly<Record<string, Measured>>,
    ours: string,
    others: readonly string[],
  ) => void;
}

const SCHEMA = 'by_backup';
const DUMP = [
  ...['--single-transaction', '--set-gtid-purged=OFF', '--no-tablespaces', '--hex-blob', '--routines'],
  ...['--triggers', '--events', '--loose-skip-masking-policies'],
];

/** Backup against `mysqldump | zstd`, restore against `mysql < dump`, in turn, on the same rows. */
export async function benchBackup(bench: BackupBench): Promise<void> {
  const ref = await prepare(bench, rowsOf(400_000));
  const plain = join(bench.folder, 'plain.sql');
  await measure(shell(bench, `mysqldump LOGIN ${DUMP.join(' ')} ${SCHEMA} > '${plain}'`));
  const restores: Measured[] = [];
  const backups = await inTurn(bench.rounds, {
    backup: async () => {
      const { backup, restore } = await rollBack(bench, ref);
      restores.push(restore);
      return backup;
    },
    'mysqldump | zstd': () =>
      measure(shell(bench, `mysqldump LOGIN ${DUMP.join(' ')} ${SCHEMA} | zstd -qf -o '${plain}.zst'`)),
  });
  bench.print('backup of a schema of 400,000 rows, encrypted', backups, 'backup', ['mysqldump | zstd']);
  // The first round is warm-up here as there.
  const ours = restores.slice(1).values();
  const times = await inTurn(Math.max(1, bench.rounds - 1), {
    restore: async () => ours.next().value ?? restores[0]!,
    'mysql < dump': async () => {
      await measure(
        shell(bench, "mysql LOGIN -e 'DROP DATABASE IF EXISTS by_client; CREATE DATABASE by_client'"),
      );
      return measure(shell(bench, `mysql LOGIN by_client < '${plain}'`));
    },
  });
  bench.print('restore of the same', times, 'restore', ['mysql < dump']);
}

/** The memory of a backup and a restore of 2 GB of SQL. */
export async function benchLargeBackup(bench: BackupBench): Promise<void> {
  const ref = await prepare(bench, [
    'CREATE TABLE large (id INT PRIMARY KEY AUTO_INCREMENT, text LONGTEXT)',
    `INSERT INTO large (text) WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 2000)
      SELECT REPEAT(LEFT(SHA2(n, 256), 32), 32768) FROM s`,
  ]);
  const { backup, restore } = await rollBack(bench, ref);
  bench.print('backup of 2 GB', { backup }, 'backup', []);
  bench.print('restore of 2 GB', { restore }, 'restore', []);
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

/** Fills the schema and gives the reference of a first backup of it. */
async function prepare(bench: BackupBench, sql: readonly string[]): Promise<string> {
  const { folder } = bench;
  await mkdir(join(folder, 'changelog'), { recursive: true });
  const text = `SET SESSION cte_max_recursion_depth = 10000000; DROP DATABASE IF EXISTS ${SCHEMA}; CREATE DATABASE ${SCHEMA}; USE ${SCHEMA}; ${sql.join('; ')};`;
  await measure({ ...shell(bench, 'mysql LOGIN'), input: text });
  await writeFile(
    join(folder, 'changelog/changelog.yml'),
    'databaseChangeLog:\n  - changeSet: { id: "1", author: bench, sqlFile: one.sql }\n',
  );
  await writeFile(join(folder, 'one.sql'), 'CREATE TABLE one (id INT PRIMARY KEY);\n');
  const { report } = await deploy(bench, 'update');
  return report.backup?.ref ?? '';
}

/** A rollback takes a backup and restores another: both are in its report. */
async function rollBack(
  bench: BackupBench,
  ref: string,
): Promise<{ readonly backup: Measured; readonly restore: Measured }> {
  const { report, peakMemory } = await deploy(
    bench,
    'rollback',
    '--backup-ref',
    ref,
    '--on-data-loss',
    'restore',
  );
  const of = (milliseconds = 0): Measured => ({ seconds: milliseconds / 1000, peakMemory });
  return { backup: of(report.backup?.durationMs), restore: of(report.restore?.durationMs) };
}

async function deploy(
  { server, bundle, folder }: BackupBench,
  ...args: readonly string[]
): Promise<{ readonly report: Report; readonly peakMemory: number }> {
  const output = join(folder, 'output.json');
  const { peakMemory } = await measure({
    program: process.execPath,
    args: [
      ...[bundle, ...args, '--working-directory', folder, '--log-format', 'json', '--mysql-client', 'path'],
      ...['--backup-store', `file:${join(folder, 'backups')}`],
    ],
    env: {
      ...{ DB_HOST: server.host, DB_PORT: String(server.port), DB_USER: server.user, DB_NAME: SCHEMA },
      ...{ DB_PASSWORD: server.password, BACKUP_PASSPHRASE: 'correct horse battery staple' },
      PATH: `${server.binDir}:${process.env['PATH'] ?? ''}`,
    },
    output,
  });
  const last = (await readFile(output, 'utf8')).trim().split('\n').at(-1) ?? '{}';
  return { report: (JSON.parse(last) as { report: Report }).report, peakMemory };
}

function shell({ server }: BackupBench, command: string): Command {
  const login = `--no-defaults -h ${server.host} -P ${server.port} -u ${server.user}`;
  return {
    program: 'sh',
    args: ['-c', command.replace('LOGIN', login)],
    env: { MYSQL_PWD: server.password, PATH: `${server.binDir}:${process.env['PATH'] ?? ''}` },
  };
}
