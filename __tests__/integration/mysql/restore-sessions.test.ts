import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { lockName } from '../../../src/mysql/lock/lock.ts';
import { finishInterruptedRestore } from '../../../src/mysql/swap/finish.ts';
import { restoreLockName, sideSchema, STATE_TABLE } from '../../../src/mysql/session/names.ts';
import { probeRoom } from '../../../src/mysql/guarantee/probe-room.ts';
import { dropSide } from '../../../src/mysql/load/side-schema.ts';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { project } from '../../support/deploy.ts';
import type { RestoreOrder } from '../../support/restore-process.ts';
import { openSession, restore, runStatements, takeTestBackup } from '../../support/restore.ts';

let small: Awaited<ReturnType<typeof startServer>> | undefined;
afterAll(() => small?.stop());

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function begun(db: TestDatabase, order: Pick<RestoreOrder, 'killAt' | 'signal'>): Promise<void> {
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)');
  const session = await openSession(db);
  const { sql, facts } = await takeTestBackup(db, session);
  const dumpFile = join(project({}), 'dump.sql');
  writeFileSync(dumpFile, sql);
  const { host, port, user, password, name } = db;
  const database = {
    host,
    port,
    user,
    password,
    name,
    ssl: 'disabled',
    sslCa: undefined,
    connectTimeout: 10,
  };
  const script = join(import.meta.dirname, '../../support/restore-process.ts');
  const text = JSON.stringify({ database, facts, dumpFile, delay: 0, ...order });
  children.push(spawn(process.execPath, ['--no-warnings', script, text], { stdio: 'inherit' }));
}

async function holderOf(db: TestDatabase, name: string): Promise<number | null> {
  const [row] = await db.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [name]);
  return row!.id;
}

async function until(isSo: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not so after ${seconds} s`);
    await sleep(50);
  }
}

test('a runner that stops while it holds the tables keeps the application out for seconds only', async () => {
  const db = await testDatabase();
  await begun(db, { killAt: 'tables-locked', signal: 'SIGSTOP' });
  const lock = restoreLockName(db.name);
  await until(async () => (await holderOf(db, lock)) !== null, 20);
  // From LOCK TABLES on.
  const writer = await db.connect();
  await writer.query('SET SESSION lock_wait_timeout = 1');
  const write = (): Promise<boolean> =>
    writer.query('INSERT INTO t VALUES (2)').then(
      () => true,
      () => false,
    );
  const undo = (): Promise<boolean> =>
    writer.query('DELETE FROM t WHERE id = 2').then(
      () => true,
      () => false,
    );
  await until(async () => !((await write()) && (await undo())), 20);
  const started = Date.now();
  await until(write, 40);
  expect(Date.now() - started).toBeLessThan(30_000);
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('the next run ends a session that holds the lock of restores for a run that is gone', async () => {
  const db = await testDatabase();
  await begun(db, { killAt: 'tables-locked', signal: 'SIGSTOP' });
  await until(async () => (await holderOf(db, restoreLockName(db.name))) !== null, 20);
  const session = await openSession(db);
  const started = Date.now();
  expect(await finishInterruptedRestore(session, 20)).toMatchObject({ kind: 'old-state-kept' });
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }]);
});

test('a session without the deploy lock does not touch the side schema of the run that has it', async () => {
  const db = await testDatabase();
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)');
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const owner = await db.connect();
  await owner.query('DO GET_LOCK(?, 0)', [lockName(db.name)]);
  const side = sideSchema(db.name);
  await db.query('CREATE DATABASE ??', [side]);
  await db.query('CREATE TABLE ??.?? (id INT PRIMARY KEY)', [side, STATE_TABLE]);
  for (const act of [
    () => dropSide(session),
    () => finishInterruptedRestore(session, 5),
    () => restore(session, backup),
  ]) {
    await expect(act()).rejects.toThrow(/holds the deploy lock, and not this session/);
  }
  expect(await db.query('SHOW TABLES FROM ??', [side])).toHaveLength(1);
});

test('a restore waits for a server that has no room for a connection, as at the start', async () => {
  small = await startServer({ gtid: 'on', database: 'room', mysqldFlags: ['--max-connections=12'] });
  const db = await testDatabase({ server: small });
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)');
  const user = await db.userWith('ALL', 'PROCESS ON *.*', 'ALL ON *.*');
  const session = await openSession(db, user);
  const backup = await takeTestBackup(db, session);
  await db.query('INSERT INTO t VALUES (2)');
  expect(await probeRoom(session)).toEqual([]);
  const others = [];
  for (let count = 0; count < 20; count += 1) {
    const opened = await db.connect(user).catch(() => undefined);
    if (!opened) break;
    others.push(opened);
  }
  const [problem] = await probeRoom(session);
  expect(problem?.message).toMatch(/a restore may need 8 connections, and the server has \d of 12 left/);
  const restored = restore(session, backup);
  await sleep(3000);
  for (const each of others) await each.end();
  await restored;
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }]);
});
