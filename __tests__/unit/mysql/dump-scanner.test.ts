import { expect, test } from '@jest/globals';
import { DumpScanner } from '../../../src/mysql/dump-text/dump-scanner.ts';

const DUMP = `-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
CREATE TABLE \`a\`\`b\` (
  \`x\` varchar(9) DEFAULT '\\nCREATE TABLE \`no\` (' COMMENT 'é'
);
INSERT INTO \`a\`\`b\` VALUES ('CREATE TABLE \`no\` (\\nCREATE TABLE \`no\` (');
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`ro\`\`ot\`@\`%\`*/ /*!50003 TRIGGER \`tr\` BEFORE INSERT ON \`a\`\`b\` FOR EACH ROW BEGIN
CREATE TABLE \`no\` (
DELIMITER ;
END */;;
DELIMITER ;
/*!50001 CREATE VIEW \`v\` AS SELECT
 1 AS \`x\`*/;
DELIMITER ;;
/*!50003 SET sql_mode = '' */ ;;
/*!50106 CREATE*/ /*!50117 DEFINER=\`root\`@\`%\`*/ /*!50106 EVENT \`ev\` ON SCHEDULE EVERY 1 DAY DO select 1 */ ;;
DELIMITER ;
DELIMITER ;;
CREATE LIBRARY \`lib\`
    LANGUAGE JAVASCRIPT
AS $$ $$ ;;
DELIMITER ;
DELIMITER ;;
CREATE DEFINER="root"@"%" PROCEDURE "日""本"()
BEGIN
END ;;
DELIMITER ;
DELIMITER ;;
CREATE DEFINER=\`root\`@\`%\` FUNCTION \`f\`() RETURNS int
return 1 ;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`%\` SQL SECURITY DEFINER */
/*!50001 VIEW \`v\` AS select 1 AS \`x\` */;
/*!50001 JSON RELATIONAL DUALITY VIEW \`jv\` AS select 1 */;

-- Dump completed on 2026-02-28 12:00:00
`;

const FOUND = [
  { kind: 'table', name: 'a`b' },
  { kind: 'trigger', name: 'tr' },
  { kind: 'event', name: 'ev' },
  { kind: 'library', name: 'lib' },
  { kind: 'procedure', name: '日"本' },
  { kind: 'function', name: 'f' },
  { kind: 'view', name: 'v' },
  { kind: 'view', name: 'jv' },
];

test.each([1, 2, 3, 7, 64, 100_000])('finds the objects of a dump that comes %s bytes at a time', (size) => {
  const scanner = new DumpScanner();
  const bytes = Buffer.from(DUMP);
  for (let at = 0; at < bytes.length; at += size) scanner.scan(bytes.subarray(at, at + size));
  expect(scanner.end()).toEqual({ objects: FOUND, isComplete: true });
  expect(scanner.bytes).toBe(bytes.length);
});

test('a dump without its last line is not complete, nor is one that goes on after it', () => {
  for (const text of [DUMP.replace('-- Dump completed', '-- Dump'), `${DUMP}INSERT`, '']) {
    const scanner = new DumpScanner();
    scanner.scan(Buffer.from(text));
    expect(scanner.end().isComplete).toBe(false);
  }
});
