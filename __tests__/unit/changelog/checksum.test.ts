import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checksum, statementHash } from '../../../src/sql/checksum.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';

function sha256(normalForm: string): string {
  return createHash('sha256').update(normalForm).digest('hex');
}

function ofFile(sql: string): string {
  return checksum(splitStatements(sql, 'a.sql').statements);
}

describe('a checksum', () => {
  test.each<readonly [name: string, sql: string, normalForm: string]>([
    [
      'joins tokens by one space',
      'CREATE  TABLE a(id INT);\n\nSELECT 1',
      'CREATE TABLE a ( id INT );\nSELECT 1;\n',
    ],
    ['leaves out comments', '-- a\nSELECT /* b */ 1 # c\n, 2;', 'SELECT 1 , 2;\n'],
    [
      'keeps executable comments and hints',
      'SELECT /*+ a  b */ 1 /*!80000  + 1 */',
      'SELECT /*+ a  b */ 1 /*!80000  + 1 */;\n',
    ],
    ['keeps quoted text to the byte', "SELECT 'a  -- b\r\n\tc''d'", "SELECT 'a  -- b\r\n\tc''d';\n"],
    ['keeps the case of words', 'select A', 'select A;\n'],
    ['leaves out delimiters', '\ufeffDELIMITER //\nA; B//\nDELIMITER ;\nC', 'A ; B;\nC;\n'],
    ['is of UTF-8', "SELECT 'ä名🚀', größe", "SELECT 'ä名🚀' , größe;\n"],
  ])('%s', (_, sql, normalForm) => {
    expect(ofFile(sql)).toBe(`v1:${sha256(normalForm)}`);
  });

  test('never changes between versions of this tool', () => {
    expect(ofFile('CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1);\n')).toBe(
      'v1:8f505a8348e3a5940c47feffce591aaf5c39d183b4cb1526ebc020a9b58fdd40',
    );
  });

  test.each<readonly [name: string, one: string, other: string]>([
    ['a string', "SELECT 'a'", "SELECT 'b'"],
    ['a blank in a string', "SELECT 'a b'", "SELECT 'a  b'"],
    ['a line end in a string', "SELECT 'a\nb'", "SELECT 'a\r\nb'"],
    ['a hint', 'SELECT /*+ a */ 1', 'SELECT /*+ b */ 1'],
    ['an executable comment', 'SELECT /*! 1 */', 'SELECT /*! 2 */'],
    ['the case of a name', 'SELECT a', 'SELECT A'],
    ['where a statement ends', 'SELECT 1; SELECT 2', 'SELECT 1 SELECT 2'],
    ['the order of statements', 'SELECT 1; SELECT 2', 'SELECT 2; SELECT 1'],
    ['two strings or one', "SELECT 'a' 'b'", "SELECT 'a''b'"],
  ])('changes with %s', (_, one, other) => {
    expect(ofFile(one)).not.toBe(ofFile(other));
  });

  test.each<readonly [name: string, one: string, other: string]>([
    ['comments', 'SELECT 1', '-- a\nSELECT /* b */ 1 -- c'],
    ['layout', 'SELECT a,b', '\n\tSELECT\r\n  a ,\r\n  b\r\n;\r\n'],
    ['the delimiter', 'SELECT 1; SELECT 2', 'DELIMITER //\nSELECT 1//\nSELECT 2//'],
    ['empty statements', 'SELECT 1', ';;SELECT 1;;'],
    ['a byte-order mark', 'SELECT 1', '\ufeffSELECT 1'],
  ])('does not change with %s', (_, one, other) => {
    expect(ofFile(one)).toBe(ofFile(other));
  });

  test.each([65_530, 65_536, 70_000, 200_000])('is right for a string of %d characters', (length) => {
    for (const character of ['a', 'ä', '🚀']) {
      const sql = `SELECT '${character.repeat(length)}', 1`;
      expect(ofFile(sql)).toBe(`v1:${sha256(sql.replace(',', ' ,') + ';\n')}`);
    }
  });

  test('is right for many small tokens', () => {
    const list = Array.from({ length: 50_000 }, (_, index) => `'ä${index}'`);
    expect(ofFile(`SELECT ${list.join(',')}`)).toBe(`v1:${sha256(`SELECT ${list.join(' , ')};\n`)}`);
  });
});

describe('the hash of a statement', () => {
  test('is that of its normal form', () => {
    expect(statementHash({ text: 'SELECT  1', line: 1 })).toBe(sha256('SELECT 1;\n'));
  });
});
