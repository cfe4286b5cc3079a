import { describe, expect, test } from '@jest/globals';
import { isDmlOnly, statementKind, type StatementKind } from '../../../src/sql/read/statement-kind.ts';

/** Judged by a real server: only `ddl` ended the transaction around it, or outlived its rollback. */
const KINDS: Readonly<Record<StatementKind, readonly string[]>> = {
  dml: [
    'INSERT INTO t VALUES (1)',
    'insert ignore into t select 1',
    'REPLACE INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    "LOAD DATA INFILE 'a' INTO TABLE t",
    "LOAD XML INFILE 'a' INTO TABLE t",
    'WITH x AS (SELECT 1), y (a) AS (SELECT (2)) UPDATE t, x SET t.a = 1',
    'WITH RECURSIVE x AS (SELECT 1) DELETE FROM t',
    '/*!80000 INSERT */ INTO t VALUES (1)',
    'INSERT /*+ a */ INTO t VALUES (1) /*!99999 AS x */',
  ],
  neutral: [
    ...[
      'SELECT 1',
      '(SELECT 1)',
      '((SELECT 1) UNION (SELECT 2))',
      'TABLE t',
      'VALUES ROW(1)',
      'DO 1',
      'SHOW TABLES',
    ],
    ...[
      'SELECT * FROM t FOR UPDATE',
      "SELECT 1 INTO OUTFILE 'a'",
      'EXPLAIN DELETE FROM t',
      'DESC t',
      'USE a',
    ],
    ...['WITH x AS (SELECT 1) SELECT * FROM x', 'PREPARE p FROM "DROP TABLE t"', 'DEALLOCATE PREPARE p'],
    ...[
      'SAVEPOINT a',
      'ROLLBACK TO SAVEPOINT a',
      'ROLLBACK WORK TO a',
      'RELEASE SAVEPOINT a',
      'CHECKSUM TABLE t',
    ],
    ...['SET @a = 1', 'SET NAMES utf8mb4', "SET sql_mode = ''", 'SET @a = @@autocommit', 'SET ROLE NONE'],
    ...[
      "SIGNAL SQLSTATE '45000'",
      'GET DIAGNOSTICS @a = NUMBER',
      'HANDLER t OPEN',
      '/*!99999 */',
      'SET @a = @@global.b',
    ],
  ],
  call: ['CALL p()', 'EXECUTE p', 'call a.b'],
  ddl: [
    ...[
      'CREATE TABLE t (a INT)',
      'CREATE TEMPORARY TABLE t (a INT)',
      'DROP TABLE t',
      'ALTER TABLE t ADD a INT',
    ],
    ...[
      'TRUNCATE t',
      'RENAME TABLE t TO u',
      'GRANT SELECT ON t TO a',
      'REVOKE SELECT ON t FROM a',
      'CREATE USER a',
    ],
    ...[
      'ANALYZE TABLE t',
      'OPTIMIZE TABLE t',
      'CHECK TABLE t',
      'REPAIR TABLE t',
      'FLUSH TABLES',
      'CACHE INDEX t IN k',
    ],
    ...[
      'LOCK TABLES t WRITE',
      'UNLOCK TABLES',
      'LOAD INDEX INTO CACHE t',
      'INSTALL COMPONENT "a"',
      'IMPORT TABLE FROM "a"',
    ],
    ...[
      'START TRANSACTION',
      'BEGIN',
      'COMMIT',
      'ROLLBACK',
      'ROLLBACK AND CHAIN',
      "XA START 'a'",
      'RESET REPLICA',
    ],
    ...[
      'SET autocommit = 1',
      'SET SESSION autocommit = 0',
      'SET @a = 1, @@session.autocommit = 1',
      'SET @@autocommit = 1',
    ],
    ...[
      "SET PASSWORD FOR a = 'b'",
      'SET DEFAULT ROLE a TO b',
      'SET GLOBAL a = 1',
      'SET @@global.a = 1',
      'SET PERSIST a = 1',
    ],
    ...[
      '/*!80000 DROP */ TABLE t',
      '/*!99999 INSERT INTO t */ DROP TABLE t',
      'KILL 1',
      'SHUTDOWN',
      'NO SUCH STATEMENT',
    ],
    'CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW INSERT INTO u VALUES (1)',
  ],
};

describe.each(Object.entries(KINDS))('%s', (kind, statements) => {
  test.each(statements)('%s', (text) => {
    expect(statementKind({ text, line: 1 })).toBe(kind);
  });
});

describe('a list of statements is DML alone', () => {
  test.each<readonly [statements: readonly string[], expected: boolean]>([
    [['INSERT INTO t VALUES (1)'], true],
    [['SET @a = 1', 'INSERT INTO t VALUES (@a)', 'SELECT 1'], true],
    [['SELECT 1'], false],
    [[], false],
    [['INSERT INTO t VALUES (1)', 'CREATE TABLE u (a INT)'], false],
    [['INSERT INTO t VALUES (1)', 'CALL p()'], false],
  ])('%j: %s', (statements, expected) => {
    expect(isDmlOnly(statements.map((text) => ({ text, line: 1 })))).toBe(expected);
  });
});
