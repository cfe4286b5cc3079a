import { describe, expect, test } from '@jest/globals';
import { checksum } from '../../../src/sql/checksum.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';
import { judgeTransform } from '../../../src/pipeline/judge-transform.ts';

function judge(sql: string) {
  const path = 'sql/transform/build.sql';
  const { statements } = splitStatements(sql, path);
  return judgeTransform({ path, statements, checksum: checksum(statements) });
}

describe('a transform may hold', () => {
  test.each([
    'INSERT INTO dim (a) SELECT a FROM stg',
    'INSERT INTO dim (a) SELECT a FROM stg ON DUPLICATE KEY UPDATE a = 1',
    'REPLACE INTO dim VALUES (1)',
    'UPDATE dim AS d JOIN stg AS s ON s.id = d.id SET d.a = s.a',
    'DELETE d FROM dim AS d LEFT JOIN stg AS s USING (id) WHERE s.id IS NULL',
    'WITH x AS (SELECT 1) UPDATE dim JOIN x SET dim.a = 1',
    'WITH x AS (SELECT 1) DELETE FROM dim WHERE a IN (SELECT * FROM x)',
    'INSERT INTO dim WITH x AS (SELECT 1) SELECT * FROM x',
    'SELECT 1',
    '(SELECT 1) UNION (SELECT 2)',
    'SELECT COUNT(*) INTO @n FROM dim',
    'SET @n = ROW_COUNT(), @m := (SELECT COUNT(*), 2 FROM dim)',
    'SET @`a b` = 1',
    "INSERT INTO dim VALUES ('DROP TABLE x; COMMIT')",
    'SELECT other.stg.a FROM other.stg',
    '/*!80000 INSERT */ INTO dim VALUES (1)',
    'INSERT INTO ops_of_mine VALUES (1)',
  ])('%s', (sql) => {
    expect(judge(sql)).toEqual([]);
  });
});

describe('a transform may not hold', () => {
  test.each([
    ['CREATE TABLE x (id INT)', /CREATE TABLE is not DML/],
    ['CREATE INDEX i ON x (id)', /CREATE INDEX is not DML/],
    ['CREATE TEMPORARY TABLE x (id INT)', /TEMPORARY/],
    ['DROP TABLE x', /DROP TABLE/],
    ['ALTER TABLE x ADD c INT', /ALTER TABLE/],
    ['TRUNCATE TABLE x', /TRUNCATE/],
    ['RENAME TABLE x TO y', /RENAME TABLE/],
    ['/*!80000 DROP */ TABLE x', /DROP TABLE/],
    ['/*!80034 DROP TABLE x */', /DROP TABLE/],
    ['DR/**/OP TABLE x', /"?DR"?/],
    ['ANALYZE TABLE x', /ANALYZE TABLE/],
    ['OPTIMIZE TABLE x', /OPTIMIZE TABLE/],
    ['GRANT SELECT ON x TO y', /GRANT/],
    ['CALL p()', /CALL.*cannot be judged/],
    ["PREPARE s FROM 'DROP TABLE x'", /PREPARE.*cannot be judged/],
    ['EXECUTE s', /EXECUTE.*cannot be judged/],
    ['DO SLEEP(1)', /DO /],
    ['BEGIN', /BEGIN interferes/],
    ['START TRANSACTION', /START interferes/],
    ['COMMIT', /COMMIT interferes/],
    ['ROLLBACK', /ROLLBACK interferes/],
    ['SAVEPOINT a', /SAVEPOINT interferes/],
    ['LOCK TABLES x WRITE', /LOCK TABLES commits/],
    ['UNLOCK TABLES', /UNLOCK TABLES commits/],
    ['USE other', /USE leaves/],
    ["LOAD DATA INFILE 'x' INTO TABLE y", /LOAD/],
    ['SET autocommit = 1', /SET of "autocommit"/],
    ['SET @n = 1, SESSION sql_mode = 0', /SET of "SESSION"/],
    ['SET @@sql_mode = 0', /SET of "@@sql_mode"/],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', /SET of "TRANSACTION"/],
    ['SET NAMES latin1', /SET of "NAMES"/],
    ['INSERT INTO other.dim VALUES (1)', /"other.dim" names a schema/],
    ['UPDATE `other`.dim SET a = 1', /"other.dim" names a schema/],
    ['WITH x AS (SELECT 1) DELETE FROM other.dim', /"other.dim" names a schema/],
    ['DELETE FROM ops_checkpoints', /db-deploy's own/],
    ['UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0', /db-deploy's own/],
    ["SELECT GET_LOCK('a', 1)", /GET_LOCK could take the deploy lock/],
    ["INSERT INTO dim SELECT `RELEASE_LOCK`('a')", /RELEASE_LOCK/],
    ["SELECT 1 INTO OUTFILE 'x'", /INTO OUTFILE writes a file/],
    ['EXPLAIN SELECT 1', /EXPLAIN SELECT/],
  ])('%s', (sql, message) => {
    expect(judge(sql)).toEqual([
      expect.objectContaining({
        code: 'invalid-sql',
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/./),
      }),
    ]);
  });
});

test('each statement that is wrong is named with its line, the others are not', () => {
  const problems = judge('SELECT 1;\n\nCOMMIT;\nUPDATE dim SET a = 1\nWHERE a = 2;\nDROP\nTABLE x;\n');
  expect(problems.map(({ at }) => at)).toEqual([
    { file: 'sql/transform/build.sql', line: 3 },
    { file: 'sql/transform/build.sql', line: 6 },
  ]);
});
