import { describe, expect, test } from '@jest/globals';
import { ExpectedError } from '../../../src/errors.ts';
import type { BackupFacts } from '../../../src/backup/backup.ts';
import { readLogPlace } from '../../../src/mysql/binlog/log-place.ts';
import { dropAsideSchemas } from '../../../src/mysql/swap/aside.ts';
import { countForeignWrites } from '../../../src/mysql/since-backup/foreign-writes.ts';
import { OwnWriters } from '../../../src/mysql/since-backup/own-writers.ts';
import { rehearseDefinitions } from '../../../src/mysql/rehearse/rehearse.ts';
import { probeRestore } from '../../../src/mysql/load/side-schema.ts';
import { testDatabase } from '../../support/database.ts';
import { openSession, restore, runStatements, streamOf, takeTestBackup } from '../../support/restore.ts';

const NEEDED =
  'CREATE, DROP, SELECT, INSERT, UPDATE, DELETE, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW';
const ALL = `${NEEDED}, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, LOCK TABLES, EXECUTE`;

test('a user who may not make the side schemas is told the one GRANT, and with it may', async () => {
  const db = await testDatabase();
  const login = await db.userWith(ALL);
  const before = await openSession(db, login);
  const [problem, ...more] = await probeRestore(before);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({
    code: 'missing-privilege',
    fix: expect.stringContaining(`\`${db.name}\\_\\_%\`.* TO`),
  });
  const user = /TO ('[^ ]+')/.exec(problem!.fix!)![1]!;
  await db.query(problem!.fix!.split('; or run')[0]!);
  expect(user).toContain('user');
  // What a session may do is asked once.
  expect(await probeRestore(await openSession(db, login))).toEqual([]);
});

describe('a backup that the server would refuse is refused before the first change', () => {
  const rehearse = async (sql: readonly string[], ...grants: string[]): Promise<unknown> => {
    const db = await testDatabase();
    const root = await openSession(db);
    for (const each of sql) await db.query(each);
    const { sql: dump } = await takeTestBackup(db, root);
    const session =
      grants.length === 0
        ? root
        : await openSession(db, await db.userWith(...grants, `${ALL} ON \`${db.name}\\_\\_%\`.*`));
    try {
      await rehearseDefinitions(session, () => streamOf(dump));
      return 'loaded';
    } catch (error) {
      expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_restore'`)).toEqual([]);
      return error instanceof ExpectedError ? `${error.message} FIX ${error.problems[0]?.fix}` : error;
    }
  };

  test('a trigger whose stored text ends in ";"', async () => {
    const table = 'CREATE TABLE t (id INT PRIMARY KEY)';
    const trigger = 'CREATE TRIGGER bad BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1; SELECT 1';
    expect(await rehearse([table, trigger])).toMatch(/trigger `bad`.*1064.*FIX its stored text ends in ";"/s);
  });

  test('a definer that this user may not name', async () => {
    const view = 'CREATE DEFINER = root@`%` VIEW v AS SELECT 1 AS one';
    expect(await rehearse([view], ALL)).toMatch(/view `v`.*1227.*FIX GRANT SET_ANY_DEFINER/s);
  });

  test('a function without log_bin_trust_function_creators', async () => {
    const sql = 'CREATE FUNCTION f () RETURNS INT DETERMINISTIC RETURN 1';
    const grants = [ALL, 'SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SYSTEM_USER ON *.*'];
    expect(await rehearse([sql], ...grants)).toMatch(/function `f`.*1419.*log_bin_trust_function_creators/s);
  });

  test('but not an ordinary one, nor a foreign key on a key that is not unique, nor a table without a primary key', async () => {
    const sql = [
      'SET restrict_fk_on_non_standard_key = OFF, sql_require_primary_key = OFF',
      'CREATE TABLE p (id INT, n INT, KEY (n))',
      'CREATE TABLE c (n INT, FOREIGN KEY (n) REFERENCES p (n))',
    ];
    expect(await rehearse(sql)).toBe('loaded');
  });
});

test('a backup that was cut off, or lacks an object, touches nothing', async () => {
  const db = await testDatabase();
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)\n');
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  await db.query('INSERT INTO t VALUES (2)');
  const before = await db.dump();
  const cut = { ...backup, sql: backup.sql.subarray(0, backup.sql.length - 60) };
  await expect(restore(session, cut)).rejects.toThrow('ends in the middle');
  const objects = [...backup.facts.objects, { kind: 'view', name: 'gone' } as const];
  await expect(restore(session, { ...backup, facts: { ...backup.facts, objects } })).rejects.toThrow(
    'missing: view gone',
  );
  await expect(restore(session, { ...backup, facts: { ...backup.facts, schema: 'other' } })).rejects.toThrow(
    '`other`',
  );
  expect(await db.dump()).toBe(before);
  expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`)).toEqual([]);
});

test('a value that the server changes while it takes a row of a dump is no restore', async () => {
  const db = await testDatabase();
  await runStatements(
    db,
    "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(3))\nINSERT INTO t VALUES (1, 'abc')\n",
  );
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const facts: BackupFacts = { ...backup.facts, rows: { how: 'text', exceptions: [] } };
  const sql = Buffer.from(backup.sql.toString('latin1').replace("'abc'", "'abcd'"), 'latin1');
  const before = await db.dump();
  await expect(restore(session, { sql, facts })).rejects.toThrow(/`t`: Data truncated for column 'v'/);
  expect(await db.dump()).toBe(before);
  const compared: (string | undefined)[] = [];
  await restore(session, { ...backup, facts }, { onExceptions: (_, each) => compared.push(each?.by) });
  expect(compared).toContain('text');
});

test('a lock that somebody keeps makes the restore give up with everything as it was', async () => {
  const db = await testDatabase();
  await runStatements(
    db,
    'CREATE TABLE t (id INT PRIMARY KEY)\nCREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1\n',
  );
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  await db.query('INSERT INTO t VALUES (2)');
  const before = await db.dump();
  const other = await db.connect();
  await other.query('START TRANSACTION');
  await other.query('SELECT * FROM t');
  await expect(restore(session, backup, { lockTimeout: 3 })).rejects.toThrow('could not be locked');
  expect(await db.dump()).toBe(before);
  expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`)).toEqual([]);
  await other.query('COMMIT');
  await restore(session, backup);
  expect(await db.query('SELECT * FROM t')).toEqual([]);
  expect(await dropAsideSchemas(session, 7)).toEqual([]);
  expect(await dropAsideSchemas(session, 0)).toHaveLength(1);
});

test('a child in another schema refers to the restored table afterwards', async () => {
  const db = await testDatabase();
  const other = `${db.name}other`;
  await runStatements(db, 'CREATE TABLE parent (id INT PRIMARY KEY)\nINSERT INTO parent VALUES (1)\n');
  await db.query(`CREATE DATABASE ${other}`);
  try {
    await db.query(
      `CREATE TABLE ${other}.child (id INT PRIMARY KEY, p INT, CONSTRAINT fk FOREIGN KEY (p) REFERENCES ${db.name}.parent (id))`,
    );
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    await restore(session, backup);
    await db.query(`INSERT INTO ${other}.child VALUES (1, 1)`);
    await expect(db.query(`INSERT INTO ${other}.child VALUES (2, 2)`)).rejects.toThrow(
      `\`${db.name}\`.\`parent\``.slice(1, 5),
    );
    await expect(db.query('DELETE FROM parent')).rejects.toThrow('foreign key constraint');
  } finally {
    await db.query(`DROP DATABASE ${other}`);
  }
});

test.each(['main', 'without-gtids'] as const)(
  'writes of others since the backup are counted on server %s',
  async (server) => {
    const db = await testDatabase({ server });
    await runStatements(
      db,
      'CREATE TABLE t (id INT PRIMARY KEY)\nCREATE TABLE u (id INT PRIMARY KEY)\nCREATE TABLE ops_migration_runs (id INT PRIMARY KEY)\n',
    );
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    const own = await db.connect();
    await own.query('INSERT INTO t VALUES (1)');
    await own.query('ALTER TABLE t ADD COLUMN n INT');
    const other = await db.connect();
    await other.query('INSERT INTO ops_migration_runs VALUES (1)');
    await other.query('START TRANSACTION; INSERT INTO t (id) VALUES (2); INSERT INTO u VALUES (2); COMMIT');
    await other.query('INSERT INTO u VALUES (3)');
    await other.query('CREATE TABLE v (id INT PRIMARY KEY)');
    const writers = new OwnWriters([{ id: own.threadId, from: undefined }]);
    const now = await readLogPlace(session, '9.7.4');
    await other.query('INSERT INTO u VALUES (4)');
    const counted = (facts: BackupFacts) => countForeignWrites(session, facts, writers, now);
    expect(await counted(backup.facts)).toEqual({
      kind: 'known',
      transactions: 3,
      uncertain: 0,
      tables: ['t', 'u'],
      definitions: ['CREATE TABLE v (id INT PRIMARY KEY)'],
    });
    const later = await takeTestBackup(db, session);
    expect(await counted({ ...backup.facts, after: later.facts.before })).toMatchObject({ uncertain: 3 });
    const purged = { ...backup.facts, before: { ...backup.facts.before, file: 'binlog.000000' } };
    expect(await counted(purged)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('purged'),
    });
  },
);

test('the privileges that are asked for are enough for a restore', async () => {
  const db = await testDatabase();
  const as = await db.userWith(ALL, `${ALL} ON \`${db.name}\\_\\_%\`.*`, 'SHOW_ROUTINE ON *.*');
  const connection = await db.connect(as);
  await connection.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await connection.query('CREATE VIEW v AS SELECT id FROM t');
  await connection.query('CREATE PROCEDURE p () SELECT 1');
  await connection.query('CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS "2037-01-01" DO DELETE FROM t');
  const session = await openSession(db, as);
  const backup = await takeTestBackup(db, session);
  const before = await db.dump();
  await connection.query('DROP VIEW v');
  await connection.query('DROP PROCEDURE p');
  await connection.query('DROP EVENT e');
  await connection.query('ALTER TABLE t ADD COLUMN n INT');
  await restore(session, backup);
  expect(await db.dump()).toBe(before);
});
