import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

/** Two tables, one of which counts, and routines that move the session they are called in. */
const SETUP = `
  CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(60), n BIGINT, d DATETIME) DEFAULT CHARSET = utf8mb4;
  CREATE TABLE m (id INT PRIMARY KEY AUTO_INCREMENT, s VARCHAR(60)) ENGINE = MyISAM;
  INSERT INTO t (s, n) VALUES ('a', 1), ('b', 2), ('ő', 3);
  CREATE FUNCTION counting(x INT) RETURNS INT READS SQL DATA RETURN x + (SELECT COUNT(*) FROM m);
  DELIMITER $$
  CREATE PROCEDURE moves() BEGIN SET @x = 41; SET SESSION auto_increment_increment = 3; INSERT INTO m (s) VALUES ('moved'); END$$
  CREATE PROCEDURE fills() BEGIN START TRANSACTION; INSERT INTO t (s) VALUES ('one'); COMMIT; INSERT INTO t (s) VALUES ('two'); END$$
  DELIMITER ;`;

/** Statements of every kind that reads or moves what a session has; `#` is a number that no other statement has. */
const POOL = [
  "INSERT INTO t (s, n) VALUES ('é#', #)",
  'INSERT INTO t (n) VALUES (ROW_COUNT()), (LAST_INSERT_ID())',
  'INSERT INTO t (n, s) VALUES (FOUND_ROWS(), @x)',
  // The client itself begins with a statement that fails, so the first of a file would see its error.
  'UPDATE t SET n = n WHERE id = 1; INSERT INTO t (n) VALUES (@@warning_count)',
  'INSERT IGNORE INTO t (id, n) VALUES (1, #); SET @y = #; INSERT INTO t (n) VALUES (@@warning_count)',
  'SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1; DO 1; INSERT INTO t (n) VALUES (FOUND_ROWS())',
  'UPDATE t SET n = n + 1 WHERE id < 4',
  'UPDATE t SET n = ROW_COUNT() WHERE id = 2',
  'DELETE FROM t WHERE id = 3',
  "INSERT INTO m (s) VALUES ('m#')",
  "INSERT INTO m (s) SELECT CONCAT('x', s) FROM t WHERE id < 3",
  'SET @x = #',
  'SET @x = ROW_COUNT()',
  'SET @x = (SELECT MAX(n) FROM t)',
  'SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1',
  'SELECT COUNT(*) INTO @x FROM t',
  'SET NAMES latin1',
  'SET NAMES utf8mb4',
  'SET character_set_client = koi8r',
  'SET SESSION auto_increment_increment = 7',
  'SET timestamp = 1000000000',
  "INSERT INTO t (d) VALUES (CURRENT_TIMESTAMP - INTERVAL MICROSECOND(CURRENT_TIMESTAMP) MICROSECOND + INTERVAL (@@timestamp > 1000000001) * 0 DAY) ON DUPLICATE KEY UPDATE n = 0; UPDATE t SET d = IF(d > '2020-01-01', '2020-01-01', d) WHERE d IS NOT NULL",
  "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; INSERT INTO t (s) VALUES ('\\'); SET sql_mode = ''",
  'SET insert_id = 500#',
  'CREATE TEMPORARY TABLE IF NOT EXISTS w (id INT); INSERT INTO w VALUES (#); INSERT INTO t (n) SELECT COUNT(*) FROM w',
  'CREATE TABLE c# (id INT PRIMARY KEY)',
  'CREATE TABLE d# (id INT PRIMARY KEY) AS SELECT # AS id, ROW_COUNT() AS rows_before',
  "ALTER TABLE t COMMENT 'c#'",
  'ALTER TABLE m ADD COLUMN c# INT DEFAULT 5',
  'CREATE INDEX i# ON t (n)',
  'DROP TABLE IF EXISTS nothing#',
  'CALL moves()',
  'CALL fills()',
  'INSERT INTO t (n) VALUES (counting(#))',
  "PREPARE p FROM 'INSERT INTO t (n) VALUES (ROW_COUNT() + 100)'; EXECUTE p; DEALLOCATE PREPARE p",
  'GET DIAGNOSTICS @x = ROW_COUNT',
  'DO LAST_INSERT_ID(77)',
  "SELECT 1 FROM t WHERE s = 'xħ' FOR UPDATE",
];

/** The same numbers for the same seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function changesetsOf(seed: number): readonly string[] {
  const random = randomOf(seed);
  let number = 10;
  const onlyDml = POOL.filter((sql) => !/CREATE|ALTER|DROP|CALL|PREPARE/.test(sql));
  return Array.from({ length: 3 }, () => {
    const from = random() < 0.4 ? onlyDml : POOL;
    const length = 2 + Math.floor(random() * 5);
    const statements = Array.from({ length }, () => {
      number += 1;
      return `${from[Math.floor(random() * from.length)]!.replaceAll('#', String(number))};`;
    });
    return statements.join('\n');
  });
}

async function prepared(): Promise<TestDatabase> {
  const db = await testDatabase({ server: 'without-gtids' });
  expect(await runClient(db, db, SETUP)).toMatchObject({ code: 0, stderr: '' });
  return db;
}

/** What the client refuses, and stops at, is no comparison. */
async function byClient(files: readonly string[]): Promise<string | undefined> {
  const db = await prepared();
  for (const sql of files) if ((await runClient(db, db, sql)).code !== 0) return undefined;
  return db.dump();
}

const FIRST = Number(process.env['PAIRS_SEED'] ?? 1);
const COUNT = Number(process.env['PAIRS'] ?? 12);

test.each(Array.from({ length: COUNT }, (_, index) => FIRST + index))(
  'random changesets give together and apart what the client gives, one session a file (seed %i)',
  async (seed) => {
    const files = changesetsOf(seed);
    const expected = await byClient(files);
    if (expected === undefined) return;
    const fixtures = files.map((sql, index) => ({
      id: `${index + 1}`,
      sql,
      yaml: ['allowDestructive: true'],
    }));
    const together = await prepared();
    const { report } = await deploy('update', project(changesets(...fixtures)), together, {
      allowDestructive: true,
    });
    expect({ files, problems: report.problems }).toEqual({ files, problems: [] });
    expect({ files, dump: await together.dump() }).toEqual({ files, dump: expected });
    const apart = await prepared();
    for (const [index] of fixtures.entries()) {
      const one = await deploy('update', project(changesets(...fixtures.slice(0, index + 1))), apart, {
        allowDestructive: true,
      });
      expect(one.report.problems).toEqual([]);
    }
    expect({ files, dump: await apart.dump() }).toEqual({ files, dump: expected });
  },
);
