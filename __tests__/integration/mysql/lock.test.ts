import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../../support/database.ts';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';
import { holdTable, sessionRunning, watchFor } from '../../support/watch.ts';

const FREE = { LOCKED: 0, LOCKGRANTED: null, LOCKEDBY: null, RUN_ID: null, CONNECTION_ID: null };
const TABLE = { id: 'table', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' };

async function lockRow(db: TestDatabase): Promise<unknown> {
  const rows = await db.query(
    'SELECT LOCKED, LOCKGRANTED, LOCKEDBY, RUN_ID, CONNECTION_ID FROM DATABASECHANGELOGLOCK',
  );
  return rows.length === 1 ? rows[0] : rows;
}

async function columnsOf(db: TestDatabase, table: string): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [table],
  );
  return rows.map(({ name }) => name);
}

describe('a lock that a living run holds', () => {
  test('is waited for, then refused with who holds it and since when', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE gate (id INT PRIMARY KEY)');
    const gate = await holdTable(db, 'gate');
    const folder = project(changesets({ id: '1', sql: 'ALTER TABLE gate ADD COLUMN n INT;' }));
    const waiting = watchFor('lock-wait');
    const first = deploy('update', folder, db, { lockTimeout: 60, onEvent: waiting.onEvent });
    await waiting.seen;

    const { report, events } = await deploy('update', folder, db, { lockTimeout: 1 });
    expect(report).toMatchObject({
      result: 'blocked',
      databaseState: 'The database was not changed.',
      problems: [{ code: 'lock-held', fix: expect.stringContaining('lock-timeout') }],
    });
    expect(report.problems[0]?.message).toMatch(
      /^lock is held by octocat \(run \d{8}-\d{6}-[0-9a-f]{8}\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; waited 1 s$/,
    );
    expect(events).toContainEqual(expect.objectContaining({ event: 'waiting-for-lock' }));
    expect(await lockRow(db)).toMatchObject({ LOCKED: 1, LOCKEDBY: 'octocat' });

    await gate.letGo();
    expect((await first).report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
    expect(await lockRow(db)).toEqual(FREE);
  });

  test('is taken as soon as it is free, and the plan is made after that', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE gate (id INT PRIMARY KEY)');
    const gate = await holdTable(db, 'gate');
    const folder = project(changesets({ id: '1', sql: 'ALTER TABLE gate ADD COLUMN n INT;' }));
    const first = watchFor('lock-wait');
    const second = watchFor('waiting-for-lock');
    const holding = deploy('update', folder, db, { lockTimeout: 60, onEvent: first.onEvent });
    await first.seen;
    const waiting = deploy('update', folder, db, { lockTimeout: 60, onEvent: second.onEvent });
    await second.seen;
    await gate.letGo();
    expect((await holding).report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
    expect((await waiting).report).toMatchObject({ result: 'ok', pending: [] });
    expect(await columnsOf(db, 'gate')).toEqual(['id', 'n']);
  });

  test('is refused at once when there is no time to wait', async () => {
    const db = await testDatabase();
    const other = await db.connect();
    await other.query('SELECT GET_LOCK(?, 0)', [`db-deploy:${db.name}`]);
    const { report, events } = await deploy('update', project(changesets(TABLE)), db, { lockTimeout: 0 });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
    expect(report.problems[0]?.message).toContain(`connection ${other.threadId} of the server`);
    expect(events.filter(({ event }) => event === 'waiting-for-lock')).toEqual([]);
    expect(await db.query('SHOW TABLES')).toEqual([]);
  });

  test('can be given up by ending the waiting session: nothing was changed, and no stack', async () => {
    const db = await testDatabase();
    const other = await db.connect();
    await other.query('SELECT GET_LOCK(?, 0)', [`db-deploy:${db.name}`]);
    for (const kill of ['KILL QUERY ?', 'KILL CONNECTION ?']) {
      const waiting = deploy('update', project(changesets(TABLE)), db, { lockTimeout: 60 });
      await db.query(kill, [await sessionRunning(db, 'SELECT GET_LOCK%', 'User lock')]);
      const { report } = await waiting;
      expect(report).toMatchObject({
        result: 'blocked',
        databaseState: 'The database was not changed.',
        pending: [],
        problems: [{ code: expect.stringMatching(/^(lock-held|connection-lost)$/), fix: expect.any(String) }],
      });
    }
    expect(await db.query('SHOW TABLES')).toEqual([]);
  });
});

describe('a row in DATABASECHANGELOGLOCK', () => {
  test('whose owner is gone is taken over, which is said', async () => {
    const db = await testDatabase();
    const folder = project(changesets(TABLE));
    await deploy('update', folder, db);
    await db.query(`UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKGRANTED = '2026-01-02 03:04:05',
      LOCKEDBY = 'somebody', RUN_ID = 'dead', CONNECTION_ID = CONNECTION_ID()`);
    await db.query(`INSERT INTO ops_migration_runs (run_id, environment, mode, actor, status, started_at)
      VALUES ('dead', 'dev', 'update', 'somebody', 'running', '2026-01-02 03:04:05')`);
    const { report, events } = await deploy('update', folder, db);
    expect(report).toMatchObject({ result: 'ok', pending: [] });
    const said = events.find(({ event }) => event === 'lock-taken-over');
    expect(said?.level).toBe('warning');
    expect(said?.message).toContain('somebody (run dead) since 2026-01-02 03:04:05 UTC');
    expect(await lockRow(db)).toEqual(FREE);
    expect(await db.query("SELECT status FROM ops_migration_runs WHERE run_id = 'dead'")).toEqual([
      { status: 'interrupted' },
    ]);
  });

  describe.each(['BIT(1)', 'TINYINT(1)'])('that Liquibase wrote, LOCKED being %s', (type) => {
    async function liquibase(locked: 0 | 1): Promise<TestDatabase> {
      const db = await testDatabase({ server: 'without-gtids' });
      await db.query(`CREATE TABLE DATABASECHANGELOGLOCK (ID INT NOT NULL, LOCKED ${type} NOT NULL,
        LOCKGRANTED DATETIME NULL, LOCKEDBY VARCHAR(255) NULL, CONSTRAINT PK_DATABASECHANGELOGLOCK PRIMARY KEY (ID))`);
      await db.query(`INSERT INTO DATABASECHANGELOGLOCK VALUES (1, ${locked},
        IF(${locked}, '2026-01-02 03:04:05', NULL), IF(${locked}, 'build-7 (10.0.0.7)', NULL))`);
      return db;
    }

    test('counts as alive: it is waited for, refused with the fix, and left as it is', async () => {
      const db = await liquibase(1);
      const before = await db.dump({ trackingTables: 'with' });
      const { report } = await deploy('update', project(changesets(TABLE)), db, { lockTimeout: 1 });
      expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
      expect(report.problems[0]?.message).toContain('build-7 (10.0.0.7) since 2026-01-02 03:04:05');
      expect(report.problems[0]?.message).toContain('Liquibase');
      expect(report.problems[0]?.fix).toContain('UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1');
      expect(await db.dump({ trackingTables: 'with' })).toBe(before);
    });

    test('is taken when Liquibase lets it go in time', async () => {
      const db = await liquibase(1);
      const { onEvent, seen } = watchFor('waiting-for-lock');
      const deploying = deploy('update', project(changesets(TABLE)), db, { lockTimeout: 60, onEvent });
      expect((await seen).message).toContain('build-7 (10.0.0.7)');
      await db.query('UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1');
      expect((await deploying).report.result).toBe('ok');
      expect(await db.query('SELECT LOCKED + 0 AS locked FROM DATABASECHANGELOGLOCK')).toEqual([
        { locked: 0 },
      ]);
    });

    test('and that is free is taken, with the columns that it lacked', async () => {
      const db = await liquibase(0);
      expect((await deploy('update', project(changesets(TABLE)), db)).report.result).toBe('ok');
      expect(await columnsOf(db, 'DATABASECHANGELOGLOCK')).toEqual(
        expect.arrayContaining(['RUN_ID', 'CONNECTION_ID']),
      );
    });
  });

  test('that somebody keeps locked in a transaction is not waited for longer than lock-timeout', async () => {
    const db = await testDatabase();
    const folder = project(changesets(TABLE));
    await deploy('update', folder, db);
    const other = await db.connect();
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM DATABASECHANGELOGLOCK FOR UPDATE');
    const { report } = await deploy('update', folder, db, { lockTimeout: 1 });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
    expect(report.problems[0]?.fix).toContain('end the session');
  });
});

test.each([2, 5])(
  'of %i runs that start at the same instant on an empty schema one applies',
  async (runs) => {
    const db = await testDatabase();
    const folder = project(
      changesets(
        TABLE,
        { id: 'rows', sql: 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);' },
        { id: 'column', sql: 'ALTER TABLE t ADD COLUMN n INT;\nUPDATE t SET n = id WHERE id < 9;' },
      ),
    );
    const all = await Promise.all(
      Array.from({ length: runs }, () => deploy('update', folder, db, { lockTimeout: 60 })),
    );
    expect(all.map(({ report }) => report.result)).toEqual(Array(runs).fill('ok'));
    expect(all.flatMap(({ report }) => report.pending.map(({ status }) => status))).toEqual(
      Array(3).fill('applied'),
    );
    expect(await db.query('SELECT * FROM t ORDER BY id')).toEqual([
      { id: 1, n: 1 },
      { id: 2, n: 2 },
    ]);
    expect(await db.query('SELECT ID FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toHaveLength(3);
    expect(await db.query('SELECT DISTINCT run_id FROM ops_migration_statements')).toHaveLength(1);
    expect(await db.query("SELECT * FROM ops_migration_runs WHERE status = 'succeeded'")).toHaveLength(runs);
    expect(await lockRow(db)).toEqual(FREE);
  },
);

test('runs on different schemas do not wait for one another', async () => {
  const [one, two] = [await testDatabase(), await testDatabase()];
  await one.query('CREATE TABLE gate (id INT PRIMARY KEY)');
  const gate = await holdTable(one, 'gate');
  const waiting = watchFor('lock-wait');
  const first = deploy(
    'update',
    project(changesets({ id: '1', sql: 'ALTER TABLE gate ADD COLUMN n INT;' })),
    one,
    { lockTimeout: 60, onEvent: waiting.onEvent },
  );
  await waiting.seen;
  const second = await deploy('update', project(changesets(TABLE)), two, { lockTimeout: 0 });
  expect(second.report.result).toBe('ok');
  await gate.letGo();
  expect((await first).report.result).toBe('ok');
});

describe('a schema named', () => {
  test.each([
    ['with 64 characters', (id: string) => id.padEnd(64, 'x')],
    ['with dashes', (id: string) => `${id}-a-b`],
    ['with a back-tick', (id: string) => `${id}\`; DROP TABLE x; --\``],
    ['with quotes and blanks', (id: string) => `${id} 'a' "b" \\ %_`],
    ['beyond ASCII', (id: string) => `${id} größe データ`],
    ['with 64 characters beyond ASCII', (id: string) => id.padEnd(64, 'ü')],
  ])('%s is deployed to, and its lock held', async (_, toName) => {
    const db = await testDatabase();
    const name = toName(`test${randomBytes(5).toString('hex')}`);
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    const other = await db.connect();
    await other.query(`CREATE DATABASE ${quoted}`);
    try {
      await other.query(`CREATE TABLE ${quoted}.gate (id INT PRIMARY KEY)`);
      await other.query('START TRANSACTION');
      await other.query(`SELECT * FROM ${quoted}.gate`);
      const folder = project(changesets({ id: '1', sql: 'ALTER TABLE gate ADD COLUMN n INT;' }));
      const waiting = watchFor('lock-wait');
      const settings = { ...db, name };
      const first = deploy('update', folder, settings, { lockTimeout: 60, onEvent: waiting.onEvent });
      await waiting.seen;
      const refused = await deploy('update', folder, settings, { lockTimeout: 0 });
      expect(refused.report.problems).toMatchObject([{ code: 'lock-held' }]);
      await other.query('ROLLBACK');
      expect((await first).report).toMatchObject({ result: 'ok', problems: [] });
      expect((await deploy('status', folder, settings)).report).toMatchObject({ result: 'ok', pending: [] });
    } finally {
      await other.query('ROLLBACK');
      await other.query(`DROP DATABASE ${quoted}`);
    }
  });

  test('like another but for the case of its letters has a lock of its own', async () => {
    const db = await testDatabase();
    const [{ folds } = { folds: 0 }] = await db.query<{ folds: number }>(
      'SELECT @@lower_case_table_names AS folds',
    );
    const other = await db.connect();
    await other.query('SELECT GET_LOCK(?, 0)', [`db-deploy:${db.name}`]);
    const name = db.name.toUpperCase();
    if (folds === 0) await other.query('CREATE DATABASE ??', [name]);
    try {
      const settings = { ...db, name };
      const { report } = await deploy('update', project(changesets(TABLE)), settings, { lockTimeout: 0 });
      expect(report.result).toBe(folds === 0 ? 'ok' : 'blocked');
    } finally {
      if (folds === 0) await other.query('DROP DATABASE ??', [name]);
    }
  });
});

describe('the lock is free again after', () => {
  const broken = { id: 'broken', sql: 'CREATE TABLE u (id NO_SUCH_TYPE);' };
  const blocked = { id: 'blocked', sql: 'DROP TABLE t;' };
  test.each([
    ['success', 'ok', [TABLE]],
    ['a statement that failed', 'failed', [TABLE, broken]],
    ['a policy error', 'blocked', [TABLE, blocked]],
  ] as const)('%s', async (_, result, fixtures) => {
    const db = await testDatabase();
    const first = { id: '0', sql: 'CREATE TABLE s (id INT PRIMARY KEY);' };
    expect((await deploy('update', project(changesets(first)), db)).report).toMatchObject({
      result: 'ok',
      problems: [],
    });
    const all = project(changesets(first, ...fixtures));
    expect((await deploy('update', all, db)).report.result).toBe(result);
    expect(await lockRow(db)).toEqual(FREE);
    expect(await db.query('SELECT IS_FREE_LOCK(?) AS free', [`db-deploy:${db.name}`])).toEqual([{ free: 1 }]);
  });

  test('a lost connection', async () => {
    const db = await testDatabase();
    const deploying = deploy('update', project(changesets({ id: '1', sql: 'DO SLEEP(100);' })), db);
    await db.query('KILL ?', [await sessionRunning(db, 'DO SLEEP%')]);
    expect((await deploying).report.result).toBe('failed');
    expect(await lockRow(db)).toEqual(FREE);
    expect(await db.query('SELECT IS_FREE_LOCK(?) AS free', [`db-deploy:${db.name}`])).toEqual([{ free: 1 }]);
  });
});

describe('a routine that releases the lock behind our back', () => {
  async function withRoutines(): Promise<TestDatabase> {
    const db = await testDatabase();
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    await db.query('CREATE PROCEDURE lose() DO RELEASE_ALL_LOCKS()');
    await db.query('CREATE FUNCTION losing(n INT) RETURNS INT NO SQL RETURN n + 0 * RELEASE_ALL_LOCKS()');
    return db;
  }

  test('is noticed before the next statement: it is not run', async () => {
    const db = await withRoutines();
    const folder = project(
      changesets({ id: '1', sql: 'CALL lose();\nINSERT INTO t VALUES (1);' }, { id: '2', sql: 'SELECT 1;' }),
    );
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({
      result: 'failed',
      pending: [{ status: 'failed', statementsDone: 1 }, { status: 'not-run' }],
      problems: [{ code: 'lock-lost', fix: expect.stringContaining('RELEASE_ALL_LOCKS') }],
    });
    expect(await db.query('SELECT * FROM t')).toEqual([]);
    expect(await db.query('SELECT statement_no, status FROM ops_migration_statements ORDER BY 1')).toEqual([
      { statement_no: 1, status: 'done' },
      { statement_no: 2, status: 'failed' },
    ]);
    expect(await lockRow(db)).toEqual(FREE);
    expect((await deploy('update', folder, db)).report.problems).toMatchObject([{ code: 'unfinished-run' }]);
    writeFiles(folder, { 'migrations/2.up.sql': 'INSERT INTO t VALUES (2);' });
    expect((await deploy('update', folder, db, { resume: true })).report.result).toBe('ok');
    expect(await db.query('SELECT * FROM t')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('at the end of a changeset does no harm: its session ends there, and the deploy lock is held by another', async () => {
    const db = await withRoutines();
    const folder = project(
      changesets(
        { id: '1', sql: 'CALL lose();' },
        {
          id: '2',
          sql: `CREATE TABLE u (id INT PRIMARY KEY) AS SELECT 1 AS id, IS_USED_LOCK('db-deploy:${db.name}') IS NOT NULL AS held;`,
        },
      ),
    );
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT held FROM u')).toEqual([{ held: 1 }]);
  });

  test('in a changeset of DML alone rolls all of it back, from its last statement too', async () => {
    const db = await withRoutines();
    const folder = project(
      changesets({ id: '1', sql: 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (losing(2));' }),
    );
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({ result: 'failed', problems: [{ code: 'lock-lost' }] });
    expect(await db.query('SELECT * FROM t')).toEqual([]);
    expect(await db.query('SELECT * FROM DATABASECHANGELOG')).toEqual([]);
  });
});

test('every changeset has a session that waits shortly for metadata locks and ends by itself, whatever the one before it set', async () => {
  const db = await testDatabase();
  const folder = project(
    changesets(
      { id: '1', sql: 'SET SESSION wait_timeout = 5, lock_wait_timeout = 77;' },
      {
        id: '2',
        sql: 'CREATE TABLE seen (id INT PRIMARY KEY) AS SELECT 1 AS id, @@wait_timeout AS idle, @@lock_wait_timeout AS patience;',
      },
    ),
  );
  const { report } = await deploy('update', folder, db, { statementLockTimeout: 3, lockTimeout: 10 });
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  expect(await db.query('SELECT * FROM seen')).toEqual([{ id: 1, idle: 140, patience: 3 }]);
});
