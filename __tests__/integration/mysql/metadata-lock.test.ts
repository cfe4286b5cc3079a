import { describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { holdTable, sessionRunning, watchFor } from '../../support/watch.ts';

const ALTER = (): string => project(changesets({ id: '1', sql: 'ALTER TABLE t ADD COLUMN n INT;' }));
const MIGRATOR = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES';

async function withTable(): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
  return db;
}

describe('a table that an open transaction of somebody else has read', () => {
  test('is altered when the transaction ends; meanwhile who blocks it is named', async () => {
    const db = await withTable();
    const holder = await holdTable(db, 't');
    const waiting = watchFor('lock-wait');
    const deploying = deploy('update', ALTER(), db, { lockTimeout: 60, onEvent: waiting.onEvent });
    const said = await waiting.seen;
    expect(said).toMatchObject({
      level: 'warning',
      changeset: 'test:1',
      at: { file: 'migrations/1.up.sql', line: 1 },
    });
    expect(said.message).toMatch(
      new RegExp(`held by connection ${holder.id} \\(root@127\\.0\\.0\\.1(:\\d+)?, Sleep for \\d+ s\\) on t`),
    );
    await holder.letGo();
    const { report } = await deploying;
    expect(report).toMatchObject({ result: 'ok', problems: [], pending: [{ status: 'applied' }] });
    expect(await db.query("SHOW COLUMNS FROM t LIKE 'n'")).toHaveLength(1);
  });

  test('is given up after lock-timeout: failed, nothing in effect, the blocker named', async () => {
    const db = await withTable();
    const before = await db.dump();
    const holder = await holdTable(db, 't');
    const { report, events } = await deploy('update', ALTER(), db, { lockTimeout: 2 });
    expect(report).toMatchObject({
      result: 'failed',
      databaseState: 'The database is as it was: nothing of this run took effect.',
      pending: [{ status: 'failed', statementsDone: 0 }],
      problems: [{ code: 'statement-failed', fix: expect.stringContaining('lock-timeout') }],
    });
    expect(report.problems[0]?.message).toContain('ER_LOCK_WAIT_TIMEOUT (1205)');
    expect(report.problems[0]?.message).toContain(`held by connection ${holder.id} (root@`);
    expect(events.filter(({ event }) => event === 'lock-wait').length).toBeGreaterThan(0);
    await holder.letGo();
    expect(await db.dump()).toBe(before);
    expect(await db.query('SELECT status FROM ops_migration_statements')).toEqual([{ status: 'failed' }]);
    expect((await deploy('update', ALTER(), db)).report.result).toBe('ok');
  });

  test('does not make others wait for longer than statement-lock-timeout', async () => {
    const db = await withTable();
    const holder = await holdTable(db, 't');
    const waiting = watchFor('lock-wait');
    const deploying = deploy('update', ALTER(), db, {
      ...{ lockTimeout: 60, statementLockTimeout: 1, onEvent: waiting.onEvent },
    });
    await waiting.seen;
    const reader = await db.connect();
    await reader.query('SET SESSION lock_wait_timeout = 30');
    await sessionRunning(db, 'ALTER TABLE t%', '%metadata lock');
    // It stands behind the ALTER, which gives up long before this would.
    const [rows] = await reader.query('SELECT COUNT(*) AS n FROM t');
    expect(rows).toEqual([{ n: 2 }]);
    await holder.letGo();
    expect((await deploying).report.result).toBe('ok');
  });

  test('is said to need a GRANT where its blocker may not be named', async () => {
    const db = await withTable();
    const holder = await holdTable(db, 't');
    const migrator = await db.userWith(MIGRATOR);
    const { report, events } = await deploy('update', ALTER(), migrator, { lockTimeout: 3 });
    expect(report.result).toBe('failed');
    expect(events.find(({ event }) => event === 'lock-wait')?.message).toContain(
      'GRANT SELECT ON performance_schema.* would name it',
    );
    expect(report.problems[0]?.message).toContain('GRANT SELECT ON performance_schema.* would name it');
    await holder.letGo();
  });

  test('is named by a user who may read performance_schema alone', async () => {
    const db = await withTable();
    const holder = await holdTable(db, 't');
    const migrator = await db.userWith(MIGRATOR, 'SELECT ON performance_schema.*');
    const { report } = await deploy('update', ALTER(), migrator, { lockTimeout: 1 });
    expect(report.problems[0]?.message).toContain(`held by connection ${holder.id} (root@`);
    await holder.letGo();
  });

  test('is no reason to read rows twice: statements before the ALTER are not run again', async () => {
    const db = await withTable();
    const holder = await holdTable(db, 't');
    const waiting = watchFor('lock-wait');
    const sql =
      'INSERT INTO log (n) VALUES (1);\nALTER TABLE t ADD COLUMN n INT;\nINSERT INTO log (n) VALUES (2);';
    await db.query('CREATE TABLE log (id INT PRIMARY KEY AUTO_INCREMENT, n INT)');
    const deploying = deploy('update', project(changesets({ id: '1', sql })), db, {
      ...{ lockTimeout: 60, onEvent: waiting.onEvent },
    });
    await waiting.seen;
    await holder.letGo();
    expect((await deploying).report.result).toBe('ok');
    expect(await db.query('SELECT n FROM log ORDER BY id')).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

describe('a changeset of DML alone', () => {
  const TWO = 'UPDATE t SET n = n + 1 WHERE id = 1;\nUPDATE t SET n = n + 1 WHERE id = 2;';

  async function withRows(): Promise<TestDatabase> {
    const db = await testDatabase();
    await db.query(
      'CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1, 0), (2, 0)',
    );
    return db;
  }

  test('that is the victim of a deadlock is run again, whole and once', async () => {
    const db = await withRows();
    const other = await db.connect();
    // The victim is whoever changed less: the other one has many rows.
    await other.query('CREATE TABLE heavy (id INT PRIMARY KEY)');
    await other.query('START TRANSACTION');
    await other.query(
      'INSERT INTO heavy WITH RECURSIVE s AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM s WHERE id < 500) SELECT * FROM s',
    );
    await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
    const deploying = deploy('update', project(changesets({ id: '1', sql: TWO })), db, { lockTimeout: 60 });
    await sessionRunning(db, '%WHERE id = 2%', 'updating');
    await other.query('UPDATE t SET n = n + 10 WHERE id = 1');
    await other.query('COMMIT');
    const { report, events } = await deploying;
    expect(report).toMatchObject({ result: 'ok', problems: [] });
    const retried = events.filter(({ event }) => event === 'transaction-retried');
    expect(retried).toHaveLength(1);
    expect(retried[0]?.message).toContain('ER_LOCK_DEADLOCK (1213)');
    expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 11 }, { n: 11 }]);
    expect(await db.query('SELECT status FROM ops_migration_statements')).toEqual([
      { status: 'done' },
      { status: 'done' },
    ]);
  });

  test('that waits too long for a row is run again, whole and once', async () => {
    const db = await withRows();
    const other = await db.connect();
    await other.query('START TRANSACTION');
    await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
    const sql = `SET innodb_lock_wait_timeout = 1;\n${TWO}`;
    const waiting = watchFor('transaction-retried');
    const deploying = deploy('update', project(changesets({ id: '1', sql })), db, {
      ...{ lockTimeout: 60, onEvent: waiting.onEvent },
    });
    expect((await waiting.seen).message).toContain('ER_LOCK_WAIT_TIMEOUT (1205)');
    await other.query('COMMIT');
    expect((await deploying).report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 1 }, { n: 11 }]);
  });

  test('that never gets its row fails after lock-timeout and leaves nothing', async () => {
    const db = await withRows();
    const other = await db.connect();
    await other.query('START TRANSACTION');
    await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
    const sql = `SET innodb_lock_wait_timeout = 1;\n${TWO}`;
    const { report } = await deploy('update', project(changesets({ id: '1', sql })), db, { lockTimeout: 1 });
    expect(report).toMatchObject({
      result: 'failed',
      pending: [{ status: 'failed', statementsDone: 0 }],
      problems: [{ code: 'statement-failed', at: { line: 3 }, fix: expect.stringContaining('blocks') }],
    });
    expect(report.problems[0]?.message).toContain(`held by connection ${other.threadId} (root@`);
    await other.query('ROLLBACK');
    expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 0 }, { n: 0 }]);
  });

  test('and a lone DML statement among DDL are treated alike', async () => {
    const db = await withRows();
    const other = await db.connect();
    await other.query('START TRANSACTION');
    await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
    const sql = `SET innodb_lock_wait_timeout = 1;\nCREATE TABLE u (id INT PRIMARY KEY);\nUPDATE t SET n = n + 1 WHERE id < 9;`;
    const waiting = watchFor('transaction-retried');
    const deploying = deploy('update', project(changesets({ id: '1', sql })), db, {
      ...{ lockTimeout: 60, onEvent: waiting.onEvent },
    });
    await waiting.seen;
    await other.query('COMMIT');
    expect((await deploying).report.result).toBe('ok');
    expect(await db.query('SELECT n FROM t ORDER BY id')).toEqual([{ n: 1 }, { n: 11 }]);
  });
});
