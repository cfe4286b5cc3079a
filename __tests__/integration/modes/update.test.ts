import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';

const root = join(import.meta.dirname, '../../..');

function example(): string {
  const folder = project({});
  for (const part of ['changelog', 'migrations'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  return folder;
}

describe.each(['main', 'without-gtids'] as const)('the example on server %s', (server) => {
  test('is applied, then there is nothing to do, then an edited file is refused by name', async () => {
    const db = await testDatabase({ server });
    const folder = example();
    const first = await deploy('update', folder, db);
    expect(first.report).toMatchObject({ result: 'ok', problems: [], violations: expect.any(Array) });
    expect(first.report.pending.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    const recorded = await db.query('SELECT ID, EXECTYPE, ORDEREXECUTED FROM DATABASECHANGELOG ORDER BY 3');
    expect(recorded).toEqual([
      { ID: '001', EXECTYPE: 'EXECUTED', ORDEREXECUTED: 1 },
      { ID: '002', EXECTYPE: 'EXECUTED', ORDEREXECUTED: 2 },
      { ID: '003', EXECTYPE: 'EXECUTED', ORDEREXECUTED: 3 },
    ]);

    const before = await db.dump();
    const second = await deploy('update', folder, db);
    expect(second.report).toMatchObject({ result: 'ok', pending: [] });
    expect(await db.dump()).toBe(before);
    expect((await deploy('verify', folder, db)).report.result).toBe('ok');

    const path = 'migrations/002_add_indexes.up.sql';
    writeFiles(folder, { [path]: readFileSync(join(folder, path), 'utf8').replace('updated_at', 'country') });
    for (const mode of ['verify', 'update', 'status'] as const) {
      const { report } = await deploy(mode, folder, db);
      expect(report).toMatchObject({ result: 'blocked', mismatches: [{ key: 'db-deploy:002' }] });
      expect(report.problems[0]).toMatchObject({ code: 'checksum-mismatch' });
    }
    expect(await db.dump()).toBe(before);
  });
});

test('the journal has every statement with its own hash, and own GTIDs where the server has them', async () => {
  const db = await testDatabase();
  await deploy('update', example(), db);
  const rows = await db.query<{ status: string; gtid: string | null; sha256: string }>(
    'SELECT status, gtid, sha256 FROM ops_migration_statements',
  );
  expect(rows).toHaveLength(10);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['done']));
  expect(rows.every(({ gtid }) => gtid !== null)).toBe(true);
  expect(new Set(rows.map(({ sha256 }) => sha256)).size).toBe(10);
});

test('a comment and line ends may change after a changeset ran, a literal may not', async () => {
  const db = await testDatabase();
  const table = 'CREATE TABLE t (id INT PRIMARY KEY, n VARCHAR(9) DEFAULT "a b");';
  const folder = project(changesets({ id: '1', sql: table }));
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
  writeFiles(folder, {
    'migrations/1.up.sql': `-- why\r\n${table.replaceAll(' ', '\r\n  ').replace('a\r\n  b', 'a b')}`,
  });
  expect((await deploy('verify', folder, db)).report.result).toBe('ok');
  writeFiles(folder, { 'migrations/1.up.sql': table.replace('a b', 'a  b') });
  expect((await deploy('verify', folder, db)).report.result).toBe('blocked');
});

describe('a changeset that fails in its third statement', () => {
  const half = [
    'CREATE TABLE a (id INT PRIMARY KEY);',
    'INSERT INTO a VALUES (1);',
    'CREATE TABLE b (id INT PRIMARY KEY, n NO_SUCH_TYPE);',
    'INSERT INTO b VALUES (1, 2);',
  ];

  test('keeps what is done, says where it stopped, and no later changeset is run', async () => {
    const db = await testDatabase();
    const folder = project(
      changesets({ id: '1', sql: half.join('\n') }, { id: '2', sql: 'CREATE TABLE c (id INT PRIMARY KEY);' }),
    );
    const { report } = await deploy('update', folder, db);
    expect(report.result).toBe('failed');
    expect(report.pending).toMatchObject([{ status: 'failed', statementsDone: 2 }, { status: 'not-run' }]);
    expect(report.problems).toMatchObject([
      {
        code: 'statement-failed',
        at: { file: 'migrations/1.up.sql', line: 3 },
        message: expect.stringContaining('1064'),
      },
    ]);
    expect(report.databaseState).toContain('statements 1-2 of 4 are in effect');
    expect(await db.query('SELECT status, applied_count FROM ops_migration_runs')).toEqual([
      { status: 'failed', applied_count: 0 },
    ]);
    expect(await db.query('SELECT LOCKED, CONNECTION_ID FROM DATABASECHANGELOGLOCK')).toEqual([
      { LOCKED: 0, CONNECTION_ID: null },
    ]);
  });

  test('is refused by the next run, and resumed at the statement that failed', async () => {
    const db = await testDatabase();
    const folder = project(changesets({ id: '1', sql: half.join('\n') }));
    await deploy('update', folder, db);
    writeFiles(folder, { 'migrations/1.up.sql': half.join('\n').replace('NO_SUCH_TYPE', 'INT') });
    const refused = await deploy('update', folder, db);
    expect(refused.report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
    expect((await deploy('status', folder, db)).report.result).toBe('blocked');
    const { report: shown } = await deploy('status', folder, db, { resume: true, backupKind: 'none' });
    expect(shown).toMatchObject({ result: 'ok', planHash: expect.stringMatching(/^v2:[0-9a-f]{64}$/) });
    const expectedPlanHash = shown.planHash ?? '';
    const resumed = await deploy('update', folder, db, { resume: true, expectedPlanHash });
    expect(resumed.report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
    expect(await db.query('SELECT * FROM a')).toEqual([{ id: 1 }]);
    expect(await db.query('SELECT * FROM b')).toEqual([{ id: 1, n: 2 }]);
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
  });

  test('is not resumed when a statement that is in effect was edited', async () => {
    const db = await testDatabase();
    const folder = project(changesets({ id: '1', sql: half.join('\n') }));
    await deploy('update', folder, db);
    writeFiles(folder, { 'migrations/1.up.sql': half.join('\n').replace('VALUES (1)', 'VALUES (7)') });
    const { report } = await deploy('update', folder, db, { resume: true });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'unfinished-run' }] });
    expect(report.problems[0]?.message).toContain('statement 2');
  });
});

test('a failure in the first statement leaves nothing behind, and the corrected file just runs', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE a (id NO_SUCH_TYPE PRIMARY KEY);' }));
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'failed', pending: [{ statementsDone: 0 }] });
  writeFiles(folder, { 'migrations/1.up.sql': 'CREATE TABLE a (id INT PRIMARY KEY);' });
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
});

test('a changeset of DML alone is all or nothing', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const folder = project(
    changesets({
      id: '1',
      sql: 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\nINSERT INTO t VALUES (1);',
    }),
  );
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'failed', pending: [{ statementsDone: 0 }] });
  expect(await db.query('SELECT * FROM t')).toEqual([]);
  expect(await db.query('SELECT statement_no, status FROM ops_migration_statements ORDER BY 1')).toEqual([
    { statement_no: 1, status: 'undone' },
    { statement_no: 2, status: 'undone' },
    { statement_no: 3, status: 'failed' },
  ]);
  writeFiles(folder, { 'migrations/1.up.sql': 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);' });
  expect((await deploy('update', folder, db)).report.result).toBe('ok');
});

test('no changeset inherits the session of the one before', async () => {
  const db = await testDatabase();
  const folder = project(
    changesets(
      {
        id: '1',
        sql: `SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', foreign_key_checks = 0, NAMES latin1;
              CREATE TABLE "a b" (id INT PRIMARY KEY, n VARCHAR(20) DEFAULT '\\');`,
      },
      { id: '2', sql: `INSERT INTO \`a b\` VALUES (1, "it\\'s ü");` },
    ),
  );
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  expect(await db.query('SELECT * FROM `a b`')).toEqual([{ id: 1, n: "it's ü" }]);
});

test('runOnChange runs again when its file changed, runAlways every time, and their row is the newest', async () => {
  const db = await testDatabase();
  const view = 'CREATE OR REPLACE VIEW v AS SELECT 1 AS n;';
  const folder = project(
    changesets(
      { id: 'table', sql: 'CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT);' },
      { id: 'view', sql: view, yaml: ['runOnChange: true'] },
      { id: 'always', sql: 'INSERT INTO t VALUES ();', yaml: ['runAlways: true'] },
    ),
  );
  await deploy('update', folder, db);
  expect((await deploy('update', folder, db)).report.pending).toMatchObject([
    { id: 'always', reason: 'always' },
  ]);
  writeFiles(folder, { 'migrations/view.up.sql': view.replace('1', '2') });
  expect((await deploy('verify', folder, db)).report.result).toBe('ok');
  const third = await deploy('update', folder, db);
  expect(third.report.pending).toMatchObject([{ id: 'view', reason: 'changed' }, { id: 'always' }]);
  expect(await db.query('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: 3 }]);
  expect(await db.query('SELECT ID, EXECTYPE FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toEqual([
    { ID: 'table', EXECTYPE: 'EXECUTED' },
    { ID: 'view', EXECTYPE: 'RERAN' },
    { ID: 'always', EXECTYPE: 'RERAN' },
  ]);
});

test('an older checksum that is listed under validCheckSum is accepted', async () => {
  const db = await testDatabase();
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }));
  const { report } = await deploy('update', folder, db);
  const old = report.pending[0]?.checksum;
  const edited = { id: '1', sql: 'CREATE TABLE t (id BIGINT PRIMARY KEY);' };
  writeFiles(folder, changesets(edited));
  expect((await deploy('verify', folder, db)).report.result).toBe('blocked');
  writeFiles(folder, changesets({ ...edited, yaml: [`validCheckSum: ["${old}"]`] }));
  expect((await deploy('verify', folder, db)).report.result).toBe('ok');
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
});

test('a policy error blocks before anything ran; both gates open let it pass', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE old (id INT PRIMARY KEY)');
  const drop = { id: '2', sql: 'DROP TABLE old;' };
  const folder = project(changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' }, drop));
  const { report } = await deploy('update', folder, db, { allowDestructive: true });
  expect(report).toMatchObject({
    result: 'blocked',
    violations: [{ rule: 'drop-table', excused: undefined }],
  });
  expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
  writeFiles(
    folder,
    changesets(
      { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' },
      { ...drop, yaml: ['allowDestructive: true'] },
    ),
  );
  expect((await deploy('update', folder, db)).report.result).toBe('blocked');
  expect((await deploy('update', folder, db, { allowDestructive: true })).report.result).toBe('ok');
  expect(await db.query("SHOW TABLES LIKE 'old'")).toEqual([]);
});

test('a history row whose changeset is gone is a warning', async () => {
  const db = await testDatabase();
  const first = { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' };
  const folder = project(changesets(first, { id: '2', sql: 'CREATE TABLE u (id INT PRIMARY KEY);' }));
  await deploy('update', folder, db);
  writeFiles(folder, changesets(first));
  for (const mode of ['verify', 'update'] as const) {
    const { report } = await deploy(mode, folder, db);
    expect(report).toMatchObject({ result: 'ok', warnings: [{ code: 'history-row-without-changeset' }] });
    expect(report.warnings[0]?.message).toContain('test:2');
  }
});
