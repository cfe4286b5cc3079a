import { describe, expect, test } from '@jest/globals';
import { redactReport } from '../../../src/log/redact-report.ts';
import { redactServerMessage, redactSql, redactText, redactValues } from '../../../src/redaction/redact.ts';
import { secretForms } from '../../../src/redaction/secret-forms.ts';
import type { Report } from '../../../src/report/report.ts';
import { aChangeset, aReport, PLAN_PARTS_SHOWN, statementsOf } from '../../support/builders.ts';

describe('SQL for the eyes of people', () => {
  test.each([
    "CREATE USER u IDENTIFIED BY 'geheim'",
    "create user 'u'@'%' identified by 'geheim'",
    "CREATE USER IF NOT EXISTS 'a'@'%' IDENTIFIED BY 'geheim', 'b' IDENTIFIED BY 'geheim'",
    "CREATE USER u IDENTIFIED\n  /* why */ BY -- really\n 'geheim'",
    'CREATE USER u IDENTIFIED BY "geheim"',
    "CREATE USER u IDENTIFIED WITH caching_sha2_password BY 'geheim'",
    "CREATE USER u IDENTIFIED WITH 'mysql_native_password' AS 'geheim'",
    "CREATE USER u IDENTIFIED BY PASSWORD 'geheim'",
    "CREATE USER u IDENTIFIED BY N'geheim'",
    "CREATE USER u IDENTIFIED WITH p AS 'geheim' AND IDENTIFIED WITH q BY 'geheim'",
    "/*!80000 CREATE USER u IDENTIFIED BY 'geheim' */",
    "CREATE USER u /*!80000 IDENTIFIED BY 'geheim' */",
    "CREATE USER u IDENTIFIED /*!80000 BY */ 'geheim'",
    "ALTER USER u IDENTIFIED BY 'neu geheim' REPLACE 'geheim' RETAIN CURRENT PASSWORD",
    "ALTER USER u 2 FACTOR FINISH REGISTRATION SET CHALLENGE_RESPONSE AS 'geheim'",
    "ALTER USER u ADD 2 FACTOR IDENTIFIED WITH p AS 'geheim'",
    "SET PASSWORD = 'geheim'",
    "SET PASSWORD FOR 'u'@'localhost' = 'geheim' REPLACE 'geheim'",
    "SET PASSWORD FOR u = PASSWORD('geheim')",
    "SELECT PASSWORD('geheim')",
    "GRANT ALL ON *.* TO u IDENTIFIED BY 'geheim'",
    "CHANGE MASTER TO MASTER_USER='u', MASTER_PASSWORD='geheim'",
    "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = 'geheim', SOURCE_HOST = 'h'",
    "START REPLICA USER='u' PASSWORD='geheim'",
    "START GROUP_REPLICATION USER='u', PASSWORD='geheim'",
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h', PASSWORD 'geheim', USER 'u')",
    "CREATE TABLE t (id INT) ENGINE=FEDERATED CONNECTION='mysql://u:geheim@h:3306/db/t'",
    "CREATE TABLE t (id INT) CONNECTION='mysql://u:ge@heim/geheim@h:3306/db/t'",
    "-- CREATE USER u IDENTIFIED BY 'geheim'\nSELECT 1",
    "/* IDENTIFIED BY 'geheim' */ SELECT 1",
    "SET @s = 'CREATE USER u IDENTIFIED BY ''geheim'''",
    'SET @s = "ALTER USER u IDENTIFIED BY \'geheim\'"',
    "CREATE PROCEDURE p() BEGIN ALTER USER u IDENTIFIED BY 'geheim'; END",
    "CREATE USER u IDENTFIED BY 'geheim'",
    "CREATE USER u IDENTIFIED 'geheim'",
    "ALTER USER u PASWORD 'geheim'",
    "CREATE USER u IDENTIFIED BY 'it''s \\' geheim'",
  ])('shows no password: %s', (sql) => {
    const shown = redactSql(sql);
    expect(shown).not.toMatch(/geheim/i);
    expect(shown).toContain('<redacted>');
  });

  test('shows no hash', () => {
    expect(redactSql('CREATE USER u IDENTIFIED WITH caching_sha2_password AS 0x244124303035')).toBe(
      "CREATE USER u IDENTIFIED WITH caching_sha2_password AS '<redacted>'",
    );
    expect(redactSql("ALTER USER u IDENTIFIED WITH p AS X'2441'")).not.toContain('2441');
  });

  test.each([
    "CREATE USER 'u'@'%' REQUIRE SUBJECT '/CN=u' ISSUER '/CN=ca' COMMENT 'why' ATTRIBUTE '{}'",
    "CREATE USER IF NOT EXISTS 'a'@'%', 'b'@'%' DEFAULT ROLE 'r'",
    "GRANT SELECT ON t TO 'u'@'%' WITH GRANT OPTION",
    "CHANGE REPLICATION SOURCE TO SOURCE_HOST='h', SOURCE_USER='u'",
    "LOAD DATA LOCAL INFILE 'f' INTO TABLE t FIELDS TERMINATED BY ',' ENCLOSED BY '\"' LINES STARTING BY 'x'",
    "SELECT GROUP_CONCAT(a ORDER BY 'x' SEPARATOR ',') FROM t GROUP BY 'y'",
    "SELECT REPLACE('a', 'b', 'c'), b AS 'name'",
    "INSERT INTO t VALUES ('by hand', 'password', 'https://example.com/@x')",
    "CREATE TABLE t (password VARCHAR(60) COMMENT 'a hash', by_whom TEXT)",
    "SELECT 'it''s', \"q\", N'x', 0xFF, x'00' -- don't\n, 1 # 'open\n/* ' */",
  ])('is otherwise whole: %s', (sql) => {
    expect(redactSql(sql)).toBe(sql);
  });

  test('never hides a statement behind an open quote in a comment', () => {
    const sql = "SELECT 1 -- PASSWORD 'open\n; DROP TABLE t -- IDENTIFIED BY 'open\n, u";
    expect(redactSql(sql)).toContain('; DROP TABLE t');
    expect(redactSql(sql)).toMatch(/, u$/);
  });

  test('reads backslashes as the statement does', () => {
    const sql = "ALTER USER u IDENTIFIED BY 'a\\'; DROP TABLE t; -- '";
    expect(redactSql(sql, 'literal')).toContain('DROP TABLE t');
    expect(redactSql(sql, 'escape')).not.toContain('DROP TABLE t');
  });

  test('of megabytes takes no time to speak of', () => {
    const sql = `INSERT INTO t VALUES ${"('by', 'password'),".repeat(100_000)}('x')`;
    expect(redactSql(sql) === sql).toBe(true);
  });
});

describe('messages', () => {
  test.each([
    "near 'IDENTFIED BY 'geheim'' at line 1",
    "near 'IDENTIFIED BY 'gehei' at line 1",
    "near 'IDENTIFIED BY 'gehei",
    'mysql://u:geheim@h/db refused',
    "SET PASSWORD FOR u = 'geheim'",
    "MASTER_PASSWORD='geheim'",
    "query: ALTER USER u REPLACE 'geheim'",
    'IDENTIFIED WITH p AS 0x6765',
    "PASSWORD('geheim')",
    'password: "geheim"',
  ])('show no password: %s', (message) => {
    expect(redactText(message)).not.toMatch(/gehei|6765/);
  });

  test('are otherwise as they were', () => {
    const message = "ER_ACCESS_DENIED_ERROR: Access denied for user 'u'@'h' (using password: YES)";
    expect(redactText(message)).toBe(message);
    expect(redactText("near 'IDENTFIED BY 'x'' at line 7")).toBe(
      "near 'IDENTFIED BY '<redacted>'' at line 7",
    );
  });

  test('about a statement with a secret quote nothing of it', () => {
    const sql = "CREATE USER u IDENTIFIED 'geheim'";
    const message = "You have an error in your SQL syntax near ''gehe' at line 1";
    expect(redactServerMessage(message, sql)).toBe(
      "You have an error in your SQL syntax near '<redacted>' at line 1",
    );
    expect(redactServerMessage("Your password 'geheim' is too short", sql)).not.toContain('geheim');
    expect(redactServerMessage("near 'SELCT 1' at line 1", 'SELCT 1')).toBe("near 'SELCT 1' at line 1");
  });
});

describe('given secrets', () => {
  const secret = `p@ss w/"o'r\\d&<ü>+`;

  test.each([
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ secret }).toString(),
    JSON.stringify({ secret }),
    JSON.stringify(JSON.stringify({ secret })),
    secret.replaceAll("'", "''"),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    Buffer.from(`user:${secret}`).toString('base64'),
    Buffer.from(`x:${secret}:y`).toString('base64'),
    Buffer.from(`xy:${secret}:y`).toString('base64'),
  ])('are hidden in %s', (text) => {
    const shown = redactValues(`before ${text} after`, [secret]);
    expect(shown).toMatch(/^before .*\*\*\*.* after$/);
    expect(shown).not.toMatch(/ss w|cGFzc|QHNz|BAc3Mg|ss%20w/i);
  });

  test('of several lines are hidden line by line, but for lines that say nothing', () => {
    const pem = '-----BEGIN KEY-----\r\nMIIEvQIBADANBg\r\n{\r\n-----END KEY-----\r\n';
    expect(redactValues('see MIIEvQIBADANBg and {', [pem])).toBe('see *** and {');
    expect(redactValues(`x${pem}y`, [pem])).toBe('x***y');
  });

  test('are hidden whole when one holds another', () => {
    expect(redactValues('geheim123', ['geheim', 'geheim123'])).toBe('***');
  });

  test('that are empty hide nothing', () => {
    expect(secretForms(['', ' ', '\n'])).toEqual([]);
    expect(redactValues('text', [''])).toBe('text');
  });
});

describe('a report', () => {
  test('loses the secrets from all that others wrote, before it is escaped', () => {
    const secret = 'p@ss|w<rd';
    const report = aReport({
      problems: [{ code: 'server-error', message: `bad ${secret}`, fix: secret }],
      pending: [aChangeset({ statements: statementsOf(`SELECT '${secret}'`) })],
    });
    const shown = redactReport(report, [secret, 'ok', 'low']);
    expect(JSON.stringify(shown)).not.toContain('p@ss');
    expect(shown.problems[0]).toEqual({ code: 'server-error', message: 'bad ***', fix: '***' });
    expect(shown).toMatchObject({ result: 'ok', schemaVersion: 1, sqlFile: undefined });
    expect(shown.pending[0]).toMatchObject({ risk: 'low', sqlFile: report.pending[0]!.sqlFile });
    expect(redactReport(report, [])).toEqual(report);
    const why = { dataset: 'd', file: 'a.csv', line: 2, reason: `amount: "${secret}" is no number` };
    const rejected = { ...report, pipeline: { rejected: [why] } as unknown as Report['pipeline'] };
    expect(JSON.stringify(redactReport(rejected, [secret]))).not.toContain('p@ss');
  });
});

test('hash and parts of a plan stay whole, or nobody could give them back; other texts in their place do not', () => {
  const report = aReport();
  expect(redactReport(report, ['ab', 'aaaa'])).toMatchObject({
    planHash: report.planHash,
    planParts: PLAN_PARTS_SHOWN,
  });
  const strange = { ...PLAN_PARTS_SHOWN, gates: 'geheim' };
  expect(redactReport(aReport({ planParts: strange }), ['geheim']).planParts?.gates).not.toContain('geheim');
});
