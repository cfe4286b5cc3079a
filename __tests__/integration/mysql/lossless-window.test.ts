import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { losslessRestore } from '../../../src/mysql/restore/lossless-restore.ts';
import { OwnWriters } from '../../../src/mysql/since-backup/own-writers.ts';
import type { BackupFacts } from '../../../src/backup/backup.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { openSession, readPoint, streamOf, takeTestBackup } from '../../support/restore.ts';

const NOT_LOSSLESS = expect.objectContaining({
  problems: [expect.objectContaining({ code: 'not-lossless' })],
});

/** Up to 9.5, and later where it is asked for, InnoDB cascades without a word in the log. */
let native: Server;
beforeAll(async () => {
  native = await startServer({ gtid: 'on', mysqldFlags: ['--innodb-native-foreign-keys=ON'] });
}, 60_000);
afterAll(() => native.stop());

interface Window {
  readonly tables: readonly string[];
  readonly rows: readonly string[];
  /** Transactions of others while the dump begins. */
  readonly during: readonly (readonly string[])[];
  /** The log does not tell enough of it where InnoDB cascades in silence. */
  readonly refusedInSilence?: true;
}

/** Takes the dump after `inDump` of the transactions, fails a run and restores; `meant` is what others had left. */
async function restoreWith(
  db: TestDatabase,
  { tables, rows, during }: Window,
  inDump: number,
): Promise<{ readonly found: unknown; readonly meant: unknown }> {
  for (const sql of [...tables, ...rows, 'CREATE TABLE touched (id INT PRIMARY KEY)']) await db.query(sql);
  const session = await openSession(db);
  const first = await readPoint(db);
  const others = await db.connect();
  const commit = async (statements: readonly string[]): Promise<void> => {
    for (const sql of ['BEGIN', ...statements, 'COMMIT']) await others.query(sql);
  };
  for (const each of during.slice(0, inDump)) await commit(each);
  const backup = await takeTestBackup(db, session);
  for (const each of during.slice(inDump)) await commit(each);
  const last = await readPoint(db);
  const facts: BackupFacts = { ...backup.facts, before: first, after: last };
  const names = (
    await db.query<{ name: string }>(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> 'DATABASECHANGELOGLOCK'`,
    )
  )
    .map(({ name }) => name)
    .toSorted();
  const read = () => Promise.all(names.map((name) => db.query(`SELECT * FROM \`${name}\` ORDER BY 1`)));
  const meant = await read();
  const own = await db.connect();
  for (const name of names) await own.query(`ALTER TABLE \`${name}\` ADD COLUMN of_run INT`);
  const { conflicts } = await losslessRestore(session, {
    ...{ dump: () => streamOf(backup.sql), facts, runId: '2-1', statementLockTimeout: 1, lockTimeout: 10 },
    ...{ log: () => undefined, until: 'swap', onConflicts: () => undefined },
    own: new OwnWriters([own.threadId, session.id].map((id) => ({ id, from: undefined }))),
  });
  expect(conflicts).toEqual([]);
  return { found: await read(), meant };
}

const CHILD =
  'CREATE TABLE child (id INT PRIMARY KEY, parent_id INT, n INT, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE';
const PARENT = 'CREATE TABLE parent (id INT PRIMARY KEY, code VARCHAR(10) UNIQUE)';
const FAMILY = [
  "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')",
  'INSERT INTO child VALUES (10, 1, 0), (11, 1, 0), (20, 2, 0), (30, 3, 0)',
];

const WINDOWS: Readonly<Record<string, Window>> = {
  'a unique value that moves from row to row': {
    tables: [PARENT],
    rows: ["INSERT INTO parent VALUES (2, 'b'), (3, 'c')"],
    during: [
      ["INSERT INTO parent VALUES (1, 'a')"],
      ["UPDATE parent SET code = 'x' WHERE id = 1"],
      ["UPDATE parent SET code = 'a' WHERE id = 2"],
      ["UPDATE parent SET code = 'b' WHERE id = 3"],
      ['DELETE FROM parent WHERE id = 1'],
    ],
  },
  'an insert into a table on which others cascade, when its key had belonged to another row': {
    tables: [PARENT, `${CHILD} CASCADE)`],
    rows: FAMILY,
    during: [
      ["INSERT INTO parent VALUES (4, 'd')", 'INSERT INTO child VALUES (40, 4, 1)'],
      ["UPDATE parent SET code = 'e' WHERE id = 4"],
      ["UPDATE parent SET code = 'd' WHERE id = 3"],
      ['UPDATE child SET n = 5 WHERE id = 30'],
      ["INSERT INTO parent VALUES (5, 'c')"],
    ],
  },
  'a delete that cascades, a key that comes back, and rows that move to it': {
    tables: [PARENT, `${CHILD} CASCADE)`],
    rows: FAMILY,
    during: [
      ['DELETE FROM child WHERE id = 30', 'DELETE FROM parent WHERE id IN (1, 3)'],
      ["INSERT INTO parent VALUES (1, 'a')"],
      ['INSERT INTO child VALUES (12, 1, 7)', 'UPDATE child SET parent_id = 1 WHERE id = 20'],
    ],
  },
  'rows that change before they follow a delete': {
    tables: [PARENT, `${CHILD} CASCADE)`],
    rows: FAMILY,
    during: [
      ['UPDATE child SET parent_id = 2 WHERE id = 11', 'UPDATE child SET n = 1 WHERE id = 10'],
      ['DELETE FROM parent WHERE id = 1'],
    ],
    refusedInSilence: true,
  },
  'a delete that leaves NULL behind': {
    tables: [PARENT, `${CHILD} SET NULL)`],
    rows: FAMILY,
    during: [['DELETE FROM parent WHERE id = 1'], ['UPDATE child SET parent_id = 2, n = 2 WHERE id = 11']],
  },
  'primary keys that change places': {
    tables: [
      'CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20) UNIQUE, b BLOB, g INT AS (id * 2) STORED, h INT AS (id + 1) VIRTUAL, KEY (h))',
    ],
    rows: ["INSERT INTO t (id, v, b) VALUES (1, 'one', x'00ff27'), (2, 'two', NULL)"],
    during: [
      ['UPDATE t SET id = 9 WHERE id = 1'],
      ['UPDATE t SET id = 1 WHERE id = 2'],
      ["UPDATE t SET id = 2, v = 'zwei' WHERE id = 9"],
      ["INSERT INTO t (id, v) VALUES (3, 'one')"],
    ],
  },
  'a primary key whose columns stand in another order than in the table': {
    tables: ['CREATE TABLE pair (a INT, b INT, n INT, PRIMARY KEY (b, a))'],
    rows: ['INSERT INTO pair VALUES (1, 2, 1), (2, 1, 2), (3, 4, 3)'],
    during: [['UPDATE pair SET n = 7 WHERE a = 1'], ['DELETE FROM pair WHERE a = 3']],
  },
};

const CASES = Object.entries(WINDOWS).flatMap(([name, window]) =>
  [...Array(window.during.length + 1).keys()].map((inDump) => [name, inDump, window] as const),
);

describe('what others commit while the dump begins is there once, however much of it the dump has', () => {
  test.each(CASES)('%s, %i of them in the dump', async (_, inDump, window) => {
    const { found, meant } = await restoreWith(await testDatabase(), window, inDump);
    expect(found).toEqual(meant);
  });

  test.each(CASES)(
    '%s, %i of them in the dump, where InnoDB cascades in silence',
    async (_, inDump, window) => {
      const restored = restoreWith(await testDatabase({ server: native }), window, inDump);
      const outcome = await restored.catch((error: unknown) => ({ found: error, meant: NOT_LOSSLESS }));
      expect(outcome.found).toEqual(window.refusedInSilence ? NOT_LOSSLESS : outcome.meant);
      expect(outcome.meant === NOT_LOSSLESS).toBe(window.refusedInSilence === true);
    },
  );
});

test('a column that foreign keys refer to changes while the dump begins: refused where the log does not tell of children', async () => {
  const window = {
    tables: [PARENT, CHILD.replace('ON DELETE', 'ON DELETE CASCADE ON UPDATE CASCADE)')],
    rows: FAMILY,
    during: [['UPDATE parent SET id = 7 WHERE id = 1']],
  };
  const { found, meant } = await restoreWith(await testDatabase(), window, 0);
  expect(found).toEqual(meant);
  const db = await testDatabase({ server: native });
  await expect(restoreWith(db, window, 0)).rejects.toEqual(NOT_LOSSLESS);
});

test('rows without a primary key cannot be told apart: refused before anything is changed', async () => {
  const db = await testDatabase({ server: native });
  const window = {
    tables: ['CREATE TABLE t (n INT)'],
    rows: ['INSERT INTO t VALUES (1), (1)'],
    during: [['INSERT INTO t VALUES (1)']],
  };
  await expect(restoreWith(db, window, 1)).rejects.toEqual(NOT_LOSSLESS);
  expect(await db.query('SELECT of_run FROM t')).toHaveLength(3);
});

test('a transaction that was in the log and not executed yet when the backup began is kept', async () => {
  const db = await testDatabase({ server: native });
  await db.query('CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL)');
  await db.query('INSERT INTO acc VALUES (1, 100), (2, 200)');
  const session = await openSession(db);
  const own = await db.connect();
  const { gtidExecuted } = await readPoint(db);
  await db.query('UPDATE acc SET bal = bal + 1 WHERE id = 1');
  const before = { ...(await readPoint(db)), gtidExecuted };
  const backup = await takeTestBackup(db, session);
  await db.query('UPDATE acc SET bal = bal + 1 WHERE id = 1');
  await own.query('UPDATE acc SET bal = 0 WHERE id = 2');
  const facts: BackupFacts = { ...backup.facts, before };
  const { swapped } = await losslessRestore(session, {
    ...{ dump: () => streamOf(backup.sql), facts, runId: '2-1', statementLockTimeout: 1, lockTimeout: 10 },
    ...{ log: () => undefined, until: 'swap', onConflicts: () => undefined },
    own: new OwnWriters([own.threadId, session.id].map((id) => ({ id, from: undefined }))),
  });
  expect(swapped).toBeDefined();
  expect(await db.query('SELECT * FROM acc ORDER BY id')).toEqual([
    { id: 1, bal: 102 },
    { id: 2, bal: 200 },
  ]);
});
