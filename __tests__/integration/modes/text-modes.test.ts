import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({});
}, 60_000);
afterAll(() => server.stop());

/** A database on the server whose global `sql_mode` is this one, with rows that must not be lost. */
async function withRows(mode: string): Promise<TestDatabase> {
  const db = await testDatabase({ server });
  await db.query('SET GLOBAL sql_mode = ?', [mode]);
  await db.reconnect();
  await db.query(
    "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(60)); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
  );
  return db;
}

const MODES = ['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES'];

/** Files that mean other things to other sessions, and what a run of ours may be at most in the default mode. */
const FILES: readonly (readonly [name: string, sql: string])[] = [
  ['a backslash before a quote', "DELETE FROM t WHERE s='\\' or 1=1 -- x';\n"],
  ['the same in a comment that is run', "/*!50000 DELETE FROM t WHERE s='\\' or 1=1 -- x' */;\n"],
  ['in an INSERT', "INSERT INTO t VALUES (3, 'it\\'s'), (4, 'x');\n"],
  ['double quotes', 'DELETE FROM t WHERE s="s";\n'],
  ['double quotes with a backslash', 'DELETE FROM t WHERE s="\\" or 1=1 -- ";\n'],
  ['a backslash that changes a value', "INSERT INTO t VALUES (3, 'a\\\\b'), (4, 'x\\n');\n"],
  ['names in double quotes', 'SET sql_mode = ANSI_QUOTES; DELETE FROM "t" WHERE "id" = 1;\n'],
  ['a mode of its own', "SET sql_mode = ''; DELETE FROM t WHERE s='\\' or 1=1 -- x';\n"],
  ['another of its own', "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; DELETE FROM t WHERE s='\\' -- or 1=1'\n;"],
  [
    "the server's mode",
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SET sql_mode = DEFAULT; DELETE FROM t WHERE s='\\' or 1=1 -- x';\n",
  ],
  [
    'a variable',
    "SET @m='NO_BACKSLASH_ESCAPES'; SET sql_mode=@m; DELETE FROM t WHERE s='\\' or 1=1 -- x';\n",
  ],
  ['a number', "SET sql_mode = 1048576; DELETE FROM t WHERE s='\\' or 1=1 -- x';\n"],
  [
    'a name that the server compares without accents',
    "SET \u017fql_mode = 'NO_BACKSLASH_ESCAPES'; DELETE FROM t WHERE s='\\' or 1=1 -- x';\n",
  ],
  ['gbk', "SET NAMES gbk; DELETE FROM t WHERE s='\u4f60\\' or 1=1 -- x';\n"],
  ['sjis', "SET NAMES sjis; DELETE FROM t WHERE s='\u0142\\' or 1=1 -- x';\n"],
  [
    'a routine',
    "CREATE PROCEDURE p() SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CALL p(); DELETE FROM t WHERE s='a';\n",
  ],
  [
    'a block',
    "DELIMITER //\nSET sql_mode = 'NO_BACKSLASH_ESCAPES'; DELETE FROM t WHERE s='\\' or 1=1 -- x'//\n",
  ],
];

/** As SQL; what a backslash means in the questions of the test itself is always the same. */
async function stateOf(db: TestDatabase): Promise<string> {
  await db.query("SET SESSION sql_mode = ''");
  return db.dump();
}

describe.each(MODES)('a server with sql_mode "%s"', (mode) => {
  test.each(FILES)(
    '%s: as the client, as update-sql writes it, or refused before anything is done',
    async (_, sql) => {
      const [ours, scripted, theirs] = [await withRows(mode), await withRows(mode), await withRows(mode)];
      const before = await stateOf(ours);
      const folder = project(changesets({ id: '1', sql, yaml: [`comment: "it's \\\\"`] }));
      const { report: written } = await deploy('update-sql', folder, scripted);
      const { report } = await deploy('update', folder, ours);
      expect(written.result).toBe(report.result);
      expect(written.problems).toEqual(report.problems);
      if (report.result !== 'ok') {
        expect(report).toMatchObject({
          result: 'blocked',
          problems: [{ at: { file: 'migrations/1.up.sql' } }],
        });
        expect(await stateOf(ours)).toBe(before);
        return;
      }
      expect(await runClient(theirs, theirs, sql)).toMatchObject({ code: 0, stderr: '' });
      expect(await stateOf(ours)).toBe(await stateOf(theirs));
      // Judged as one row or none, whatever the server makes of it.
      expect(await ours.query('SELECT id FROM t LIMIT 1')).toHaveLength(1);
      const script = readFileSync(written.sqlFile ?? '', 'utf8');
      expect(await runClient(scripted, scripted, script, ['--binary-mode'])).toMatchObject({
        code: 0,
        stderr: '',
      });
      expect(await stateOf(scripted)).toBe(await stateOf(theirs));
      const history = 'SELECT ID, COMMENTS, CHECKSUM FROM DATABASECHANGELOG';
      expect(await scripted.query(history)).toEqual(await ours.query(history));
    },
  );
});

test('what is refused names mode, file and line, and the same file with its mode written out runs', async () => {
  const db = await withRows('NO_BACKSLASH_ESCAPES');
  const sql = "SELECT 1;\nDELETE FROM t\nWHERE s='\\' or 1=1 -- x';\n";
  const { report } = await deploy('status', project(changesets({ id: '1', sql })), db);
  expect(report).toMatchObject({
    result: 'blocked',
    problems: [{ code: 'invalid-sql', at: { file: 'migrations/1.up.sql', line: 3 } }],
  });
  expect(report.problems[0]?.message).toMatch(/sql_mode [A-Z_,]*NO_BACKSLASH_ESCAPES/);
  const literal = `SET sql_mode = 'STRICT_ALL_TABLES';\n${sql}`;
  expect((await deploy('update', project(changesets({ id: '1', sql: literal })), db)).report.result).toBe(
    'ok',
  );
  expect(await db.query('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: 2 }]);
});

test('init_connect is asked too', async () => {
  const db = await withRows('');
  const user = await db.userWith('ALL', 'PROCESS ON *.*');
  await db.query(`SET GLOBAL init_connect = "SET sql_mode = 'NO_BACKSLASH_ESCAPES'"`);
  try {
    const sql = "DELETE FROM t WHERE s='\\' or 1=1 -- x';\n";
    const { report } = await deploy('update', project(changesets({ id: '1', sql })), {
      ...user,
      binDir: db.binDir,
    } as never);
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'invalid-sql' }] });
  } finally {
    await db.query(`SET GLOBAL init_connect = ''`);
  }
});
