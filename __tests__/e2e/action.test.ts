import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/report/report.ts';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { runAction, startAction, type ActionResult } from '../support/runner.ts';

const root = join(import.meta.dirname, '../..');

function example(): string {
  const folder = project({});
  for (const part of ['changelog', 'migrations'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  return folder;
}

function step(
  mode: string,
  workspace: string,
  db: TestDatabase,
  inputs: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({
    workspace,
    secrets: [db.password],
    inputs: { mode, environment: 'dev', backup: 'none', ...databaseInputs(db), ...inputs },
  });
}

function readReport(result: ActionResult): Report {
  return JSON.parse(readFileSync(result.outputs['report-file'] ?? '', 'utf8')) as Report;
}

test('from an empty database to the example, then nothing to do, then an edited file is refused', async () => {
  const db = await testDatabase();
  const folder = example();

  const validated = await step('validate', folder, db);
  expect(validated).toMatchObject({ outcome: 'success', outputs: { result: 'ok' } });

  const planned = await step('status', folder, db);
  expect(planned.outputs).toMatchObject({ result: 'ok', 'pending-count': '3' });
  const pending = JSON.parse(planned.outputs['pending'] ?? '') as unknown[];
  expect(pending[0]).toEqual({
    id: '001',
    author: 'db-deploy',
    file: 'migrations/001_initial_schema.up.sql',
    risk: 'low',
    contexts: '',
    labels: [],
    statements: 4,
  });

  const first = await step('update', folder, db, {
    'expected-plan-hash': planned.outputs['plan-hash'] ?? '',
  });
  expect(first).toMatchObject({
    exitCode: 0,
    outcome: 'success',
    outputs: { result: 'ok', 'applied-count': '3' },
  });
  expect(first.summary).toMatch(/^[^\n]*The database has every changeset of this plan/);
  const tables = await db.query<{ name: string }>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME REGEXP '^(stg|dim|fact|vw)_' ORDER BY 1",
  );
  expect(tables.map(({ name }) => name)).toEqual([
    ...[
      'dim_customer',
      'fact_order',
      'stg_customers',
      'stg_orders',
      'vw_customer_masked',
      'vw_order_summary',
    ],
  ]);

  const second = await step('update', folder, db);
  expect(second.outputs).toMatchObject({ result: 'ok', 'pending-count': '0', 'applied-count': '0' });
  expect((await step('verify', folder, db)).outputs).toMatchObject({ result: 'ok' });

  const file = 'migrations/001_initial_schema.up.sql';
  writeFileSync(join(folder, file), `${readFileSync(join(folder, file), 'utf8')}\nSELECT 1;\n`);
  for (const mode of ['verify', 'update']) {
    const refused = await step(mode, folder, db);
    expect(refused).toMatchObject({ exitCode: 1, outcome: 'failure', outputs: { result: 'blocked' } });
    expect(refused.summary).toContain('db-deploy:001');
    expect(refused.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('db-deploy:001') }),
    );
  }
});

test('a statement that fails is annotated on its line, and the summary says first what the database is like', async () => {
  const db = await testDatabase();
  const sql = 'CREATE TABLE a (id INT PRIMARY KEY);\n\nCREATE TABLE b (\n  id NO_SUCH_TYPE PRIMARY KEY);';
  const failed = await step('update', project(changesets({ id: '1', sql })), db);
  expect(failed).toMatchObject({
    exitCode: 1,
    outputs: { result: 'failed', 'applied-count': '0', restored: 'false' },
  });
  expect(failed.annotations).toContainEqual(
    expect.objectContaining({
      level: 'error',
      properties: expect.objectContaining({ file: 'migrations/1.up.sql', line: '4' }),
    }),
  );
  expect(failed.summary?.split('\n')[0]).toContain('statement 1 of 2 is in effect');
  expect(readReport(failed)).toMatchObject({
    result: 'failed',
    pending: [{ status: 'failed', statementsDone: 1 }],
  });
});

test('update-sql writes a file that only its owner can read', async () => {
  const db = await testDatabase();
  const before = await db.dump({ trackingTables: 'with' });
  const result = await step('update-sql', example(), db);
  const file = result.outputs['sql-file'] ?? '';
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain('CREATE TABLE dim_customer');
  expect(await db.dump({ trackingTables: 'with' })).toBe(before);
});

test('annotations name files as the repository knows them', async () => {
  const db = await testDatabase();
  const files = Object.entries(changesets({ id: '1', sql: 'DROP TABLE t;' }));
  const workspace = project(Object.fromEntries(files.map(([path, text]) => [`services/shop/${path}`, text])));
  const result = await step('status', workspace, db, { 'working-directory': 'services/shop' });
  expect(result.annotations[0]?.properties['file']).toBe('services/shop/migrations/1.up.sql');
});

test('two steps of one job keep a report each, also where no run is recorded', async () => {
  const db = await testDatabase();
  const folder = example();
  for (const mode of ['validate', 'status']) {
    const [first, second] = [await step(mode, folder, db), await step(mode, folder, db)];
    const temporary = (result: ActionResult): string => basename(result.outputs['report-file'] ?? '');
    expect(temporary(first)).toMatch(/^db-deploy-\d{8}-\d{6}-[0-9a-f]{8}\.json$/);
    expect(temporary(first)).not.toBe(temporary(second));
    expect(readReport(first).mode).toBe(mode);
  }
});

test('every wrong input is told at once, in log, summary and annotations, and nothing is tried', async () => {
  const result = await runAction({ inputs: { mode: 'update', 'db-port': 'x', 'lock-timeout': '-1' } });
  expect(result).toMatchObject({ exitCode: 1, outcome: 'failure', outputs: { result: 'blocked' } });
  for (const name of ['environment', 'backup-passphrase', 'db-user', 'db-name', 'db-port', 'lock-timeout']) {
    expect(result.summary).toContain(`input ${name}`);
    expect(result.log).toContain(`input ${name}`);
  }
  expect(result.rawStderr).not.toMatch(/\n\s+at /);
  // Who asked, and in which run, is known whatever was asked.
  expect(result.summary).toContain('| actor | `octocat` |');
  expect(result.summary).toContain('/actions/runs/8841');
});

test('the password is nowhere: not in log, outputs, summary or report', async () => {
  const db = await testDatabase();
  const password = `p4ss'w"ord %&${db.name}`;
  const user = await db.userWith('ALL');
  await db.query('ALTER USER ? IDENTIFIED BY ?', [user.user, password]);
  const sql = `CREATE TABLE a (id INT PRIMARY KEY); SELECT '${password.replaceAll("'", "''")}' FROM nowhere;`;
  const result = await runAction({
    workspace: project(changesets({ id: '1', sql })),
    inputs: { mode: 'update', environment: 'dev', backup: 'none', ...databaseInputs({ ...user, password }) },
  });
  expect(result.outputs['result']).toBe('failed');
  expect(result.log).not.toContain(password);
  expect(result.log).not.toContain(encodeURIComponent(password));
});

describe('text of others', () => {
  const hostile = '::set-output name=result::ok ##[error]boo @everyone <img src=x> `` ``` \u001b[31m \u202e';

  test('is no command, whoever wrote it', async () => {
    const db = await testDatabase();
    const escaped = hostile.replaceAll('`', '');
    const folder = project({
      'changelog/changelog.yml': `databaseChangeLog:\n  - changeSet:\n      id: "1"\n      author: test\n      comment: "${escaped.replaceAll('\u001b', '').replaceAll('\u202e', '')}"\n      sqlFile: m.sql\n`,
      'm.sql': `CREATE TABLE t (id INT PRIMARY KEY COMMENT '${hostile}');\nSELECT '${hostile}' FROM \`::error::no ##[error]such\`;`,
    });
    const result = await step('update', folder, db);
    expect(result.outputs['result']).toBe('failed');
    const titles = result.annotations.map(({ level, message }) => `${level} ${message}`);
    expect(titles.filter((title) => title.startsWith('error'))).toHaveLength(1);
    // In a fenced block nothing acts; everywhere else nothing may.
    const prose = result.summary?.replace(/^(`{3,})sql\n[^]*?\n\1$/gm, '');
    expect(prose).not.toMatch(/<img|(^|\s)@everyone/);
  });
});

test('in JSON every line of stdout is one object, and workflow commands go to stderr', async () => {
  const db = await testDatabase();
  const result = await step('update', example(), db, { 'log-format': 'json' });
  const lines = result.rawStdout.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.every(({ ts, level, run_id }) => Boolean(ts && level && run_id))).toBe(true);
  expect(events[0]).toMatchObject({ event: 'run-started', mode: 'update', environment: 'dev' });
  expect(events.at(-1)).toMatchObject({ event: 'run-finished', mode: 'update', result: 'ok' });
  const second = events.filter(({ changeset }) => changeset === 'db-deploy:002');
  const told = second.map(({ event, statement }) => [event, statement].join(' ').trim());
  expect(told).toEqual([
    'changeset-started',
    ...[1, 2, 3, 4].flatMap((number) => [`statement-started ${number}`, `statement-finished ${number}`]),
    'changeset-applied',
  ]);
  for (const { event, duration_ms } of second)
    expect(typeof duration_ms).toBe(/finished|applied/.test(String(event)) ? 'number' : 'undefined');
  expect(result.rawStderr).toContain('::add-mask::');
});

test('a cancelled job ends the statement that runs, says what is in effect, and leaves no lock', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const folder = project(
    changesets({ id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN n INT;' }),
  );
  const blocker = await db.connect();
  await blocker.query('START TRANSACTION');
  await blocker.query('SELECT * FROM t');
  const run = await startAction({
    workspace: folder,
    inputs: {
      ...{ mode: 'update', environment: 'dev', backup: 'none', 'statement-lock-timeout': '60' },
      ...databaseInputs(db),
    },
  });
  await untilRunning(db, 'ALTER TABLE t%');
  await run.cancel();
  const result = await run.result;
  expect(result.outputs['result']).toBe('failed');
  expect(result.summary?.split('\n')[0]).toContain('statement 1 of 2 is in effect');
  await blocker.query('COMMIT');
  expect(await hasColumn(db)).toBe(false);
  expect(await db.query('SELECT status FROM ops_migration_runs')).toEqual([{ status: 'interrupted' }]);
  const resumed = await step('update', folder, db, { resume: 'true' });
  expect(resumed.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
});

test.each([
  ['among DDL', 'CREATE TABLE a (id INT PRIMARY KEY);\n', '\nCREATE TABLE b (id INT PRIMARY KEY);', 1],
  ['in a changeset of DML alone', 'INSERT INTO t VALUES (1);\n', '', 0],
])(
  'what KILL QUERY cut short is not taken for done although the server says so, %s',
  async (_where, before, after, done) => {
    const db = await testDatabase();
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    // SLEEP() that is ended gives 1, and the statement goes on with that.
    const folder = project(
      changesets({ id: '1', sql: `${before}INSERT INTO t SELECT SLEEP(100) + 5;${after}` }),
    );
    const run = await startAction({
      workspace: folder,
      inputs: { mode: 'update', environment: 'dev', backup: 'none', ...databaseInputs(db) },
    });
    await untilRunning(db, 'INSERT INTO t SELECT SLEEP%');
    await run.cancel();
    const result = await run.result;
    expect(result.outputs['result']).toBe('failed');
    expect(await db.query('SELECT * FROM t')).toEqual([]);
    const rows = await db.query<{ n: number }>(
      "SELECT COUNT(*) AS n FROM ops_migration_statements WHERE status = 'done'",
    );
    expect(rows).toEqual([{ n: done }]);
  },
);

test('a killed runner leaves no lock, and the next run says where the last one was', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const sql =
    'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE t ADD COLUMN n INT;\nCREATE TABLE c (id INT PRIMARY KEY);';
  const folder = project(changesets({ id: '1', sql }));
  const blocker = await db.connect();
  await blocker.query('START TRANSACTION');
  await blocker.query('SELECT * FROM t');
  const run = await startAction({
    workspace: folder,
    inputs: {
      mode: 'update',
      environment: 'dev',
      backup: 'none',
      ...databaseInputs(db),
      'statement-lock-timeout': '30',
    },
  });
  await untilRunning(db, 'ALTER TABLE t%');
  run.destroyRunner();
  await run.result;
  await blocker.query('COMMIT');
  await untilGone(db, 'ALTER TABLE t%');
  const next = await step('update', folder, db);
  expect(next.outputs['result']).toBe('blocked');
  expect(next.summary).toMatch(
    /^### ⛔ An earlier run stopped in the middle of a changeset and left it so\. This run changed nothing\.\n/,
  );
  expect(next.summary).toContain('statement 2');
  const answer = (await hasColumn(db)) ? 'done' : 'not-done';
  const opposite = answer === 'done' ? 'not-done' : 'done';
  const reviewed = await step('status', folder, db, { resume: 'true', 'resume-in-doubt': opposite });
  expect(reviewed.summary).toContain(`resume goes on after statement ${answer === 'done' ? 2 : 1} of 3`);
  expect(reviewed.summary).toContain(`\`resume: true\` \`resume-in-doubt: ${opposite}\``);
  const other = await step('update', folder, db, {
    ...{ resume: 'true', 'resume-in-doubt': answer },
    'expected-plan-hash': reviewed.outputs['plan-hash'] ?? '',
  });
  expect(other).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
  const resumed = await step('update', folder, db, { resume: 'true', 'resume-in-doubt': answer });
  expect(resumed.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
  expect(await hasColumn(db)).toBe(true);
});

async function hasColumn(db: TestDatabase): Promise<boolean> {
  return (await db.query("SHOW COLUMNS FROM t LIKE 'n'")).length === 1;
}

const COUNT_RUNNING =
  'SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE ?';

async function untilRunning(db: TestDatabase, pattern: string): Promise<void> {
  while ((await db.query<{ n: number }>(COUNT_RUNNING, [pattern]))[0]?.n === 0) await pause();
}

async function untilGone(db: TestDatabase, pattern: string): Promise<void> {
  while ((await db.query<{ n: number }>(COUNT_RUNNING, [pattern]))[0]?.n !== 0) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

describe('an error that nobody foresaw', () => {
  const password = 'pa##[ss-word';
  const words = `denied for ${password}\n::set-output name=owned::yes\n##[error]owned`;
  /** Makes a built-in of Node throw that every run calls, or fail where nobody waits for it. */
  const faults = {
    'in the run itself': `import crypto from 'node:crypto';
      import { syncBuiltinESMExports } from 'node:module';
      crypto.randomBytes = () => { throw new Error(${JSON.stringify(words)}); };
      syncBuiltinESMExports();`,
    'in passing': `process.once('beforeExit', () => undefined);
      const write = process.stdout.write.bind(process.stdout);
      process.stdout.write = (...args) => {
        process.stdout.write = write;
        process.nextTick(() => { throw new Error(${JSON.stringify(words)}); });
        return write(...args);
      };`,
  };

  test.each(Object.entries(faults))('%s is printed without commands and secrets', async (_, fault) => {
    const preload = `--import=data:text/javascript;base64,${Buffer.from(fault).toString('base64')}`;
    const result = await runAction({
      workspace: project(changesets({ id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);' })),
      env: { NODE_OPTIONS: preload },
      inputs: { mode: 'validate', 'db-password': password },
    });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain('this is a bug in db-deploy');
    expect(result.log).not.toContain('ss-word');
    expect(result.log).toContain('\\::set-output');
    expect(result.outputs).not.toHaveProperty('owned');
    expect(result.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringMatching(/^Error: denied for /) }),
    );
  });
});
