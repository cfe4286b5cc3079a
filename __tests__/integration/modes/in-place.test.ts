import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { testDatabase, type ConnectionSettings, type TestDatabase } from '../../support/database.ts';
import {
  changesets,
  deploy,
  deployToDeath,
  finishLeft,
  project,
  writeFiles,
  type DeployOptions,
  folderBackup,
} from '../../support/deploy.ts';

const SEED = [
  'CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50))',
  'CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, FOREIGN KEY (customer_id) REFERENCES customers (id))',
  'CREATE VIEW names AS SELECT name FROM customers',
  'CREATE PROCEDURE count_them () SELECT COUNT(*) FROM customers',
  "INSERT INTO customers (name) VALUES ('Ada'), ('Grace')",
  'INSERT INTO orders VALUES (1, 1), (2, 2)',
];
const FAILING = [
  'CREATE TABLE extra (id INT PRIMARY KEY);',
  'ALTER TABLE customers MODIFY name VARCHAR(10), ADD COLUMN nick VARCHAR(5);',
  'DELETE FROM orders WHERE id = 1;',
  'DROP TABLE orders;',
  'CREATE TABLE broken (id NO_SUCH_TYPE);',
].join('\n');

interface Shop {
  readonly db: TestDatabase;
  /** May do everything in the schema, and make no other. */
  readonly user: ConnectionSettings & { readonly binDir: string };
  readonly folder: string;
  readonly seed: string;
  readonly options: DeployOptions & { readonly backup: BackupInputs };
}

async function shop(sql = FAILING): Promise<Shop> {
  const db = await testDatabase();
  const user = {
    ...(await db.userWith('ALL', 'SHOW_ROUTINE, REPLICATION CLIENT, REPLICATION SLAVE ON *.*')),
    binDir: db.binDir,
  };
  const connection = await db.connect(user);
  for (const each of SEED) await connection.query(each);
  await connection.end();
  const folder = project(changesets({ id: '1', sql, yaml: ['allowDestructive: true'] }));
  const backup: BackupInputs = folderBackup(db, folder, { passphrase: 'correct horse battery staple' });
  const options = { backup, allowDestructive: true, restoreGuarantee: 'in-place' } as const;
  return { db, user, folder, seed: await db.dump(), options };
}

/** What every report has to say of it. */
const BEFOREHAND = 'one that fails leaves the schema incomplete';

test('without it such a user is blocked with the GRANT that is missing, and told that there is this way', async () => {
  const { db, user, folder, options, seed } = await shop();
  const { report } = await deploy('update', folder, user, { ...options, restoreGuarantee: 'best' });
  expect(report.result).toBe('blocked');
  const fix = report.problems.find(({ code }) => code === 'missing-privilege')?.fix;
  expect(fix).toContain(String.raw`\_\_%`);
  expect(fix).toContain('restore-guarantee: in-place');
  expect(await db.dump()).toBe(seed);
});

test('a failed update is loaded into the live schema again, and every report says beforehand and afterwards what that risks', async () => {
  const { db, user, folder, options, seed } = await shop();
  for (const mode of ['status', 'update-sql'] as const) {
    const { report, events } = await deploy(mode, folder, user, options);
    expect(report.guarantee).toMatchObject({ kind: 'in-place' });
    expect(events.find(({ event }) => event === 'restore-guarantee')?.message).toContain(BEFOREHAND);
    expect(renderSummary(report)).toContain(BEFOREHAND);
  }
  const { report, events } = await deploy('update', folder, user, options);
  expect(report).toMatchObject({
    result: 'restored',
    isRestored: true,
    problems: [{ code: 'statement-failed' }],
    restore: { aside: undefined, undoneTransactions: 0 },
    guarantee: { kind: 'in-place' },
  });
  expect(await db.dump()).toBe(seed);
  expect(report.databaseState).toContain('until it was done the schema was incomplete');
  const order = events.map(({ event }) => event);
  expect(order.indexOf('restore-guarantee')).toBeLessThan(order.indexOf('changeset-started'));
  expect(order.indexOf('restore-rehearsed')).toBeLessThan(order.indexOf('changeset-started'));
  expect(events.find(({ event }) => event === 'restore-in-place')).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('the schema is incomplete'),
  });
  expect(renderSummary(report)).toContain('the schema was incomplete for');
  expect(await db.query('SELECT status, applied_count FROM ops_migration_runs')).toEqual([
    { status: 'restored', applied_count: 0 },
  ]);
  const statements = await db.query<{ status: string }>(
    'SELECT status FROM ops_migration_statements ORDER BY statement_no',
  );
  expect(statements.map(({ status }) => status)).toEqual(['undone', 'undone', 'undone', 'undone', 'failed']);

  writeFiles(folder, { 'migrations/1.up.sql': FAILING.replace('NO_SUCH_TYPE', 'INT PRIMARY KEY') });
  const corrected = await deploy('update', folder, user, options);
  expect(corrected.report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }], warnings: [] });
});

test('a rollback goes back in place, and can itself be undone', async () => {
  const { db, user, folder, options, seed } = await shop(
    'DROP VIEW names;\nCREATE TABLE t (id INT PRIMARY KEY);\nINSERT INTO t VALUES (1);',
  );
  const { report: first } = await deploy('update', folder, user, options);
  expect(first.result).toBe('ok');
  const deployed = await db.dump();
  const rehearsed = await deploy('rollback', folder, user, { ...options, dryRun: true });
  expect(rehearsed.report).toMatchObject({ result: 'ok', isRestored: false });
  expect(await db.dump()).toBe(deployed);

  const back = await deploy('rollback', folder, user, options);
  expect(back.report).toMatchObject({ result: 'ok', isRestored: true, problems: [] });
  expect(back.report.databaseState).toContain(`to undo this rollback: backup-ref ${back.report.backup?.ref}`);
  expect(await db.dump()).toBe(seed);
  expect((await deploy('status', folder, user, options)).report.pending).toHaveLength(1);

  const forth = await deploy('rollback', folder, user, { ...options, backupRef: back.report.backup!.ref });
  expect(forth.report).toMatchObject({ result: 'ok', isRestored: true });
  expect(await db.dump()).toBe(deployed);
  expect((await deploy('status', folder, user, options)).report.pending).toEqual([]);
});

test('writes of others are counted, and on-data-loss: stop leaves what failed as it is', async () => {
  const { db, user, folder, options } = await shop();
  const other = await db.connect();
  let isWritten = false;
  const { report } = await deploy('update', folder, user, {
    ...options,
    onDataLoss: 'stop',
    onEvent: ({ event }) => {
      if (event !== 'changeset-started' || isWritten) return;
      isWritten = true;
      void other.query("INSERT INTO customers (name) VALUES ('Linus')");
    },
  });
  expect(report).toMatchObject({ result: 'failed', isRestored: false });
  expect(report.problems.find(({ code }) => code === 'data-loss')?.message).toContain(
    '1 transaction of others since the backup on customers',
  );
  expect(await db.query("SHOW TABLES LIKE 'extra'")).toHaveLength(1);
});

describe('a backup that is not what it was drops nothing', () => {
  const deployed = async () => {
    const all = await shop('CREATE TABLE t (id INT PRIMARY KEY);');
    const { report } = await deploy('update', all.folder, all.user, all.options);
    expect(report.result).toBe('ok');
    const name = readdirSync(join(all.folder, 'backups'))[0]!;
    return { ...all, path: join(all.folder, 'backups', name), before: await all.db.dump() };
  };

  test.each([
    [
      'edited by one byte',
      (bytes: Buffer) =>
        bytes.fill(bytes[bytes.length >> 1]! ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1),
    ],
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ])('%s', async (_, change) => {
    const { db, user, folder, options, path, before } = await deployed();
    writeFileSync(path, change(readFileSync(path)));
    const { report } = await deploy('rollback', folder, user, options);
    expect(report).toMatchObject({ result: 'blocked', isRestored: false });
    expect(await db.dump()).toBe(before);
  });

  test('read with another passphrase', async () => {
    const { db, user, folder, options, before } = await deployed();
    const backup = { ...options.backup, passphrase: 'something else' };
    const { report } = await deploy('rollback', folder, user, { ...options, backup });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'wrong-passphrase' }] });
    expect(await db.dump()).toBe(before);
  });
});

describe('killed in the middle of a restore in place', () => {
  const death = { runId: 'killed-1', killAt: 'schema-emptied' };

  test.each(['restore-in-place', 'schema-emptied'])(
    'at %s, the next run says so, loads the backup again and goes on',
    async (killAt) => {
      const { db, user, folder, options, seed } = await shop();
      expect(await deployToDeath('update', folder, user, options, { ...death, killAt })).toBe('SIGKILL');

      // The deploy lock is free as soon as the server has noticed.
      const read = await untilFree(() => deploy('status', folder, user, options));
      expect(read.report).toMatchObject({ result: 'blocked', pending: [] });
      expect(read.report.databaseState).toContain('The schema is incomplete');
      const [left] = read.report.problems;
      expect(left).toMatchObject({ code: 'restore-incomplete' });
      expect(left?.message).toContain('run killed-1');
      expect(left?.fix).toContain('mode: rollback with backup-ref: file:');

      const best = await deploy('update', folder, user, { ...options, restoreGuarantee: 'best' });
      expect(best.report).toMatchObject({ result: 'blocked', problems: [{ code: 'restore-incomplete' }] });

      writeFiles(folder, { 'migrations/1.up.sql': 'CREATE TABLE t (id INT PRIMARY KEY);' });
      const next = await deploy('update', folder, user, options);
      expect(next.report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
      expect(next.report.warnings.map(({ message }) => message).join()).toContain('run killed-1');
      await db.query('DROP TABLE t');
      expect(withoutHistory(await db.dump())).toBe(withoutHistory(seed));
      expect(await db.query("SELECT status FROM ops_migration_runs WHERE run_id = 'killed-1'")).toEqual([
        { status: 'restored' },
      ]);
      expect((await deploy('status', folder, user, options)).report.problems).toEqual([]);
    },
  );

  test('the post step finishes it where there is time, and says so where there is not', async () => {
    const { db, user, folder, options, seed } = await shop();
    expect(await deployToDeath('update', folder, user, options, death)).toBe('SIGKILL');
    const late = await finishLeft(folder, user, 'killed-1', 500, options);
    expect(late).toMatchObject({ result: 'restore-failed', problems: [{ code: 'restore-incomplete' }] });
    const post = await finishLeft(folder, user, 'killed-1', 240_000, options);
    expect(post).toMatchObject({ result: 'restored', isRestored: true });
    expect(await db.dump()).toBe(seed);
  });

  test('a rollback of it ends what it began, without a backup of the incomplete schema', async () => {
    const { db, user, folder, options, seed } = await shop();
    expect(await deployToDeath('update', folder, user, options, death)).toBe('SIGKILL');
    const { report } = await untilFree(() => deploy('rollback', folder, user, options));
    expect(report).toMatchObject({ result: 'ok', isRestored: true, backup: undefined });
    expect(await db.dump()).toBe(seed);
    expect((await deploy('status', folder, user, options)).report).toMatchObject({
      problems: [],
      result: 'ok',
    });
  });

  test('somebody who may make schemas ends it by swapping the backup in', async () => {
    const { db, user, folder, options, seed } = await shop();
    expect(await deployToDeath('update', folder, user, options, death)).toBe('SIGKILL');
    const root = { ...options, restoreGuarantee: 'best' } as const;
    const { report } = await untilFree(() => deploy('rollback', folder, db, root));
    expect(report).toMatchObject({ result: 'ok', isRestored: true });
    expect(await db.dump()).toBe(seed);
    await db.query(`DROP DATABASE \`${report.restore!.aside}\``);
    expect((await deploy('status', folder, user, options)).report).toMatchObject({
      problems: [],
      result: 'ok',
    });
  });

  test('a rollback that was killed is ended by the next one, whatever was written meanwhile', async () => {
    const { db, user, folder, options, seed } = await shop('CREATE TABLE t (id INT PRIMARY KEY);');
    const { report: first } = await deploy('update', folder, user, options);
    expect(await deployToDeath('rollback', folder, user, options, death)).toBe('SIGKILL');
    const read = await untilFree(() => deploy('status', folder, user, options));
    expect(read.report.problems[0]?.fix).toContain(first.backup!.ref);
    expect(read.report.problems[0]?.fix).toContain('or of what was there before: file:');
    await db.query('CREATE TABLE IF NOT EXISTS customers (id INT PRIMARY KEY)');
    const { report } = await deploy('rollback', folder, user, { ...options, backupRef: first.backup!.ref });
    expect(report).toMatchObject({ result: 'ok', isRestored: true });
    expect(await db.dump()).toBe(seed);
  });

  test('without its backup nothing else is done', async () => {
    const { user, folder, options } = await shop();
    expect(await deployToDeath('update', folder, user, options, death)).toBe('SIGKILL');
    const backup = { ...options.backup, passphrase: 'something else' };
    const { report } = await untilFree(() => deploy('update', folder, user, { ...options, backup }));
    expect(report).toMatchObject({
      result: 'restore-failed',
      problems: [{ code: 'restore-incomplete' }, { code: 'wrong-passphrase' }],
    });
    expect(report.databaseState).toContain('The schema is incomplete');
  });
});

test('a connection that is killed while the backup is loaded costs another try, and the run ends restored', async () => {
  const { db, user, folder, options, seed } = await shop();
  let kills = 0;
  const { report } = await deploy('update', folder, user, {
    ...options,
    onEvent: ({ event }) => {
      if (event !== 'schema-emptied' || kills > 0) return;
      kills += 1;
      void killAll(db, user.user);
    },
  });
  expect(kills).toBe(1);
  expect(report).toMatchObject({ result: 'restored', isRestored: true });
  expect(await db.dump()).toBe(seed);
});

test('a restore that fails in the middle says so in its first line, and names the way on', async () => {
  const { db, user, folder, options, seed } = await shop();
  let isBlocked = false;
  const other = await db.connect();
  const { report } = await deploy('update', folder, user, {
    ...options,
    lockTimeout: 2,
    onEvent: ({ event }) => {
      if (event !== 'restore-in-place' || isBlocked) return;
      isBlocked = true;
      void other.query('LOCK TABLES customers READ');
    },
  });
  expect(report).toMatchObject({ result: 'restore-failed', isRestored: false });
  expect(report.databaseState).toContain(`The schema is incomplete: a restore dropped what was live`);
  expect(report.problems[0]).toMatchObject({ code: 'restore-incomplete' });
  expect(report.problems[0]?.fix).toContain(`mode: rollback with backup-ref: ${report.backup?.ref}`);
  expect(await db.query('SELECT status FROM ops_migration_runs')).toEqual([{ status: 'restore-failed' }]);
  await other.query('UNLOCK TABLES');
  const back = await deploy('rollback', folder, user, { ...options, backupRef: report.backup!.ref });
  expect(back.report).toMatchObject({ result: 'ok', isRestored: true });
  expect(await db.dump()).toBe(seed);
});

async function killAll(db: TestDatabase, user: string): Promise<void> {
  const rows = await db.query<{ id: number }>(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = ?',
    [user],
  );
  for (const { id } of rows) await db.query(`KILL ${id}`).catch(() => undefined);
}

/** The server takes a moment to notice that a client was killed. */
async function untilFree<T extends { readonly report: { readonly problems: readonly { code: string }[] } }>(
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const result = await attempt();
    if (result.report.problems[0]?.code !== 'lock-held') return result;
  }
}

function withoutHistory(dump: string): string {
  return dump.replaceAll(/^INSERT INTO `DATABASECHANGELOG`.*$/gm, '');
}
