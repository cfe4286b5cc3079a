import { describe, expect, test } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import type { Conflict } from '../../../src/mysql/replay/judge-transaction.ts';
import { readPlanExceptions } from '../../../src/mysql/guarantee/plan-exceptions.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

const SCHEMA = [
  'CREATE TABLE p (id INT PRIMARY KEY, code INT)',
  `CREATE TABLE t (id INT PRIMARY KEY, u INT, c INT DEFAULT 1, n VARCHAR(20), p INT, parent INT, stamp DATETIME,
    KEY (p), KEY (parent))`,
  'CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(50))',
  'INSERT INTO p SELECT n, n FROM (WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 20) SELECT n FROM r) AS numbers',
  'INSERT INTO t (id, u, p) SELECT id, id, id FROM p',
  'UPDATE t SET parent = 7 WHERE id = 8',
];

/** What others do, each on rows of its own; by a name to refer to it. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'insert with the default': ['INSERT INTO t (id, u) VALUES (100, 100)'],
  'insert with a value': ['INSERT INTO t (id, u, c) VALUES (101, 101, 7)'],
  update: ["UPDATE t SET n = 'x' WHERE id = 2"],
  'update to the default': ['UPDATE t SET c = 3 WHERE id = 3', 'UPDATE t SET c = DEFAULT WHERE id = 3'],
  'replace by key': ['REPLACE INTO t (id, u) VALUES (13, 13)'],
  'replace by u': ['REPLACE INTO t (id, u) VALUES (102, 4)'],
  'on duplicate key by u': ["INSERT INTO t (id, u) VALUES (103, 5) ON DUPLICATE KEY UPDATE n = 'odku'"],
  'ignore by u': ['INSERT IGNORE INTO t (id, u) VALUES (104, 6)'],
  'delete a row with a child in its own table': ['DELETE FROM t WHERE id = 7'],
  'delete a parent': ['DELETE FROM p WHERE id = 9'],
  'change the key of a parent': ['UPDATE p SET id = 30 WHERE id = 10'],
  'two rows of two tables': ['UPDATE p SET code = 0 WHERE id = 11', "UPDATE t SET n = 'y' WHERE id = 11"],
  'delete and insert': ['DELETE FROM t WHERE id = 12', 'INSERT INTO t (id, u) VALUES (112, 112)'],
  'insert without strict mode': [
    "SET sql_mode = ''",
    'INSERT INTO t (id, n) VALUES (105, NULL), (106, NULL)',
  ],
  'insert into the log': ["INSERT INTO log (id, what) VALUES (1000, 'theirs')"],
  'insert a parent': ['INSERT INTO p VALUES (50, 0)'],
};

interface Case {
  readonly run: readonly string[];
  /** Names of `OTHERS` that cannot be kept; all others have to be. */
  readonly conflicts: readonly string[];
  /** What leaves nothing in the log by which it could be told; the restore says so. */
  readonly untold?: readonly string[];
}

const WRITES_T = [
  'insert with the default',
  'insert with a value',
  'update',
  'update to the default',
  'replace by key',
  'replace by u',
  'on duplicate key by u',
  'ignore by u',
  'delete a row with a child in its own table',
  'two rows of two tables',
  'delete and insert',
  'insert without strict mode',
];
const INSERTS_T = WRITES_T.filter((name) => /^insert|ignore|replace|duplicate|delete and/.test(name));
/** Those that take what `c` is by default. */
const DEFAULTED = [...INSERTS_T.filter((name) => name !== 'insert with a value'), 'update to the default'];

const CASES: readonly Case[] = [
  { run: ['ALTER TABLE t ALTER COLUMN c SET DEFAULT 5'], conflicts: DEFAULTED },
  { run: ['ALTER TABLE t MODIFY c INT DEFAULT 5'], conflicts: DEFAULTED },
  { run: ["ALTER TABLE t ADD COLUMN d INT DEFAULT 4, ADD COLUMN e VARCHAR(5) DEFAULT 'e'"], conflicts: [] },
  { run: ['ALTER TABLE t ADD COLUMN g INT GENERATED ALWAYS AS (u + 1) STORED'], conflicts: [] },
  {
    run: ['ALTER TABLE t ADD COLUMN s TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'],
    conflicts: [],
  },
  { run: ['ALTER TABLE t MODIFY stamp DATETIME ON UPDATE CURRENT_TIMESTAMP'], conflicts: WRITES_T },
  {
    run: ["UPDATE t SET n = 'n'", "ALTER TABLE t MODIFY n VARCHAR(20) NOT NULL DEFAULT ''"],
    conflicts: WRITES_T,
  },
  {
    run: ['ALTER TABLE t ADD UNIQUE KEY (u)'],
    conflicts: ['replace by u'],
    untold: ['on duplicate key by u', 'ignore by u'],
  },
  {
    run: ['CREATE UNIQUE INDEX i ON t (u)'],
    conflicts: ['replace by u'],
    untold: ['on duplicate key by u', 'ignore by u'],
  },
  {
    run: ['ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE'],
    conflicts: ['delete a parent', 'change the key of a parent'],
  },
  {
    run: ['ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL ON UPDATE SET NULL'],
    conflicts: ['delete a parent', 'change the key of a parent'],
  },
  {
    run: ['ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t (id) ON DELETE CASCADE'],
    conflicts: ['delete a row with a child in its own table'],
  },
  {
    run: [
      'CREATE TABLE kid (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)',
      'INSERT INTO kid VALUES (1, 9)',
    ],
    conflicts: [],
  },
  {
    run: ["CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 'trigger'"],
    conflicts: INSERTS_T.concat('update', 'update to the default', 'two rows of two tables'),
  },
  {
    run: ["CREATE TRIGGER g BEFORE DELETE ON t FOR EACH ROW INSERT INTO log (what) VALUES ('gone')"],
    conflicts: ['replace by key', 'delete a row with a child in its own table', 'delete and insert'],
  },
  {
    run: ["CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO log (what) VALUES ('new')"],
    conflicts: INSERTS_T,
  },
  {
    run: ['CREATE TRIGGER g AFTER DELETE ON p FOR EACH ROW UPDATE t SET n = NULL, c = 0 WHERE t.p = OLD.id'],
    conflicts: ['delete a parent'],
  },
];

/** Carries all of it out, each as one transaction; gives by name whether the server took it, and its GTID. */
async function carryOut(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const taken = new Map<string, string>();
  for (const name of names) {
    const before = await executed(connection);
    await connection.query('BEGIN');
    try {
      for (const statement of OTHERS[name]!) await connection.query(statement);
      await connection.query('COMMIT');
      taken.set(name, await newGtid(connection, before));
    } catch {
      await connection.query('ROLLBACK');
    }
    await connection.query('SET sql_mode = DEFAULT');
  }
  return taken;
}

async function executed(connection: Connection): Promise<string> {
  const [rows] = await connection.query('SELECT @@GLOBAL.gtid_executed AS gtids');
  return (rows as { gtids: string }[])[0]!.gtids;
}

/** Other tests write to the server, too; ours is the one of this connection. */
async function newGtid(connection: Connection, before: string): Promise<string> {
  const [rows] = await connection.query('SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, ?) AS gtids', [before]);
  return (rows as { gtids: string }[])[0]!.gtids;
}

async function rowsOf(db: TestDatabase): Promise<Readonly<Record<string, unknown>>> {
  return {
    p: await db.query('SELECT * FROM p ORDER BY id'),
    t: await db.query('SELECT * FROM t ORDER BY id'),
    log: await db.query('SELECT * FROM log ORDER BY id'),
  };
}

function isIn(gtids: string, { gtid }: Conflict): boolean {
  const [uuid = '', number = ''] = gtid.split(/:(?=[^:]*$)/);
  return gtids.split(',').some((set) => {
    const [source = '', ...ranges] = set.trim().split(':');
    return (
      source === uuid &&
      ranges.some((range) => {
        const [from = 0, to = from] = range.split('-').map(Number);
        return Number(number) >= from && Number(number) <= to;
      })
    );
  });
}

describe('what the run defined and others met is not kept as if they had meant it', () => {
  test.each(CASES)('$run', async ({ run: statements, conflicts: expected, untold = [] }) => {
    const [db, twin] = [await testDatabase(), await testDatabase()];
    const { run, session, restore } = await scene(db, ...SCHEMA);
    for (const statement of SCHEMA) await twin.query(statement);
    const told = await readPlanExceptions(
      session,
      statements.map((text) => ({ text, line: 1 })),
    );
    await run(...statements);
    const taken = await carryOut(await db.connect(), Object.keys(OTHERS));
    const exceptions: string[] = [];
    const { conflicts, tables } = await restore({ onExceptions: (list) => exceptions.push(...list) });
    const lost = [...taken].filter(([, gtids]) => conflicts.some((conflict) => isIn(gtids, conflict)));
    expect(lost.map(([name]) => name).toSorted()).toEqual(
      expected.filter((name) => taken.has(name)).toSorted(),
    );
    if (expected.length + untold.length > 0) expect(told).not.toEqual([]);
    expect(exceptions.some((why) => why.includes('unique key'))).toBe(untold.length > 0);
    const kept = [...taken.keys()].filter((name) => !expected.includes(name) && !untold.includes(name));
    await carryOut(await twin.connect(), kept);
    // Of a transaction that cannot be kept, what it wrote to tables that the run did not touch stays.
    if (!tables.includes('p') && expected.includes('two rows of two tables'))
      await twin.query('UPDATE p SET code = 0 WHERE id = 11');
    if (untold.length > 0) {
      for (const each of [db, twin]) await each.query('UPDATE t SET n = NULL WHERE id = 5');
      await twin.query('DELETE FROM t WHERE id IN (103, 104)');
    }
    expect(await rowsOf(db)).toEqual(await rowsOf(twin));
  });
});

test('an event of the run works as somebody else: said before and afterwards', async () => {
  const db = await testDatabase();
  const { run, session, restore } = await scene(db, ...SCHEMA);
  const sql = "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO log (what) VALUES ('event')";
  const told = await readPlanExceptions(session, [{ text: sql, line: 1 }]);
  expect(told).toEqual(['what event `e` does meanwhile, which is kept as if others had done it']);
  await run(sql, 'INSERT INTO p VALUES (60, 0)');
  const exceptions: string[] = [];
  await restore({ onExceptions: (list) => exceptions.push(...list) });
  expect(exceptions).toContain('what event `e` of the run did meanwhile is kept');
});
