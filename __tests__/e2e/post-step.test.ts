import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { artifactService } from '../support/artifact-service.ts';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, finishLeft, project } from '../support/deploy.ts';
import { dropBeside } from '../support/restore.ts';
import { runAction, startAction, type ActionOptions, type ActionRun } from '../support/runner.ts';
import { holdTable, sessionRunning } from '../support/watch.ts';

/** Less than a restore needs, so that main is killed on its way. */
const SHORT = { interrupt: 300, terminate: 100 };
const SQL =
  'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN n INT;\nDELETE FROM t WHERE id < 9;';

async function shop(): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query(`CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20));
    INSERT INTO t VALUES (1, 'Ada'), (2, 'Grace')`);
  return db;
}

function step(
  db: TestDatabase,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<ActionOptions> = {},
): ActionOptions {
  const workspace = more.workspace ?? project(changesets({ id: '1', sql: SQL }));
  return {
    workspace,
    path: [db.binDir],
    secrets: [db.password],
    ...more,
    inputs: {
      ...{ mode: 'update', environment: 'dev', 'mysql-client': 'path', 'statement-lock-timeout': '30' },
      'backup-store': `file:${join(workspace, 'backups')}`,
      ...databaseInputs(db),
      ...inputs,
    },
  };
}

/** Runs until the ALTER waits for somebody else's transaction, and then lets `end` end it. */
async function duringAlter(
  db: TestDatabase,
  options: ActionOptions,
  end: (run: ActionRun) => Promise<void> | void,
): Promise<Awaited<ActionRun['result']>> {
  const holder = await holdTable(db, 't');
  const run = await startAction(options);
  const early = run.result.then(({ log }) => Promise.reject(new Error(`the run ended before:\n${log}`)));
  early.catch(() => undefined);
  await Promise.race([sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock'), early]);
  await end(run);
  await holder.letGo();
  return run.result;
}

async function runs(db: TestDatabase): Promise<readonly unknown[]> {
  return (
    await db.query<{ status: string }>('SELECT status FROM ops_migration_runs ORDER BY started_at')
  ).map(({ status }) => status);
}

const ends = [
  ['cancelled', (run: ActionRun) => run.cancel('cancelled', SHORT)],
  ['timed out', (run: ActionRun) => run.cancel('timed-out', SHORT)],
  ['killed', (run: ActionRun) => run.killMain()],
] as const;

test.each(ends)('an update that is %s in an ALTER is brought back by post', async (_, end) => {
  const db = await shop();
  const before = await db.dump();
  const options = step(db);
  const { post, signal } = await duringAlter(db, options, end);
  expect(signal).toBe('SIGKILL');
  expect(post?.summary.split('\n')[0]).toContain('The database is as it was before this run');
  expect(post?.outputs).toMatchObject({ result: 'restored', restored: 'true' });
  expect(await db.dump()).toBe(before);
  expect(await runs(db)).toEqual(['restored']);
  const next = await runAction(options);
  expect(next.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
  expect(next.post).toMatchObject({ exitCode: 0, log: '', summary: '' });
  await dropBeside(db);
});

test('a restore that main has no time for is left to post, which does it once', async () => {
  const db = await shop();
  const before = await db.dump();
  const result = await duringAlter(db, step(db, {}, { path: [slowDump(db), db.binDir] }), (run) => {
    void run.cancel();
  });
  expect(result.outputs).toMatchObject({ result: 'failed', restored: 'false' });
  expect(result.summary.split('\n')[0]).toContain('The post step of this job goes on from here.');
  expect(result.post?.outputs).toMatchObject({ result: 'restored' });
  expect(result.post?.log).toContain('the restore takes about');
  expect(await db.dump()).toBe(before);
  expect(await runs(db)).toEqual(['restored']);
  await dropBeside(db);
});

/** A backup that takes so long that a restore cannot be done in the seconds of a cancelled step. */
function slowDump(db: TestDatabase): string {
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-slow-'));
  const script = `#!/bin/sh\ncase "$*" in *--version*) ;; *) sleep 2 ;; esac\nexec '${db.binDir}/mysqldump' "$@"\n`;
  writeFileSync(join(folder, 'mysqldump'), script);
  chmodSync(join(folder, 'mysqldump'), 0o755);
  return folder;
}

test('a run that is killed before its backup is there has changed nothing, and post says so', async () => {
  const db = await shop();
  const before = await db.dump();
  const holder = await db.connect();
  await holder.query('LOCK TABLES t WRITE');
  const run = await startAction(step(db));
  await sessionRunning(db, '%`t`%', 'Waiting for table metadata lock');
  run.killMain();
  await holder.query('UNLOCK TABLES');
  const { post } = await run.result;
  expect(post?.summary.split('\n')[0]).toContain('The database is as it was');
  expect(await db.dump()).toBe(before);
  expect(await runs(db)).toEqual(['interrupted']);
  const [lock] = await db.query<{ LOCKED: number }>('SELECT LOCKED FROM DATABASECHANGELOGLOCK');
  expect(lock?.LOCKED).toBe(0);
});

test('with on-failure: keep post says what is in effect and how to go on', async () => {
  const db = await shop();
  // Held until the end: let go of after main is dead, the ALTER might take effect before post ends its session.
  const holder = await holdTable(db, 't');
  const run = await startAction(step(db, { 'on-failure': 'keep' }));
  await sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock');
  run.killMain();
  const { post } = await run.result;
  await holder.letGo();
  expect(post?.outputs).toMatchObject({ result: 'failed' });
  expect(post?.summary.split('\n')[0]).toContain(
    'Changeset test:1 is half applied: statement 1 of 3 is in effect',
  );
  expect(post?.summary).toContain('resume: true');
  expect(post?.summary).toContain('mode: rollback with backup-ref: file:');
  expect(await runs(db)).toEqual(['interrupted']);
});

test('what a run that failed or had nothing to do leaves to post is nothing', async () => {
  const db = await shop();
  const failing = project(
    changesets({ id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);\nSELECT nothing;' }),
  );
  const failed = await runAction(step(db, {}, { workspace: failing }));
  expect(failed).toMatchObject({ outputs: { result: 'restored' }, post: { exitCode: 0, log: '' } });
  const status = await runAction(step(db, { mode: 'status' }));
  expect(status.post).toMatchObject({ exitCode: 0, log: '' });
  expect(status.state).toEqual({ finished: 'true' });
  await dropBeside(db);
});

test('a post step that is killed in its turn leaves a state that the next run can tell', async () => {
  const db = await shop();
  const before = await db.dump();
  const holder = await db.connect();
  const options = step(db);
  let killPost = (): void => undefined;
  const inPost = Promise.withResolvers<void>();
  const result = duringAlter(
    db,
    { ...options, onPost: (kill) => ((killPost = kill), inPost.resolve()) },
    async (run) => {
      // The run made it; tables that it did not touch are not restored.
      await holder.query('LOCK TABLES a READ');
      run.killMain();
    },
  );
  await inPost.promise;
  await sessionRunning(db, 'LOCK TABLES%', 'Waiting for table metadata lock');
  killPost();
  await holder.query('UNLOCK TABLES');
  expect((await result).post?.signal).toBe('SIGKILL');
  const next = await runAction(options);
  const ref = /backup-ref: (file:\S+)/.exec(next.summary)?.[1] ?? '';
  if (next.outputs['result'] === 'blocked') {
    await runAction(step(db, { mode: 'rollback', 'backup-ref': ref }, { workspace: options.workspace! }));
    expect(await db.dump()).toBe(before);
  } else {
    expect(next.outputs['result']).toBe('ok');
  }
  await dropBeside(db);
});

test('post restores from the file that main uploaded, whatever becomes of the service, and removes it', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const before = await db.dump();
  const inputs = { 'backup-store': 'artifact', 'backup-passphrase': 'correct horse battery staple' };
  const options = step(db, inputs, { env: service.environment(), github: { api_url: service.url } });
  const { post, state } = await duringAlter(db, options, (run) => {
    service.fail('download', 500);
    run.killMain();
  });
  expect(post?.outputs).toMatchObject({ result: 'restored' });
  expect(await db.dump()).toBe(before);
  expect(service.requests).not.toContain('download');
  const file = state['backup-file'] ?? '';
  expect(file).toMatch(/\.sql\.zst\.enc$/);
  expect(existsSync(file)).toBe(false);
  for (const secret of [db.password, 'correct horse battery staple'])
    expect(JSON.stringify(state)).not.toContain(secret);
  expect(readdirSync(join(file, '../..')).filter((name) => name.startsWith('db-deploy-artifact'))).toEqual(
    [],
  );
  await dropBeside(db);
});

test('a post step without the time for a restore leaves what is in effect and says how to go on', async () => {
  const db = await shop();
  const options = step(db);
  const holder = await holdTable(db, 't');
  const run = await startAction(options);
  await sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock');
  run.destroyRunner();
  await run.result;
  await holder.letGo();
  const [left] = await db.query<{ id: string }>('SELECT run_id AS id FROM ops_migration_runs');
  const backup = { store: { kind: 'folder', folder: join(options.workspace ?? '', 'backups') } } as const;
  const report = await finishLeft(options.workspace ?? '', db, left?.id ?? '', 900, {
    backup: {
      ...{ ...backup, passphrase: undefined, retentionDays: 30, timeout: 60, client: 'path' },
      toolEnvironment: { PATH: db.binDir },
    },
  });
  expect(report).toMatchObject({ result: 'failed', isRestored: false });
  expect(report.databaseState).toMatch(
    /half applied.*It was left so: a restore would take about .* s, and a cancelled job leaves/,
  );
  expect(report.problems[0]?.fix).toContain('backup-ref: file:');
  expect(await runs(db)).toEqual(['interrupted']);
});
