import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.ts';
import type { Server } from '../mysql/start-server.ts';
import { measure, type Command, type Measured } from './measure.ts';

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

/** A line of the log. */
interface Event {
  readonly ts: string;
  readonly event: string;
  readonly duration_ms?: number;
}

/** A run of the bundle. */
export interface Deployed {
  readonly report: Report;
  readonly peakMemory: number;
  /** Of the whole process. */
  readonly seconds: number;
  /** What the log says of the durations of its parts, in seconds. */
  readonly parts: Readonly<Record<string, number>>;
}

export const SCHEMA = 'by_backup';

/** Fills a fresh schema and writes the folder of a project with one changeset. */
export async function prepare(bench: BackupBench, sql: readonly string[], changeset: string): Promise<void> {
  const { folder } = bench;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'changelog'), { recursive: true });
  const text = `SET SESSION cte_max_recursion_depth = 10000000, sql_log_bin = 0; DROP DATABASE IF EXISTS ${SCHEMA}; CREATE DATABASE ${SCHEMA}; USE ${SCHEMA}; ${sql.join('; ')};`;
  await measure({ ...shell(bench, 'mysql LOGIN'), input: text });
  await writeChangeset(bench, '1');
  await writeFile(join(folder, 'one.sql'), changeset);
}

/** Makes the one changeset another one, so that it is pending again. */
export async function writeChangeset({ folder }: BackupBench, id: string): Promise<void> {
  const text = `databaseChangeLog:\n  - changeSet: { id: "${id}", author: bench, sqlFile: one.sql }\n`;
  await writeFile(join(folder, 'changelog/changelog.yml'), text);
}

/** Runs the bundle as a whole process; `failing` where it has to fail. */
export async function deploy(
  { server, bundle, folder }: BackupBench,
  end: 'ok' | 'failing',
  ...args: readonly string[]
): Promise<Deployed> {
  const output = join(folder, 'output.json');
  const measured = await measure({
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
    mayFail: end === 'failing',
  });
  const lines = (await readFile(output, 'utf8')).trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Event);
  const { report } = JSON.parse(lines.at(-1)!) as { report: Report };
  const parts = Object.fromEntries(
    events.flatMap(({ event, duration_ms: took }) => (took === undefined ? [] : [[event, took / 1000]])),
  ) as Readonly<Record<string, number>>;
  return { report, parts, ...measured };
}

/** A command of the shell, with a client's login in it. */
export function shell({ server }: BackupBench, command: string): Command {
  const login = `--no-defaults -h ${server.host} -P ${server.port} -u ${server.user}`;
  return {
    program: 'sh',
    args: ['-c', command.replace('LOGIN', login)],
    env: { MYSQL_PWD: server.password, PATH: `${server.binDir}:${process.env['PATH'] ?? ''}` },
  };
}
