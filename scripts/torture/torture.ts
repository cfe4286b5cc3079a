import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Address } from '../mysql/server-folder.ts';
import { runDeploy, writeDeploy, type Deployed } from './deploys.ts';
import { GROUPS, groupSchema } from './schema.ts';
import { disturbUntilOver, QUIET } from './disturb.ts';
import { TWIN, zooSchema } from './zoo.ts';
import { compareWith, writeUntilOver, type Findings, type Ledger } from './writer.ts';

const run = promisify(execFile);

export interface TortureOptions {
  readonly server: Address;
  readonly database: string;
  readonly seconds: number;
  readonly writers: number;
  /** Between two transactions of one writer, on average. */
  readonly pauseMs: number;
  readonly onProgress: (line: string) => void;
}

export interface Tortured extends Findings {
  readonly deploys: readonly Deployed[];
  /** DDL of others, rotations of the log, events. */
  readonly disturbed: number;
  readonly seconds: number;
  readonly retried: number;
  readonly strange: readonly string[];
  readonly latencies: readonly number[];
  readonly isSchemaEqual: boolean;
}

/** Failing deploys one after another under writers, and then the count of what is left. */
export async function torture(options: TortureOptions): Promise<Tortured> {
  const { server, database, onProgress } = options;
  const connect = async (): Promise<Connection> => {
    const { host, port, user, password } = server;
    return createConnection({ host, port, user, password, database });
  };
  const root = await connect();
  await root.query(`CREATE DATABASE ${TWIN}`);
  for (let group = 0; group < GROUPS; group += 1) {
    for (const statement of [...groupSchema(group), ...zooSchema(group)]) await root.query(statement);
  }
  for (const statement of QUIET) await root.query(statement);
  const before = await dumpDefinitions(server, database);
  const writing = { isOn: true, pauseMs: options.pauseMs };
  const ledgers: Ledger[] = [];
  const writers: Promise<void>[] = [];
  for (let number = 1; number <= options.writers; number += 1) {
    const ledger: Ledger = {
      ...{ events: new Map(), orders: new Map(), gone: new Set(), latencies: [], retried: 0, strange: [] },
    };
    ledgers.push(ledger);
    writers.push(writeUntilOver(await connect(), number, ledger, writing));
  }
  const disturbing = disturbUntilOver(await connect(), writing);
  const started = Date.now();
  const deploys: Deployed[] = [];
  while (Date.now() - started < options.seconds * 1000) {
    const folder = await mkdtemp(join(tmpdir(), 'db-deploy-torture-'));
    const statements = await writeDeploy(folder, deploys.length + 1);
    const deployed = await runDeploy(folder, server, database);
    deploys.push(deployed);
    await rm(folder, { recursive: true, force: true });
    onProgress(
      `deploy ${deploys.length}: ${deployed.result}, ${statements.length} statements, ${deployed.tables} tables, ${deployed.kept ?? 'no'} kept, ${deployed.undone ?? 'unknown'} undone, blocked ${deployed.blockedMs ?? '?'} ms (${deployed.steps}) ${[...deployed.problems, ...deployed.warnings].join('; ').slice(0, 500)}`,
    );
    if (deployed.result !== 'restored' && deployed.result !== 'failed') {
      onProgress(`stopped: ${deployed.problems.join('; ')}`);
      break;
    }
    await dropAsides(root, database);
  }
  writing.isOn = false;
  await Promise.all(writers);
  const disturbed = await disturbing;
  const findings = await compareWith(root, ledgers);
  const after = await dumpDefinitions(server, database);
  await root.end();
  return {
    ...findings,
    deploys,
    disturbed: disturbed.done,
    seconds: (Date.now() - started) / 1000,
    retried: ledgers.reduce((sum, { retried }) => sum + retried, 0),
    strange: [...ledgers.flatMap(({ strange }) => strange), ...disturbed.refused],
    latencies: ledgers.flatMap(({ latencies }) => latencies),
    isSchemaEqual: before === after,
  };
}

/** They would fill the disk; in real life they stay for a week. */
async function dropAsides(root: Connection, database: string): Promise<void> {
  const [rows] = await root.query('SHOW DATABASES LIKE ?', [`${database}\\_\\_aside%`]);
  await root.query('SET foreign_key_checks = 0');
  for (const row of rows as object[]) await root.query('DROP DATABASE ??', [String(Object.values(row)[0])]);
}

/** The schema without rows, without db-deploy's own tables and without counters. */
async function dumpDefinitions(server: Address, database: string): Promise<string> {
  const own = ['DATABASECHANGELOG', 'DATABASECHANGELOGLOCK'];
  const ops = ['migration_runs', 'migration_statements', 'pipeline_runs', 'dq_results', 'checkpoints'];
  const more = ['loaded_files', 'rejected_rows'];
  const ignored = [...own, ...[...ops, ...more].map((name) => `ops_${name}`)];
  const { stdout } = await run(
    join(server.binDir, 'mysqldump'),
    [
      ...['--no-defaults', `--host=${server.host}`, `--port=${server.port}`, `--user=${server.user}`],
      ...['--protocol=TCP', '--no-data', '--routines', '--triggers', '--events', '--compact'],
      ...['--set-gtid-purged=OFF', '--no-tablespaces', '--loose-skip-masking-policies'],
      ...ignored.map((table) => `--ignore-table=${database}.${table}`),
      database,
    ],
    { env: { ...process.env, MYSQL_PWD: server.password }, maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout.replaceAll(/ AUTO_INCREMENT=\d+/g, '');
}

/** Whether every acknowledged transaction is there, once and whole, and nothing else is. */
export function isLossless(result: Tortured): boolean {
  const { lost, doubled, foreign, wrong, strange, isSchemaEqual } = result;
  return lost + doubled + foreign + wrong.length + strange.length === 0 && isSchemaEqual;
}

/** Whether deploys said beforehand that a restore would undo writes, and afterwards how many it did. */
export function isToldExactly({ deploys, lost, isSchemaEqual }: Tortured): boolean {
  const said = deploys.reduce((sum, { undone }) => sum + (undone ?? 0), 0);
  const maybe = deploys.reduce((sum, { uncertain }) => sum + uncertain, 0);
  const isSaidBefore = deploys.every(({ guarantee }) => guarantee === 'snapshot');
  return isSaidBefore && lost <= said && said - maybe <= lost && isSchemaEqual;
}

/** The result as text, for people and for `docs/torture.md`. */
export function describeTorture(result: Tortured): string {
  const { deploys, acknowledged, seconds, lost, doubled, foreign, wrong, retried, strange } = result;
  const restored = deploys.filter((deploy) => deploy.result === 'restored');
  const blocked = restored.flatMap(({ blockedMs }) => blockedMs ?? []);
  const tail = (values: readonly number[]): string =>
    [50, 90, 99, 100].map((percent) => `p${percent} ${percentile(values, percent)} ms`).join(', ');
  return [
    `${deploys.length} deploys failed in ${Math.round(seconds)} s, ${restored.length} were restored, all others had changed nothing`,
    `${acknowledged} transactions acknowledged (${Math.round(acknowledged / seconds)} a second)`,
    `${lost} lost, ${doubled} doubled, ${foreign} there that nobody acknowledged, ${wrong.length} rows not as they should be`,
    `${restored.reduce((sum, { kept }) => sum + (kept ?? 0), 0)} replayed, ${restored.reduce((sum, { undone }) => sum + (undone ?? 0), 0)} undone (${restored.reduce((sum, { uncertain }) => sum + uncertain, 0)} of them perhaps not), ${restored.filter(({ kept }) => kept === undefined).length} restores that could not keep others' writes`,
    `${result.disturbed} times DDL of others on their own tables, an event or a new file of the log`,
    `${retried} retryable errors (lock wait, deadlock, changed table), ${strange.length} others`,
    `writers held up by a swap: ${tail(blocked)}`,
    `a transaction from its first statement to COMMIT: ${tail(result.latencies)}`,
    `schema ${result.isSchemaEqual ? 'equal to before' : 'DIFFERENT'}`,
    // What was lost explains what is wrong.
    ...(lost > 0 ? [] : [...wrong.slice(0, 10), ...[...new Set(strange)].slice(0, 10)]),
  ].join('\n');
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0);
}
