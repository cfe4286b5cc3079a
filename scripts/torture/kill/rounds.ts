import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Server } from '../../mysql/start-server.ts';
import { nextStep } from './follow.ts';
import { start, type Ended } from './process.ts';
import { SEED, writeProject } from './project.ts';
import { Random } from './random.ts';
import { STRIKES, strike } from './strike.ts';

const run = promisify(execFile);
const DATABASE = 'torture';

/** How a round ended; all but `right` is a finding. */
export type End = 'right' | 'unknown' | 'stuck' | 'wrong end' | 'wrong first line' | 'left objects';

export interface Round {
  readonly seed: number;
  readonly number: number;
  readonly strike: string;
  /** Of the log of the first run. */
  readonly afterLine: number;
  readonly second: boolean;
  readonly steps: readonly string[];
  readonly end: End;
  readonly why: string;
}

export interface KillOptions {
  readonly server: Server;
  readonly rounds: number;
  readonly seed: number;
  /** Rounds are added here, one line each; those that are there are not run again. */
  readonly stateFile: string | undefined;
  readonly onProgress: (line: string) => void;
}

/** Runs rounds until there are as many as were asked for. */
export async function killRounds(options: KillOptions): Promise<readonly Round[]> {
  const { server, seed, stateFile, onProgress } = options;
  const rounds = (await readRounds(stateFile)).filter((round) => round.seed === seed);
  const folder = await mkdtemp(join(tmpdir(), 'db-deploy-kill-'));
  await writeProject(folder);
  try {
    const before = await freshDump(server);
    const first = await start(folder, server, DATABASE, ['update']).ended;
    if (first.report?.result !== 'ok')
      throw new Error(`undisturbed: ${JSON.stringify(first.report?.problems)} ${first.errors}`);
    const whole = { before, after: await dump(server), lines: first.lines };
    for (let number = rounds.length + 1; number <= options.rounds; number += 1) {
      const round = await oneRound(server, folder, { seed, number }, whole);
      rounds.push(round);
      if (stateFile !== undefined) await appendFile(stateFile, `${JSON.stringify(round)}\n`);
      onProgress(
        `round ${number}: ${round.strike} after line ${round.afterLine}${round.second ? ', two runners' : ''}: ${round.steps.join(' → ')}: ${round.end}${round.why === '' ? '' : `: ${round.why}`}`,
      );
    }
    return rounds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readRounds(stateFile: string | undefined): Promise<Round[]> {
  if (stateFile === undefined) return [];
  const text = await readFile(stateFile, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Round]));
}

interface Whole {
  readonly before: string;
  readonly after: string;
  /** What an undisturbed run logs. */
  readonly lines: number;
}

const MOST_STEPS = 8;

async function oneRound(
  server: Server,
  folder: string,
  { seed, number }: { readonly seed: number; readonly number: number },
  whole: Whole,
): Promise<Round> {
  const random = new Random(seed * 100_003 + number);
  await freshDump(server);
  const what = random.pick(STRIKES);
  const afterLine = 1 + Math.floor(random.next() * whole.lines);
  const pauseMs = Math.round(random.next() * 80);
  const second = random.next() < 0.4;
  const root = await connect(server);
  const running = start(folder, server, DATABASE, ['update']);
  await Promise.race([running.logged(afterLine), running.ended]);
  await sleep(pauseMs);
  const other = second ? start(folder, server, DATABASE, ['update']) : undefined;
  if (second) await sleep(random.next() * 300);
  await strike(what, running, { server, root, database: DATABASE, random });
  root.destroy();
  const steps: string[] = [];
  const round = (end: End, why = ''): Round => ({
    seed,
    number,
    strike: what,
    afterLine,
    second,
    steps,
    end,
    why,
  });
  let ended = await running.ended;
  steps.push(resultOf(ended));
  if (ended.report === undefined && ended.runId !== undefined && random.next() < 0.5) {
    ended = await start(folder, server, DATABASE, ['update'], ended.runId).ended;
    steps.push(`post ${resultOf(ended)}`);
  }
  if (other) {
    const ofOther = await other.ended;
    steps.push(`other ${resultOf(ofOther)}`);
    // Of two the last word is that of the second.
    if (ofOther.report) ended = ofOther;
  } else {
    const wrong = await firstLineProblem(server, ended, whole);
    if (wrong !== undefined) return round('wrong first line', wrong);
  }
  for (;;) {
    const step = nextStep(ended.report, random);
    if (step === undefined) break;
    if (step[0] === 'ask') return round('unknown', JSON.stringify(ended.report?.problems));
    if (steps.length > MOST_STEPS) return round('stuck', JSON.stringify(ended.report?.problems));
    ended = await start(folder, server, DATABASE, step).ended;
    steps.push(`${step[0]} ${resultOf(ended)}`);
    if (ended.report === undefined) return round('stuck', ended.errors.slice(-500));
    // A rollback that was asked for is not the end: the deploy is.
    if (ended.report.result === 'ok' && step[0] === 'rollback')
      ended = { ...ended, report: { ...ended.report, result: 'rolled back', problems: [] } };
  }
  return judgeEnd(server, whole, round);
}

async function judgeEnd(
  server: Server,
  whole: Whole,
  round: (end: End, why?: string) => Round,
): Promise<Round> {
  const now = await dump(server);
  if (now !== whole.after) return round('wrong end', difference(whole.after, now));
  const root = await connect(server);
  try {
    const [left] = (await root.query(
      "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'torture__restore'",
    )) as unknown as [{ name: string }[]];
    const [triggers] = (await root.query(
      "SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_NAME LIKE 'db\\_deploy\\_%'",
    )) as unknown as [{ name: string }[]];
    const objects = [...left, ...triggers].map(({ name }) => name);
    return objects.length === 0 ? round('right') : round('left objects', objects.join(', '));
  } finally {
    root.destroy();
  }
}

/** `ok` and `restored` are claims about the database that can be held against it. */
async function firstLineProblem(
  server: Server,
  { report }: Ended,
  whole: Whole,
): Promise<string | undefined> {
  if (report?.result !== 'ok' && report?.result !== 'restored') return undefined;
  const expected = report.result === 'ok' ? whole.after : whole.before;
  const now = await dump(server);
  return now === expected ? undefined : `said ${report.result}: ${difference(expected, now)}`;
}

function difference(expected: string, found: string): string {
  const [wanted, have] = [expected.split('\n'), found.split('\n')];
  const at = wanted.findIndex((line, index) => line !== have[index]);
  return `expected ${JSON.stringify(wanted[at]?.slice(0, 200))}, found ${JSON.stringify(have[at]?.slice(0, 200))}`;
}

function resultOf({ report }: Ended): string {
  return report?.result ?? 'gone';
}

async function connect({ host, port, user, password }: Server): Promise<Connection> {
  const connection = await createConnection({ host, port, user, password });
  connection.on('error', () => undefined);
  return connection;
}

/** Makes the database anew, with nothing of a round before. */
async function freshDump(server: Server): Promise<string> {
  const root = await connect(server);
  const [rows] = (await root.query(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'torture%'",
  )) as unknown as [{ name: string }[]];
  await root.query('SET foreign_key_checks = 0');
  for (const { name } of rows) await root.query(`DROP DATABASE \`${name}\``);
  await root.query(`CREATE DATABASE ${DATABASE}`);
  await root.query(`USE ${DATABASE}`);
  for (const statement of SEED) await root.query(statement);
  await root.end();
  return dump(server);
}

const OWN = [
  ...['DATABASECHANGELOG', 'DATABASECHANGELOGLOCK', 'ops_migration_runs', 'ops_migration_statements'],
  ...['ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints', 'ops_loaded_files', 'ops_rejected_rows'],
  ...['ops_online_changes', 'ops_rehearsals'],
];

/** The schema with its rows, without db-deploy's own tables. */
async function dump(server: Server): Promise<string> {
  const { stdout } = await run(
    join(server.binDir, 'mysqldump'),
    [
      ...['--no-defaults', `--host=${server.host}`, `--port=${server.port}`, `--user=${server.user}`],
      ...['--protocol=TCP', '--routines', '--triggers', '--events', '--compact', '--order-by-primary'],
      ...[
        '--skip-extended-insert',
        '--set-gtid-purged=OFF',
        '--no-tablespaces',
        '--loose-skip-masking-policies',
      ],
      ...OWN.map((table) => `--ignore-table=${DATABASE}.${table}`),
      DATABASE,
    ],
    { env: { ...process.env, MYSQL_PWD: server.password }, maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout.replaceAll(/ AUTO_INCREMENT=\d+/g, '');
}

/** The figures of all rounds, for people and for `docs/torture.md`. */
export function describeRounds(rounds: readonly Round[]): string {
  const ends: readonly End[] = [
    ...(['right', 'unknown', 'stuck', 'wrong end', 'wrong first line', 'left objects'] as const),
  ];
  const line = (name: string, of: readonly Round[]): string =>
    `| ${[name, String(of.length), ...ends.map((end) => String(of.filter((round) => round.end === end).length))].join(' | ')} |`;
  const head = ['what happened', 'rounds', ...ends];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...STRIKES.map((what) =>
      line(
        what,
        rounds.filter((round) => round.strike === what),
      ),
    ),
    line(
      'two runners, of these',
      rounds.filter(({ second }) => second),
    ),
    line('all', rounds),
  ].join('\n');
}
