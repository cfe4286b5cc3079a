import { expect, test } from '@jest/globals';
import { resultProblem } from '../../../src/mysql/session/result-problem.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { holdTable } from '../../support/watch.ts';

async function withTables(): Promise<TestDatabase> {
  const db = await testDatabase({ server: 'without-gtids' });
  await db.query(`CREATE TABLE t (id INT PRIMARY KEY, n INT);
    CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM;
    CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;
    CREATE TABLE gone (id INT PRIMARY KEY); CREATE VIEW v AS SELECT * FROM gone; DROP TABLE gone;
    CREATE PROCEDURE bad() BEGIN ANALYZE TABLE nosuch; SELECT 1; END;
    CREATE PROCEDURE good() BEGIN ANALYZE TABLE t; SELECT 1; END;`);
  return db;
}

const FAILING = [
  ...['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR', 'CHECKSUM'].map((verb) => `${verb} TABLE nosuch`),
  'ANALYZE NO_WRITE_TO_BINLOG TABLE t, nosuch',
  '/*!50000 OPTIMIZE */ TABLE t, nosuch',
  'CHECK TABLE t, v',
  'OPTIMIZE TABLE v',
  'ANALYZE TABLE t UPDATE HISTOGRAM ON nosuch',
  'ANALYZE TABLE t DROP HISTOGRAM ON n',
  'ANALYZE TABLE t UPDATE HISTOGRAM ON n, id',
  'ALTER TABLE p CHECK PARTITION nosuch',
  'ALTER TABLE p REPAIR PARTITION nosuch',
  'LOAD INDEX INTO CACHE nosuch',
  'CACHE INDEX nosuch IN default',
  'CALL bad()',
];

const WORKING = [
  ...['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR', 'CHECKSUM'].map((verb) => `${verb} TABLE t, m`),
  'CHECKSUM TABLE t QUICK',
  'ANALYZE TABLE t UPDATE HISTOGRAM ON n',
  'ALTER TABLE p OPTIMIZE PARTITION p0',
  'LOAD INDEX INTO CACHE m',
  'CACHE INDEX m IN default',
  'CALL good()',
  "SELECT 'a' AS `Table`, 'b' AS Op, 'Error' AS Msg_type, 'c' AS Msg_text",
  'SHOW TABLES',
  'INSERT INTO t VALUES (1, 1)',
];

test('what the server answers with error rows is a failure, and nothing else is', async () => {
  const db = await withTables();
  const other = await db.connect();
  for (const text of FAILING) {
    const [rows] = await other.query(text);
    expect([text, resultProblem({ text, line: 1 }, rows)?.message]).toEqual([
      text,
      expect.stringMatching(/nosuch|\.v:|histogram|of partitions/i),
    ]);
  }
  for (const text of WORKING) {
    const [rows] = await other.query(text);
    expect([text, resultProblem({ text, line: 1 }, rows)]).toEqual([text, undefined]);
  }
});

test('a changeset with such a statement fails there, with file and line, and is not recorded', async () => {
  const db = await withTables();
  const sql =
    'CREATE TABLE u (id INT PRIMARY KEY);\n\nOPTIMIZE TABLE u, nosuch;\nCREATE TABLE w (id INT PRIMARY KEY);';
  const { report } = await deploy('update', project(changesets({ id: '1', sql })), db);
  expect(report).toMatchObject({
    result: 'failed',
    problems: [{ code: 'statement-failed', at: { file: 'migrations/1.up.sql', line: 3 } }],
    pending: [{ status: 'failed', statementsDone: 1 }],
  });
  expect(report.problems[0]?.message).toContain(
    `optimize of ${db.name}.nosuch: Table '${db.name}.nosuch' doesn't exist`,
  );
  expect(await db.query("SHOW TABLES LIKE 'w'")).toEqual([]);
  expect(await db.query('SELECT * FROM DATABASECHANGELOG')).toEqual([]);
});

test('one that does not get its metadata lock is tried again, like any other', async () => {
  const db = await withTables();
  const holder = await holdTable(db, 't', 'FOR UPDATE');
  const running = deploy('update', project(changesets({ id: '1', sql: 'OPTIMIZE TABLE t;' })), db, {
    lockTimeout: 30,
    onEvent: ({ event }) => void (event === 'lock-wait' && holder.letGo()),
  });
  const { report, events } = await running;
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  expect(events.filter(({ event }) => event === 'lock-wait').length).toBeGreaterThan(0);
});
