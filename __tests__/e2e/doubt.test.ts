import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../scripts/mysql/start-server.ts';
import {
  databaseInputs,
  testDatabase,
  type ConnectionSettings,
  type TestDatabase,
} from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { runAction, startAction, type ActionOptions, type ActionResult } from '../support/runner.ts';
import { holdTable, sessionRunning } from '../support/watch.ts';

const SQL =
  'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN n INT;\nINSERT INTO a VALUES (1);';

let unlogged: Server;
beforeAll(async () => {
  unlogged = await startServer({ gtid: 'off', mysqldFlags: ['--skip-log-bin'] });
});
afterAll(() => unlogged.stop());

/** A way to know, on a server and as a user who has it and no better one. */
interface Way {
  readonly by: RegExp;
  readonly database: () => Promise<TestDatabase>;
  readonly user: (db: TestDatabase) => Promise<ConnectionSettings>;
}

const readers = ['ALL', 'REPLICATION SLAVE ON *.*', 'REPLICATION CLIENT ON *.*'];
const WAYS: Readonly<Record<string, Way>> = {
  'the tag of its GTIDs': {
    by: /by the transactions with the tag db_\w+/,
    database: () => testDatabase(),
    user: (db) => db.userWith('ALL', 'TRANSACTION_GTID_TAG ON *.*', 'SESSION_VARIABLES_ADMIN ON *.*'),
  },
  'the log of a server with GTIDs': {
    by: /by the binary log from \S+:\d+ on/,
    database: () => testDatabase(),
    user: (db) => db.userWith(...readers),
  },
  'the log of a server without GTIDs': {
    by: /by the binary log from \S+:\d+ on/,
    database: () => testDatabase({ server: 'without-gtids' }),
    user: (db) => db.userWith(...readers),
  },
  'definitions, on a server without a log': {
    by: /what it names is defined as before it/,
    database: () => testDatabase({ server: unlogged }),
    user: async (db) => db,
  },
  'definitions, for a user who may not read the log': {
    by: /what it names is defined as before it/,
    database: () => testDatabase(),
    user: (db) => db.userWith('ALL'),
  },
};
const CASES = Object.entries(WAYS).flatMap(([name, way]) =>
  (['did not take effect', 'took effect'] as const).map((fate) => [name, fate, way] as const),
);

function step(
  user: ConnectionSettings,
  { binDir }: TestDatabase,
  workspace: string,
  inputs: Readonly<Record<string, string>> = {},
): ActionOptions {
  return {
    workspace,
    path: [binDir],
    inputs: {
      ...{ mode: 'update', environment: 'dev', backup: 'none', 'statement-lock-timeout': '30' },
      ...databaseInputs(user),
      ...inputs,
    },
  };
}

/** Destroys the runner while the ALTER runs, or after it and before its row in the journal. */
async function cutOff(db: TestDatabase, options: ActionOptions, fate: string): Promise<void> {
  const gate = await holdTable(db, 't');
  const run = await startAction(options);
  let victim = await sessionRunning(db, 'ALTER TABLE t%', 'Waiting for table metadata lock');
  const journal = await db.connect();
  if (fate === 'took effect') {
    await journal.query('START TRANSACTION; SELECT * FROM ops_migration_statements FOR UPDATE');
    await gate.letGo();
    victim = await sessionRunning(db, '%ops_migration_statements%');
  }
  run.destroyRunner();
  await run.result;
  await db.query('KILL ?', [victim]);
  journal.destroy();
  if (fate !== 'took effect') await gate.letGo();
}

async function columns(db: TestDatabase): Promise<number> {
  return (await db.query("SHOW COLUMNS FROM t LIKE 'n'")).length;
}

test.each(CASES)('by %s it is known that a statement %s', async (_, fate, { by, database, user: userOf }) => {
  const db = await database();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const user = await userOf(db);
  const folder = project(changesets({ id: '1', sql: SQL }));
  await cutOff(db, step(user, db, folder), fate);
  expect(await columns(db)).toBe(fate === 'took effect' ? 1 : 0);

  const refused = await runAction(step(user, db, folder));
  expect(refused.outputs['result']).toBe('blocked');
  if (by.source.startsWith('what') && fate === 'took effect') {
    await expectUndecided(refused, db, user, folder);
    return;
  }
  expect(refused.log).toContain(`statement 2, which was cut off, ${fate} (known`);
  expect(refused.log).toMatch(by);
  expect(refused.log).toContain('resume: true');
  const resumed = await runAction(step(user, db, folder, { resume: 'true' }));
  expect(resumed.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
  expect(await columns(db)).toBe(1);
  expect(await db.query('SELECT id FROM a')).toEqual([{ id: 1 }]);
});

/** Others may have changed what is not as it was. */
async function expectUndecided(
  refused: ActionResult,
  db: TestDatabase,
  user: ConnectionSettings,
  folder: string,
): Promise<void> {
  expect(refused.log).toContain('whether statement 2 took effect cannot be decided');
  expect(refused.log).toContain('GRANT REPLICATION CLIENT');
  expect(refused.log).toContain('resume-in-doubt');
  const answered = { resume: 'true', 'resume-in-doubt': 'done' };
  const resumed = await runAction(step(user, db, folder, answered));
  expect(resumed.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
}

test.each([
  ['nothing yet', 'SELECT SLEEP(100) INTO @slept; INSERT INTO t VALUES (1);', 'did not take effect'],
  ['a part', 'INSERT INTO t VALUES (1); SELECT SLEEP(100) INTO @slept;', 'it committed something'],
])('a CALL that had committed %s is told as such', async (_, body, said) => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await db.query(`CREATE PROCEDURE fill () BEGIN ${body} END`);
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);\nCALL fill();' }));
  const run = await startAction(step(db, db, folder));
  const victim = await sessionRunning(db, 'SELECT SLEEP%');
  run.destroyRunner();
  await run.result;
  await db.query('KILL ?', [victim]);
  const next = await runAction(step(db, db, folder));
  expect(next.outputs['result']).toBe('blocked');
  expect(next.log).toContain(said);
  expect(next.log.includes('resume-in-doubt')).toBe(said !== 'did not take effect');
});
