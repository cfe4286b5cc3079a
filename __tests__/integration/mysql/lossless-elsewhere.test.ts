import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

const SCHEMA = [
  'CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL, note VARCHAR(20))',
  "INSERT INTO acc VALUES (1, 100, 'a'), (2, 200, 'b')",
  'CREATE TABLE logs (id INT PRIMARY KEY, n INT)',
  'INSERT INTO logs VALUES (1, 1), (2, 2)',
  'CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))',
  'INSERT INTO parts VALUES (1), (11)',
  'CREATE TABLE parent (id INT PRIMARY KEY)',
];

/** What others do to tables that the run does not touch; `%` is a schema of theirs. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'a column': ['ALTER TABLE logs ADD COLUMN m INT DEFAULT 3'],
  'another name': ['ALTER TABLE logs RENAME COLUMN n TO m', 'RENAME TABLE logs TO old_logs'],
  'a table emptied': ['TRUNCATE TABLE logs'],
  'a table dropped and made again': ['DROP TABLE logs', 'CREATE TABLE logs (x INT PRIMARY KEY)'],
  'a table made from a SELECT': ['CREATE TABLE copied (PRIMARY KEY (id)) SELECT * FROM logs'],
  'a table made like a restored one': [
    'CREATE TABLE copied LIKE acc',
    'INSERT INTO copied SELECT * FROM acc',
  ],
  'a table made anew from a restored one': ['CREATE TABLE copied (PRIMARY KEY (id)) SELECT * FROM acc'],
  'tables rebuilt and analyzed': ['OPTIMIZE TABLE logs', 'ANALYZE TABLE logs', 'ALTER TABLE logs FORCE'],
  partitions: ['ALTER TABLE parts TRUNCATE PARTITION a', 'ALTER TABLE parts DROP PARTITION b'],
  'temporary tables': [
    'CREATE TEMPORARY TABLE scratch (id INT PRIMARY KEY)',
    'INSERT INTO scratch SELECT id FROM acc',
    'DROP TEMPORARY TABLE scratch',
  ],
  'a temporary table that shadows a restored one': [
    'CREATE TEMPORARY TABLE acc (id INT PRIMARY KEY)',
    'INSERT INTO acc VALUES (7)',
    'DROP TEMPORARY TABLE acc',
  ],
  'a trigger and an index on another table': [
    'CREATE TRIGGER theirs BEFORE INSERT ON logs FOR EACH ROW SET NEW.n = 5',
    'CREATE INDEX by_n ON logs (n)',
  ],
  'a foreign key between others': [
    'ALTER TABLE logs ADD FOREIGN KEY (id) REFERENCES parent (id) ON DELETE CASCADE',
  ],
  'the whole of another schema': [
    'CREATE TABLE %.t (id INT PRIMARY KEY)',
    'INSERT INTO %.t VALUES (1)',
    'TRUNCATE TABLE %.t',
    'DROP TABLE %.t',
  ],
  'a copy moved into another schema': ['RENAME TABLE logs TO %.logs'],
  'accounts and roles': [
    "CREATE ROLE IF NOT EXISTS '%role'",
    "GRANT SELECT ON acc TO '%role'",
    "DROP ROLE '%role'",
  ],
  'a log that begins anew': ['FLUSH BINARY LOGS', 'INSERT INTO logs VALUES (9, 9)', 'FLUSH BINARY LOGS'],
  'compressed transactions': [
    'SET SESSION binlog_transaction_compression = ON',
    'INSERT INTO logs VALUES (9, 9)',
  ],
  'a savepoint that is rolled back': [
    'BEGIN',
    'INSERT INTO logs VALUES (9, 9)',
    'SAVEPOINT s',
    'UPDATE acc SET bal = 9 WHERE id = 2',
    'ROLLBACK TO s',
    'COMMIT',
  ],
  'an event that runs once': [
    'CREATE EVENT theirs ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO logs VALUES (77, 7)',
    'DO SLEEP(1.2)',
  ],
};

test.each(Object.entries(ELSEWHERE))('others keep what they wrote beside %s', async (name, statements) => {
  const db = await testDatabase();
  const elsewhere = await testDatabase();
  const { run, others, restore } = await scene(db, ...SCHEMA);
  await run('ALTER TABLE acc ADD COLUMN added INT', 'UPDATE acc SET bal = 0 WHERE id = 1');
  if (name.startsWith('a foreign key')) await others('INSERT INTO parent VALUES (1), (2)');
  await others("UPDATE acc SET note = 'before' WHERE id = 2");
  for (const statement of statements) await others(statement.replaceAll('%', elsewhere.name));
  await others("INSERT INTO acc (id, bal, note) VALUES (3, 300, 'after')");
  const theirs = await db.dump();
  const { conflicts, tables } = await restore();
  expect({ conflicts, tables }).toEqual({ conflicts: [], tables: ['acc'] });
  expect(await db.query('SELECT * FROM acc ORDER BY id')).toEqual([
    { id: 1, bal: 100, note: 'a' },
    { id: 2, bal: 200, note: 'before' },
    { id: 3, bal: 300, note: 'after' },
  ]);
  const withoutAcc = (dump: string): readonly string[] =>
    dump.split('\n').filter((line) => !/`acc`|^ |^\)|^\/\*/.test(line));
  expect(withoutAcc(await db.dump())).toEqual(withoutAcc(theirs));
});
