import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { lockName, workLockName } from '../../../src/mysql/lock/lock.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import {
  changesets,
  deploy,
  deployToDeath,
  finishLeft,
  project,
  type DeployOptions,
} from '../../support/deploy.ts';
import { dropBeside } from '../../support/restore.ts';
import { sessionRunning, watchFor } from '../../support/watch.ts';

let readOnly: Awaited<ReturnType<typeof startServer>> | undefined;
afterAll(() => readOnly?.stop());

const FIRST = { id: 'first', sql: 'CREATE TABLE first (id INT PRIMARY KEY);' };
const SLOW = {
  id: 'slow',
  sql: 'INSERT INTO slow SELECT id FROM (SELECT 1 AS id UNION SELECT 2) AS r WHERE SLEEP((SELECT s FROM pace)) = 0;',
};
const LAST = { id: 'last', sql: 'CREATE TABLE last (id INT PRIMARY KEY);' };
const HALF = { id: 'half', sql: 'CREATE TABLE half (id INT PRIMARY KEY);\nCREATE TABLE half (n INT);' };

async function holderOf(db: TestDatabase, name: string): Promise<number | null> {
  const [row] = await db.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [name]);
  return row!.id;
}

async function withPace(seconds: number): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query(
    'CREATE TABLE pace (s INT PRIMARY KEY); INSERT INTO pace VALUES (?); CREATE TABLE slow (id INT PRIMARY KEY)',
    [seconds],
  );
  return db;
}

function backupOf(db: TestDatabase, folder: string): BackupInputs {
  return {
    store: { kind: 'folder', folder: join(folder, 'backups') },
    retentionDays: 7,
    passphrase: undefined,
    timeout: 120,
    client: 'path',
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
}

function withBackup(db: TestDatabase, folder: string): DeployOptions {
  return { backup: backupOf(db, folder), lockTimeout: 30 };
}

/** Run A is in its second changeset when its control session is killed; run B, which waited, deploys. */
test('a run that lost its lock does not restore over the run that came between', async () => {
  const db = await withPace(4);
  const folder = project(changesets(FIRST, SLOW, LAST));
  const options = withBackup(db, folder);
  const first = deploy('update', folder, db, options);
  await sessionRunning(db, 'INSERT INTO slow %');
  const waits = watchFor('waiting-for-lock');
  const second = deploy('update', folder, db, { ...options, onEvent: waits.onEvent });
  await waits.seen;
  const control = (await holderOf(db, lockName(db.name)))!;
  await db.query(`KILL ${control}`);

  const b = (await second).report;
  expect(b).toMatchObject({ result: 'ok' });
  const a = (await first).report;
  expect(a).toMatchObject({ result: 'failed', isRestored: false });
  expect(a.problems[0]).toMatchObject({ code: 'superseded' });
  expect(a.problems[0]?.message).toContain(`run ${b.runId}`);
  expect(a.databaseState).toContain(`test:last (by run ${b.runId})`);
  expect(await db.query('SELECT id FROM slow ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await db.query('SELECT COUNT(*) AS n FROM last')).toEqual([{ n: 0 }]);
  const rows = await db.query('SELECT run_id AS runId, status, epoch FROM ops_migration_runs ORDER BY epoch');
  expect(rows).toMatchObject([
    { runId: a.runId, status: 'interrupted', epoch: 1 },
    { runId: b.runId, status: 'succeeded', epoch: 2 },
  ]);
  await dropBeside(db);
}, 120_000);

test('the post step does not restore over the run that came between', async () => {
  const db = await withPace(30);
  const folder = project(changesets(FIRST, SLOW, LAST));
  const options = withBackup(db, folder);
  const death = deployToDeath('update', folder, db, options, {
    runId: 'dead-1',
    killAt: 'changeset-applied',
  });
  expect(await death).toBe('SIGKILL');
  await db.query('UPDATE pace SET s = 0');
  const { report } = await deploy('update', folder, db, options);
  expect(report).toMatchObject({ result: 'ok' });
  const post = await finishLeft(folder, db, 'dead-1', 600_000, options);
  expect(post).toMatchObject({ result: 'failed', problems: [{ code: 'superseded' }] });
  expect(post.problems[0]?.message).toContain(`run ${report.runId}`);
  expect(await db.query('SELECT COUNT(*) AS n FROM last')).toEqual([{ n: 0 }]);
}, 120_000);

test('a runner that stops keeps no other run waiting for its idle sessions', async () => {
  const db = await withPace(0);
  const folder = project(changesets(FIRST));
  // As a work session of a run that is gone: it holds the work lock and idles.
  const left = await db.connect();
  await left.query('DO GET_LOCK(?, 0)', [workLockName(db.name)]);
  const { report } = await deploy('update', folder, db, { lockTimeout: 20 });
  expect(report).toMatchObject({ result: 'ok' });
  await expect(left.query('SELECT 1')).rejects.toThrow(/closed|lost|ended/i);
});

test('what is half applied is half applied again after a rollback was undone', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST, HALF));
  const options = withBackup(db, folder);
  const failed = await deploy('update', folder, db, { ...options, onFailure: 'keep' });
  expect(failed.report).toMatchObject({ result: 'failed' });
  const back = await deploy('rollback', folder, db, { ...options, backupRef: failed.report.backup!.ref });
  expect(back.report).toMatchObject({ result: 'ok' });
  // Nothing of it is there: it may be deployed again.
  expect((await deploy('status', folder, db)).report).toMatchObject({ result: 'ok', problems: [] });
  const undone = await deploy('rollback', folder, db, { ...options, backupRef: back.report.backup!.ref });
  expect(undone.report).toMatchObject({ result: 'ok' });
  const again = await deploy('update', folder, db, options);
  expect(again.report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
  expect(again.report.problems[0]?.message).toContain('statement 1 of 2 is in effect');
  await dropBeside(db);
}, 120_000);

test('the backup of a run that resumes carries what an earlier one half applied', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST, HALF));
  const options = withBackup(db, folder);
  const failed = await deploy('update', folder, db, { ...options, onFailure: 'keep' });
  const three = { ...HALF, sql: `${HALF.sql.split('\n')[0]}\nCREATE TABLE more (n INT);\nSELECT no_such;` };
  const fixed = project(changesets(FIRST, three));
  const resumed = await deploy('update', fixed, db, { ...options, resume: true });
  expect(resumed.report).toMatchObject({ result: 'restored' });
  const next = await deploy('update', fixed, db, options);
  expect(next.report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
  expect(next.report.problems[0]?.message).toContain(`run ${failed.report.runId}`);
  expect(next.report.problems[0]?.message).toContain('statement 1 of 3 is in effect');
  await dropBeside(db);
}, 120_000);

test('a run that the clock says is newer hides nothing', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST));
  await deploy('update', folder, db);
  // The server's clock was ahead then.
  await db.query('UPDATE ops_migration_runs SET started_at = started_at + INTERVAL 1 DAY');
  const half = project(changesets(FIRST, HALF));
  expect((await deploy('update', half, db)).report).toMatchObject({ result: 'failed' });
  const { report } = await deploy('update', half, db);
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
});

test('rows of an older version come before all others', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST, HALF));
  await deploy('update', folder, db);
  await db.query(`UPDATE ops_migration_runs SET epoch = NULL; UPDATE ops_migration_statements SET epoch = NULL;
    UPDATE DATABASECHANGELOG SET EPOCH = NULL; ALTER TABLE DATABASECHANGELOGLOCK DROP COLUMN EPOCH`);
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
  expect(await db.query('SELECT MAX(epoch) AS epoch FROM ops_migration_runs')).toEqual([{ epoch: 1 }]);
});

test('a lock table that was lost does not begin to count anew', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST));
  await deploy('update', folder, db);
  await deploy('update', folder, db);
  await db.query('DROP TABLE DATABASECHANGELOGLOCK');
  await deploy('update', folder, db);
  expect(await db.query('SELECT EPOCH AS epoch FROM DATABASECHANGELOGLOCK')).toEqual([{ epoch: 3 }]);
});

test('where the server becomes read-only in a changeset, it is said what is in effect', async () => {
  readOnly = await startServer({ gtid: 'on', database: 'readonly' });
  const db = await testDatabase({ server: readOnly });
  await db.query('CREATE TABLE pace (s INT PRIMARY KEY); INSERT INTO pace VALUES (3)');
  const sql = `CREATE TABLE one (id INT PRIMARY KEY);\nDO SLEEP((SELECT s FROM pace));\nCREATE TABLE two (id INT PRIMARY KEY);`;
  const folder = project(changesets(FIRST, { id: 'three', sql }, LAST));
  const run = deploy('update', folder, db);
  await sessionRunning(db, 'DO SLEEP%');
  await db.query('SET GLOBAL super_read_only = ON');
  const { report } = await run;
  await db.query('SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF');
  expect(report).toMatchObject({ result: 'failed' });
  expect(report.databaseState).toMatch(/statement 1 of 3 is in effect|Statement 2 of 3 .*in doubt/i);
  expect(report.pending.map(({ status }) => status)).not.toContain('running');
  const next = await deploy('update', folder, db);
  expect(next.report).toMatchObject({ result: 'blocked' });
  expect(next.report.problems[0]?.message).toContain('test:three');
}, 120_000);

const TRACKING = ['DATABASECHANGELOG', 'ops_migration_statements', 'ops_migration_runs'];

test.each(
  TRACKING.flatMap((hidden) =>
    (['status', 'verify', 'update-sql'] as const).map((mode) => [mode, hidden] as const),
  ),
)(
  '%s by an account that may not see %s is refused, and is not told that all is well',
  async (mode, hidden) => {
    const db = await testDatabase();
    const folder = project(changesets(FIRST, HALF));
    await deploy('update', folder, db);
    const reader = await db.userWith();
    for (const table of ['first', ...TRACKING.filter((each) => each !== hidden)])
      await db.query(`GRANT SELECT ON ??.?? TO '${reader.user}'@'%'`, [db.name, table]);
    const { report } = await deploy(mode, folder, reader);
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'missing-privilege' }] });
    expect(report.problems[0]?.message).toContain(hidden);
    expect(report.problems[0]?.fix).toMatch(new RegExp(`GRANT SELECT ON .*${hidden}`));
    await db.query(`GRANT SELECT ON ??.?? TO '${reader.user}'@'%'`, [db.name, hidden]);
    const seen = (await deploy(mode, folder, reader)).report;
    expect([...seen.problems, ...seen.warnings].map(({ code }) => code)).toContain('unfinished-run');
  },
);

test('a reader of a schema where nothing was deployed yet is told that, if it may see the schema', async () => {
  const db = await testDatabase();
  const { report } = await deploy('status', project(changesets(FIRST)), await db.userWith('SELECT'));
  expect(report).toMatchObject({ result: 'ok', pending: [{ key: 'test:first' }] });
});

test('status does not tell of statements that a restore has undone already', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST, HALF));
  const options = withBackup(db, folder);
  const order = { runId: 'dead-2', killAt: 'tables-swapped' };
  expect(await deployToDeath('update', folder, db, options, order)).toBe('SIGKILL');
  await sleep(500);
  const { report } = await deploy('status', folder, db);
  expect(report.problems).toEqual([]);
  expect(report.warnings.map(({ message }) => message).join()).toContain('dead-2');
  await dropBeside(db);
}, 120_000);

test('who may not see whether a restore came to its swap is told that, until the next run has recorded it', async () => {
  const db = await testDatabase();
  const folder = project(changesets(FIRST, HALF));
  const options = withBackup(db, folder);
  const order = { runId: 'dead-4', killAt: 'tables-swapped' };
  expect(await deployToDeath('update', folder, db, options, order)).toBe('SIGKILL');
  await sleep(500);
  const blind = await db.userWith('SELECT');
  for (const mode of ['status', 'verify', 'update-sql'] as const) {
    const { report } = await deploy(mode, folder, blind);
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'missing-privilege' }] });
    expect(report.problems[0]?.message).toContain('dead-4');
  }
  const seeing = await db.userWith('SELECT', `SELECT ON \`${db.name}\\_\\_aside%\`.*`);
  expect((await deploy('status', folder, seeing)).report.problems).toEqual([]);
  await deploy('update', project(changesets(FIRST)), db, { lockTimeout: 30 });
  const after = await deploy('status', project(changesets(FIRST)), blind);
  expect(after.report).toMatchObject({ result: 'ok', problems: [] });
  await dropBeside(db);
}, 120_000);

test('KILL QUERY of a run that waits for the lock is called that', async () => {
  const db = await testDatabase();
  const holder = await db.connect();
  await holder.query('DO GET_LOCK(?, 0)', [lockName(db.name)]);
  const waits = watchFor('waiting-for-lock');
  const run = deploy('update', project(changesets(FIRST)), db, { lockTimeout: 30, onEvent: waits.onEvent });
  await waits.seen;
  await db.query(`KILL QUERY ${await sessionRunning(db, 'SELECT GET_LOCK%')}`);
  const { report } = await run;
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
  expect(report.problems[0]?.message).toContain('KILL QUERY');
});

test('a trigger that a cut-over left with the `;` of its packet is put right by the next run', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE counted (id INT PRIMARY KEY, n INT)');
  await db.query('CREATE TRIGGER one BEFORE INSERT ON counted FOR EACH ROW SET NEW.n = 1');
  await db.query('CREATE TRIGGER block BEFORE UPDATE ON counted FOR EACH ROW BEGIN SET NEW.n = 2; END');
  const bodies = (): Promise<unknown> =>
    db.query(
      'SELECT ACTION_STATEMENT AS body FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? ORDER BY TRIGGER_NAME',
      [db.name],
    );
  const whole = [{ body: 'BEGIN SET NEW.n = 2; END' }, { body: 'SET NEW.n = 1' }];
  expect(await bodies()).toEqual(whole);
  const broken =
    'INSERT INTO counted (id) VALUES (1);\nALTER TABLE counted ADD COLUMN m INT;\nSELECT no_such;';
  const options = withBackup(db, project({}));
  const order = { runId: 'dead-3', killAt: 'tables-swapped' };
  const half = project(changesets(FIRST, { id: 'broken', sql: broken }));
  expect(await deployToDeath('update', half, db, options, order)).toBe('SIGKILL');
  await sleep(500);
  // No text but the last of a packet can be sent without what ends it.
  expect(await bodies()).toEqual([whole[0], { body: expect.stringMatching(/^SET NEW\.n = 1\s*;$/) }]);
  const next = await deploy('update', project(changesets(FIRST)), db, { lockTimeout: 30 });
  expect(next.report).toMatchObject({ result: 'ok' });
  expect(await bodies()).toEqual(whole);
  await db.query('INSERT INTO counted (id) VALUES (5)');
  expect(await db.query('SELECT * FROM counted')).toEqual([{ id: 5, n: 1 }]);
  await dropBeside(db);
}, 120_000);
