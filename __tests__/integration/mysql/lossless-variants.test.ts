import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

const ACC = 'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL, note VARCHAR(20))';
const ROWS = "INSERT INTO acc VALUES (1, 100, 'a'), (2, 200, 'b'), (3, 300, 'c')";
const NOT_LOSSLESS = expect.objectContaining({
  problems: [expect.objectContaining({ code: 'not-lossless' })],
});

describe('what a plain replay would corrupt without a word', () => {
  test('a row whose column the run changed too: the transaction is listed, and the value is that of the backup', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = bal * 2');
    await others('UPDATE acc SET bal = bal + 1 WHERE id = 1');
    const { conflicts, kept } = await restore();
    expect(conflicts).toEqual([
      expect.objectContaining({
        table: 'acc',
        key: '1',
        why: 'the run had changed the same columns of the row',
      }),
    ]);
    expect(conflicts[0]?.gtid).toMatch(/^[0-9a-f-]{36}:\d+$/);
    expect(kept).toBe(0);
    expect(await db.query('SELECT bal FROM acc ORDER BY id')).toEqual([
      { bal: 100 },
      { bal: 200 },
      { bal: 300 },
    ]);
  });

  test('other columns of the same row are merged', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = bal * 2');
    await others("UPDATE acc SET note = 'theirs' WHERE id = 1");
    const { conflicts, kept } = await restore();
    expect({ conflicts, kept }).toEqual({ conflicts: [], kept: 1 });
    expect(await db.query('SELECT bal, note FROM acc WHERE id = 1')).toEqual([{ bal: 100, note: 'theirs' }]);
  });

  test('no half of a transaction is replayed, nor what builds on it', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    await others('UPDATE acc SET bal = bal - 10 WHERE id = 2', 'UPDATE acc SET bal = bal + 10 WHERE id = 1');
    await others('UPDATE acc SET bal = bal + 1 WHERE id = 2');
    await others('UPDATE acc SET bal = bal + 1 WHERE id = 3');
    const { conflicts, kept } = await restore();
    expect(new Set(conflicts.map(({ gtid }) => gtid)).size).toBe(2);
    expect(kept).toBe(1);
    expect(await db.query('SELECT bal FROM acc ORDER BY id')).toEqual([
      { bal: 100 },
      { bal: 200 },
      { bal: 301 },
    ]);
  });

  test.each([
    [
      'a column in the middle',
      'ALTER TABLE acc ADD COLUMN c INT DEFAULT 5 AFTER id',
      'INSERT INTO acc (id, bal) VALUES (9, 9)',
    ],
    ['another type', 'ALTER TABLE acc MODIFY bal BIGINT NOT NULL', 'INSERT INTO acc (id, bal) VALUES (9, 9)'],
    ['the table emptied', 'TRUNCATE TABLE acc', 'INSERT INTO acc (id, bal) VALUES (9, 9)'],
    [
      'a trigger that changes rows',
      'CREATE TRIGGER t BEFORE INSERT ON acc FOR EACH ROW SET NEW.bal = -1',
      'INSERT INTO acc (id, bal) VALUES (9, 9)',
    ],
  ])(
    '%s, then a row of others: it is listed and not put into the wrong columns',
    async (_, definition, write) => {
      const db = await testDatabase();
      const { run, others, restore } = await scene(db, ACC, ROWS);
      await run(definition);
      await others(write);
      const { conflicts, swapped } = await restore();
      expect(conflicts).toEqual([expect.objectContaining({ table: 'acc', key: undefined })]);
      expect(await db.query('SELECT * FROM acc')).toHaveLength(3);
      expect(await db.query(`SELECT id FROM \`${swapped!.aside}\`.acc WHERE id = 9`)).toHaveLength(1);
    },
  );

  test('an ENUM that got a value in the middle keeps what it meant', async () => {
    const db = await testDatabase();
    const table = "CREATE TABLE o (id INT PRIMARY KEY, s ENUM('NEW', 'PAID', 'SHIPPED'))";
    const { run, others, restore } = await scene(db, table, "INSERT INTO o VALUES (1, 'NEW')");
    await run("ALTER TABLE o MODIFY s ENUM('NEW', 'HELD', 'PAID', 'SHIPPED')");
    await others("INSERT INTO o VALUES (2, 'PAID')");
    const { conflicts } = await restore();
    expect(conflicts).toHaveLength(1);
    expect(await db.query('SELECT * FROM o')).toEqual([{ id: 1, s: 'NEW' }]);
  });

  test('a row that the run deleted or inserted', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('DELETE FROM acc WHERE id = 1', "INSERT INTO acc VALUES (7, 7, 'run'), (8, 8, 'run')");
    await others("INSERT INTO acc VALUES (1, 1, 'new')");
    await others('UPDATE acc SET bal = 1 WHERE id = 7');
    await others('DELETE FROM acc WHERE id = 8');
    const { conflicts } = await restore();
    expect(conflicts.map(({ key }) => key)).toEqual(['1', '7']);
    expect(await db.query('SELECT id, bal FROM acc ORDER BY id')).toEqual([
      { id: 1, bal: 100 },
      { id: 2, bal: 200 },
      { id: 3, bal: 300 },
    ]);
  });

  test('a unique value that the run had freed', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, 'ALTER TABLE acc ADD UNIQUE (note)', ROWS);
    await run('DELETE FROM acc WHERE id = 1');
    await others("INSERT INTO acc VALUES (9, 9, 'a')");
    await others("INSERT INTO acc VALUES (10, 10, 'j')");
    const { conflicts, kept } = await restore();
    expect(conflicts).toEqual([expect.objectContaining({ why: expect.stringContaining('Duplicate') })]);
    expect(kept).toBe(1);
    expect((await db.query('SELECT id FROM acc ORDER BY id')).map((row) => row['id'])).toEqual([1, 2, 3, 10]);
  });

  test('a parent that the run had left without children', async () => {
    const db = await testDatabase();
    const child =
      'CREATE TABLE child (id INT PRIMARY KEY, acc_id INT, FOREIGN KEY (acc_id) REFERENCES acc (id))';
    const { run, others, restore } = await scene(db, ACC, child, ROWS, 'INSERT INTO child VALUES (1, 1)');
    await run('DELETE FROM child');
    await others('DELETE FROM acc WHERE id = 1');
    const { conflicts, tables } = await restore();
    expect(tables).toEqual(['acc', 'child']);
    expect(conflicts).toHaveLength(1);
    expect(await db.query('SELECT * FROM acc JOIN child ON acc_id = acc.id')).toHaveLength(1);
  });

  test('a cascade of the run: what others wrote to the children is not guessed', async () => {
    const db = await testDatabase();
    const child =
      'CREATE TABLE child (id INT PRIMARY KEY, acc_id INT, n INT, FOREIGN KEY (acc_id) REFERENCES acc (id) ON DELETE SET NULL)';
    const { run, others, restore } = await scene(db, ACC, child, ROWS, 'INSERT INTO child VALUES (1, 1, 1)');
    await run('DELETE FROM acc WHERE id = 1');
    await others('UPDATE child SET n = 2 WHERE id = 1');
    await restore();
    expect(await db.query('SELECT acc_id FROM child')).toEqual([{ acc_id: 1 }]);
  });
});

describe('what no replay can repeat', () => {
  test.each([
    ['TRUNCATE of others', ['TRUNCATE TABLE log']],
    ['another definition of others', ['ALTER TABLE log ADD COLUMN c INT']],
    [
      'an XA transaction',
      ["XA START 'x'", 'INSERT INTO log VALUES (5)', "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'"],
    ],
  ])('%s: refused before anything is changed, and never run again', async (_, statements) => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, 'CREATE TABLE log (id INT PRIMARY KEY)', ROWS);
    await run('UPDATE acc SET bal = 0', 'INSERT INTO log (id) VALUES (1)');
    for (const statement of statements) await others(statement);
    await others('INSERT INTO log (id) VALUES (77)');
    const before = await db.dump();
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
    expect(await db.dump()).toBe(before);
    expect(await db.query('SELECT id FROM log WHERE id = 77')).toHaveLength(1);
    expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`)).toEqual([]);
  });

  test('a statement that was not written as rows', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    await others("SET SESSION binlog_format = 'STATEMENT'");
    await others('UPDATE acc SET bal = 5 WHERE id = 2');
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
  });

  test('a foreign key from another schema on a table that has to be restored', async () => {
    const db = await testDatabase();
    const other = await testDatabase();
    const { run, restore } = await scene(db, ACC, ROWS);
    await other.query(
      `CREATE TABLE c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES \`${db.name}\`.acc (id))`,
    );
    await run('UPDATE acc SET bal = 0');
    await expect(restore()).rejects.toEqual(NOT_LOSSLESS);
    await other.query('DROP TABLE c');
  });
});

test('definitions of others in another schema and new accounts do not matter, and are not made again', async () => {
  const db = await testDatabase();
  const other = await testDatabase();
  const { run, restore } = await scene(db, ACC, ROWS);
  await run('UPDATE acc SET bal = 0');
  await other.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await other.query('INSERT INTO t VALUES (1)');
  await other.query('TRUNCATE TABLE t');
  await other.query('INSERT INTO t VALUES (2)');
  const { kept } = await restore();
  expect(kept).toBe(0);
  expect(await other.query('SELECT id FROM t')).toEqual([{ id: 2 }]);
  expect(await db.query('SELECT bal FROM acc WHERE id = 1')).toEqual([{ bal: 100 }]);
});

test('tables that the run did not touch are not even locked', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(db, ACC, ROWS, 'CREATE TABLE busy (id INT PRIMARY KEY)');
  const holder = await db.connect();
  await holder.query('BEGIN');
  await holder.query('INSERT INTO busy VALUES (1)');
  await run('UPDATE acc SET bal = 0');
  const { tables } = await restore({ lockTimeout: 2 });
  expect(tables).toEqual(['acc']);
  await holder.query('COMMIT');
  expect(await db.query('SELECT id FROM busy')).toHaveLength(1);
});

test('a cut-over that cannot get its locks gives up and leaves everything as it was', async () => {
  const db = await testDatabase();
  const { run, restore } = await scene(db, ACC, ROWS);
  await run('UPDATE acc SET bal = 0');
  const before = await db.dump();
  const holder = await db.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT * FROM acc');
  await expect(restore({ lockTimeout: 2 })).rejects.toThrow(/could not be locked/);
  await holder.query('COMMIT');
  expect(await db.dump()).toBe(before);
  expect(await db.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`)).toEqual([]);
});

test('a number that was given out is not given out again', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, x INT)',
  );
  await run('INSERT INTO n (x) VALUES (1), (2), (3)');
  await others('INSERT INTO n (x) VALUES (4)');
  await restore();
  await db.query('INSERT INTO n (x) VALUES (5)');
  expect(await db.query('SELECT * FROM n ORDER BY id')).toEqual([
    { id: 4, x: 4 },
    { id: 5, x: 5 },
  ]);
});

test('a schema and names with arrows, quotes and blanks', async () => {
  const db = await testDatabase();
  const table = "CREATE TABLE `a->b ``c`` 'd'` (`id ->` INT PRIMARY KEY, `x\"y` INT)";
  const { run, others, restore } = await scene(db, table, "INSERT INTO `a->b ``c`` 'd'` VALUES (1, 1)");
  await run("UPDATE `a->b ``c`` 'd'` SET `x\"y` = 2");
  await others("INSERT INTO `a->b ``c`` 'd'` VALUES (2, 2)");
  const { kept } = await restore();
  expect(kept).toBe(1);
  expect(await db.query("SELECT `x\"y` AS x FROM `a->b ``c`` 'd'` ORDER BY 1")).toEqual([{ x: 1 }, { x: 2 }]);
});

test('a compressed transaction, a partial JSON and one larger than a packet of the log', async () => {
  const db = await testDatabase();
  const table = 'CREATE TABLE j (id INT PRIMARY KEY, d JSON, t LONGTEXT)';
  const { run, others, restore } = await scene(
    db,
    table,
    `INSERT INTO j VALUES (1, '{"a": 1, "b": "${'x'.repeat(100)}"}', '')`,
  );
  await run('ALTER TABLE j ADD COLUMN extra INT');
  await others("SET SESSION binlog_row_value_options = 'PARTIAL_JSON'");
  await others("UPDATE j SET d = JSON_SET(d, '$.a', 2) WHERE id = 1");
  await others('SET SESSION binlog_transaction_compression = ON');
  await others(
    "INSERT INTO j (id, d, t) VALUES (2, '{}', REPEAT('y', 3000000)), (3, NULL, REPEAT('z', 3000000))",
  );
  const { kept, conflicts } = await restore();
  expect({ kept, conflicts }).toEqual({ kept: 2, conflicts: [] });
  expect(await db.query("SELECT id, d->'$.a' AS a, LENGTH(t) AS n FROM j ORDER BY id")).toEqual([
    { id: 1, a: 2, n: 0 },
    { id: 2, a: null, n: 3000000 },
    { id: 3, a: null, n: 3000000 },
  ]);
});

test('a table that the run gave another name: what others wrote to it is listed, and a person may stop for it', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, ROWS);
  await run('RENAME TABLE acc TO accounts');
  await others("INSERT INTO accounts VALUES (9, 9, 'theirs')");
  const stop = new Error('a person wants to look first');
  const before = await db.dump();
  await expect(
    restore({
      onConflicts: (lost) => {
        expect(lost).toEqual([expect.objectContaining({ table: 'accounts' })]);
        throw stop;
      },
    }),
  ).rejects.toBe(stop);
  expect(await db.dump()).toBe(before);
});
