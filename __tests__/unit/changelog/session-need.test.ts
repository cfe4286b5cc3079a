import { describe, expect, test } from '@jest/globals';
import { findSessionNeed, settingsToRepeat } from '../../../src/sql/read/session-need.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';

/** `<needs> <left> <what>`, or `-`; the sign `|` in the SQL stands where the run stopped. */
function needOf(sql: string): string {
  const [before = '', after = ''] = sql.split('|');
  const done = splitStatements(before, 'a.sql').statements.length;
  const { statements } = splitStatements(`${before}${after}`, 'a.sql');
  const need = findSessionNeed(statements, done);
  return need ? `${need.needs} ${need.left} ${need.what}` : '-';
}

describe('a statement needs what an earlier one left', () => {
  test.each([
    [
      'SET @n = (SELECT MAX(id) FROM t); DROP TABLE x; | INSERT INTO t VALUES (@n);',
      '3 1 the user variable @n',
    ],
    ['SELECT MAX(id) INTO @n FROM t; DROP TABLE x; | INSERT INTO t VALUES (@n);', '3 1 the user variable @n'],
    ['SELECT 1, 2 INTO @a, @b; DROP TABLE x; | INSERT INTO t VALUES (@`B`);', '3 1 the user variable @b'],
    ['SELECT @n := 5; DROP TABLE x; | DROP TABLE y; UPDATE t SET n = @n;', '4 1 the user variable @n'],
    ['CALL p(@out); | INSERT INTO t VALUES (@out);', '2 1 the user variable @out'],
    ['CALL p(); | INSERT INTO t VALUES (@out);', '2 1 the user variable @out'],
    [
      'INSERT INTO with_trigger VALUES (1); DROP TABLE x; | SELECT @set_by_trigger;',
      '3 1 the user variable @set_by_trigger',
    ],
    ['SET @now = NOW(); DROP TABLE x; | UPDATE t SET at = @now;', '3 1 the user variable @now'],
    ['SET @n = 5; CALL p(); | UPDATE t SET n = @n;', '3 1 the user variable @n'],
    [
      'INSERT INTO a VALUES (NULL); DROP TABLE x; | INSERT INTO b VALUES (LAST_INSERT_ID());',
      '3 1 LAST_INSERT_ID()',
    ],
    [
      'INSERT INTO a VALUES (NULL); | INSERT INTO log VALUES (1); INSERT INTO b VALUES (@@last_insert_id);',
      '3 1 LAST_INSERT_ID()',
    ],
    [
      'CREATE TEMPORARY TABLE w (id INT); DROP TABLE x; | INSERT INTO t SELECT * FROM W;',
      '3 1 the temporary table w',
    ],
    ["PREPARE s FROM 'SELECT 1'; DROP TABLE x; | EXECUTE s;", '3 1 the prepared statement s'],
    ['UPDATE t SET n = 1; | CREATE TABLE c AS SELECT ROW_COUNT();', '2 1 its row count, warnings or errors'],
    [
      'SET timestamp = UNIX_TIMESTAMP() - 60; DROP TABLE x; | INSERT INTO t VALUES (NOW());',
      '3 1 the settings of the session',
    ],
    ['SET @n = 5, timestamp = @other; | INSERT INTO t VALUES (1);', '2 1 the settings of the session'],
  ])('%s', (sql, need) => {
    expect(needOf(sql)).toBe(need);
  });
});

describe('a statement needs nothing of what is gone', () => {
  test.each([
    ['DROP TABLE x; | INSERT INTO t VALUES (1);'],
    ['SET @n = 5; DROP TABLE x; | INSERT INTO t VALUES (@n);'],
    ['SET foreign_key_checks = 0; DROP TABLE x; | INSERT INTO t VALUES (1);'],
    ['SET @n = NOW(); DROP TABLE x; | SET @n = 1; INSERT INTO t VALUES (@n);'],
    ['SET @n = NOW(); DROP TABLE x; | SELECT 1 INTO @n; INSERT INTO t VALUES (@n);'],
    [
      'CREATE TEMPORARY TABLE w (id INT); DROP TABLE x; | DROP TEMPORARY TABLE IF EXISTS w; CREATE TEMPORARY TABLE w (id INT); INSERT INTO w VALUES (1);',
    ],
    ["PREPARE s FROM 'SELECT 1'; DROP TABLE x; | PREPARE s FROM 'SELECT 2'; EXECUTE s;"],
    ["INSERT INTO a VALUES (1); | INSERT INTO t VALUES ('LAST_INSERT_ID()', '@n');"],
    ['| INSERT INTO t VALUES (@never_set, LAST_INSERT_ID());'],
  ])('%s', (sql) => {
    expect(needOf(sql)).toBe('-');
  });
});

test('settings of literals are sent again, what holds for one statement alone only while it does', () => {
  const { statements } = splitStatements(
    'SET foreign_key_checks = 0; SET insert_id = 5; INSERT INTO t VALUES (NULL); SET @n = 1; SET @m = NOW(); SET insert_id = 9; ALTER TABLE t ADD c INT;',
    'a.sql',
  );
  const texts = (done: number): readonly string[] =>
    settingsToRepeat(statements, done).map(({ text }) => text);
  expect(texts(6)).toEqual(['SET foreign_key_checks = 0', 'SET @n = 1', 'SET insert_id = 9']);
  expect(texts(2)).toEqual(['SET foreign_key_checks = 0', 'SET insert_id = 5']);
});
