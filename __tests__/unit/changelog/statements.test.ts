import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { splitStatements } from '../../../src/changelog/statements.ts';
import { formatProblem } from '../../../src/errors.ts';

const cases = join(import.meta.dirname, '../../cases/statements');

function texts(sql: string): readonly string[] {
  return splitStatements(sql, 'a.sql').statements.map((statement) => statement.text);
}

function problems(sql: string): readonly string[] {
  return splitStatements(sql, 'a.sql').problems.map(formatProblem);
}

describe('a SQL file is split where the mysql client splits it', () => {
  test.each<readonly [name: string, sql: string, statements: readonly string[]]>([
    ['at semicolons', 'SELECT 1; SELECT 2;\nSELECT 3', ['SELECT 1', 'SELECT 2', 'SELECT 3']],
    ['not in quoted text', `SELECT 'a;b', "c;d", \`e;f\`;`, ['SELECT \'a;b\', "c;d", `e;f`']],
    ['doubled quotes', `SELECT 'it''s;', """;", \`\`\`;\`;`, [`SELECT 'it''s;', """;", \`\`\`;\``]],
    ['escaped quotes', String.raw`SELECT 'it\'s;', "\";";`, [String.raw`SELECT 'it\'s;', "\";"`]],
    ['an escaped backslash', String.raw`SELECT '\\'; SELECT 2`, [String.raw`SELECT '\\'`, 'SELECT 2']],
    ['no escapes in names', 'SELECT `\\`; SELECT 2', ['SELECT `\\`', 'SELECT 2']],
    ['line ends in strings', "SELECT 'a;\n-- b\n';", ["SELECT 'a;\n-- b\n'"]],
    ['comments to the end of the line', "SELECT 1 -- a;'\n, 2 # b;'\n;", ["SELECT 1 -- a;'\n, 2 # b;'"]],
    ['two dashes without a blank', 'SELECT 5--1; SELECT 2', ['SELECT 5--1', 'SELECT 2']],
    [
      'two dashes before a tab or a line end',
      'SELECT 1 --\t;\n--\n; SELECT 2',
      ['SELECT 1 --\t;\n--', 'SELECT 2'],
    ],
    ['block comments', "SELECT /* ;' */ 1 /**/; SELECT/*/;*/2", ["SELECT /* ;' */ 1 /**/", 'SELECT/*/;*/2']],
    ['no quotes in hints', "SELECT /*+ it's; */ 1; SELECT 2", ["SELECT /*+ it's; */ 1", 'SELECT 2']],
    ['in executable comments', '/*! SELECT 1; */;', ['/*! SELECT 1', '*/']],
    ['empty statements', ';;\n ; SELECT 1;;;', ['SELECT 1']],
    ['statements of comments alone', '-- a\n;/* b */; # c\n;SELECT 1; -- d', ['SELECT 1']],
    ['a comment before the statement', '-- a\n/* b */ SELECT 1', ['SELECT 1']],
    ['a comment after the statement', 'SELECT 1 -- a\n', ['SELECT 1 -- a']],
    ['a byte-order mark', '\ufeffSELECT 1', ['SELECT 1']],
    ['line ends of Windows', 'SELECT 1;\r\n-- a\r\nSELECT\r\n2;\r\n', ['SELECT 1', 'SELECT\r\n2']],
    ['a no-break space belongs to a name', 'SELECT 1 a\u00a0;', ['SELECT 1 a\u00a0']],
    [
      'dollar-quoted text',
      'SELECT $$a;b$$, $t$c;$$d$t$; SELECT a$$; SELECT 2',
      ['SELECT $$a;b$$, $t$c;$$d$t$', 'SELECT a$$', 'SELECT 2'],
    ],
    [String.raw`\N`, String.raw`SELECT \N;`, [String.raw`SELECT \N`]],
  ])('%s', (_, sql, statements) => {
    expect(texts(sql)).toEqual(statements);
    expect(problems(sql)).toEqual([]);
  });
});

describe('DELIMITER', () => {
  test.each<readonly [name: string, sql: string, statements: readonly string[]]>([
    ['changes and goes back', 'DELIMITER //\nA; B//\nDELIMITER ;\nC;D', ['A; B', 'C', 'D']],
    ['may adjoin a word', 'DELIMITER $$\nBEGIN a; END$$\nSELECT 1$$', ['BEGIN a; END', 'SELECT 1']],
    ['may be a word, in its case', 'delimiter go\nSELECT GO go\nSELECT 2go', ['SELECT GO', 'SELECT 2']],
    ['may begin a comment', 'DELIMITER --\nSELECT 1 --\nSELECT 2--', ['SELECT 1', 'SELECT 2']],
    ['may be a double semicolon', 'DELIMITER ;;\nA; B;;\nDELIMITER ;\nC;', ['A; B', 'C']],
    ['may be quoted', `DELIMITER "//" x\nA//\nDELIMITER ';'\nB;`, ['A', 'B']],
    ['may be indented, with words after it', ' \tDeLiMiTeR  //  x\r\nA//\r\nDELIMITER ;\r\nB', ['A', 'B']],
    ['may follow a comment', '/* a */ DELIMITER //\n-- b\nDELIMITER |\nA;B|', ['A;B']],
    [
      'is none in quoted text',
      "SELECT '\nDELIMITER //\n'; SELECT 2",
      ["SELECT '\nDELIMITER //\n'", 'SELECT 2'],
    ],
    ['is none in a comment', '/*\nDELIMITER //\n*/ SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    [
      'is none inside a statement',
      'SELECT\ndelimiter FROM t; SELECT 2',
      ['SELECT\ndelimiter FROM t', 'SELECT 2'],
    ],
  ])('%s', (_, sql, statements) => {
    expect(texts(sql)).toEqual(statements);
  });
});

describe('NO_BACKSLASH_ESCAPES', () => {
  test.each<readonly [name: string, set: string, literal: boolean]>([
    ['a string', "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", true],
    ['one of several, in any case', "SET SESSION sql_mode := 'ansi,no_backslash_escapes'", true],
    ['a system variable', 'SET @x = 1, @@session.sql_mode = "NO_BACKSLASH_ESCAPES"', true],
    ['a name', 'SET sql_mode = NO_BACKSLASH_ESCAPES', true],
    ['added to the mode', "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')", true],
    ['an executable comment', "/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */", true],
    ['another mode', "SET sql_mode = 'ANSI_QUOTES'", false],
    ['the global mode', "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
    ['another variable', "SET @sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
    ['a string that says so', `SELECT "SET sql_mode = 'NO_BACKSLASH_ESCAPES'"`, false],
  ])('%s', (_, set, literal) => {
    const [, after] = splitStatements(`${set}; SELECT '\\'; SELECT 2; -- '`, 'a.sql').statements;
    expect(after?.text).toBe(literal ? "SELECT '\\'" : "SELECT '\\'; SELECT 2; -- '");
    expect(after?.backslash).toBe(literal ? 'literal' : undefined);
  });

  test.each([
    "SET sql_mode = ''",
    'SET sql_mode = DEFAULT',
    'SET sql_mode = @saved',
    "SET sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
  ])('ends with %s', (set) => {
    const sql = `SET sql_mode = 'NO_BACKSLASH_ESCAPES'; ${set}; SELECT '\\';'`;
    expect(texts(sql)[2]).toBe("SELECT '\\';'");
  });

  test('stays while other modes are added', () => {
    const sql = `SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SET sql_mode = CONCAT(@@sql_mode, ',ANSI'); SELECT '\\'; SELECT 2`;
    expect(texts(sql).slice(2)).toEqual(["SELECT '\\'", 'SELECT 2']);
  });
});

describe('every statement knows its line', () => {
  test('of its first token, whatever stands before', () => {
    const sql = "\n-- a\nSELECT 1; /*\n*/ SELECT '\n';\nDELIMITER //\n\n\nSELECT 3//\r\nSELECT 4//";
    expect(splitStatements(sql, 'a.sql').statements.map(({ line }) => line)).toEqual([3, 4, 9, 10]);
  });
});

describe('an allow comment', () => {
  test('excuses the statement below it, with its reason', () => {
    const sql = '-- db-deploy:allow rename the app  reads both \n--  more\n\nSELECT 1;\nSELECT 2;';
    const { statements, problems } = splitStatements(sql, 'a.sql');
    const allowance = { rule: 'rename', reason: 'the app  reads both', line: 1 };
    expect(statements.map(({ allowances }) => allowances)).toEqual([[allowance], []]);
    expect(problems).toEqual([]);
  });

  test('is one of several', () => {
    const sql = '-- db-deploy:allow a x\nDELIMITER //\n  --\tdb-deploy:allow b y\r\nSELECT 1//';
    const rules = splitStatements(sql, 'a.sql').statements[0]?.allowances.map(({ rule, reason }) => [
      rule,
      reason,
    ]);
    expect(rules).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ]);
  });

  test.each<readonly [sql: string, problem: string]>([
    ['-- db-deploy:allow rename\nSELECT 1', '1: "db-deploy:allow rename" gives no reason'],
    ['-- db-deploy:allow\nSELECT 1', '1: "db-deploy:allow" names no rule'],
    ['-- db-deploy:alow rename x\nSELECT 1', '1: unknown directive "db-deploy:alow"'],
    [
      'SELECT 1; -- db-deploy:allow a b\nSELECT 2',
      '1: a db-deploy comment stands inside or behind a statement',
    ],
    ['SELECT 1\n-- db-deploy:allow a b\n, 2', '2: a db-deploy comment stands inside or behind a statement'],
    ['SELECT 1;\n-- db-deploy:allow a b\n', '2: "db-deploy:allow a" stands above no statement'],
  ])('%j is a problem', (sql, problem) => {
    expect(problems(sql)).toEqual([`a.sql:${problem}`]);
  });

  test('is none in quoted text or in other comments', () => {
    expect(problems("SELECT '\n-- db-deploy:allow\n' /* -- db-deploy:allow */; # db-deploy:allow\n")).toEqual(
      [],
    );
  });
});

describe('what is wrong with a file is told, with the line', () => {
  test.each<readonly [name: string, sql: string, expected: readonly string[]]>([
    ['a single quote', "SELECT 1;\nSELECT 'a;\n\nSELECT 2;", ["2: the ' that begins here is never closed"]],
    ['a double quote', 'SELECT "a;', ['1: the " that begins here is never closed']],
    ['a back quote', 'SELECT `a;', ['1: the ` that begins here is never closed']],
    ['a dollar quote', 'SELECT $a$ $$;', ['1: the $a$ that begins here is never closed']],
    ['a comment', 'SELECT 1;\n/* a\n', ['2: the comment that begins here never ends']],
    ['a comment inside', 'SELECT 1\n/* a;\n', ['2: the comment that begins here never ends']],
    ['a hint', 'SELECT /*+ a;\n', ['1: the comment that begins here never ends']],
    ['DELIMITER alone', 'DELIMITER\nSELECT 1;', ['1: DELIMITER names no delimiter']],
    ['DELIMITER;', 'SELECT 1;\nDELIMITER;\nSELECT 1;', ['2: DELIMITER names no delimiter']],
    ['DELIMITER//', 'DELIMITER//\nSELECT 1;', ['1: DELIMITER names no delimiter']],
    [
      'a backslash as delimiter',
      'DELIMITER \\\nSELECT 1;',
      ['1: the mysql client cannot take "\\" as a delimiter'],
    ],
    [
      'DELIMITER behind a statement',
      'SELECT 1; DELIMITER //\nSELECT 2//',
      ['1: DELIMITER does not begin its line, so the mysql client does not see it'],
    ],
    [
      'a block without its delimiter',
      'DELIMITER //\n\nBEGIN a; END\n',
      ['3: the statement that begins here is not ended by the delimiter "//"'],
    ],
    [
      'a block that runs into DELIMITER, and what follows',
      'DELIMITER //\nBEGIN a; END\nDELIMITER ;\nSELECT 1;\nSELECT `a',
      [
        '2: the statement that begins here is not ended by the delimiter "//"',
        '5: the ` that begins here is never closed',
      ],
    ],
    [
      'a block that runs into the next one',
      'DELIMITER //\nBEGIN a; END\nDELIMITER ;\nDELIMITER //\nBEGIN b; END//\nDELIMITER ;\n',
      ['2: the statement that begins here is not ended by the delimiter "//"'],
    ],
    [
      'a block without DELIMITER',
      'CREATE TRIGGER a BEFORE INSERT ON b FOR EACH ROW BEGIN\nSET @a = 1;\nEND;\nSELECT 1;',
      ['3: a BEGIN … END block was cut at a ";" inside it'],
    ],
    ['nothing', '', ['1: the file holds no SQL statement']],
    ['comments alone', '\n-- a\n;;\nDELIMITER //\n', ['1: the file holds no SQL statement']],
    ['NUL', 'SELECT 1;\nSELECT \0;', ['2: the file contains a NUL byte']],
    [
      'client commands',
      'SELECT 1\\G SELECT 2\\g\nsource a.sql;\n  STATUS;\n\\. b.sql\n;? a;\nsystem ls;go;',
      [
        '1: "\\G" is a command of the mysql client, not SQL',
        '1: "\\g" is a command of the mysql client, not SQL',
        '2: "source" is a command of the mysql client, not SQL',
        '3: "status" is a command of the mysql client, not SQL',
        '4: "\\." is a command of the mysql client, not SQL',
        '5: "?" is a command of the mysql client, not SQL',
        '6: "system" is a command of the mysql client, not SQL',
        '6: "go" is a command of the mysql client, not SQL',
      ],
    ],
    [
      'an executable comment that hides code',
      "/*!99999 SELECT '*/ DROP TABLE a -- ' */;",
      ['1: servers disagree on where this executable comment ends'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(problems(sql)).toEqual(expected.map((problem) => `a.sql:${problem}`));
  });

  test('with a code and a fix', () => {
    expect(splitStatements('SELECT 1\\G', 'a.sql').problems).toEqual([
      {
        code: 'invalid-sql',
        message: '"\\G" is a command of the mysql client, not SQL',
        at: { file: 'a.sql', line: 1 },
        fix: 'end the statement with its delimiter instead',
      },
    ]);
  });

  test.each([
    'CREATE TABLE source (status INT, system INT)',
    "INSERT INTO a VALUES ('\\G'), ('source a')",
    'SELECT status\nFROM a -- \\G',
    "/*!50003 CREATE TRIGGER a BEFORE INSERT ON b FOR EACH ROW SET @a = '*/' */",
    'USE a',
  ])('%j is no problem', (sql) => {
    expect(problems(`${sql};`)).toEqual([]);
  });
});

describe('the nasty cases, which a real client splits in the same way', () => {
  test.each(readdirSync(cases).filter((name) => name.endsWith('.sql')))('%s has no problem', (name) => {
    const { statements, problems } = splitStatements(readFileSync(join(cases, name), 'utf8'), name);
    expect(problems).toEqual([]);
    expect(statements.length).toBeGreaterThan(1);
  });
});
