/** SQL files shaped to exhaust who reads them, each of about so many characters. */
export function exhaustingSql(size: number): readonly (readonly [name: string, sql: string])[] {
  const fill = (part: string): string => part.repeat(Math.ceil(size / part.length));
  const numbered = (part: (number: number) => string): string => {
    const parts: string[] = [];
    for (let length = 0, number = 0; length < size; number++) {
      const text = part(number);
      parts.push(text);
      length += text.length;
    }
    return parts.join('');
  };
  const half = (open: string, close: string): string => {
    const count = Math.ceil(size / (open.length + close.length));
    return open.repeat(count) + close.repeat(count);
  };
  return [
    ['nested version comments', `${half('/*!50000 ', '*/')};`],
    ['nested version comments of the future', `${half('/*!99999 ', '*/')};`],
    ['nested version comments without a version', `SELECT ${half('/*! ', '*/')} 1;`],
    ['version comments one after the other', `SELECT 1 ${fill('/*!50000 + 1 */')};`],
    ['version comments of every version', `SELECT 1 ${numbered((n) => `/*!${80020 + (n % 9000)} + 1 */`)};`],
    ['version comments of the future that are cut', fill('/*!99999 ;')],
    ['the same and one end', `${fill('/*!99999 ;')} */`],
    ['version comments that never end', fill('/*!50000 a ')],
    ['block comments', `${fill('/**/')}SELECT 1;`],
    ['block comments before DELIMITER', `${fill('/**/')};DELIMITER //\nSELECT 1//`],
    ['block comments that never end, under delimiters', fill('DELIMITER //\n/* \nDELIMITER ;\n')],
    ['comments on one line', `SELECT 1${fill(' /* */ ')};`],
    ['hints', `SELECT ${fill('/*+ a */')} 1;`],
    ['line comments', fill('-- a\n') + 'SELECT 1;'],
    ['directives', fill('-- db-deploy:allow rename x\n') + 'SELECT 1;'],
    ['directives inside a block', `DELIMITER //\nSELECT 1\n${fill('-- db-deploy:allow rename x\n')}//`],
    ['quotes', fill("'")],
    ['double quotes', fill('"')],
    ['back quotes', fill('`')],
    ['quotes of all kinds', fill(`'"\``)],
    ['strings', `SELECT ${fill("'a',")}1;`],
    ['strings with backslashes', `SELECT ${fill("'a\\\\',")}1;`],
    ['strings in an unknown mode', `SET sql_mode = @a; SELECT ${fill("'a\\\\',")}1;`],
    ['doubled quotes', `SELECT '${fill("''")}';`],
    ['backslashes', fill('\\')],
    ['backslashes in a string', `SELECT '${fill('\\\\')}';`],
    ['dollar quotes', numbered((n) => `$a${n}$`)],
    ['dollar quotes, under delimiters', numbered((n) => `DELIMITER //\n$a${n}$ \nDELIMITER ;\n`)],
    ['a long name', `SELECT ${fill('a')};`],
    ['a long variable', `SELECT @@\`${fill('a')}\`;`],
    ['a long path', `SELECT @@${fill('a.')}b;`],
    ['a long number', `SELECT ${fill('1')};`],
    ['numbers with dots', `SELECT ${fill('1.')};`],
    ['parentheses', `SELECT ${half('(', ')')};`],
    ['open parentheses', `SELECT ${fill('(')};`],
    ['open parentheses of subselects', `SELECT ${fill('(SELECT ')};`],
    ['subselects', `SELECT ${half('(SELECT ', ')')};`],
    ['a condition', `DELETE FROM t WHERE ${half('(', ')')};`],
    ['conditions', `DELETE FROM t WHERE 1 ${fill(' AND (1)')};`],
    ['joins', `UPDATE a ${fill('JOIN b ')} SET x = 1;`],
    ['joins in parentheses', `DELETE a FROM ${half('(a JOIN ', ')')};`],
    ['EXPLAIN', `${fill('EXPLAIN ANALYZE ')}DELETE FROM t;`],
    ['WITH', `${fill('WITH a AS (SELECT 1) ')}DELETE FROM t;`],
    ['NOT', `DELETE FROM t WHERE ${fill('NOT ')} 1;`],
    ['commas', `SELECT ${fill(',')};`],
    ['semicolons', `${fill(';')}SELECT 1;`],
    ['small statements', fill('DO 0;')],
    ['unions', `${fill('SELECT 1 UNION ')}SELECT 1;`],
    ['assignments', `SET ${fill('@a=1,')}@b=1;`],
    ['assignments without an end', `SET ${fill('sql_mode = (')};`],
    ['clauses', `ALTER TABLE t ${fill('ADD COLUMN a INT,')} ADD COLUMN b INT;`],
    ['clauses in parentheses', `ALTER TABLE t ADD COLUMN a INT DEFAULT ${half('(', ')')};`],
    ['columns', `CREATE TABLE t (${fill('a INT,')} b INT);`],
    ['tables', `DROP TABLE ${fill('a,')} b;`],
    ['renames', `RENAME TABLE ${fill('a TO b,')} c TO d;`],
    ['DELIMITER lines', fill('DELIMITER //\n')],
    ['DELIMITER lines with statements', fill('DELIMITER //\nDO 0//\nDELIMITER ;\n')],
    ['DELIMITER lines that end nothing', fill('DELIMITER //\nDO 0\nDELIMITER ;\n')],
    ['DELIMITER lines inside a statement', `DELIMITER $$\nSELECT\n${fill('DELIMITER //\n')}$$`],
    ['DELIMITER on one line', fill('DELIMITER ')],
    ['a block of statements', `DELIMITER //\n${fill('DO 0;')}//`],
    ['a block of routines', `DELIMITER //\n${fill('CREATE PROCEDURE p() BEGIN DO 0; END;')}//`],
    ['a block of comments', `DELIMITER //\nDO 0; ${fill('/* */;')} DO 1//`],
    ['a block of version comments', `DELIMITER //\nDO 0; ${half('/*!50000 ', '*/')} DO 1//`],
    ['blocks in a routine', `DELIMITER //\nCREATE PROCEDURE p() ${half('BEGIN ', ' END; ')}//`],
    ['blocks that never end', `DELIMITER //\nCREATE PROCEDURE p() ${fill('BEGIN IF a THEN ')}//`],
    ['branches', `DELIMITER //\nCREATE PROCEDURE p() ${half('IF a THEN ', ' END IF; ')}//`],
    [
      'CASE in a routine',
      `DELIMITER //\nCREATE PROCEDURE p() SELECT ${half('CASE WHEN 1 THEN ', ' END ')}//`,
    ],
    ['CASE statements', `DELIMITER //\nCREATE PROCEDURE p() ${half('CASE WHEN 1 THEN ', ' END CASE; ')}//`],
    ['open CASEs', `DELIMITER //\nCREATE PROCEDURE p() BEGIN ${fill('IF CASE ')}//`],
    ['handlers', `DELIMITER //\nCREATE PROCEDURE p() BEGIN ${fill('DECLARE EXIT HANDLER FOR 1, ')}//`],
    ['labels', `DELIMITER //\nCREATE PROCEDURE p() ${fill('a: ')}BEGIN END//`],
    ['parentheses in a routine', `DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT ${half('(', ')')}; END//`],
    [
      'open parentheses in a routine',
      `DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM t WHERE ${fill('(')}; END//`,
    ],
    ['parameters', `DELIMITER //\nCREATE PROCEDURE p(${fill('(')}//`],
    ['characteristics', `DELIMITER //\nCREATE PROCEDURE p() ${fill('COMMENT ')}//`],
    ['nothing but blanks', fill(' ')],
    ['line ends', fill('\r\n')],
    ['NULs', fill('\0')],
    ['letters', fill('ä')],
    ['halves of characters', fill('\ud800')],
  ];
}
