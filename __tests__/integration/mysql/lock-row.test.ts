import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { close, connect, type Session } from '../../../src/mysql/connection.ts';
import { withDeployLock } from '../../../src/mysql/lock.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

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
