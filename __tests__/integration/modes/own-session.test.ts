import { readFileSync } from 'node:fs';
import { expect, test, describe } from '@jest/globals';
import { startServer } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

/** One file a changeset, as the client gets them: one session a file. */
interface Case {
  readonly what: string;
  readonly setup?: string;
  readonly files: readonly string[];
}

const T =
  'CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(40), n BIGINT) DEFAULT CHARSET = utf8mb4;';

const CASES: readonly Case[] = [
  {
    what: 'SET NAMES latin1 and a condition with letters outside it',
    setup: `${T} INSERT INTO t (s) VALUES ('a'), ('b');`,
    files: ["SET NAMES latin1; DELETE FROM t WHERE s = 'xħ or 1=1 -- ';"],
  },
  {
    what: 'SET NAMES binary and text',
    setup: T,
    files: ["SET NAMES binary; INSERT INTO t (s) VALUES ('őr');"],
  },
  ...['latin1', 'gbk', 'sjis', 'koi8r', 'cp1250', 'utf8mb3'].map((set) => ({
    what: `SET NAMES ${set} among DDL`,
    setup: T,
    files: [
      `SET NAMES ${set}; INSERT INTO t (s) VALUES (_utf8mb4'é'); ALTER TABLE t COMMENT 'plain'; INSERT INTO t (s) VALUES ('e');`,
      "INSERT INTO t (s) VALUES ('ő');",
    ],
  })),
  {
    what: 'a temporary table in the way of a table of the next changeset',
    setup: 'CREATE TABLE orders (id INT PRIMARY KEY);',
    files: [
      'CREATE TEMPORARY TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1);',
      'INSERT INTO orders VALUES (2);',
    ],
  },
  {
    what: 'settings and variables that the next changeset must not inherit',
    setup: T,
    files: [
      "SET timestamp = 1000000000, auto_increment_increment = 10, innodb_strict_mode = OFF, sort_buffer_size = 65536, div_precision_increment = 9, default_week_format = 3, lc_time_names = 'de_DE', max_sort_length = 64, @n = 7; INSERT INTO t (n) VALUES (1);",
      "INSERT INTO t (s, n) VALUES (CONCAT_WS(' ', @n, YEAR(NOW()) > 2020, 1 / 3, DATE_FORMAT('2026-03-01', '%M'), WEEK('2026-01-01')), @@innodb_strict_mode), ('x', 1), ('y', 2);",
    ],
  },
  {
    what: 'ROW_COUNT() of the statement before, in a changeset of DML alone and among DDL',
    setup: `${T} INSERT INTO t (n) VALUES (1), (2), (3); CREATE TABLE c (id INT PRIMARY KEY AUTO_INCREMENT, k BIGINT);`,
    files: [
      'UPDATE t SET n = n + 1 WHERE id < 3; INSERT INTO c (k) VALUES (ROW_COUNT());',
      'CREATE TABLE d (id INT); UPDATE t SET n = n WHERE id < 3; INSERT INTO c (k) VALUES (ROW_COUNT()); ALTER TABLE d ADD COLUMN e INT;',
      'INSERT INTO c (k) VALUES (ROW_COUNT()); ALTER TABLE d ADD COLUMN f INT; INSERT INTO c (k) VALUES (ROW_COUNT());',
      'DELETE FROM t WHERE id = 1; SET @k = ROW_COUNT(); ALTER TABLE d ADD COLUMN g INT; INSERT INTO c (k) VALUES (@k);',
      'UPDATE t SET n = 9 WHERE id > 1; CREATE TABLE r (id INT PRIMARY KEY) AS SELECT ROW_COUNT() AS id;',
    ],
  },
  {
    what: 'FOUND_ROWS(), warnings and diagnostics of the statement before',
    setup: `${T} INSERT INTO t (s, n) VALUES ('a', 1), ('b', 2), ('c', 3); CREATE TABLE c (id INT PRIMARY KEY AUTO_INCREMENT, k BIGINT);`,
    files: [
      'SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1; INSERT INTO c (k) VALUES (FOUND_ROWS());',
      'CREATE TABLE d (id INT); SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1; INSERT INTO c (k) VALUES (FOUND_ROWS()); DROP TABLE d;',
      'DROP TABLE IF EXISTS nothing; INSERT INTO c (k) VALUES (@@warning_count);',
      "UPDATE t SET n = 5 WHERE id < 3; GET DIAGNOSTICS @rows = ROW_COUNT; INSERT INTO c (k) VALUES (@rows); ALTER TABLE c COMMENT = 'x';",
    ],
  },
  {
    what: 'LAST_INSERT_ID() over statements of ours',
    setup: `${T} CREATE TABLE c (id INT PRIMARY KEY AUTO_INCREMENT, k BIGINT) AUTO_INCREMENT = 50;`,
    files: [
      "INSERT INTO c (k) VALUES (1); ALTER TABLE t COMMENT 'x'; INSERT INTO t (n) VALUES (LAST_INSERT_ID()); INSERT INTO t (n) VALUES (LAST_INSERT_ID());",
      'INSERT INTO t (n) VALUES (LAST_INSERT_ID());',
    ],
  },
  {
    what: 'a time that the changeset sets for itself',
    setup: 'CREATE TABLE t (id INT PRIMARY KEY, at DATETIME);',
    files: ['SET timestamp = 1000000000; INSERT INTO t VALUES (1, UTC_TIMESTAMP());', 'SELECT 1;'],
  },
  {
    what: 'prepared statements, and a routine that keeps its own sql_mode',
    setup: T,
    files: [
      "PREPARE s FROM 'INSERT INTO t (n) VALUES (?)'; SET @v = 3; EXECUTE s USING @v; DEALLOCATE PREPARE s;",
      'CREATE PROCEDURE p() INSERT INTO t (s) SELECT RIGHT(SQL_MODE, 30) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE(); CALL p();',
    ],
  },
  {
    what: 'tables without rollback, and a trigger that writes to one',
    setup: `CREATE TABLE m (id INT) ENGINE = MyISAM; ${T} CREATE TRIGGER log_t AFTER INSERT ON t FOR EACH ROW INSERT INTO m VALUES (NEW.id);`,
    files: ["INSERT INTO m VALUES (10); INSERT INTO t (s) VALUES ('a');", "INSERT INTO t (s) VALUES ('b');"],
  },
];

async function expectSame(
  ours: TestDatabase,
  theirs: TestDatabase,
  { setup = '', files }: Case,
): Promise<void> {
  for (const db of [ours, theirs]) {
    if (setup !== '') expect(await runClient(db, db, setup)).toMatchObject({ code: 0, stderr: '' });
  }
  const fixtures = files.map((sql, index) => ({ id: `${index + 1}`, sql, yaml: ['allowDestructive: true'] }));
  const { report } = await deploy('update', project(changesets(...fixtures)), ours, {
    allowDestructive: true,
  });
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  for (const sql of files) {
    expect(await runClient(theirs, theirs, sql)).toMatchObject({ code: 0, stderr: '' });
  }
  expect(await ours.dump()).toBe(await theirs.dump());
  await expectSameScript(theirs, { setup, files });
  const [found] = await ours.query<{ odd: number }>(
    `SELECT COUNT(*) AS odd FROM DATABASECHANGELOG, ops_migration_statements
      WHERE ABS(TIMESTAMPDIFF(SECOND, DATEEXECUTED, UTC_TIMESTAMP())) > 300
        OR ABS(TIMESTAMPDIFF(SECOND, started_at, UTC_TIMESTAMP())) > 300`,
  );
  expect(found?.odd).toBe(0);
}

/** The file of update-sql has one session for all changesets, and has to come to the same. */
async function expectSameScript(theirs: TestDatabase, { setup, files }: Omit<Case, 'what'>): Promise<void> {
  const db = await testDatabase({ server: 'without-gtids' });
  if (setup) expect(await runClient(db, db, setup)).toMatchObject({ code: 0, stderr: '' });
  const fixtures = files.map((sql, index) => ({ id: `${index + 1}`, sql, yaml: ['allowDestructive: true'] }));
  const { report } = await deploy('update-sql', project(changesets(...fixtures)), db, {
    allowDestructive: true,
  });
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  const script = readFileSync(report.sqlFile ?? '', 'utf8');
  expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
  expect(await db.dump()).toBe(await theirs.dump());
}

describe('a changeset gives what the mysql client gives, one session a file', () => {
  test.each(CASES)('$what', async (each) => {
    const [ours, theirs] = [
      await testDatabase({ server: 'without-gtids' }),
      await testDatabase({ server: 'without-gtids' }),
    ];
    await expectSame(ours, theirs, each);
  });

  test.each(
    CASES.filter(
      ({ setup = '', files }) =>
        !`${setup}${files.join('')}`.includes('d (id INT)') && !setup.includes('m (id INT)'),
    ),
  )('with GTIDs: $what', async (each) => expectSame(await testDatabase(), await testDatabase(), each));
});

test('global settings of the server do not change what is recorded', async () => {
  const server = await startServer({
    gtid: 'on',
    mysqldFlags: ['--autocommit=0', '--completion-type=CHAIN', '--init-connect=SET @greeting = 5'],
  });
  const db = await testDatabase({ server });
  const user = await db.userWith('ALL', 'PROCESS ON *.*');
  const folder = project(
    changesets(
      { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY, g INT); INSERT INTO t VALUES (1, @greeting);' },
      { id: '2', sql: 'INSERT INTO t VALUES (2, @greeting);' },
    ),
  );
  const { report } = await deploy('update', folder, user);
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  expect(await db.query('SELECT id, g FROM t')).toEqual([
    { id: 1, g: 5 },
    { id: 2, g: 5 },
  ]);
  expect(await db.query('SELECT ID FROM DATABASECHANGELOG')).toHaveLength(2);
  expect(await db.query('SELECT LOCKED + 0 AS locked FROM DATABASECHANGELOGLOCK')).toEqual([{ locked: 0 }]);
});
