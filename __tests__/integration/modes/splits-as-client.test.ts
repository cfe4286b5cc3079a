import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { splitStatements } from '../../../src/sql/split/split.ts';
import type { LexableSql } from '../../../src/sql/statements.ts';
import { nextToken, tokenCursor } from '../../../src/sql/tokenize.ts';
import { formatProblem } from '../../../src/errors.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { runClient } from '../../support/mysql-client.ts';
import { randomSql } from '../../support/random-sql.ts';
import { seededRandom } from '../../support/seeded-random.ts';

let server: Server;
let db: TestDatabase;

beforeAll(async () => {
  server = await startServer({
    mysqldFlags: [
      '--performance-schema-consumer-events-statements-history-long=ON',
      '--performance-schema-max-sql-text-length=65536',
      '--performance-schema-events-statements-history-long-size=10000',
      '--sql-mode=',
    ],
  });
  db = await testDatabase({ server, lifetime: 'file' });
}, 120_000);
afterAll(() => server.stop());

const SELECT_TAKEN = `SELECT SQL_TEXT AS text FROM performance_schema.events_statements_history_long
  WHERE THREAD_ID <> PS_CURRENT_THREAD_ID() AND EVENT_NAME LIKE 'statement/sql/%' AND NESTING_EVENT_LEVEL = 0
  ORDER BY EVENT_ID`;

const SELECT_OTHERS = `SELECT 1 FROM performance_schema.threads
  WHERE TYPE = 'FOREGROUND' AND PROCESSLIST_DB = DATABASE() AND PROCESSLIST_ID <> CONNECTION_ID()`;
const OWN_QUESTIONS = ['select @@version_comment limit 1', 'select $$'];

/** Every statement that the server took from the client, one by one, also where the client sent several at once. */
async function takenFromClient(sql: string): Promise<readonly string[]> {
  await db.query('DROP DATABASE ??; CREATE DATABASE ??; USE ??', [db.name, db.name, db.name]);
  await db.query('TRUNCATE performance_schema.events_statements_history_long');
  expect(await runClient(db, db, sql, ['--binary-mode'])).toMatchObject({ code: 0, stderr: '' });
  // The last statement is noted after its answer was sent.
  while ((await db.query(SELECT_OTHERS)).length > 0) await sleep(5);
  const taken = (await db.query<{ text: string }>(SELECT_TAKEN)).map(({ text }) => text);
  // It asks two things of its own, and sends comments alone.
  return taken.filter((text) => !OWN_QUESTIONS.includes(text) && normalForm({ text }) !== '');
}

/** What the server runs of it: the server's own text leaves out comments that it skips. */
function normalForm(statement: Pick<LexableSql, 'text' | 'backslash'>): string {
  const cursor = tokenCursor(statement, SERVER_VERSION);
  const tokens: string[] = [];
  while (nextToken(cursor)) tokens.push(cursor.sql.slice(cursor.start, cursor.end));
  while (tokens.at(-1) === ';') tokens.pop();
  return tokens.join(' ');
}

const SERVER_VERSION = 90_000;
const FILES = Number(process.env['FUZZ_FILES'] ?? 150);

test(`${FILES} random files are split into the statements that the server takes from the client`, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 1e9));
  const random = seededRandom(seed);
  let count = 0;
  for (let file = 0; file < FILES; file++) {
    const sql = randomSql(random, 12);
    try {
      const { statements, problems } = splitStatements(sql, 'a.sql');
      expect(problems.map(formatProblem)).toEqual([]);
      const taken = await takenFromClient(sql);
      expect(statements.map(normalForm)).toEqual(
        taken.map((text, index) => normalForm({ text, ...backslashOf(statements[index]) })),
      );
      count += statements.length;
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}, file ${file}:\n${sql}\n${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  expect(count).toBeGreaterThan(FILES * 8);
}, 600_000);

function backslashOf(statement: LexableSql | undefined): Pick<LexableSql, 'backslash'> {
  return statement?.backslash === undefined ? {} : { backslash: statement.backslash };
}
