import { describe, expect, test } from '@jest/globals';
import { nextUnit, type WhyLasting } from '../../../src/sql/read/run-unit.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';

const ALL_ROLL_BACK: WhyLasting = () => undefined;

/** `1-2 3!` for a transaction of two statements and one that commits by itself. */
function unitsOf(sql: string, whyLasting: WhyLasting = ALL_ROLL_BACK, from = 1): string {
  const { statements } = splitStatements(sql, 'a.sql');
  const units: string[] = [];
  for (let next = from; next <= statements.length;) {
    const unit = nextUnit(statements, next, whyLasting);
    units.push(unit.way === 'alone' ? `${unit.from}!` : `${unit.from}-${unit.to}`);
    next = unit.to + 1;
  }
  return units.join(' ');
}

describe('a changeset of DML alone', () => {
  test('is one transaction, with what it sets and reads', () => {
    expect(unitsOf('SET @a = 1; INSERT INTO t VALUES (@a); SELECT 1; DELETE FROM t WHERE id = 1;')).toBe(
      '1-4',
    );
  });

  test('runs step by step where a table has no rollback', () => {
    const why: WhyLasting = ({ text }) => (text.includes('myisam') ? 'it has no rollback' : undefined);
    expect(unitsOf('INSERT INTO t VALUES (1); INSERT INTO myisam VALUES (1); UPDATE t SET n = 1;', why)).toBe(
      '1-1 2! 3-3',
    );
  });
});

describe('among DDL', () => {
  test.each([
    ['CREATE TABLE t (id INT); INSERT INTO t VALUES (1); CREATE INDEX i ON t (id);', '1! 2-2 3!'],
    ['CALL p(); SELECT f(); SET foreign_key_checks = 0;', '1! 2-2 3!'],
    // What reads the row count of the statement before shares its transaction.
    ['UPDATE t SET n = 1; INSERT INTO c VALUES (ROW_COUNT()); ALTER TABLE t ADD m INT;', '1-2 3!'],
    ['UPDATE t SET n = 1; SET @n = ROW_COUNT(); INSERT INTO c VALUES (@n); DROP TABLE x;', '1-2 3-3 4!'],
    ['SELECT SQL_CALC_FOUND_ROWS 1; INSERT INTO c VALUES (FOUND_ROWS()); DROP TABLE x;', '1-2 3!'],
    ['UPDATE t SET n = 1; GET DIAGNOSTICS @n = ROW_COUNT; SHOW WARNINGS; DROP TABLE x;', '1-3 4!'],
    // DDL that reads it leaves no room for a COMMIT between the two.
    ['UPDATE t SET n = 1; CREATE TABLE c AS SELECT ROW_COUNT() AS n; INSERT INTO t VALUES (1);', '1! 2! 3-3'],
    ['DROP TABLE x; INSERT INTO c VALUES (ROW_COUNT()); DROP TABLE y;', '1! 2! 3!'],
    ["PREPARE s FROM 'INSERT INTO c VALUES (ROW_COUNT())'; UPDATE t SET n = 1; EXECUTE s;", '1-1 2! 3!'],
    ['UPDATE t SET n = @@warning_count; DROP TABLE x;', '1-1 2!'],
    [
      "INSERT INTO t VALUES ('ROW_COUNT()'); INSERT INTO t VALUES ('@@warning_count'); DROP TABLE x;",
      '1-1 2-2 3!',
    ],
  ])('%s', (sql, units) => {
    expect(unitsOf(sql)).toBe(units);
  });
});
