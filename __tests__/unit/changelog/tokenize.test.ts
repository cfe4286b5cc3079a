import { describe, expect, test } from '@jest/globals';
import { tokenize } from '../../../src/sql/tokenize.ts';

function tokens(text: string): readonly string[] {
  return [...tokenize({ text, line: 1 })].map((token) => token.text);
}

describe('a statement falls into the tokens of the server', () => {
  test.each<readonly [name: string, sql: string, expected: readonly string[]]>([
    ['words and operators', 'a+b,(c)', ['a', '+', 'b', ',', '(', 'c', ')']],
    [
      'long operators',
      'a<=>b->>c->d:=e||f&&g',
      ['a', '<=>', 'b', '->>', 'c', '->', 'd', ':=', 'e', '||', 'f', '&&', 'g'],
    ],
    ['comparisons', '<= >= <> != << >> < >', ['<=', '>=', '<>', '!=', '<<', '>>', '<', '>']],
    ['a double minus', '5--1', ['5', '-', '-', '1']],
    ['qualified names', 'a.b.`c`.*', ['a', '.', 'b', '.', '`c`', '.', '*']],
    ['names after a dot', 't.1e5 t.2 `t`.3x', ['t', '.', '1e5', 't', '.', '2', '`t`', '.', '3x']],
    ['names with digits and dollars', '1a a$b $c _d 0xg 1ex', ['1a', 'a$b', '$c', '_d', '0xg', '1ex']],
    ['names beyond ASCII', 'größe 名前 a🚀', ['größe', '名前', 'a🚀']],
    ['numbers', '1 1.5 .5 5. 1e5 1.5E-3 1e+2', ['1', '1.5', '.5', '5.', '1e5', '1.5E-3', '1e+2']],
    ['a sign is no part of a number', '-1 1-1', ['-', '1', '1', '-', '1']],
    ['bits and bytes', "0xFF x'ff' X'FF' 0b01 b'01'", ['0xFF', "x'ff'", "X'FF'", '0b01', "b'01'"]],
    ['strings', `'it''s' 'it\\'s' "a""b"`, [`'it''s'`, `'it\\'s'`, '"a""b"']],
    ['strings side by side', `'a' 'b''c'"d"`, ["'a'", "'b''c'", '"d"']],
    ['introducers are tokens of their own', "_utf8mb4'a' N'b' n'c'", ['_utf8mb4', "'a'", "N'b'", "n'c'"]],
    ['dollar-quoted text', '$$a b$$ $t$c$$d$t$', ['$$a b$$', '$t$c$$d$t$']],
    ['user variables', '@a @`b c` @\'d e\' @"f" @g.h @$i', ['@a', '@`b c`', "@'d e'", '@"f"', '@g.h', '@$i']],
    ['system variables', '@@a @@global.b @@`c`.`d`', ['@@a', '@@global.b', '@@`c`.`d`']],
    ['accounts', "root@localhost 'a'@'%' `b`@`c`", ['root', '@localhost', "'a'", "@'%'", '`b`', '@`c`']],
    ['no comments', 'a -- b\n# c\n/* d */e/**/f--', ['a', 'e', 'f']],
    ['executable comments', "a /*!80000 b '*/' */ c", ['a', "/*!80000 b '*/' */", 'c']],
    ['comments inside executable comments', '/*! a /* b */ c */ d', ['/*! a /* b */ c */', 'd']],
    ['hints', "SELECT /*+ it's */ 1", ['SELECT', "/*+ it's */", '1']],
    ['the end of what is split open', '/*! a', ['/*! a']],
    ['a stray end of a comment', '*/', ['*', '/']],
  ])('%s', (_, sql, expected) => {
    expect(tokens(sql)).toEqual(expected);
  });

  test('each with its kind', () => {
    const text = "a `b` 'c' \"d\" 1 @e + /*! f */ /*+ g */ x'00' N'h' $$i$$";
    expect([...tokenize({ text, line: 1 })].map(({ kind }) => kind)).toEqual([
      ...['word', 'name', 'string', 'dquoted', 'number', 'variable', 'operator'],
      ...['executable-comment', 'hint', 'number', 'string', 'string'],
    ]);
  });

  test('each with its line in the file', () => {
    const lines = [...tokenize({ text: "a\nb 'c\n\nd' e -- f\n/*\n*/ g\r\nh", line: 10 })].map(
      ({ line }) => line,
    );
    expect(lines).toEqual([10, 11, 11, 13, 15, 16]);
  });

  test('with a literal backslash under NO_BACKSLASH_ESCAPES', () => {
    const statement = { text: "'\\' 'a'", line: 1, backslash: 'literal' } as const;
    expect([...tokenize(statement)].map(({ text }) => text)).toEqual(["'\\'", "'a'"]);
  });
});
