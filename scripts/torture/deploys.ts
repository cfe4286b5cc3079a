import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../mysql/server-folder.ts';
import { CHANGES, GROUPS } from './schema.ts';

/** What a failing deploy came to. */
export interface Deployed {
  readonly result: string;
  readonly guarantee: string;
  readonly kept: number | undefined;
  readonly undone: number | undefined;
  /** Of these, as many as may be in the backup: they were committed while its dump began. */
  readonly uncertain: number;
  readonly blockedMs: number | undefined;
  readonly tables: number;
  readonly steps: string;
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/** Writes a changelog whose last statement fails, after some that change things at random. */
export async function writeDeploy(folder: string, number: number): Promise<readonly string[]> {
  await mkdir(join(folder, 'changelog'), { recursive: true });
  await mkdir(join(folder, 'migrations'), { recursive: true });
  const statements = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, (_, index) => {
    const change = CHANGES[Math.floor(Math.random() * CHANGES.length)]!;
    return change(number * 10 + index, Math.floor(Math.random() * GROUPS));
  });
  const files = [statements.slice(0, 1), [...statements.slice(1), 'SELECT no_such_column']];
  const entries = files.map((sql, index) => {
    const name = `${number}_${index}`;
    return { name, sql: sql.map((each) => `${each};\n`).join('') };
  });
  for (const { name, sql } of entries) await writeFile(join(folder, `migrations/${name}.up.sql`), sql);
  const lines = entries.flatMap(({ name }) => [
    '  - changeSet:',
    `      id: "${name}"`,
    '      author: torture',
    `      sqlFile: migrations/${name}.up.sql`,
  ]);
  await writeFile(join(folder, 'changelog/changelog.yml'), `databaseChangeLog:\n${lines.join('\n')}\n`);
  return statements;
}

/** Runs `db-deploy update` in a process of its own, as a person would. */
export async function runDeploy(
  folder: string,
  server: Address,
  database: string,
  more: readonly string[] = [],
): Promise<Deployed> {
  const entry = join(import.meta.dirname, '../../src/index.ts');
  const child = spawn(
    process.execPath,
    [
      ...['--no-warnings', entry, 'update', '--environment', 'dev', '--working-directory', folder],
      ...['--db-host', server.host, '--db-port', String(server.port), '--db-user', server.user],
      ...['--db-name', database, '--backup-store', `file:${join(folder, 'backups')}`, '--log-format', 'json'],
      ...['--mysql-client', 'path', ...more],
    ],
    {
      env: {
        ...process.env,
        DB_PASSWORD: server.password,
        PATH: `${server.binDir}:${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  const events = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LoggedEvent);
  const report = events.find((event) => event.report)?.report;
  if (!report) throw new Error(`the deploy gave no report: ${output.slice(-2000)} ${errors.slice(-2000)}`);
  const scope = events.find(({ event }) => event === 'restore-scope')?.message ?? '';
  return {
    result: report.result,
    guarantee: report.guarantee?.kind ?? 'not said',
    kept: report.restore?.keptTransactions ?? undefined,
    undone: report.restore?.undoneTransactions ?? undefined,
    uncertain: sum(report.warnings.map(({ message }) => /\((\d+) of them while the dump/.exec(message)?.[1])),
    blockedMs: report.restore?.blockedMs ?? undefined,
    steps: stepsOf(events),
    tables: /touched (.*);/.exec(scope)?.[1]?.split(',').length ?? 0,
    warnings: report.warnings.map(({ message }) => message),
    problems: report.problems.map(({ message }) => message),
  };
}

interface LoggedEvent {
  readonly event: string;
  readonly message: string;
  readonly duration_ms?: number;
  readonly report?: ReportOfDeploy;
}

function sum(numbers: readonly (string | undefined)[]): number {
  return numbers.reduce((total, each) => total + Number(each ?? 0), 0);
}

const SWAP_EVENTS = ['writers-held', 'replayed', 'tables-locked', 'cut-over-ready', 'tables-swapped'];

/** From the first lock on: when each step of the last try to swap was done. */
function stepsOf(events: readonly LoggedEvent[]): string {
  const start = events.findLastIndex(({ event }) => event === 'writers-held');
  return events
    .slice(Math.max(0, start))
    .filter(({ event }) => start >= 0 && SWAP_EVENTS.includes(event))
    .map(({ event, duration_ms: ms }) => `${event} ${ms}`)
    .join(', ');
}

interface ReportOfDeploy {
  readonly result: string;
  readonly guarantee?: { readonly kind: string };
  readonly restore?: {
    readonly keptTransactions: number | null;
    readonly undoneTransactions: number | null;
    readonly blockedMs: number | null;
  };
  readonly warnings: readonly { readonly message: string }[];
  readonly problems: readonly { readonly message: string }[];
}
