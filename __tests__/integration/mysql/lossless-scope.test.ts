import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

const ACC = 'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL, note VARCHAR(20))';
const ROWS = "INSERT INTO acc VALUES (1, 100, 'a'), (2, 200, 'b')";
const NOT_LOSSLESS = expect.objectContaining({
  problems: [expect.objectContaining({ code: 'not-lossless' })],
});

describe('the run touched a table whose name', () => {
  test('is not ASCII and stands without quotes', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, 'CREATE TABLE ผู้ใช้ (id INT PRIMARY KEY)');
    await run('alter table ผู้ใช้ add column c int');
    await others('INSERT INTO ผู้ใช้ (id) VALUES (1)');
    const { tables, kept } = await restore();
    expect({ tables, kept }).toEqual({ tables: ['ผู้ใช้'], kept: 1 });
    expect(await db.query('SELECT * FROM ผู้ใช้')).toEqual([{ id: 1 }]);
  });

  test('differs from another by case alone, where the server keeps them apart', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(
      db,
      'CREATE TABLE item (id INT PRIMARY KEY)',
      'CREATE TABLE Item (id INT PRIMARY KEY)',
    );
    await run('ALTER TABLE Item ADD COLUMN c INT FIRST');
    await others('INSERT INTO item VALUES (1)');
    const { tables, conflicts } = await restore();
    expect({ tables, conflicts }).toEqual({ tables: ['Item'], conflicts: [] });
    expect(await db.query('SELECT * FROM item')).toEqual([{ id: 1 }]);
    expect(await db.query('SHOW COLUMNS FROM Item')).toHaveLength(1);
  });
});

describe('no obstacle to keeping what others wrote', () => {
  const kept: readonly (readonly [what: string, statements: readonly string[]])[] = [
    ['a scratch table of others', ['CREATE TABLE scratch (id INT PRIMARY KEY)', 'DROP TABLE scratch']],
    ['a view of others', ['CREATE VIEW theirs AS SELECT 1 AS one']],
    ['a routine of others', ['CREATE PROCEDURE theirs () SELECT 1']],
    [
      'an event of others',
      ['CREATE EVENT theirs ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 YEAR DO SELECT 1'],
    ],
    ['a statement format write in another schema', []],
  ];

  test.each(kept)('%s', async (what, statements) => {
    const db = await testDatabase();
    const elsewhere = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS, 'CREATE VIEW ours AS SELECT 1 AS one');
    await run('UPDATE acc SET bal = 0 WHERE id = 1', 'DROP VIEW ours');
    if (what.startsWith('a statement')) {
      await elsewhere.query('CREATE TABLE t (id INT PRIMARY KEY)');
      await elsewhere.query("SET SESSION binlog_format = 'STATEMENT'");
      await elsewhere.query('INSERT INTO t VALUES (1)');
      await elsewhere.query(`USE \`${db.name}\``);
      await elsewhere.query(`CREATE TABLE \`${elsewhere.name}\`.u (id INT PRIMARY KEY)`);
      await elsewhere.query(`USE \`${elsewhere.name}\``);
    }
    for (const statement of statements) await others(statement);
    await others("UPDATE acc SET note = 'theirs' WHERE id = 2");
    const { conflicts, kept: number } = await restore();
    expect({ conflicts, number }).toEqual({ conflicts: [], number: 1 });
    expect(await db.query('SELECT * FROM acc')).toEqual([
      { id: 1, bal: 100, note: 'a' },
      { id: 2, bal: 200, note: 'theirs' },
    ]);
    expect(await db.query('SELECT one FROM ours')).toEqual([{ one: 1 }]);
    const [{ theirs } = { theirs: 0 }] = await db.query<{ theirs: number }>(
      `SELECT (SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'theirs')
        + (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE())
        + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()) AS theirs`,
    );
    expect(theirs).toBe(statements.length === 1 ? 1 : 0);
  });

  test('an event of the server that ends, and an XA transaction on other tables', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(
      db,
      ACC,
      ROWS,
      'CREATE TABLE other (id INT PRIMARY KEY)',
      'CREATE EVENT once ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 SECOND DO DO 0',
    );
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    for (const statement of [
      "XA START 'x'",
      'INSERT INTO other VALUES (1)',
      "XA END 'x'",
      "XA PREPARE 'x'",
      "XA COMMIT 'x'",
    ])
      await others(statement);
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await db.query('SHOW EVENTS')).length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await db.query('SHOW EVENTS')).toEqual([]);
    await others("UPDATE acc SET note = 'theirs' WHERE id = 2");
    const { kept: number } = await restore();
    expect(number).toBe(1);
    expect(await db.query('SELECT * FROM other')).toHaveLength(1);
  });

  test.each([
    'CREATE TABLE IF NOT EXISTS acc (id INT PRIMARY KEY)',
    'OPTIMIZE TABLE acc',
    'ALTER TABLE acc ENGINE = InnoDB',
    'ALTER TABLE acc MODIFY note VARCHAR(20), COMMENT = "first"',
  ])('%s of the run, which leaves every column as it was', async (statement) => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run(statement, 'UPDATE acc SET bal = 0 WHERE id = 1');
    await others("UPDATE acc SET note = 'theirs' WHERE id = 2", "INSERT INTO acc VALUES (3, 3, 'c')");
    const { conflicts, kept: number } = await restore();
    expect({ conflicts, number }).toEqual({ conflicts: [], number: 1 });
    expect(await db.query('SELECT bal, note FROM acc ORDER BY id')).toEqual([
      { bal: 100, note: 'a' },
      { bal: 200, note: 'theirs' },
      { bal: 3, note: 'c' },
    ]);
  });
});

describe('still an obstacle', () => {
  test.each([
    'ALTER TABLE acc ADD COLUMN theirs INT',
    'TRUNCATE TABLE acc',
    'CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES acc (id))',
    'CREATE TRIGGER t BEFORE INSERT ON acc FOR EACH ROW SET NEW.bal = 1',
    'CREATE OR REPLACE VIEW ours AS SELECT 3 AS one',
  ])('%s of others', async (statement) => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS, 'CREATE VIEW ours AS SELECT 1 AS one');
    await run('UPDATE acc SET bal = 0 WHERE id = 1', 'CREATE OR REPLACE VIEW ours AS SELECT 2 AS one');
    await others(statement);
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  });

  test('an XA transaction on a table that is restored', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    for (const statement of [
      "XA START 'y'",
      'DELETE FROM acc WHERE id = 2',
      "XA END 'y'",
      "XA PREPARE 'y'",
      "XA COMMIT 'y'",
    ])
      await others(statement);
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  });
});

test('a document that others left as it is counts as unchanged where the log has only differences', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(
    db,
    'CREATE TABLE t (id INT PRIMARY KEY, j JSON, n INT)',
    `INSERT INTO t VALUES (1, '{"a": 1}', 1)`,
  );
  await run(`UPDATE t SET j = '{"a": 2}'`);
  const writer = await db.connect();
  await writer.query("SET SESSION binlog_row_value_options = 'PARTIAL_JSON'");
  await writer.query('UPDATE t SET n = 5');
  const { conflicts, kept } = await restore();
  expect({ conflicts, kept }).toEqual({ conflicts: [], kept: 1 });
  expect(await db.query('SELECT j, n FROM t')).toEqual([{ j: { a: 1 }, n: 5 }]);
});

test('the counter of a table goes to what others used, not to what the run did', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT)',
    'INSERT INTO t (n) VALUES (1), (2)',
  );
  await others('INSERT INTO t (n) VALUES (3)');
  await run('INSERT INTO t VALUES (2147483647, 0)');
  await restore();
  await others('INSERT INTO t (n) VALUES (4)');
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
});

test('a number that others used stays used though their row could not be kept', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT UNIQUE)',
    'INSERT INTO t (n) VALUES (1)',
  );
  await run('DELETE FROM t');
  // The row of before has this n, so it cannot be replayed.
  await others('INSERT INTO t (n) VALUES (1)');
  const { conflicts } = await restore();
  expect(conflicts).toHaveLength(1);
  await others('INSERT INTO t (n) VALUES (9)');
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }, { id: 3 }]);
});

test.each(["'abc'", "'Straße'"])('a key is one key in every spelling of its collation: %s', async (key) => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE t (k VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, n INT)',
    `INSERT INTO t VALUES (${key}, 1)`,
  );
  await run(`UPDATE t SET k = CONCAT(k, ' of the run'), n = 0`);
  await others(`INSERT INTO t VALUES (UPPER(${key}), 7)`);
  const { conflicts } = await restore();
  expect(conflicts).toEqual([expect.objectContaining({ why: expect.stringContaining('this key') })]);
  expect(await db.query('SELECT n FROM t')).toEqual([{ n: 1 }]);
});

test('children that went because of a foreign key of the run come back', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE p (id INT PRIMARY KEY)',
    'CREATE TABLE c (id INT PRIMARY KEY, p INT)',
    'INSERT INTO p VALUES (1), (2)',
    'INSERT INTO c VALUES (10, 1), (20, 2)',
  );
  await run('ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE');
  await others('DELETE FROM p WHERE id = 1');
  await others('INSERT INTO c VALUES (30, 2)');
  const { conflicts } = await restore();
  expect(conflicts).toEqual([
    expect.objectContaining({ table: 'c', why: expect.stringContaining('foreign key') }),
  ]);
  expect(await db.query('SELECT id FROM c')).toEqual([{ id: 10 }, { id: 20 }, { id: 30 }]);
});

test('an XA transaction that was prepared before the backup and is committed after it', async () => {
  const db = await testDatabase();
  for (const statement of [ACC, ROWS]) await db.query(statement);
  const early = await db.connect();
  const id = `'${db.name}'`;
  for (const statement of [
    `XA START ${id}`,
    "INSERT INTO acc VALUES (9, 9, 'early')",
    `XA END ${id}`,
    `XA PREPARE ${id}`,
  ])
    await early.query(statement);
  const { run, restore } = await scene(db);
  await run('UPDATE acc SET bal = 0 WHERE id = 1');
  await early.query(`XA COMMIT ${id}`);
  await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  expect(await db.query('SELECT bal FROM acc WHERE id = 9')).toEqual([{ bal: 9 }]);
});

test('of a transaction that cannot be kept it is said what it wrote to other schemas, which stays', async () => {
  const [db, elsewhere] = [await testDatabase(), await testDatabase()];
  await elsewhere.query('CREATE TABLE theirs (id INT PRIMARY KEY)');
  const { run, others, restore } = await scene(db, ACC, ROWS, 'CREATE TABLE untouched (id INT PRIMARY KEY)');
  await run('UPDATE acc SET bal = 0');
  await others(
    'UPDATE acc SET bal = 5 WHERE id = 1',
    'INSERT INTO untouched VALUES (1)',
    `INSERT INTO \`${elsewhere.name}\`.theirs VALUES (1)`,
  );
  const { conflicts } = await restore();
  expect(conflicts.map(({ why }) => why)).toEqual([
    `the run had changed the same columns of the row (what it wrote to untouched, ${elsewhere.name}.theirs stays)`,
  ]);
});
