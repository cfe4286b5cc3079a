import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { close, connect, type Session } from '../../../src/mysql/session/connection.ts';
import { withDeployLock, workLockName } from '../../../src/mysql/lock/lock.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { watchFor } from '../../support/watch.ts';

afterEach(() => void jest.restoreAllMocks());

const ROW = 'SELECT LOCKED + 0 AS locked, RUN_ID AS runId, EPOCH AS epoch FROM DATABASECHANGELOGLOCK';
const OWNER = { runId: 'r-1', actor: 'octocat', runUrl: undefined, epoch: undefined };

function open(db: TestDatabase): Promise<Session> {
  const { host, port, user, password, name } = db;
  return connect(
    { host, port, user, password, name, ssl: 'disabled', sslCa: undefined, connectTimeout: 5 },
    () => undefined,
  );
}

test('the row is free although the connection ended in that moment', async () => {
  const db = await testDatabase();
  const session = await open(db);
  await withDeployLock(
    session,
    5,
    OWNER,
    () => undefined,
    async () => {
      expect(await db.query(ROW)).toEqual([{ locked: 1, runId: 'r-1', epoch: 1 }]);
      await db.query(`KILL ${session.id}`);
    },
  );
  expect(await db.query(ROW)).toEqual([{ locked: 0, runId: null, epoch: 1 }]);
  await close(session);
});

test('a run that takes its lock again keeps its epoch, and not after another run', async () => {
  const db = await testDatabase();
  const session = await open(db);
  const nothing = (): Promise<void> => Promise.resolve();
  const take = (epoch: number | undefined, runId = 'r-1'): Promise<void> =>
    withDeployLock(session, 5, { ...OWNER, runId, epoch }, () => undefined, nothing);
  await take(undefined);
  await take(1);
  expect(session.group.epoch).toBe(1);
  await take(undefined, 'r-2');
  expect(session.group.epoch).toBe(2);
  await expect(take(1)).rejects.toThrow(/another run came between/);
  await close(session);
});

test('an owner on another server is alive while its counter moves', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  await deploy('update', folder, db);
  await db.query(`UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'mona', RUN_ID = 'elsewhere-1',
    CONNECTION_ID = 5, SERVER_UUID = '00000000-0000-0000-0000-000000000001'`);
  const run = deploy('update', folder, db, { lockTimeout: 3 });
  await sleep(2000);
  await db.query('UPDATE DATABASECHANGELOGLOCK SET HEARTBEAT = HEARTBEAT + 1');
  const { report } = await run;
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
  expect(report.problems[0]?.message).toMatch(/mona \(run elsewhere-1\).*on another server/);
});

test('an owner on another server is gone when its counter stood still for 150 s, and no sooner', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  await deploy('update', folder, db);
  await db.query(`UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'mona', RUN_ID = 'elsewhere-1',
    CONNECTION_ID = 5, SERVER_UUID = '00000000-0000-0000-0000-000000000001'`);
  const now = performance.now.bind(performance);
  let ahead = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  let hasEnded = false;
  const waits = watchFor('waiting-for-lock');
  // Longer than the input says: whether the owner lives is seen no sooner.
  const run = deploy('update', folder, db, { lockTimeout: 1, onEvent: waits.onEvent });
  void run.finally(() => (hasEnded = true));
  await waits.seen;
  ahead = 140_000;
  await sleep(2500);
  expect(hasEnded).toBe(false);
  ahead = 151_000;
  const { report, events } = await run;
  expect(report).toMatchObject({ result: 'ok' });
  expect(events.find(({ event }) => event === 'lock-taken-over')?.message).toMatch(
    /mona \(run elsewhere-1\)/,
  );
});

test('an owner on another server that beats every 20 s is not taken for gone, however long it is waited for', async () => {
  const db = await testDatabase();
  const session = await open(db);
  const now = performance.now.bind(performance);
  let ahead = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  await withDeployLock(
    session,
    5,
    OWNER,
    () => undefined,
    () => Promise.resolve(),
  );
  await db.query(`UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'mona', RUN_ID = 'elsewhere-1',
    CONNECTION_ID = 5, SERVER_UUID = '00000000-0000-0000-0000-000000000001'`);
  const beats = setInterval(() => {
    ahead += 20_000;
    db.query('UPDATE DATABASECHANGELOGLOCK SET HEARTBEAT = HEARTBEAT + 1').catch(() => undefined);
  }, 600);
  const waiting = withDeployLock(
    session,
    8,
    { ...OWNER, runId: 'r-2' },
    () => undefined,
    () => Promise.resolve(),
  );
  await expect(waiting).rejects.toThrow(/mona \(run elsewhere-1\).*on another server/);
  clearInterval(beats);
  expect(ahead).toBeGreaterThan(150_000);
  await close(session);
});

test('the run itself raises its counter while it is at work', async () => {
  const db = await testDatabase();
  const session = await open(db);
  const beat = async (): Promise<number> => {
    const [row] = await db.query<{ n: number }>('SELECT HEARTBEAT AS n FROM DATABASECHANGELOGLOCK');
    return row!.n;
  };
  await withDeployLock(
    session,
    5,
    OWNER,
    () => undefined,
    async () => {
      const first = await beat();
      const deadline = Date.now() + 40_000;
      while ((await beat()) === first) {
        if (Date.now() > deadline) throw new Error('it stands still');
        await sleep(500);
      }
      expect(await beat()).toBeGreaterThan(first);
    },
  );
  await close(session);
}, 60_000);

const MIGRATOR = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES';

test.each([
  ['is ended', ['CONNECTION_ADMIN ON *.*', 'PROCESS ON *.*'], 'ok'],
  ['is named', [], 'blocked'],
] as const)(
  'a session of another account that holds the work lock for a run that is gone %s',
  async (_, grants, result) => {
    const db = await testDatabase();
    const left = await db.connect(await db.userWith(MIGRATOR));
    await left.query('DO GET_LOCK(?, 0)', [workLockName(db.name)]);
    const user = await db.userWith(MIGRATOR, ...grants);
    const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
    const { report } = await deploy('update', folder, user, { lockTimeout: 4 });
    expect(report).toMatchObject({ result });
    if (result === 'ok') return expect(left.query('SELECT 1')).rejects.toThrow(/closed|lost|ended/i);
    expect(report.problems).toMatchObject([{ code: 'lock-held' }]);
    expect(report.problems[0]?.message).toContain(`connection ${left.threadId}`);
    expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
  },
);
