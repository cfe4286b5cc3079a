import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BackupInputs } from '../../../src/inputs/inputs.ts';
import { formatStep, nextSteps } from '../../../src/report/next-steps.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles, folderBackup } from '../../support/deploy.ts';

function backupFolder(folder: string): string {
  return join(folder, 'backups');
}

function backupOf(db: TestDatabase, folder: string, more: Partial<BackupInputs> = {}): BackupInputs {
  return folderBackup(db, folder, { passphrase: 'correct horse battery staple', ...more });
}

const before = `
  CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50));
  CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, FOREIGN KEY (customer_id) REFERENCES customers (id));
  CREATE VIEW names AS SELECT name FROM customers;
  INSERT INTO customers (name) VALUES ('Ada'), ('Grace');
  INSERT INTO orders VALUES (1, 1), (2, 2)`;

const failing = {
  id: '1',
  sql: [
    'CREATE TABLE extra (id INT PRIMARY KEY);',
    'ALTER TABLE customers MODIFY name VARCHAR(10), ADD COLUMN nick VARCHAR(5);',
    'DELETE FROM orders WHERE id = 1;',
    'DROP TABLE orders;',
    'CREATE TABLE broken (id NO_SUCH_TYPE);',
  ].join('\n'),
  yaml: ['allowDestructive: true'],
};

test('a failed update is brought back to its backup, whatever it had created, changed or dropped', async () => {
  const db = await testDatabase();
  await db.query(before);
  const dumped = await db.dump();
  const folder = project(changesets(failing));
  const backup = backupOf(db, folder);
  const { report } = await deploy('update', folder, db, { backup, allowDestructive: true });
  expect(report).toMatchObject({
    result: 'restored',
    isRestored: true,
    problems: [{ code: 'statement-failed' }],
  });
  expect(report.databaseState).toContain('as it was before this run');
  expect(await db.dump()).toBe(dumped);
  expect(await db.query('SELECT status, backup_ref, applied_count FROM ops_migration_runs')).toEqual([
    { status: 'restored', backup_ref: report.backup?.ref, applied_count: 0 },
  ]);
  const statements = await db.query<{ status: string }>(
    'SELECT status FROM ops_migration_statements ORDER BY statement_no',
  );
  expect(statements.map(({ status }) => status)).toEqual(['undone', 'undone', 'undone', 'undone', 'failed']);
  expect(await db.query('SELECT * FROM DATABASECHANGELOG')).toEqual([]);

  writeFiles(folder, { 'migrations/1.up.sql': failing.sql.replace('NO_SUCH_TYPE', 'INT PRIMARY KEY') });
  const corrected = await deploy('update', folder, db, { backup, allowDestructive: true });
  expect(corrected.report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
});

test('changesets that were applied before the one that failed are pending again', async () => {
  const db = await testDatabase();
  await db.query(before);
  const dumped = await db.dump();
  const folder = project(
    changesets(
      { id: '0', sql: 'CREATE TABLE zero (id INT PRIMARY KEY);' },
      { ...failing, sql: 'SELECT nothing;' },
    ),
  );
  const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder) });
  expect(report.result).toBe('restored');
  expect(await db.dump()).toBe(dumped);
  expect((await deploy('status', folder, db)).report.pending).toHaveLength(2);
  // The failed one had no effect, so only the one before it was taken back.
  expect(nextSteps(report).map(formatStep).at(-1)).toMatch(/would have stayed.*: on-failure: keep$/);
});

test('a failure in the first statement costs no restore', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'SELECT nothing;' }));
  const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder) });
  expect(report).toMatchObject({ result: 'failed', isRestored: false });
});

test('on-failure: keep leaves what is done, and says where the backup is', async () => {
  const db = await testDatabase();
  await db.query(before);
  const folder = project(changesets(failing));
  const { report } = await deploy('update', folder, db, {
    backup: backupOf(db, folder),
    allowDestructive: true,
    onFailure: 'keep',
  });
  expect(report).toMatchObject({ result: 'failed', isRestored: false });
  expect(report.databaseState).toContain(report.backup?.ref);
  expect(await db.query("SHOW TABLES LIKE 'extra'")).toHaveLength(1);
});

test('nothing pending takes no backup', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  const backup = backupOf(db, folder);
  await deploy('update', folder, db, { backup });
  await deploy('update', folder, db, { backup });
  expect(readdirSync(backupFolder(folder))).toHaveLength(1);
});

test('a user who may not create the side schema is refused before anything, with the GRANT', async () => {
  const db = await testDatabase();
  const user = await db.userWith('ALL');
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  const { report } = await deploy('update', folder, user, { backup: backupOf(db, folder) });
  expect(report).toMatchObject({ result: 'blocked', pending: [{ status: 'not-run' }] });
  expect(
    report.problems.some(({ code, fix }) => code === 'missing-privilege' && fix?.includes(String.raw`\_\_%`)),
  ).toBe(true);
  expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
});

test('a rollback goes back to the backup of the last update, and can itself be undone', async () => {
  const db = await testDatabase();
  await db.query(before);
  const dumped = await db.dump();
  const folder = project(
    changesets({
      id: '1',
      sql: 'DROP VIEW names; CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1);',
    }),
  );
  const backup = backupOf(db, folder);
  await deploy('update', folder, db, { backup });
  const deployed = await db.dump();

  const rehearsed = await deploy('rollback', folder, db, { backup, dryRun: true });
  expect(rehearsed.report).toMatchObject({ result: 'ok', isRestored: false });
  expect(await db.dump()).toBe(deployed);

  const back = await deploy('rollback', folder, db, { backup });
  expect(back.report).toMatchObject({ result: 'ok', isRestored: true, problems: [] });
  expect(await db.dump()).toBe(dumped);
  expect((await deploy('status', folder, db)).report.pending).toHaveLength(1);

  const forth = await deploy('rollback', folder, db, { backup, backupRef: back.report.backup?.ref ?? '' });
  expect(forth.report).toMatchObject({ result: 'ok', isRestored: true });
  expect(await db.dump()).toBe(deployed);
  expect((await deploy('status', folder, db)).report.pending).toEqual([]);
});

test('an older backup than the newest is restored, and is not removed for its age before it is', async () => {
  const db = await testDatabase();
  await db.query(before);
  const dumped = await db.dump();
  const first = { id: '1', sql: 'CREATE TABLE one (id INT PRIMARY KEY);' };
  const folder = project(changesets(first));
  const backup = backupOf(db, folder);
  const { report } = await deploy('update', folder, db, { backup });
  writeFiles(folder, changesets(first, { id: '2', sql: 'CREATE TABLE two (id INT PRIMARY KEY);' }));
  expect((await deploy('update', folder, db, { backup })).report.result).toBe('ok');
  expect(readdirSync(backupFolder(folder))).toHaveLength(2);

  // From now on every backup is too old but the newest, which is the safety backup.
  const impatient = backupOf(db, folder, { retentionDays: 0 });
  const back = await deploy('rollback', folder, db, { backup: impatient, backupRef: report.backup!.ref });
  expect(back.report).toMatchObject({ result: 'ok', isRestored: true });
  expect(await db.dump()).toBe(dumped);
  expect((await deploy('status', folder, db)).report.pending).toHaveLength(2);
  const kept = readdirSync(backupFolder(folder)).map((name) => join(backupFolder(folder), name));
  expect(kept).toHaveLength(2);
  expect(kept.some((path) => report.backup!.ref.startsWith(`file:${path}#`))).toBe(true);
});

test('a rollback over several runs and a rehearsal keeps what others wrote between them', async () => {
  const db = await testDatabase();
  await db.query(before);
  const first = { id: '1', sql: 'ALTER TABLE customers ADD COLUMN nick VARCHAR(5);' };
  const second = { id: '2', sql: 'CREATE TABLE t (id INT PRIMARY KEY); UPDATE orders SET customer_id = 1;' };
  const folder = project(changesets(first));
  const backup = backupOf(db, folder);
  const { report } = await deploy('update', folder, db, { backup });
  const backupRef = report.backup?.ref ?? '';
  await db.query("INSERT INTO customers (name) VALUES ('Edsger')");
  await deploy('rollback', folder, db, { backup, dryRun: true });
  writeFiles(folder, changesets(first, second));
  await deploy('update', folder, db, { backup });
  await db.query('INSERT INTO orders VALUES (3, 3)');
  const back = await deploy('rollback', folder, db, { backup, backupRef });
  expect(back.report).toMatchObject({
    result: 'ok',
    warnings: [],
    restore: { keptTransactions: 2, undoneTransactions: 0 },
  });
  expect(await db.query('SELECT * FROM orders')).toEqual([
    { id: 1, customer_id: 1 },
    { id: 2, customer_id: 2 },
    { id: 3, customer_id: 3 },
  ]);
  expect((await deploy('status', folder, db)).report.pending).toHaveLength(2);
});

describe('writes of others since the backup', () => {
  const slow = {
    ...failing,
    sql: `CREATE TABLE extra (id INT PRIMARY KEY);\nDO SLEEP(2);\nCREATE TABLE broken (id NO_SUCH_TYPE);`,
  };

  test('are kept where the binary log allows it, and that was said beforehand', async () => {
    const db = await testDatabase();
    await db.query(before);
    const folder = project(changesets(slow));
    const running = deploy('update', folder, db, { backup: backupOf(db, folder) });
    await untilSleeping(db);
    await db.query("INSERT INTO customers (name) VALUES ('Linus')");
    const { report } = await running;
    expect(report).toMatchObject({
      result: 'restored',
      warnings: [],
      guarantee: { kind: 'lossless', reasons: [] },
      restore: { keptTransactions: 1, undoneTransactions: 0 },
    });
    expect(await db.query('SELECT name FROM customers')).toHaveLength(3);
    expect(await db.query("SHOW TABLES LIKE 'extra'")).toEqual([]);
  });

  test('are replayed into the tables that the run had changed', async () => {
    const db = await testDatabase();
    await db.query(before);
    const changed = `ALTER TABLE customers ADD COLUMN nick INT;\n${slow.sql}`;
    const folder = project(changesets({ ...slow, sql: changed }));
    const running = deploy('update', folder, db, { backup: backupOf(db, folder) });
    await untilSleeping(db);
    await db.query("INSERT INTO customers (name) VALUES ('Linus')");
    const { report } = await running;
    expect(report).toMatchObject({ result: 'restored', restore: { keptTransactions: 1 } });
    expect(report.databaseState).toContain('1 transaction of others since then was kept');
    expect(await db.query('SELECT * FROM customers WHERE id > 2')).toEqual([{ id: 3, name: 'Linus' }]);
  });

  test('are counted, and said with their tables, when a restore undoes them', async () => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query(before);
    const folder = project(changesets(slow));
    const running = deploy('update', folder, db, { backup: backupOf(db, folder) });
    await untilSleeping(db);
    await db.query("INSERT INTO customers (name) VALUES ('Linus')");
    const { report } = await running;
    expect(report).toMatchObject({
      result: 'restored',
      guarantee: { kind: 'snapshot' },
      warnings: [{ code: 'not-lossless' }, { code: 'data-loss' }],
      restore: { undoneTransactions: 1 },
    });
    expect(report.warnings[1]?.message).toMatch(/^1 transaction of others since the backup on customers/);
    expect(await db.query('SELECT name FROM customers')).toHaveLength(2);
  });

  test('are counted to the moment of the swap, however long the backup loads', async () => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query(before);
    await db.query('CREATE TABLE busy (id INT PRIMARY KEY)');
    const folder = project(changesets(slow));
    const run = { isOn: true, acknowledged: [] as number[] };
    const writing = writeUntilOver(db, run);
    const { report } = await deploy('update', folder, db, { backup: backupOf(db, folder) });
    run.isOn = false;
    await writing;
    const found = new Set((await db.query<{ id: number }>('SELECT id FROM busy')).map(({ id }) => id));
    const lost = run.acknowledged.filter((id) => !found.has(id)).length;
    const { message = '' } = report.warnings.find(({ code }) => code === 'data-loss') ?? {};
    const said = Number(/^([\d,]+) transactions? of others since/.exec(message)?.[1]?.replaceAll(',', ''));
    const maybe = Number(/\((\d+) of them while the dump began/.exec(message)?.[1] ?? 0);
    expect(report).toMatchObject({ result: 'restored', restore: { undoneTransactions: said } });
    expect(lost).toBeGreaterThan(10);
    expect(said - maybe).toBeLessThanOrEqual(lost);
    expect(said).toBeGreaterThanOrEqual(lost);
  });

  test.each([
    [0, 'failed'],
    [1, 'restored'],
  ] as const)('with on-data-loss: %i one of them is %s', async (onDataLoss, result) => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query(before);
    const folder = project(changesets(slow));
    const running = deploy('update', folder, db, { backup: backupOf(db, folder), onDataLoss });
    await untilSleeping(db);
    await db.query("INSERT INTO customers (name) VALUES ('Linus')");
    expect((await running).report.result).toBe(result);
  });

  test.each(['stop', 0] as const)(
    'while the backup is loaded count as well with on-data-loss: %s',
    async (onDataLoss) => {
      const db = await testDatabase({ server: 'without-gtids' });
      await db.query(before);
      const folder = project(changesets(failing));
      let isWritten = false;
      const { report } = await deploy('update', folder, db, {
        backup: backupOf(db, folder),
        allowDestructive: true,
        onDataLoss,
        // Said when nobody had written yet; the load comes next.
        onEvent: ({ event }) => {
          if (event !== 'data-loss' || isWritten) return;
          isWritten = true;
          void db.query("INSERT INTO customers (name) VALUES ('Linus')");
        },
      });
      expect(report.result).toBe('failed');
      expect(report.problems.at(-1)?.message).toMatch(
        /1 transaction of others .* while the backup was loaded/,
      );
      expect(await db.query("SELECT 1 FROM customers WHERE name = 'Linus'")).toHaveLength(1);
    },
  );

  test('are kept with on-data-loss: stop, and nothing is restored', async () => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query(before);
    const folder = project(changesets(slow));
    const options = { backup: backupOf(db, folder), onDataLoss: 'stop' } as const;
    const running = deploy('update', folder, db, options);
    await untilSleeping(db);
    await db.query("INSERT INTO customers (name) VALUES ('Linus')");
    const { report } = await running;
    expect(report).toMatchObject({ result: 'failed', isRestored: false });
    expect(report.problems.map(({ code }) => code)).toEqual(['statement-failed', 'data-loss']);
    expect(await db.query('SELECT name FROM customers')).toHaveLength(3);
  });
});

async function writeUntilOver(
  db: TestDatabase,
  run: { isOn: boolean; acknowledged: number[] },
): Promise<void> {
  const connection = await db.connect();
  for (let id = 1; run.isOn; id += 1) {
    await connection.query('INSERT INTO busy VALUES (?)', [id]);
    run.acknowledged.push(id);
  }
}

const COUNT_SLEEPING = `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST
  WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'`;

async function untilSleeping(db: TestDatabase): Promise<void> {
  while ((await db.query<{ n: number }>(COUNT_SLEEPING))[0]?.n === 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test.each([
  ['a wrong passphrase', { passphrase: 'wrong' }, 'wrong-passphrase'],
  ['no passphrase', { passphrase: undefined }, 'wrong-passphrase'],
] as const)('%s touches nothing', async (_, more, code) => {
  const db = await testDatabase();
  await db.query(before);
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  await deploy('update', folder, db, { backup: backupOf(db, folder) });
  const deployed = await db.dump();
  const { report } = await deploy('rollback', folder, db, { backup: backupOf(db, folder, more) });
  expect(report).toMatchObject({ result: 'blocked', isRestored: false, problems: [{ code }] });
  expect(await db.dump()).toBe(deployed);
});

test('one changed byte in the backup is noticed before anything is touched', async () => {
  const db = await testDatabase();
  await db.query(before);
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  const backup = backupOf(db, folder);
  await deploy('update', folder, db, { backup });
  const deployed = await db.dump();
  const file = join(backupFolder(folder), readdirSync(backupFolder(folder))[0] ?? '');
  const bytes = readFileSync(file);
  bytes[bytes.length - 40]! ^= 1;
  writeFileSync(file, bytes);
  const { report } = await deploy('rollback', folder, db, { backup });
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'backup-damaged' }] });
  expect(await db.dump()).toBe(deployed);
});

test('restore-guarantee: lossless does not start where a restore would lose writes, and says which variable it is', async () => {
  const db = await testDatabase({ server: 'without-gtids' });
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  const { report } = await deploy('update', folder, db, {
    backup: backupOf(db, folder),
    restoreGuarantee: 'lossless',
  });
  expect(report).toMatchObject({ result: 'blocked', problems: [{ message: 'gtid_mode is OFF' }] });
  expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
});
