import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';
import { openSession, streamOf } from '../../support/restore.ts';
import { losslessRestore } from '../../../src/mysql/restore/lossless-restore.ts';
import { OwnWriters } from '../../../src/mysql/since-backup/own-writers.ts';

const ACC = 'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL, note VARCHAR(20))';
const ROWS = "INSERT INTO acc VALUES (1, 100, 'a'), (2, 200, 'b'), (3, 300, 'c')";

describe('a primary key whose columns stand in another order than in the table', () => {
  const PAIR = 'CREATE TABLE pair (a INT, b INT, bal INT, note VARCHAR(20), PRIMARY KEY (b, a))';
  const PAIRS = "INSERT INTO pair VALUES (1, 2, 10, 'x'), (2, 1, 20, 'y')";

  test('a write that is merged meets the row that was meant', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, PAIR, PAIRS);
    await run('UPDATE pair SET bal = 0');
    await others("UPDATE pair SET note = 'theirs' WHERE a = 1");
    const { conflicts, kept } = await restore();
    expect({ conflicts, kept }).toEqual({ conflicts: [], kept: 1 });
    expect(await db.query('SELECT * FROM pair ORDER BY a')).toEqual([
      { a: 1, b: 2, bal: 10, note: 'theirs' },
      { a: 2, b: 1, bal: 20, note: 'y' },
    ]);
  });
});

test('a transaction that fails takes nothing with it, and what merges with it does not bring half of it back', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, 'ALTER TABLE acc ADD UNIQUE (note)', ROWS);
  await run('DELETE FROM acc WHERE id = 3');
  await others('UPDATE acc SET bal = bal + 1 WHERE id = 1', "INSERT INTO acc VALUES (9, 9, 'c')");
  await others("UPDATE acc SET note = 'theirs' WHERE id = 1");
  const { conflicts } = await restore();
  expect(conflicts).toHaveLength(1);
  expect(await db.query('SELECT * FROM acc WHERE id = 1')).toEqual([{ id: 1, bal: 100, note: 'theirs' }]);
});

test('what was committed before a transaction that cannot be kept is kept', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, 'ALTER TABLE acc ADD UNIQUE (note)', ROWS);
  await run('DELETE FROM acc WHERE id = 3', 'UPDATE acc SET bal = 0 WHERE id = 2');
  await others("INSERT INTO acc VALUES (9, 9, 'c')");
  await others('UPDATE acc SET bal = 5 WHERE id = 1');
  await others('UPDATE acc SET bal = 6 WHERE id = 1', 'UPDATE acc SET bal = 6 WHERE id = 2');
  const { conflicts, kept } = await restore();
  expect(kept).toBe(1);
  expect(new Set(conflicts.map(({ gtid }) => gtid)).size).toBe(2);
  expect(await db.query('SELECT bal FROM acc WHERE id = 1')).toEqual([{ bal: 5 }]);
});

test('others delete a row that the run had given another key: not silently undone', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, ROWS);
  await run('UPDATE acc SET id = 5 WHERE id = 1');
  await others('DELETE FROM acc WHERE id = 5');
  const { conflicts } = await restore();
  expect(conflicts).toEqual([expect.objectContaining({ table: 'acc', key: '5' })]);
});

test('others delete what they put in the place of a row that the run had deleted: the row of before stays', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, ROWS);
  await run('DELETE FROM acc WHERE id = 1');
  await others("INSERT INTO acc VALUES (1, 1, 'new')");
  await others('DELETE FROM acc WHERE id = 1');
  const { conflicts } = await restore();
  expect(await db.query('SELECT * FROM acc WHERE id = 1')).toEqual([{ id: 1, bal: 100, note: 'a' }]);
  expect(conflicts).toHaveLength(2);
});

test('a column that is set at every update, set by hand', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE due (id INT PRIMARY KEY, n INT, at DATETIME ON UPDATE CURRENT_TIMESTAMP)',
    "INSERT INTO due VALUES (1, 1, '2001-01-01')",
  );
  await run("UPDATE due SET at = '2010-01-01'");
  await others('UPDATE due SET at = at + INTERVAL 1 DAY');
  const { conflicts } = await restore();
  expect(conflicts).toHaveLength(1);
  expect(await db.query('SELECT CAST(at AS CHAR) AS at FROM due')).toEqual([{ at: '2001-01-01 00:00:00' }]);
});

test('a transaction of the run that is too large to be held in memory', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    ACC,
    'CREATE TABLE big (id INT PRIMARY KEY, t LONGTEXT)',
    ROWS,
  );
  await run(
    ...['SET SESSION binlog_transaction_compression = ON', 'BEGIN', 'UPDATE acc SET bal = bal * 2'],
    "INSERT INTO big WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 27) SELECT n, REPEAT('x', 10000000) FROM n",
    'COMMIT',
  );
  await others('UPDATE acc SET bal = bal + 1 WHERE id = 1');
  const { conflicts } = await restore();
  expect(conflicts).toHaveLength(1);
  expect(await db.query('SELECT bal FROM acc WHERE id = 1')).toEqual([{ bal: 100 }]);
});

describe('children that the run had taken from a parent which others changed follow it as if the run had not been', () => {
  test.each([
    ['ON DELETE CASCADE', 'DELETE FROM child', 'DELETE FROM acc WHERE id = 1'],
    ['ON DELETE CASCADE', 'UPDATE child SET acc_id = 2', 'DELETE FROM acc WHERE id = 1'],
    ['ON DELETE SET NULL', 'UPDATE child SET acc_id = 2', 'DELETE FROM acc WHERE id = 1'],
    ['ON UPDATE CASCADE', 'UPDATE child SET acc_id = 2', 'UPDATE acc SET id = 11 WHERE id = 1'],
    ['ON UPDATE SET NULL', 'DELETE FROM child', 'UPDATE acc SET id = 11 WHERE id = 1'],
  ])('%s, %s, %s', async (rule, ofRun, ofOthers) => {
    const db = await testDatabase();
    const child = `CREATE TABLE child (id INT PRIMARY KEY, acc_id INT, FOREIGN KEY (acc_id) REFERENCES acc (id) ${rule})`;
    const { run, others, restore } = await scene(db, ACC, child, ROWS, 'INSERT INTO child VALUES (1, 1)');
    await run(ofRun);
    await others(ofOthers);
    const { conflicts } = await restore();
    const orphans = await db.query(
      'SELECT * FROM child WHERE acc_id IS NOT NULL AND acc_id NOT IN (SELECT id FROM acc)',
    );
    expect({ orphans, conflicts }).toEqual({ orphans: [], conflicts: [] });
  });
});

test('merged columns that break a CHECK together', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE span (id INT PRIMARY KEY, a INT, b INT, CHECK (a <= b))',
    'INSERT INTO span VALUES (1, 5, 10)',
  );
  await run('UPDATE span SET a = 1');
  await others('UPDATE span SET b = 2');
  const { conflicts } = await restore();
  expect(conflicts).toHaveLength(1);
  expect(await db.query('SELECT * FROM span')).toEqual([{ id: 1, a: 5, b: 10 }]);
});

test('virtual columns with an index follow a merge', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(
    db,
    'CREATE TABLE v (id INT PRIMARY KEY, a INT, b INT, va INT AS (a * 2), vb INT AS (b * 2), KEY (va), KEY (vb), KEY ((a + b)))',
    'INSERT INTO v (id, a, b) VALUES (1, 1, 1), (2, 2, 2)',
  );
  await run('UPDATE v SET a = 50 WHERE id = 1');
  await others('UPDATE v SET b = 7 WHERE id = 1');
  const { conflicts } = await restore();
  expect(conflicts).toEqual([]);
  expect(await db.query('SELECT id FROM v WHERE va = 2 AND vb = 14')).toEqual([{ id: 1 }]);
  expect(await db.query('SELECT id FROM v WHERE a + b = 8')).toEqual([{ id: 1 }]);
  expect(await db.query('CHECK TABLE v')).toEqual([expect.objectContaining({ Msg_text: 'OK' })]);
});

describe('a restore after another one that came to nothing', () => {
  test('a rehearsal by another connection is not taken for a change of definitions', async () => {
    const db = await testDatabase();
    const { run, others, restore, backup } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    const rehearsing = await openSession(db);
    await losslessRestore(rehearsing, {
      ...{ dump: () => streamOf(backup.sql), facts: backup.facts, runId: '3-1', statementLockTimeout: 1 },
      ...{ lockTimeout: 10, log: () => undefined, until: 'load' as const, onConflicts: () => undefined },
      own: new OwnWriters([{ id: rehearsing.id, from: undefined }]),
    });
    await others('UPDATE acc SET bal = 5 WHERE id = 2');
    const { kept } = await restore();
    expect(kept).toBe(1);
  });

  test('the barrier of one that was broken off is not taken for a change of definitions', async () => {
    const db = await testDatabase();
    const { run, others, restore } = await scene(db, ACC, ROWS);
    await run('UPDATE acc SET bal = 0 WHERE id = 1');
    await others('UPDATE acc SET bal = 5 WHERE id = 2');
    const broken = new Error('broken off');
    await expect(restore({ beforeCutOver: () => Promise.reject(broken) })).rejects.toBe(broken);
    const { kept } = await restore();
    expect(kept).toBe(1);
    expect(await db.query('SELECT bal FROM acc ORDER BY id')).toEqual([
      { bal: 100 },
      { bal: 5 },
      { bal: 300 },
    ]);
  });
});

test('what could not be kept is listed where the connection is lost after the swap, too', async () => {
  const db = await testDatabase();
  const { run, others, restore } = await scene(db, ACC, ROWS);
  await run('UPDATE acc SET bal = bal * 2');
  await others('UPDATE acc SET bal = bal + 1 WHERE id = 1');
  await others("UPDATE acc SET note = 'theirs' WHERE id = 2");
  const { conflicts, kept, swapped } = await restore({
    log: ({ event }) => {
      if (event === 'tables-swapped') throw new Error('broken off');
    },
  });
  expect(swapped).toBeDefined();
  expect({ conflicts: conflicts.length, kept }).toEqual({ conflicts: 1, kept: 1 });
});
