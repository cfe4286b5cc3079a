import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { splitStatements } from '../../../src/sql/split/split.ts';
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
    ['a system variable with blanks', "SET @@local . `sql_mode` = 'NO_BACKSLASH_ESCAPES'", true],
    ['a name', 'SET sql_mode = NO_BACKSLASH_ESCAPES', true],
    ['an executable comment', "/*!50003 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */", true],
    [
      'a name that the server compares without accents',
      "SET \u017fq\u013a_mode = 'NO_BACKSLASH_ESCAPES'",
      true,
    ],
    ['behind a hint that is none', "/*+ x */ SET sql_mode = 'NO_BACKSLASH_ESCAPES'", true],
    ['the last of several', "SET sql_mode = '', sql_mode = 'NO_BACKSLASH_ESCAPES'", true],
    ['behind 20,000 characters', `SET @a = '${'x'.repeat(20_000)}', sql_mode = NO_BACKSLASH_ESCAPES`, true],
    ['another mode', "SET sql_mode = 'ANSI_QUOTES'", false],
    ['the global mode', "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
    ['the global mode, by what stands before', "SET GLOBAL a = 1, sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
    ['not the global mode', "SET @@GLOBAL.a = 1, sql_mode = 'NO_BACKSLASH_ESCAPES'", true],
    ['another variable', "SET @sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
    ['a string that says so', `SELECT "SET sql_mode = 'NO_BACKSLASH_ESCAPES'"`, false],
    ['a body', "CREATE PROCEDURE p() SET sql_mode = 'NO_BACKSLASH_ESCAPES'", false],
  ])('%s', (_, set, literal) => {
    const [, after] = splitStatements(`${set}; SELECT '\\'; SELECT 2; -- '`, 'a.sql').statements;
    expect(after?.text).toBe(literal ? "SELECT '\\'" : "SELECT '\\'; SELECT 2; -- '");
    expect(after?.backslash).toBe(literal ? 'literal' : undefined);
  });

  test.each(["SET sql_mode = ''", 'SET sql_mode = DEFAULT'])('ends with %s', (set) => {
    const sql = `SET sql_mode = 'NO_BACKSLASH_ESCAPES'; ${set}; SELECT '\\';'`;
    expect(texts(sql)[2]).toBe("SELECT '\\';'");
  });

  const UNREAD = [
    "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
    "SET sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
    'SET sql_mode = @saved',
    'SET @@sql_mode := @m',
    'SET SESSION sql_mode = (SELECT m FROM modes)',
    'SET sql_mode = 1048576',
    'SET sql_mode = 0x4E4F',
    "SET sql_mode = 'NO_BACKSLASH' '_ESCAPES'",
    "SET sql_mode = N'ANSI'",
    "SET sql_mode = _utf8mb4'ANSI'",
    "SET sql_mode = BINARY 'ANSI'",
    "SET sql_mode = 'ANSI' COLLATE utf8mb4_bin",
    "SET @@session/**/.sql_mode = ('ANSI')",
    "/*!90000 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */",
    "SET /*!90000 GLOBAL */ sql_mode = 'NO_BACKSLASH_ESCAPES'",
    '/*!40101 SET @old = @@sql_mode, sql_mode = @old */',
  ];

  test.each(UNREAD)('may hold or not after %s, and text that depends on it is refused', (set) => {
    const sql = `${set};\nSELECT 'a\\\\', 'it''s', "b";\nSELECT '\\' OR 1 = 1 -- x';\nSELECT 'x`;
    expect(problems(sql)).toEqual([
      'a.sql:3: the server may see another end of the quoted text that begins here: whether a backslash escapes depends on NO_BACKSLASH_ESCAPES',
    ]);
  });

  test('is what the session begins with, where a target says so', () => {
    const sql = "DELETE FROM t WHERE s = '\\' OR 1 = 1 -- x';\n";
    const nbe = {
      sqlMode: 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES',
      defaultSqlMode: '',
      characterSet: 'utf8mb4',
    };
    expect(splitStatements(sql, 'a.sql', nbe).statements[0]?.text).toBe(
      "DELETE FROM t WHERE s = '\\' OR 1 = 1 -- x';",
    );
    const [, after] = splitStatements(`SET sql_mode = DEFAULT; ${sql}`, 'a.sql', nbe).statements;
    expect(after?.text).toBe("DELETE FROM t WHERE s = '\\' OR 1 = 1 -- x'");
  });
});

describe('ANSI_QUOTES', () => {
  test('a name in double quotes with a backslash before its end is refused, as the client reads it differently', () => {
    const sql = `SET sql_mode = 'ANSI_QUOTES';\nSELECT "a\\\\", '\\';';\nSELECT "\\";\nSELECT ";`;
    expect(problems(sql)).toEqual([expect.stringMatching(/^a\.sql:3: .* under ANSI_QUOTES/)]);
    expect(problems(`SELECT "\\";\nSELECT ";`)).toEqual([]);
  });

  test('is known of each statement behind it', () => {
    const { statements } = splitStatements(`SELECT "a"; SET sql_mode = ANSI; SELECT "b"`, 'a.sql');
    expect(statements.map(({ doubleQuotes }) => doubleQuotes)).toEqual([undefined, undefined, 'name']);
  });
});

describe('a character set in which a backslash may be the second half of a character', () => {
  test.each([
    'SET NAMES gbk',
    "SET NAMES 'sjis' COLLATE sjis_bin",
    'SET CHARACTER SET big5',
    'SET CHARSET gb18030',
    'SET character_set_client = cp932',
    'SET @@character_set_client = @x',
    'SET NAMES DEFAULT',
    "SET sql_notes = 1, NAMES 'gbk'",
  ])('%s makes text with one refused', (set) => {
    const text = `SELECT '\u4f60 \\\\', 'a';\nDELETE FROM t WHERE s = '\u4f60\\' OR 1 = 1 -- x';`;
    expect(problems(`${set}; ${text}`)).toEqual([expect.stringMatching(/^a\.sql:2: .*half a character/)]);
    expect(problems(`${set}; SET NAMES latin1; ${text}`)).toEqual([]);
  });
});

describe('a block under another delimiter', () => {
  const inBlock = (block: string): readonly string[] => texts(`DELIMITER $$\n${block}$$\nDELIMITER ;\n`);
  const BODY = `BEGIN
  DECLARE done INT DEFAULT CASE WHEN 1 THEN IF(1, 2, 3) ELSE 4 END;
  DECLARE c CURSOR FOR SELECT a.end FROM a;
  DECLARE CONTINUE HANDLER FOR NOT FOUND, SQLSTATE VALUE '42S02', 1062 BEGIN SET done = 1; END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION IF done THEN RESIGNAL; END IF;
  w: WHILE (SELECT CASE 1 WHEN 1 THEN 2 END) > done DO
    IF done = 1 THEN SET done = 2; ELSEIF CASE done WHEN 3 THEN 1 END THEN SET done = 4; ELSE BEGIN END; END IF;
    CASE done WHEN 1 THEN LEAVE w; ELSE CASE WHEN 1 THEN ITERATE w; END CASE; END CASE;
  END WHILE w;
  REPEAT SET done = REPEAT('a;', 2); UNTIL CASE 1 WHEN 1 THEN 2 END END REPEAT;
  l: LOOP LEAVE l; END LOOP l;
END`;

  test.each<readonly [name: string, statements: readonly string[]]>([
    ['DROP and CREATE', ['DROP PROCEDURE IF EXISTS p', `CREATE PROCEDURE p() ${BODY}`]],
    ['routines', [`CREATE PROCEDURE p(a INT) o: ${BODY} o`, `CREATE PROCEDURE q() ${BODY}`]],
    [
      'simple bodies',
      ['CREATE PROCEDURE p() SELECT 1', 'CREATE FUNCTION f() RETURNS INT RETURN IF(1, 2, 3)', 'DO 1'],
    ],
    [
      'functions with everything in their head',
      [
        `CREATE DEFINER = 'a'@'%' FUNCTION IF NOT EXISTS f (a SET('x;')) RETURNS VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT 'a;b' NO SQL DETERMINISTIC SQL SECURITY INVOKER ${BODY}`,
        'SELECT 1',
      ],
    ],
    [
      'triggers and events',
      [
        `CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW FOLLOWS b ${BODY}`,
        'CREATE DEFINER=CURRENT_USER() TRIGGER t AFTER UPDATE ON a FOR EACH ROW SET @a = 1',
        `CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO ${BODY}`,
        'ALTER EVENT e DISABLE',
      ],
    ],
    [
      'plain statements',
      ["INSERT INTO t VALUES (';')", '(SELECT 1)', 'WITH a AS (SELECT 1) SELECT * FROM a'],
    ],
    [
      'executable comments',
      ['/*!50001 DROP VIEW v */', `/*!50003 CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW ${BODY} */`],
    ],
    [
      'names that are words elsewhere',
      ['CREATE TABLE event (a INT)', 'CREATE VIEW begin AS SELECT 1 AS end', 'CREATE INDEX i ON t (a)'],
    ],
  ])('is split as the server splits it: %s', (_, statements) => {
    expect(inBlock(statements.join(';\n'))).toEqual(statements);
    expect(inBlock(statements.join(' ;;\n-- x;\n'))).toEqual(statements);
    expect(problems(`DELIMITER $$\n${statements.join(';')}$$`)).toEqual([]);
  });

  test('of one statement stays as it is, with what stands behind its ;', () => {
    for (const block of [`CREATE PROCEDURE p() ${BODY};`, 'SELECT 1; -- x\n;', 'A; B'])
      expect(inBlock(block)).toEqual([block]);
  });

  test('knows the line and the comments of each', () => {
    const sql = 'DELIMITER $$\nDROP TABLE a;\n-- db-deploy:allow rename why\n\nDROP TABLE b;\nDO 1$$';
    const { statements } = splitStatements(sql, 'a.sql');
    expect(statements.map(({ line, allowances }) => [line, allowances.length])).toEqual([
      [2, 0],
      [5, 1],
      [6, 0],
    ]);
    expect(problems('DELIMITER $$\nDROP TABLE a\n-- db-deploy:allow rename why\n;\nDO 1$$')).toHaveLength(1);
  });

  test.each([
    ['/*! DROP TABLE a; DROP TABLE b */', '1: an executable comment holds the end'],
    ['DROP TABLE a;\nnothing that is known', '2: what begins here'],
  ])('is refused where its statements cannot be told apart: %j', (block, problem) => {
    expect(problems(`DELIMITER $$ \n${block}$$`)).toEqual([
      expect.stringContaining(`a.sql:${Number(problem[0]) + 1}${problem.slice(1)}`),
    ]);
  });

  test('that ends with the file is read like any other', () => {
    expect(texts('DELIMITER //\nDROP TABLE a; DO 1')).toEqual(['DROP TABLE a', 'DO 1']);
    expect(problems('DELIMITER //\nDROP TABLE a; DO 1')).toEqual([]);
    expect(problems("DELIMITER //\nSELECT '\nDELIMITER ;\n' /*\nDELIMITER ;\n*/")).toEqual([]);
  });
});

describe("Liquibase's formatted SQL is named as such", () => {
  test.each([
    '--liquibase formatted sql\n\n--changeset a:1\nCREATE TABLE t (id INT);\n--rollback DROP TABLE t;',
    '\n-- Liquibase formatted SQL\n-- changeset a:1\nSELECT 1;',
    '--changeset ann:1 runOnChange:true\nSELECT 1;',
  ])('%j', (sql) => {
    expect(problems(sql)).toEqual([expect.stringContaining("this is Liquibase's formatted SQL")]);
  });

  test('but a comment that speaks of changesets is not', () => {
    expect(problems('-- changeset 4: adds what --changeset a:1 needs\nSELECT 1;')).toEqual([]);
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
