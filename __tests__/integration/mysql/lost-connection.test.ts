import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import {
  changesets,
  deploy,
  project,
  type ChangesetFixture,
  type Deployed,
  type DeployOptions,
} from '../../support/deploy.ts';
import { startRouter } from '../../support/router.ts';
import { holdTable, sessionRunning, watchFor } from '../../support/watch.ts';

/** Statements sleep as long as this table says, so that a test can interrupt them and then let them be quick. */
const SETUP = `
  CREATE TABLE pace (seconds INT PRIMARY KEY);
  INSERT INTO pace VALUES (0);
  CREATE TABLE t (n INT PRIMARY KEY);
  CREATE PROCEDURE fill() BEGIN
    INSERT INTO t (n) VALUES (10); DO SLEEP((SELECT seconds FROM pace)); INSERT INTO t (n) VALUES (11);
  END`;
const SLEEP = 'SLEEP((SELECT seconds FROM pace))';
const SLOW_INSERT = `INSERT INTO t (n) SELECT 2 FROM (SELECT ${SLEEP} AS s) AS slept;`;

const FIRST: ChangesetFixture = { id: 'first', sql: 'CREATE TABLE first (id INT PRIMARY KEY);' };
const LAST: ChangesetFixture = { id: 'last', sql: 'INSERT INTO t (n) VALUES (99);' };

interface Case {
  readonly what: string;
  /** The changeset that is interrupted, between `first` and `last`. */
  readonly sql: readonly string[];
  /** What the session runs at that moment, and in which state. */
  readonly running: readonly [statement: string, state?: string];
  /** Statements of it that are in effect afterwards; with `doubt`, one more may be. */
  readonly done: number;
  readonly doubt: boolean;
  readonly journal: readonly string[];
  /** What a person says where that cannot be asked. */
  readonly answer?: 'done' | 'not-done';
  /** What the person does first, so that the answer is right. */
  readonly correct?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a changeset of DML alone',
    sql: ['INSERT INTO t (n) VALUES (1);', SLOW_INSERT, 'INSERT INTO t (n) VALUES (3);'],
    running: ['INSERT INTO t (n) SELECT 2%'],
    done: 0,
    doubt: false,
    journal: ['undone'],
  },
  {
    what: 'the first statement of a changeset, which reads',
    sql: [`SELECT ${SLEEP};`, 'CREATE TABLE b (id INT PRIMARY KEY);'],
    running: ['SELECT SLEEP%'],
    done: 0,
    doubt: false,
    journal: ['undone'],
  },
  {
    what: 'a lone DML statement among DDL',
    sql: ['CREATE TABLE b (id INT PRIMARY KEY);', SLOW_INSERT, 'ALTER TABLE b ADD COLUMN n INT;'],
    running: ['INSERT INTO t (n) SELECT 2%'],
    done: 1,
    doubt: false,
    journal: ['done', 'undone'],
  },
  {
    what: 'a lone DML statement at the end of a changeset',
    sql: ['SET @two = 2;', 'CREATE TABLE b (id INT PRIMARY KEY);', SLOW_INSERT.replace('2', '@two')],
    running: ['INSERT INTO t (n) SELECT @two%'],
    done: 2,
    doubt: false,
    journal: ['done', 'done', 'undone'],
  },
  {
    what: 'DDL that copies rows',
    sql: [
      'INSERT INTO t (n) VALUES (1);',
      // Of two rows: a session that is ended while it sleeps in the last one still commits.
      `CREATE TABLE b (id INT PRIMARY KEY) AS SELECT id, 0 * ${SLEEP} AS s FROM (SELECT 1 AS id UNION SELECT 3) AS r;`,
      'INSERT INTO b VALUES (2, 2);',
    ],
    running: ['CREATE TABLE b %'],
    done: 1,
    // The tag of the run's transactions tells.
    doubt: false,
    journal: ['done', 'undone'],
  },
  {
    what: 'a CALL that a person then sees to the end',
    sql: ['CREATE TABLE b (id INT PRIMARY KEY);', 'CALL fill();', 'INSERT INTO b VALUES (2);'],
    running: ['DO SLEEP%'],
    done: 1,
    doubt: true,
    journal: ['done', 'unknown'],
    answer: 'done',
    correct: 'INSERT INTO t (n) VALUES (11)',
  },
  {
    what: 'a CALL that a person then undoes',
    sql: ['CALL fill();'],
    running: ['DO SLEEP%'],
    done: 0,
    doubt: true,
    journal: ['unknown'],
    answer: 'not-done',
    correct: 'DELETE FROM t WHERE n = 10',
  },
];

function files({ sql }: Pick<Case, 'sql'>): Readonly<Record<string, string>> {
  return changesets(FIRST, { id: 'broken', sql: sql.join('\n') }, LAST);
}

/** What an undisturbed run of the same changelog leaves. */
async function undisturbed(server: Server | 'main', of: Pick<Case, 'sql'>): Promise<string> {
  const db = await testDatabase({ server });
  await db.query(SETUP);
  expect((await deploy('update', project(files(of)), db)).report.result).toBe('ok');
  return db.dump();
}

async function journalOf(db: TestDatabase, runId: string | undefined): Promise<readonly string[]> {
  const rows = await db.query<{ status: string }>(
    `SELECT status FROM ops_migration_statements WHERE run_id = ? AND changeset_id = 'broken' ORDER BY statement_no`,
    [runId],
  );
  return rows.map(({ status }) => status);
}

async function runStatus(db: TestDatabase, runId: string | undefined): Promise<unknown> {
  const [row] = await db.query(
    'SELECT status, applied_count, finished_at IS NOT NULL AS is_finished FROM ops_migration_runs WHERE run_id = ?',
    [runId],
  );
  return row;
}

function expectTold({ report }: Deployed, { done, doubt, sql }: Case): void {
  expect(report).toMatchObject({
    result: 'failed',
    pending: [
      { id: 'first', status: 'applied' },
      { id: 'broken', status: doubt ? 'unknown' : 'failed', statementsDone: done },
      { id: 'last', status: 'not-run' },
    ],
    problems: [{ code: 'connection-lost', at: expect.anything(), fix: expect.any(String) }],
  });
  expect(report.databaseState).toContain('1 changeset before it is applied');
  if (doubt) expect(report.databaseState).toContain(`Statement ${done + 1} of ${sql.length}`);
  else if (done === 0) expect(report.databaseState).toContain('Nothing of changeset test:broken took effect');
  else expect(report.databaseState).toContain('half applied');
}

/** The next run refuses where a person has to decide, and with the person's answer everything is as it should be. */
async function expectRecovery(db: TestDatabase, folder: string, of: Case, whole: string): Promise<void> {
  const { done, doubt, correct, answer: found } = of;
  if (doubt || done > 0) {
    for (const options of doubt ? [{}, { resume: true }] : [{}]) {
      const refused = await deploy('update', folder, db, options);
      expect(refused.report).toMatchObject({
        result: 'blocked',
        problems: [{ code: doubt ? 'statement-in-doubt' : 'unfinished-run' }],
      });
    }
  }
  if (correct !== undefined) await db.query(correct);
  const options: DeployOptions = {
    ...(doubt || done > 0 ? { resume: true } : {}),
    ...(found === undefined ? {} : { resumeInDoubt: found }),
  };
  const { report } = await deploy('update', folder, db, options);
  expect(report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }, { status: 'applied' }] });
  expect(await db.dump()).toBe(whole);
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
}

describe.each(CASES)('$what', (of) => {
  test('survives the end of its session', async () => {
    const whole = await undisturbed('main', of);
    const db = await testDatabase();
    await db.query(SETUP);
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(files(of));
    const deploying = deploy('update', folder, db);
    await db.query('KILL CONNECTION ?', [await sessionRunning(db, ...of.running)]);
    const deployed = await deploying;
    expectTold(deployed, of);
    expect(await journalOf(db, deployed.report.runId)).toEqual(of.journal);
    expect(await runStatus(db, deployed.report.runId)).toEqual({
      status: 'failed',
      applied_count: 1,
      is_finished: 1,
    });
    await db.query('UPDATE pace SET seconds = 0');
    await expectRecovery(db, folder, of, whole);
  });
});

describe('a server that is killed and comes back', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test.each(CASES)('during $what', async (of) => {
    const whole = await undisturbed(server, of);
    const db = await testDatabase({ server });
    await db.query(SETUP);
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(files(of));
    const deploying = deploy('update', folder, db, { connectTimeout: 60 });
    await sessionRunning(db, ...of.running);
    await server.kill();
    await server.start();
    const deployed = await deploying;
    await db.reconnect();
    expectTold(deployed, of);
    expect(await journalOf(db, deployed.report.runId)).toEqual(of.journal);
    expect(await runStatus(db, deployed.report.runId)).toMatchObject({ status: 'failed', applied_count: 1 });
    await db.query('UPDATE pace SET seconds = 0');
    await expectRecovery(db, folder, of, whole);
  });

  test('and one that is shut down in good order is waited for as well', async () => {
    const of = CASES[0]!;
    const whole = await undisturbed(server, of);
    const db = await testDatabase({ server });
    await db.query(SETUP);
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(files(of));
    const deploying = deploy('update', folder, db, { connectTimeout: 60 });
    await sessionRunning(db, ...of.running);
    await server.restart();
    expectTold(await deploying, of);
    await db.reconnect();
    await db.query('UPDATE pace SET seconds = 0');
    await expectRecovery(db, folder, of, whole);
  });

  test.each([CASES[2]!, CASES[4]!])('too late is unknown, and the next run finds $what', async (of) => {
    const whole = await undisturbed(server, of);
    const db = await testDatabase({ server });
    await db.query(SETUP);
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(files(of));
    const deploying = deploy('update', folder, db, { connectTimeout: 1 });
    await sessionRunning(db, ...of.running);
    await server.kill();
    const { report } = await deploying;
    await server.start();
    await db.reconnect();
    expect(report).toMatchObject({
      result: 'unknown',
      pending: [{ status: 'applied' }, { status: 'unknown', statementsDone: of.done }, { status: 'not-run' }],
      problems: [{ code: 'connection-lost' }, { code: 'connection-lost' }],
    });
    expect(report.databaseState).toContain('is not known');
    expect(report.problems[1]?.message).toContain('no MySQL server answered');
    expect(await runStatus(db, report.runId)).toMatchObject({ status: 'running', is_finished: 0 });
    await db.query('UPDATE pace SET seconds = 0');
    await expectRecovery(db, folder, of, whole);
    expect(await runStatus(db, report.runId)).toMatchObject({ status: 'interrupted', is_finished: 1 });
  });
});

describe('the end of the session', () => {
  const ALTER = { what: '', sql: ['ALTER TABLE t ADD COLUMN m INT;'] };

  async function prepared(): Promise<TestDatabase> {
    const db = await testDatabase();
    await db.query(SETUP);
    return db;
  }

  test('while DDL waits for a metadata lock is no doubt: no transaction of the run came after its journal', async () => {
    const whole = await undisturbed('main', ALTER);
    const db = await prepared();
    const folder = project(files(ALTER));
    const gate = await holdTable(db, 't');
    const deploying = deploy('update', folder, db, { statementLockTimeout: 100 });
    await db.query('KILL ?', [await sessionRunning(db, 'ALTER TABLE t%', '%metadata lock')]);
    const of: Case = {
      ...{ ...ALTER, running: ['ALTER%'], done: 0, doubt: false },
      journal: ['undone'],
    };
    expectTold(await deploying, of);
    await gate.letGo();
    await expectRecovery(db, folder, of, whole);
  });

  test('between two tries of a statement is no doubt: it had failed and was not sent again', async () => {
    const whole = await undisturbed('main', ALTER);
    const db = await prepared();
    const folder = project(files(ALTER));
    const gate = await holdTable(db, 't');
    let killed: Promise<unknown> = Promise.resolve();
    const deployed = await deploy('update', folder, db, {
      onEvent: ({ event }) => {
        if (event === 'lock-wait') {
          killed = killControl(db);
        }
      },
    });
    await killed;
    const of: Case = { ...ALTER, running: [''], done: 0, doubt: false, journal: ['undone'] };
    expectTold(deployed, of);
    expect(await journalOf(db, deployed.report.runId)).toEqual(of.journal);
    await gate.letGo();
    await expectRecovery(db, folder, of, whole);
  });

  test('between a statement and its record is no doubt: the server had said that it was done', async () => {
    const sql = ['ALTER TABLE t ADD COLUMN m INT;', 'UPDATE t SET m = 1 WHERE n < 50;'];
    const whole = await undisturbed('main', { sql });
    const db = await prepared();
    const folder = project(files({ sql }));
    const gate = await holdTable(db, 't');
    const waiting = watchFor('lock-wait');
    const lost = watchFor('connection-lost');
    const deploying = deploy('update', folder, db, {
      lockTimeout: 60,
      onEvent: (event) => {
        waiting.onEvent(event);
        lost.onEvent(event);
      },
    });
    await waiting.seen;
    const journal = await holdTable(db, 'ops_migration_statements', 'FOR UPDATE');
    await gate.letGo();
    await db.query('KILL ?', [await sessionRunning(db, 'INSERT INTO ops_migration_statements%')]);
    await lost.seen;
    await journal.letGo();
    const of: Case = { what: '', sql, running: [''], done: 1, doubt: false, journal: ['done'] };
    const deployed = await deploying;
    expectTold(deployed, of);
    expect(await journalOf(db, deployed.report.runId)).toEqual(of.journal);
    await expectRecovery(db, folder, of, whole);
  });

  test('while a precondition is judged: the changeset was not begun', async () => {
    const db = await prepared();
    await db.query('UPDATE pace SET seconds = 100');
    const check = `- sqlCheck: { expectedResult: "0", sql: "SELECT ${SLEEP}" }`;
    const folder = project(
      changesets(FIRST, { id: 'broken', sql: ALTER.sql[0]!, yaml: ['preconditions:', `  ${check}`] }, LAST),
    );
    const deploying = deploy('update', folder, db);
    await db.query('KILL ?', [await sessionRunning(db, 'SELECT SLEEP%')]);
    const deployed = await deploying;
    expectTold(deployed, { what: '', sql: ALTER.sql, running: [''], done: 0, doubt: false, journal: [] });
    expect(await runStatus(db, deployed.report.runId)).toMatchObject({ status: 'failed', applied_count: 1 });
    await db.query('UPDATE pace SET seconds = 0');
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
  });

  test('during the plan: nothing was tried', async () => {
    const db = await prepared();
    await deploy('update', project(changesets(FIRST)), db);
    const before = await db.dump();
    const other = await db.connect();
    await other.query('LOCK TABLES DATABASECHANGELOG WRITE');
    const folder = project(files(ALTER));
    const deploying = deploy('update', folder, db);
    await db.query('KILL ?', [await sessionRunning(db, '%FROM DATABASECHANGELOG %', '%metadata lock')]);
    const { report } = await deploying;
    await other.query('UNLOCK TABLES');
    expect(report).toMatchObject({
      result: 'blocked',
      databaseState: 'The database was not changed.',
      problems: [{ code: 'connection-lost', fix: expect.stringContaining('run again') }],
    });
    expect(await db.dump()).toBe(before);
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
  });

  test('that finds out what became of another one is tried again', async () => {
    const of = CASES[2]!;
    const whole = await undisturbed('main', of);
    const db = await prepared();
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(files(of));
    const other = await db.connect();
    const deploying = deploy('update', folder, db);
    const work = await sessionRunning(db, ...of.running);
    const queued = other.query(`SELECT GET_LOCK('db-deploy:${db.name}', 60)`);
    await sessionRunning(db, '%GET_LOCK%', 'User lock');
    await killControl(db);
    await db.query('KILL ?', [work]);
    await queued;
    await db.query('KILL ?', [await sessionRunning(db, '%GET_LOCK%', 'User lock')]);
    await sessionRunning(db, '%GET_LOCK%', 'User lock');
    await other.query(`DO RELEASE_LOCK('db-deploy:${db.name}')`);
    expectTold(await deploying, of);
    await db.query('UPDATE pace SET seconds = 0');
    await expectRecovery(db, folder, of, whole);
  });

  test('and another run that comes between: what that one did is told', async () => {
    const db = await prepared();
    await db.query('UPDATE pace SET seconds = 100');
    const folder = project(
      files({ sql: ['INSERT INTO t (n) VALUES (1);', `SELECT ${SLEEP};`, 'INSERT INTO t (n) VALUES (3);'] }),
    );
    const deploying = deploy('update', folder, db, { lockTimeout: 60 });
    const work = await sessionRunning(db, 'SELECT SLEEP%');
    const waiting = watchFor('waiting-for-lock');
    const between = deploy('update', folder, db, { lockTimeout: 60, onEvent: waiting.onEvent });
    await waiting.seen;
    await sessionRunning(db, 'SELECT GET_LOCK%', 'User lock');
    await db.query('UPDATE pace SET seconds = 0');
    await killControl(db);
    await db.query('KILL ?', [work]);
    const [{ report }, { report: other }] = await Promise.all([deploying, between]);
    expect(other).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }, { status: 'applied' }] });
    expect(report).toMatchObject({ result: 'failed', pending: [{}, { status: 'applied' }, {}] });
    expect(report.problems[0]?.message).toContain(`another run came between: run ${other.runId} `);
    expect(await db.query('SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 3 }, { n: 99 }]);
  });
});

/** Ends the session that holds the deploy lock; that of the changeset goes on. */
async function killControl(db: TestDatabase): Promise<void> {
  const [row] = await db.query<{ id: number }>('SELECT CONNECTION_ID AS id FROM DATABASECHANGELOGLOCK');
  await db.query('KILL ?', [row!.id]);
}

test('a statement that the server finishes after the connection broke is waited for, then known to be done', async () => {
  const sql = ['ALTER TABLE big ADD COLUMN m INT NOT NULL DEFAULT 7, ALGORITHM = COPY;'];
  const db = await testDatabase();
  await db.query(SETUP);
  await db.query(`CREATE TABLE big (id INT PRIMARY KEY);
    SET SESSION cte_max_recursion_depth = 300000;
    INSERT INTO big WITH RECURSIVE s AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM s WHERE id < 200000) SELECT * FROM s`);
  const router = await startRouter(db.port);
  const folder = project(files({ sql }));
  const deploying = deploy('update', folder, { ...db, port: router.port }, { lockTimeout: 60 });
  await sessionRunning(db, 'ALTER TABLE big%');
  router.cut('all');
  const { report } = await deploying;
  expect(await db.query("SHOW COLUMNS FROM big LIKE 'm'")).toHaveLength(1);
  expect(report).toMatchObject({
    result: 'failed',
    pending: [{}, { status: 'failed', statementsDone: 1 }, {}],
  });
  expect((await deploy('update', folder, db)).report.problems).toMatchObject([{ code: 'unfinished-run' }]);
  const resumed = await deploy('update', folder, db, { resume: true });
  expect(resumed.report.result).toBe('ok');
  expect(await db.query('SELECT COUNT(*) AS n, SUM(m) AS m FROM big')).toEqual([
    { n: 200_000, m: '1400000' },
  ]);
  expect((await deploy('status', folder, db)).report.pending).toEqual([]);
});

test.each([
  ['alone', 'newest', 120],
  ['with control', 'all', 120],
  // A statement that is killed after half of the time goes on in the next run's time.
  ['alone, and the time is short', 'newest', 1],
] as const)(
  'a work session that released its lock and was cut off %s is waited for until it is gone',
  async (_, which, lockTimeout) => {
    const db = await testDatabase();
    await db.query(SETUP);
    await db.query(`CREATE PROCEDURE late() BEGIN
      DO RELEASE_ALL_LOCKS(); DO BENCHMARK(20000000, SHA2('x', 256)); INSERT INTO t (n) VALUES (7);
    END`);
    const router = await startRouter(db.port);
    const folder = project(files({ sql: ['CALL late();', 'INSERT INTO t (n) VALUES (8);'] }));
    const deploying = deploy('update', folder, { ...db, port: router.port }, { lockTimeout });
    const work = await sessionRunning(db, 'DO BENCHMARK%');
    router.cut(which);
    const { report } = await deploying;
    // What the statement did is final when the run says what is in effect.
    const [session] = await db.query('SELECT ID FROM performance_schema.processlist WHERE ID = ?', [work]);
    expect(session).toBeUndefined();
    expect(await db.query('SELECT n FROM t')).toEqual(lockTimeout === 1 ? [] : [{ n: 7 }]);
    expect(report).toMatchObject({
      result: 'failed',
      pending: [{}, { status: lockTimeout === 1 ? 'failed' : 'unknown' }, { status: 'not-run' }],
    });
  },
  120_000,
);

describe('a CALL that fails', () => {
  test('is in doubt, for what it committed before stays', async () => {
    const db = await testDatabase();
    await db.query(SETUP);
    await db.query(`CREATE PROCEDURE twice() BEGIN INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); END`);
    const folder = project(files({ sql: ['CALL twice();'] }));
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({
      result: 'failed',
      pending: [{}, { status: 'unknown', statementsDone: 0 }, { status: 'not-run' }],
      problems: [{ code: 'statement-failed', fix: expect.stringContaining('resume-in-doubt') }],
    });
    expect(report.databaseState).toContain('Statement 1 of 1 of changeset test:broken is in doubt');
    expect(await journalOf(db, report.runId)).toEqual(['unknown']);
    expect((await deploy('update', folder, db)).report.problems).toMatchObject([
      { code: 'statement-in-doubt' },
    ]);
    const resumed = await deploy('update', folder, db, { resume: true, resumeInDoubt: 'done' });
    expect(resumed.report.result).toBe('ok');
    expect(await db.query('SELECT * FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 99 }]);
  });
});

test('a function that writes is not run twice when a SELECT of it is interrupted', async () => {
  const db = await testDatabase();
  await db.query(SETUP);
  await db.query(`CREATE FUNCTION adding() RETURNS INT READS SQL DATA BEGIN
    INSERT INTO t (n) VALUES (5); RETURN SLEEP((SELECT seconds FROM pace)); END`);
  await db.query('UPDATE pace SET seconds = 100');
  const folder = project(files({ sql: ['SELECT adding();', 'CREATE TABLE b (id INT PRIMARY KEY);'] }));
  const deploying = deploy('update', folder, db);
  await db.query('KILL ?', [await sessionRunning(db, '%', 'User sleep')]);
  expect((await deploying).report).toMatchObject({
    pending: [{}, { status: 'failed', statementsDone: 0 }, {}],
  });
  await db.query('UPDATE pace SET seconds = 0');
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  expect(await db.query('SELECT n FROM t ORDER BY n')).toEqual([{ n: 5 }, { n: 99 }]);
});
