import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Server } from '../../scripts/mysql/start-server.ts';
import type { Report } from '../../src/report/report.ts';
import { artifactService, type ArtifactService } from './artifact-service.ts';
import { databaseInputs, testDatabase, type TestDatabase } from './database.ts';
import { changesets, project } from './deploy.ts';
import { runAction, startAction, type ActionOptions, type ActionRun } from './runner.ts';
import { sessionRunning } from './watch.ts';

const WAYS = [
  ...(['cancelled', 'terminated', 'main killed', 'runner destroyed'] as const),
  ...(['connection killed', 'server killed', 'server restarted'] as const),
];
/** Where the session of a changeset is there, it can be struck alone, or together with the one that holds the lock. */
const WORK_WAYS = ['work session killed', 'both sessions killed'] as const;
const AT_WORK = [
  'during a long ALTER',
  'between a statement and its journal',
  'during a changeset of DML alone',
];
export type Way = (typeof WAYS)[number] | (typeof WORK_WAYS)[number];

/** Sent one by one: a trigger keeps the `;` of a packet of several. */
const SEED = [
  'CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))',
  'CREATE TABLE u (id INT PRIMARY KEY, n INT NOT NULL)',
  'CREATE TABLE v (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))',
  'CREATE VIEW names AS SELECT name FROM t',
  'CREATE TRIGGER v_insert BEFORE INSERT ON v FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
  "INSERT INTO t VALUES (1, 'Ada'), (2, 'Grace')",
  'INSERT INTO u VALUES (1, 10), (2, 20)',
  "INSERT INTO v (name) VALUES ('one'), ('two')",
];

const PROJECTS = {
  ddl: 'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN n INT;\nINSERT INTO a VALUES (1);',
  dml: "INSERT INTO t VALUES (3, 'Linus');\nUPDATE u SET n = n + 1 WHERE id < 9;\nDELETE FROM v WHERE id = 2;",
  failing: 'ALTER TABLE t ADD COLUMN n INT;\nUPDATE u SET n = n + 1 WHERE id < 9;\nSELECT nothing;',
} as const;
type ProjectName = keyof typeof PROJECTS;

/** Somebody else's session that makes the run wait at one place. */
interface Holder {
  readonly run: (sql: string) => Promise<void>;
  readonly letGo: () => void;
}

/** A place in a run: others' locks make sure that it is there, however fast the machine is. */
export interface Moment {
  readonly name: string;
  readonly project: ProjectName;
  readonly hold: (db: TestDatabase, holders: readonly [Holder, Holder]) => Promise<void>;
  /** Waits until the run is there; may let go of what led it there. */
  readonly reach: (db: TestDatabase, holders: readonly [Holder, Holder]) => Promise<unknown>;
  readonly inputs?: Readonly<Record<string, string>>;
}

const UPLOAD = 'during the upload';
let service: ArtifactService | undefined;

const MOMENTS: readonly Moment[] = [
  {
    name: 'after the lock was taken',
    project: 'ddl',
    hold: (_db, [holder]) => holder.run('LOCK INSTANCE FOR BACKUP'),
    reach: (db) => sessionRunning(db, 'CREATE TABLE%', 'Waiting for backup lock'),
  },
  {
    name: 'during the dump',
    project: 'ddl',
    hold: (_db, [holder]) => holder.run('LOCK TABLES v WRITE'),
    // The rows are read by the run itself, or by mysqldump.
    reach: (db) => sessionRunning(db, '%`v`%', 'Waiting for table metadata lock'),
  },
  {
    name: UPLOAD,
    project: 'ddl',
    hold: async () => undefined,
    reach: async () => {
      while (!service?.requests.includes('upload')) await sleep(20);
    },
  },
  {
    name: 'during a long ALTER',
    project: 'ddl',
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM t'),
    reach: (db) => sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock'),
  },
  {
    name: 'between a statement and its journal',
    project: 'ddl',
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM t'),
    reach: async (db, [holder, journalHolder]) => {
      await sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock');
      await journalHolder.run('START TRANSACTION; SELECT * FROM ops_migration_statements FOR UPDATE');
      holder.letGo();
      await sessionRunning(db, '%ops_migration_statements%');
    },
  },
  {
    name: 'during a changeset of DML alone',
    project: 'dml',
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM u WHERE id = 1 FOR UPDATE'),
    reach: (db) => sessionRunning(db, 'UPDATE u%'),
  },
  {
    name: 'when the restore begins to load',
    project: 'failing',
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM u WHERE id = 1 FOR UPDATE'),
    reach: async (db, [holder, instanceHolder]) => {
      await sessionRunning(db, 'UPDATE u%');
      await instanceHolder.run('LOCK INSTANCE FOR BACKUP');
      holder.letGo();
      await sessionRunning(db, '%', 'Waiting for backup lock');
    },
  },
  {
    name: "during the restore's cut-over",
    project: 'failing',
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM u WHERE id = 1 FOR UPDATE'),
    reach: async (db, [holder, tableHolder]) => {
      await sessionRunning(db, 'UPDATE u%');
      // Only what the run touched is locked in the end.
      await tableHolder.run('LOCK TABLES t READ');
      holder.letGo();
      await sessionRunning(db, 'LOCK TABLES%', 'Waiting for table metadata lock');
    },
  },
  {
    name: 'before the first drop of a restore in place',
    project: 'failing',
    inputs: { 'restore-guarantee': 'in-place' },
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM u WHERE id = 1 FOR UPDATE'),
    reach: beforeFirstDrop,
  },
  {
    name: 'while a restore in place loads',
    project: 'failing',
    inputs: { 'restore-guarantee': 'in-place' },
    hold: (_db, [holder]) => holder.run('START TRANSACTION; SELECT * FROM u WHERE id = 1 FOR UPDATE'),
    reach: async (db, [holder, tableHolder]) => {
      await beforeFirstDrop(db, [holder, tableHolder]);
      // It gets what it asks for when the drop is done, and before anything is made.
      const granted = holder.run('LOCK INSTANCE FOR BACKUP');
      await sessionRunning(db, 'LOCK INSTANCE%');
      tableHolder.letGo();
      await granted;
      await sessionRunning(db, 'CREATE TABLE%', 'Waiting for backup lock');
    },
  },
];

/** The run is in its restore, which has said what it begins, and waits for a table that somebody else reads. */
async function beforeFirstDrop(
  db: TestDatabase,
  [holder, tableHolder]: readonly [Holder, Holder],
): Promise<void> {
  await sessionRunning(db, 'UPDATE u%');
  await tableHolder.run('LOCK TABLES v READ');
  await holder.run('ROLLBACK');
  await sessionRunning(db, 'DROP TABLE%', 'Waiting for table metadata lock');
}

const PATIENCE = 20_000;
const CRASH = 'this is a bug in db-deploy';
const rows: Record<string, string>[] = [];
const expected: Partial<Record<ProjectName, string>> = {};
let before: string;

/** Each way at each place. */
export const CELLS = MOMENTS.flatMap((moment) => {
  const ways: readonly Way[] = AT_WORK.includes(moment.name) ? [...WAYS, ...WORK_WAYS] : WAYS;
  return ways.map((way) => [way, moment.name, moment] as const);
});

/** Learns what an update that nobody disturbs makes of the schema. */
export async function expectUndisturbed(on: Server, name: 'ddl' | 'dml'): Promise<void> {
  const db = await seeded(on);
  before = await db.dump();
  const result = await runAction(step(db, projectOf(name)));
  expect(result.outputs['result']).toBe('ok');
  expected[name] = await db.dump();
  expect(expected[name]).not.toBe(before);
}

/** What happened in each cell, in the order of the places. */
export function printMatrix(title: string): void {
  const lines = MOMENTS.flatMap(({ name }) =>
    rows.filter(({ when }) => when === name).map((row) => Object.values(row).join(' | ')),
  );
  console.log([title, Object.keys(rows[0] ?? {}).join(' | '), ...lines].join('\n'));
}

/** One run is struck; what the next one says leads to the right end. */
export async function expectRecovery(
  way: Way,
  moment: Moment,
  on: Server,
  name: string = way,
): Promise<void> {
  const db = await seeded(on);
  const folder = projectOf(moment.project);
  const holders = [await holdOf(db), await holdOf(db)] as const;
  await moment.hold(db, holders);
  const run = await startAction(await firstStep(db, folder, moment));
  let hasEnded = false;
  const ended = run.result.finally(() => (hasEnded = true));
  await orEnd(moment.reach(db, holders), ended);
  await strike(way, db, run, on, () => hasEnded);
  for (const holder of holders) holder.letGo();
  const killed = await ended;
  await untilGone(db);

  const left = stateOf(await db.dump(), moment.project);
  const [recovery, next] = await recover(db, folder, moment, left);
  const end = stateOf(await db.dump(), moment.project);
  const status = await statusOfFirstRun(db);
  rows.push({
    when: moment.name,
    way: name,
    said: killed.outputs['result'] ?? (killed.log.includes(CRASH) ? 'a crash' : 'nothing'),
    post: killed.post?.outputs['result'] ?? '-',
    left,
    status: status ?? 'no row',
    next,
    end,
  });
  expect({ end, recovery }).toEqual({ end: recovery, recovery });
  expectTruth(status, left, next);
  expect(killed.log).not.toContain(CRASH);
  expect(killed.post?.log ?? '').not.toContain(CRASH);
}

/** While one run is struck another one waits for the lock: what it says is true, and leads to the right end. */
export async function expectSecondIsRight(way: Way, moment: Moment, on: Server): Promise<void> {
  const db = await seeded(on);
  const folder = projectOf(moment.project);
  const holders = [await holdOf(db), await holdOf(db)] as const;
  await moment.hold(db, holders);
  const run = await startAction(await firstStep(db, folder, moment));
  let hasEnded = false;
  const ended = run.result.finally(() => (hasEnded = true));
  await orEnd(moment.reach(db, holders), ended);
  const second = await startAction(step(db, folder, moment.inputs));
  await second.waitForLog('for the deploy lock');
  await strike(way, db, run, on, () => hasEnded);
  for (const holder of holders) holder.letGo();
  const [killed, other] = [await ended, await second.result];
  await untilGone(db);

  const said = other.outputs['result'] ?? 'nothing';
  const left = stateOf(await db.dump(), moment.project);
  const claims: Readonly<Record<string, State>> = { ok: 'after', restored: 'before' };
  if (claims[said]) expect({ said, left }).toEqual({ said, left: claims[said] });
  else if (!way.startsWith('server')) expect(said).toBe('blocked');
  // What was acknowledged stays, whoever came next.
  if (killed.outputs['result'] === 'ok') expect(left).toBe('after');
  const [recovery, next] = await recover(db, folder, moment, left);
  const end = stateOf(await db.dump(), moment.project);
  rows.push({
    ...{ when: moment.name, way, said: killed.outputs['result'] ?? 'nothing' },
    post: killed.post?.outputs['result'] ?? '-',
    ...{ second: said, left, next, end },
  });
  expect({ end, recovery }).toEqual({ end: recovery, recovery });
  for (const { log } of [killed, other]) expect(log).not.toContain(CRASH);
}

/** An upload that hangs is the only thing that others' locks cannot bring about. */
async function firstStep(db: TestDatabase, folder: string, { name, inputs }: Moment): Promise<ActionOptions> {
  if (name !== UPLOAD) return step(db, folder, inputs);
  service = await artifactService();
  service.fail('upload', 'hang');
  const options = step(db, folder, {
    ...{ 'backup-store': 'artifact', 'backup-passphrase': 'a b c' },
    // Where only the server is struck nobody else ends it.
    'backup-timeout': '10',
  });
  return { ...options, env: service.environment(), github: { api_url: service.url } };
}

async function seeded(on: Server): Promise<TestDatabase> {
  const db = await testDatabase({ server: on });
  for (const sql of SEED) await db.query(sql);
  return db;
}

function projectOf(name: ProjectName): string {
  return project(changesets({ id: '1', sql: PROJECTS[name] }));
}

function step(
  db: TestDatabase,
  workspace: string,
  inputs: Readonly<Record<string, string>> = {},
): ActionOptions {
  return {
    workspace,
    path: [db.binDir],
    secrets: [db.password],
    inputs: {
      ...{ mode: 'update', environment: 'dev', backup: 'full', 'mysql-client': 'path' },
      'backup-store': `file:${join(workspace, 'backups')}`,
      ...{ 'lock-timeout': '30', 'statement-lock-timeout': '30', 'connect-timeout': '20' },
      ...databaseInputs(db),
      ...inputs,
    },
  };
}

async function holdOf(db: TestDatabase): Promise<Holder> {
  const connection = await db.connect();
  connection.on('error', () => undefined);
  return {
    run: async (sql) => void (await connection.query(sql)),
    letGo: () => connection.destroy(),
  };
}

/** Fails at once when the run ends before it came to its place. */
async function orEnd(reached: Promise<unknown>, ended: ActionRun['result']): Promise<void> {
  const early = ended.then(({ log }) => Promise.reject(new Error(`the run ended before:\n${log}`)));
  const late = sleep(PATIENCE, undefined, { ref: false }).then(() =>
    Promise.reject(new Error('the run never came there')),
  );
  // Of the promises that lose nobody hears.
  for (const each of [reached, early, late]) each.catch(() => undefined);
  await Promise.race([reached, early, late]);
}

async function strike(
  way: Way,
  db: TestDatabase,
  run: ActionRun,
  on: Server,
  hasEnded: () => boolean,
): Promise<void> {
  switch (way) {
    case 'cancelled':
      void run.cancel('cancelled', { interrupt: 2_500, terminate: 500 });
      // What is held is let go of while the run still tidies up.
      for (let waited = 0; waited < 600 && !hasEnded(); waited += 50) await sleep(50);
      return;
    case 'terminated':
      process.kill(run.pid, 'SIGTERM');
      for (let waited = 0; waited < 600 && !hasEnded(); waited += 50) await sleep(50);
      return;
    case 'main killed':
      run.killMain();
      return;
    case 'runner destroyed':
      run.destroyRunner();
      return;
    case 'connection killed':
      return killHolders(db, ['']);
    case 'work session killed':
      return killHolders(db, [':work']);
    case 'both sessions killed':
      return killHolders(db, ['', ':work']);
    case 'server killed':
      await on.kill();
      await on.start();
      await db.reconnect();
      return;
    case 'server restarted':
      await on.restart();
      await db.reconnect();
  }
}

/** Ends the sessions that hold these locks of the run. */
async function killHolders(db: TestDatabase, locks: readonly string[]): Promise<void> {
  const owners: number[] = [];
  for (const lock of locks) {
    const [owner] = await db.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [
      `db-deploy:${db.name}${lock}`,
    ]);
    if (!owner?.id) throw new Error(`no session holds db-deploy:${db.name}${lock}`);
    owners.push(owner.id);
  }
  // The run may end the other one itself when it notices.
  for (const id of owners) await db.query(`KILL CONNECTION ${id}`).catch(() => undefined);
}

const COUNT_SESSIONS = `SELECT COUNT(*) AS n FROM performance_schema.processlist
  WHERE (DB = ? OR LEFT(DB, CHAR_LENGTH(?)) = ?) AND ID <> CONNECTION_ID()`;

/** Nothing of the run is left: no session on the server, no process here. */
async function untilGone(db: TestDatabase): Promise<void> {
  const side = `${db.name}__`;
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const [sessions] = await db.query<{ n: number }>(COUNT_SESSIONS, [db.name, side, side]);
    const dumps = dumpsOf(db);
    if (sessions?.n === 0 && dumps.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`left behind: ${sessions?.n} sessions, processes ${dumps.join(', ')}`);
    await sleep(50);
  }
}

/** Processes of client tools that work for this database. */
function dumpsOf({ name }: TestDatabase): readonly string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => {
    const [program = '', ...rest] = readArguments(pid);
    return program.includes('mysql') && rest.some((argument) => argument.includes(name));
  });
}

function readArguments(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

type State = 'before' | 'after' | 'half';

function stateOf(dump: string, name: ProjectName): State {
  if (dump === before) return 'before';
  return dump === expected[name] ? 'after' : 'half';
}

const BACKUP_REF = /backup-ref: (file:\S+)/;

/** Runs the same update again, as its message says; gives the state that must be true then, and what was said. */
async function recover(
  db: TestDatabase,
  folder: string,
  { project: name, inputs }: Moment,
  left: State,
): Promise<readonly [State, string]> {
  const result = await runAction(step(db, folder, inputs));
  const report = JSON.parse(readFileSync(result.outputs['report-file'] ?? '', 'utf8')) as Report;
  if (report.warnings.some(({ code }) => code === 'restore-incomplete')) {
    expect({ left, result: report.result, inputs }).toMatchObject({
      left: 'half',
      result: 'restored',
      inputs: {},
    });
    return ['before', 'loaded it again, then restored'];
  }
  if (report.result !== 'blocked') {
    // A state that is neither is never taken for granted.
    expect({ left, problems: report.problems }).not.toMatchObject({ left: 'half' });
    expect(report.result).toBe(name === 'failing' ? 'restored' : 'ok');
    return [name === 'failing' ? 'before' : 'after', report.result];
  }
  const [problem] = report.problems;
  expect(report.problems).toHaveLength(1);
  expect(problem?.message).toMatch(/run \S+ .*changeset test:1/);
  expect(problem?.message).toMatch(/statement/);
  if (problem?.code === 'unfinished-run' && name !== 'failing') {
    expect(problem.fix).toContain('resume: true');
    const resumed = await runAction(step(db, folder, { resume: 'true' }));
    expect(resumed.outputs['result']).toBe('ok');
    return ['after', 'unfinished, then resume'];
  }
  expect(problem?.fix).toMatch(BACKUP_REF);
  const ref = BACKUP_REF.exec(problem?.fix ?? '')?.[1];
  const back = await runAction(step(db, folder, { mode: 'rollback', 'backup-ref': ref ?? '' }));
  expect(back).toMatchObject({ outputs: { result: 'ok', restored: 'true' } });
  return ['before', `${problem?.code === 'statement-in-doubt' ? 'in doubt' : 'unfinished'}, then rollback`];
}

async function statusOfFirstRun(db: TestDatabase): Promise<string | undefined> {
  const sql = 'SELECT status FROM ops_migration_runs ORDER BY started_at, run_id LIMIT 2';
  const runs = await db.query<{ status: string }>(sql);
  return runs.length < 2 ? undefined : runs[0]?.status;
}

function expectTruth(status: string | undefined, left: State, next: string): void {
  const truths: Readonly<Record<State, readonly (string | undefined)[]>> = {
    before: [undefined, 'blocked', 'failed', 'interrupted', 'restored'],
    // `restored` where the next run has finished what was begun in place.
    half: ['failed', 'interrupted', 'restore-failed', ...(next.startsWith('loaded') ? ['restored'] : [])],
    after: ['succeeded', 'failed', 'interrupted'],
  };
  expect(truths[left]).toContain(status);
}
