import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { close, connect, readRows, send, type Session } from '../../../src/mysql/session/connection.ts';
import { isConnectionLost } from '../../../src/mysql/session/server-error.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { startRouter, type Router } from '../../support/router.ts';
import { holdTable, sessionRunning } from '../../support/watch.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of closing.splice(0)) await end();
});

async function through(
  db: TestDatabase,
): Promise<{ readonly session: Session; readonly forget: Router['forget'] }> {
  const { port, forget } = await startRouter(db.port);
  const login = { host: '127.0.0.1', port, user: db.user, password: db.password, name: db.name };
  const session = await connect(
    { ...login, ssl: 'disabled', sslCa: undefined, connectTimeout: 1 },
    () => undefined,
  );
  closing.push(() => close(session));
  return { session, forget };
}

test.each(['open', 'all'] as const)(
  'a read whose connection a router forgot ends, where it forgot %s of them',
  async (which) => {
    const { session, forget } = await through(await testDatabase());
    forget(which);
    const started = Date.now();
    const error: unknown = await readRows(session, 'SELECT 1 AS one').catch((caught: unknown) => caught);
    expect(isConnectionLost(error)).toBe(true);
    expect(String(error)).toMatch(/no answer for 10 s, and /);
    expect(Date.now() - started).toBeLessThan(35_000);
  },
);

test('a statement that the server is at work on is waited for, however long it takes', async () => {
  const { session } = await through(await testDatabase());
  expect(await send(session, 'SELECT SLEEP(13) AS slept')).toEqual([{ slept: 0 }]);
});

/** As the server does by itself after `wait_timeout`: nobody is behind these sessions any more. */
async function endSessions(db: TestDatabase): Promise<void> {
  const sql = 'SELECT ID AS id FROM performance_schema.processlist WHERE DB = ? AND ID <> CONNECTION_ID()';
  for (;;) {
    const rows = await db.query<{ id: number }>(sql, [db.name]);
    if (rows.length === 0) return;
    for (const { id } of rows) await db.query(`KILL ${id}`).catch(() => undefined);
  }
}

test.each([
  ['DML runs', 'INSERT INTO big SELECT 7 + SLEEP(60);', 0],
  ['DDL waits for a table', 'ALTER TABLE big ADD COLUMN n INT;', 1],
] as const)(
  'a whole run ends when a black hole swallows every packet while %s',
  async (_, sql, held) => {
    const db = await testDatabase();
    await db.query('CREATE TABLE big (id INT PRIMARY KEY); INSERT INTO big VALUES (1)');
    const holder = held === 1 ? await holdTable(db, 'big') : undefined;
    const folder = project(
      changesets({ id: '1', sql }, { id: '2', sql: 'CREATE TABLE later (id INT PRIMARY KEY);' }),
    );
    const router = await startRouter(db.port);
    const options = { connectTimeout: 2, lockTimeout: 5, statementLockTimeout: 50 };
    const run = deploy('update', folder, { ...db, host: '127.0.0.1', port: router.port }, options);
    await sessionRunning(db, `${sql.slice(0, 15)}%`);
    const started = Date.now();
    router.forget('all');
    const { report } = await run;
    expect(Date.now() - started).toBeLessThan(60_000);
    expect(report).toMatchObject({
      result: 'unknown',
      pending: [{ status: 'unknown' }, { status: 'not-run' }],
    });
    expect(report.problems[0]).toMatchObject({ code: 'connection-lost' });
    await holder?.letGo();
    if (held === 1) await waitForColumn(db);
    await endSessions(db);
    // What is true then the next run finds out.
    await db.query('DELETE FROM big WHERE id <> 1');
    const fixed = held === 1 ? folder : project(changesets({ id: '1', sql: 'INSERT INTO big SELECT 7;' }));
    const { report: next } = await deploy('update', fixed, db);
    if (held === 1) expect(next).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
    else expect(next).toMatchObject({ result: 'ok' });
    if (held === 1)
      expect((await deploy('update', folder, db, { resume: true })).report).toMatchObject({ result: 'ok' });
  },
  120_000,
);

async function waitForColumn(db: TestDatabase): Promise<void> {
  while ((await db.query("SHOW COLUMNS FROM big LIKE 'n'")).length === 0) await sleep(50);
}
