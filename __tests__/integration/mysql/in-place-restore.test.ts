import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { ExpectedError } from '../../../src/errors.ts';
import { restoreLockName } from '../../../src/mysql/session/names.ts';
import { probeInPlace } from '../../../src/mysql/guarantee/probe-in-place.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import {
  FAILED_RUN,
  fillWithEverything,
  openSession,
  restoreInPlace,
  runStatements,
  streamOf,
  takeTestBackup,
} from '../../support/restore.ts';

/** Without a right on any other schema. */
const ALL = 'ALL';
const DEFINERS = 'SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SYSTEM_USER, SESSION_VARIABLES_ADMIN ON *.*';

/** Accounts without SUPER may make triggers and functions there; on the servers of all tests they may not. */
let trusting: Readonly<Record<'with GTIDs' | 'without GTIDs', Server>>;
beforeAll(async () => {
  trusting = {
    'with GTIDs': await startServer({ gtid: 'on', requirePrimaryKey: true, trustFunctionCreators: true }),
    'without GTIDs': await startServer({ gtid: 'off', trustFunctionCreators: true }),
  };
}, 120_000);
afterAll(async () => {
  for (const server of Object.values(trusting)) await server.stop();
});

async function schemasBeside(db: TestDatabase): Promise<readonly unknown[]> {
  return db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`);
}

test.each(['with GTIDs', 'without GTIDs'] as const)(
  'a schema with everything is as it was, to the byte, on a server %s, for a user who may make no other schema',
  async (server) => {
    const db = await testDatabase({ server: trusting[server] });
    await fillWithEverything(db);
    await runStatements(
      db,
      'CREATE TABLE ops_migration_runs (id INT PRIMARY KEY)\nINSERT INTO ops_migration_runs VALUES (1)\n',
    );
    const backup = await takeTestBackup(db, await openSession(db));
    const before = await db.dump();
    await runStatements(db, `${FAILED_RUN}INSERT INTO ops_migration_runs VALUES (2)\n`);
    expect(await db.dump()).not.toBe(before);
    const session = await openSession(db, await db.userWith(ALL, DEFINERS));
    expect(await restoreInPlace(session, backup)).toBe(1);
    expect(await db.dump()).toBe(before);
    expect(await db.query('SELECT * FROM ops_migration_runs')).toHaveLength(2);
    // Begun anew it comes to the same end.
    await restoreInPlace(session, backup);
    expect(await db.dump()).toBe(before);
    expect(await schemasBeside(db)).toEqual([]);
  },
);

test('the privileges that are asked for are enough, and the one GRANT is named', async () => {
  const db = await testDatabase({ server: trusting['with GTIDs'] });
  const some = await db.userWith('SELECT, INSERT, CREATE', 'SHOW_ROUTINE ON *.*');
  const [problem, ...more] = await probeInPlace(await openSession(db, some));
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 'missing-privilege', message: expect.stringContaining('ALTER') });
  await db.query(problem!.fix!.split('; or run')[0]!);
  const session = await openSession(db, some);
  expect(await probeInPlace(session)).toEqual([]);
  const connection = await db.connect(some);
  for (const sql of [
    'CREATE TABLE p (id INT PRIMARY KEY, n INT, UNIQUE KEY (n))',
    'CREATE TABLE t (id INT PRIMARY KEY, k INT, KEY (k), CONSTRAINT fk FOREIGN KEY (k) REFERENCES p (n))',
    'INSERT INTO p VALUES (1, 1)',
    'INSERT INTO t VALUES (1, 1)',
    'CREATE FUNCTION f (x INT) RETURNS INT DETERMINISTIC RETURN x',
    'CREATE VIEW v AS SELECT f(id) FROM t',
    'CREATE PROCEDURE pr () SELECT 1',
    'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1',
    "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DELETE FROM t",
  ])
    await connection.query(sql);
  const backup = await takeTestBackup(db, await openSession(db));
  const before = await db.dump();
  await connection.query('DROP VIEW v');
  await connection.query('DROP PROCEDURE pr');
  await connection.query('DROP EVENT e');
  await connection.query('ALTER TABLE t ADD COLUMN n INT');
  await restoreInPlace(session, backup);
  expect(await db.dump()).toBe(before);
});

describe('what can be known beforehand is refused before the first drop', () => {
  const tryIt = async (sql: readonly string[], grants: readonly string[] = [ALL, DEFINERS]) => {
    const db = await testDatabase({ server: trusting['with GTIDs'] });
    for (const each of sql) await db.query(each);
    const backup = await takeTestBackup(db, await openSession(db));
    const session = await openSession(db, await db.userWith(...grants));
    const before = await db.dump();
    let records = 0;
    const error: unknown = await restoreInPlace(session, backup, {
      beforeFirstDrop: () => Promise.resolve(void (records += 1)),
    }).catch((each: unknown) => each);
    if (error instanceof ExpectedError) {
      expect(records).toBe(0);
      expect(await db.dump()).toBe(before);
      return `${error.code} ${error.message} FIX ${error.problems[0]?.fix}`;
    }
    expect(await db.dump()).toBe(before);
    return records;
  };

  test('a trigger whose stored text ends in ";"', async () => {
    const table = 'CREATE TABLE t (id INT PRIMARY KEY)';
    const trigger = 'CREATE TRIGGER bad BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1; SELECT 1';
    expect(await tryIt([table, trigger])).toMatch(/trigger `bad` ends in ";".*FIX drop and create/s);
  });

  test('a definer that this user may not name', async () => {
    expect(await tryIt(['CREATE DEFINER = root@`%` VIEW v AS SELECT 1 AS one'], [ALL])).toMatch(
      /missing-privilege .*`root`@`%`.*SET_ANY_DEFINER.*FIX GRANT SET_ANY_DEFINER/s,
    );
    // Enough for others, but not for one that has it.
    const some = [ALL, 'SET_ANY_DEFINER ON *.*'];
    expect(await tryIt(['CREATE DEFINER = root@`%` VIEW v AS SELECT 1 AS one'], some)).toMatch(/SYSTEM_USER/);
    expect(await tryIt(['CREATE DEFINER = gone@`%` PROCEDURE p () SELECT 1'], some)).toMatch(
      /`gone`@`%`.*ALLOW_NONEXISTENT_DEFINER/s,
    );
  });

  test('a table without a primary key, where each must have one', async () => {
    const sql = ['SET sql_require_primary_key = OFF', 'CREATE TABLE p (id INT)'];
    expect(await tryIt(sql, [ALL])).toMatch(
      /missing-privilege .*primary key.*p.*FIX GRANT SESSION_VARIABLES/s,
    );
    expect(await tryIt(sql)).toBe(1);
  });

  test('a foreign key on a key that is not unique', async () => {
    const sql = [
      'SET restrict_fk_on_non_standard_key = OFF',
      'CREATE TABLE p (id INT PRIMARY KEY, n INT, m INT, KEY (n), UNIQUE KEY (m, n))',
      'CREATE TABLE c (id INT PRIMARY KEY, n INT, CONSTRAINT loose FOREIGN KEY (n) REFERENCES p (n))',
      'CREATE TABLE d (n INT PRIMARY KEY, m INT, CONSTRAINT tight FOREIGN KEY (m, n) REFERENCES p (m, n))',
    ];
    const said = await tryIt(sql, [ALL]);
    expect(said).toMatch(/missing-privilege .*loose of c/s);
    expect(said).not.toContain('tight');
    expect(await tryIt(sql)).toBe(1);
  });

  test('a function, where this account may make none', async () => {
    const db = await testDatabase();
    await db.query('CREATE FUNCTION f () RETURNS INT DETERMINISTIC RETURN 1');
    const backup = await takeTestBackup(db, await openSession(db));
    const session = await openSession(db, await db.userWith(ALL, DEFINERS));
    await expect(restoreInPlace(session, backup)).rejects.toThrow('1419');
  });

  test('a backup that was cut off, lacks an object or is of another schema', async () => {
    const db = await testDatabase({ server: trusting['with GTIDs'] });
    await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)\n');
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    const cut = backup.sql.subarray(0, backup.sql.length - 60);
    const objects = [...backup.facts.objects, { kind: 'view', name: 'gone' } as const];
    const other = { ...backup.facts, schema: 'other' };
    await db.query('INSERT INTO t VALUES (2)');
    const before = await db.dump();
    const refused = [
      [{ dump: () => streamOf(cut) }, 'ends in the middle'],
      [{ facts: { ...backup.facts, objects } }, 'missing: view gone'],
      [{ facts: other }, '`other`'],
    ] as const;
    for (const [overrides, message] of refused)
      await expect(restoreInPlace(session, backup, overrides)).rejects.toThrow(message);
    expect(await db.dump()).toBe(before);
  });

  test('a foreign key of another schema on a table that the backup does not have', async () => {
    const db = await testDatabase({ server: trusting['with GTIDs'] });
    const other = `${db.name}other`;
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    await db.query(`CREATE DATABASE ${other}`);
    try {
      await db.query('CREATE TABLE later (id INT PRIMARY KEY)');
      await db.query(
        `CREATE TABLE ${other}.child (id INT PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (id) REFERENCES ${db.name}.later (id))`,
      );
      await expect(restoreInPlace(session, backup)).rejects.toThrow(
        '`later`, which the backup does not have',
      );
      expect(await db.query("SHOW TABLES LIKE 'later'")).toHaveLength(1);
    } finally {
      await db.query(`DROP DATABASE ${other}`);
    }
  });
});

test('a child in another schema refers to the restored table afterwards, whichever key of it that is', async () => {
  const db = await testDatabase({ server: trusting['with GTIDs'] });
  const other = `${db.name}other`;
  await runStatements(
    db,
    'CREATE TABLE parent (id INT PRIMARY KEY, code INT NOT NULL, UNIQUE KEY (code))\nINSERT INTO parent VALUES (1, 7), (2, 8)\n',
  );
  await db.query(`CREATE DATABASE ${other}`);
  try {
    await db.query(
      `CREATE TABLE ${other}.child (id INT PRIMARY KEY, p INT, c INT, CONSTRAINT fk FOREIGN KEY (p) REFERENCES ${db.name}.parent (id),
        CONSTRAINT fk_code FOREIGN KEY (c) REFERENCES ${db.name}.parent (code))`,
    );
    await db.query(`INSERT INTO ${other}.child VALUES (1, 1, 7)`);
    const before = await db.query(`SHOW CREATE TABLE ${other}.child`);
    const session = await openSession(db);
    const backup = await takeTestBackup(db, session);
    await restoreInPlace(session, backup);
    expect(await db.query(`SHOW CREATE TABLE ${other}.child`)).toEqual(before);
    await db.query(`INSERT INTO ${other}.child VALUES (2, 2, 8)`);
    await expect(db.query(`INSERT INTO ${other}.child VALUES (3, 3, 8)`)).rejects.toThrow('foreign key');
    await expect(db.query(`INSERT INTO ${other}.child VALUES (4, 1, 9)`)).rejects.toThrow('foreign key');
    await expect(db.query('DELETE FROM parent')).rejects.toThrow('foreign key constraint');
  } finally {
    await db.query(`DROP DATABASE ${other}`);
  }
});

test('what the server refuses after the first drop is said to leave the schema incomplete', async () => {
  const db = await testDatabase({ server: trusting['with GTIDs'] });
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)\n');
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const broken = Buffer.from(
    backup.sql.toString('latin1').replace('`id` int', '`id` no_such_type'),
    'latin1',
  );
  const error: unknown = await restoreInPlace(session, { ...backup, sql: broken }).catch(
    (each: unknown) => each,
  );
  expect(error).toMatchObject({ problems: [{ code: 'restore-incomplete' }, { code: 'server-error' }] });
  expect(await db.query("SHOW TABLES LIKE 't%'")).toEqual([]);
  await restoreInPlace(session, backup);
  expect(await db.query('SELECT * FROM t')).toEqual([{ id: 1 }]);
});

test('what the server still does for a load that was broken off is ended before the next one drops anything', async () => {
  const db = await testDatabase({ server: trusting['with GTIDs'] });
  await runStatements(db, 'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)\n');
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const ghost = await db.connect();
  await ghost.query(`DO GET_LOCK('${restoreLockName(session.schema)}:2', 1)`);
  const late = ghost.query('SELECT SLEEP(60)').then(
    () => 'went on',
    () => 'ended',
  );
  await restoreInPlace(session, backup, {
    beforeFirstDrop: async () => expect(await late).toBe('ended'),
  });
  expect(await db.query('SELECT * FROM t')).toEqual([{ id: 1 }]);
});

test('events go before any table does, so that none fires into a load; a lock that somebody keeps loses no row', async () => {
  const db = await testDatabase({ server: trusting['with GTIDs'] });
  await runStatements(
    db,
    'CREATE TABLE t (id INT PRIMARY KEY)\nINSERT INTO t VALUES (1)\nCREATE EVENT e ON SCHEDULE EVERY 1 SECOND STARTS "2037-01-01" DO DELETE FROM t\n',
  );
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const before = await db.dump();
  const other = await db.connect();
  await other.query('START TRANSACTION');
  await other.query('SELECT * FROM t');
  await expect(restoreInPlace(session, backup, { lockTimeout: 2 })).rejects.toThrow('incomplete');
  expect(await db.query('SELECT * FROM t')).toEqual([{ id: 1 }]);
  expect(await db.query('SHOW EVENTS')).toEqual([]);
  await other.query('COMMIT');
  await restoreInPlace(session, backup);
  expect(await db.dump()).toBe(before);
});
