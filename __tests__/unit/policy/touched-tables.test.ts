import { describe, expect, test } from '@jest/globals';
import { touchedTables } from '../../../src/policy/touched-tables.ts';
import { changesetOfSql } from './changeset-of.ts';

describe('the tables that a changeset touches', () => {
  test.each([
    ['CREATE TABLE a (id INT); CREATE TABLE IF NOT EXISTS `b c` (id INT)', ['a', 'b c']],
    ['ALTER TABLE a ADD COLUMN x INT; ALTER TABLE a RENAME TO b', ['a', 'b']],
    ['CREATE INDEX i ON a (x); DROP INDEX i ON b', ['a', 'b']],
    ['DROP TABLE a, shop.b; TRUNCATE c; RENAME TABLE d TO e', ['a', 'b', 'c', 'd', 'e']],
    [
      "INSERT INTO a VALUES (1); INSERT IGNORE INTO `b` (x) SELECT 1; REPLACE INTO c SET x = 'INTO d'",
      ['a', 'b', 'c'],
    ],
    ['UPDATE a JOIN b ON a.id = b.id SET a.x = 1', ['a']],
    ['DELETE FROM a WHERE id = 1; LOAD DATA LOCAL INFILE "f" INTO TABLE b', ['a', 'b']],
    ['UPDATE other.a SET x = 1 WHERE id = 1', ['other.a']],
    ['CREATE TEMPORARY TABLE t (id INT); INSERT INTO t VALUES (1); INSERT INTO a SELECT * FROM t', ['a']],
    ['CREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW INSERT INTO log VALUES (1)', ['a']],
    ['CREATE PROCEDURE p() DELETE FROM a; CREATE VIEW v AS SELECT * FROM a; CALL p(); SELECT * FROM a', []],
  ])('%s', (sql, tables) => {
    expect(touchedTables(changesetOfSql(sql), 'shop')).toEqual(tables);
  });

  test('offline a name is as it stands', () => {
    expect(touchedTables(changesetOfSql('DROP TABLE shop.b'), undefined)).toEqual(['shop.b']);
  });
});
