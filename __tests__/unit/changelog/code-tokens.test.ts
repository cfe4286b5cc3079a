import { describe, expect, test } from '@jest/globals';
import { codeTokens, type CodeOptions } from '../../../src/sql/code-tokens.ts';

function code(text: string, options?: CodeOptions): string {
  return [...codeTokens({ text, line: 1 }, options)].map((token) => token.text).join(' ');
}

describe('the tokens that a server executes', () => {
  test.each<readonly [name: string, sql: string, expected: string]>([
    ['open up executable comments', 'DROP /*! TABLE */ a', 'DROP TABLE a'],
    ['drop the version', '/*!80000 DROP TABLE a*//*!080000 , b */', 'DROP TABLE a , b'],
    ['drop it where it adjoins a word', '/*!80000DROP TABLE a */', 'DROP TABLE a'],
    ['keep digits that are no version', '/*!123 + 1*/', '123 + 1'],
    ['open up what is nested', '/*! a /*!80000 b */', 'a b'],
    ['open up what was split open', '/*!80000 DROP TABLE a', 'DROP TABLE a'],
    ['leave out hints and comments', 'SELECT /*+ a */ 1 /* b */ -- c', 'SELECT 1'],
    ['leave quoted text alone', "SELECT '/*! a */'", "SELECT '/*! a */'"],
  ])('%s', (_, sql, expected) => {
    expect(code(sql)).toBe(expected);
  });

  test('depend on the version of the server, when it is known', () => {
    const sql = 'DELETE FROM a /*!80019 ORDER BY b */ /*!80020 LIMIT 1 */ /*! WHERE c */';
    expect(code(sql)).toBe('DELETE FROM a ORDER BY b LIMIT 1 WHERE c');
    expect(code(sql, { serverVersion: 80019 })).toBe('DELETE FROM a ORDER BY b WHERE c');
  });

  test('keep their lines', () => {
    const tokens = [...codeTokens({ text: 'a\n/*!80000\nb */ c', line: 5 })];
    expect(tokens.map(({ text, line }) => [text, line])).toEqual([
      ['a', 5],
      ['b', 7],
      ['c', 7],
    ]);
  });
});
