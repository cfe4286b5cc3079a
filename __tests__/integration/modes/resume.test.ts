import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';

const NEED =
  'it cannot be resumed: statement 4 needs the user variable @n, which statement 1 left in its session';

test('a changeset that needs a value of its session says at the failure that it cannot be resumed, and is not', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 7)');
  const sql = (third: string): string =>
    `SET @n = (SELECT MAX(n) FROM t);\nCREATE TABLE a (id INT PRIMARY KEY);\n${third};\nINSERT INTO t VALUES (2, @n);`;
  const folder = project(changesets({ id: '1', sql: sql('ALTER TABLE missing ADD COLUMN c INT') }));
  const failed = await deploy('update', folder, db);
  expect(failed.report).toMatchObject({
    result: 'failed',
    pending: [{ status: 'failed', statementsDone: 2 }],
  });
  expect(failed.report.problems[0]?.message).toContain(NEED);
  writeFiles(folder, { 'migrations/1.up.sql': sql('ALTER TABLE a ADD COLUMN c INT') });
  for (const mode of ['status', 'update'] as const) {
    const { report } = await deploy(mode, folder, db, { resume: true });
    expect(report.problems).toMatchObject([
      { code: 'unfinished-run', message: expect.stringContaining(NEED), at: { line: 4 } },
    ]);
  }
  expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }]);
  const given = sql('ALTER TABLE a ADD COLUMN c INT').replace('(2, @n)', '(2, 7)');
  writeFiles(folder, { 'migrations/1.up.sql': given });
  expect((await deploy('update', folder, db, { resume: true })).report).toMatchObject({
    result: 'ok',
    problems: [],
  });
  expect(await db.query('SELECT id, n FROM t')).toEqual([
    { id: 1, n: 7 },
    { id: 2, n: 7 },
  ]);
});

test('settings of literals are sent again when a changeset is resumed', async () => {
  const db = await testDatabase({ server: 'without-gtids' });
  await db.query('CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)');
  const sql = (third: string): string =>
    `SET @n = 5, auto_increment_increment = 10;\nCREATE TABLE a (id INT PRIMARY KEY);\n${third};\nINSERT INTO t (n) VALUES (@n), (@n);`;
  const folder = project(changesets({ id: '1', sql: sql('ALTER TABLE missing ADD COLUMN c INT') }));
  expect((await deploy('update', folder, db)).report.result).toBe('failed');
  writeFiles(folder, { 'migrations/1.up.sql': sql('ALTER TABLE a ADD COLUMN c INT') });
  expect((await deploy('update', folder, db, { resume: true })).report).toMatchObject({
    result: 'ok',
    problems: [],
  });
  expect(await db.query('SELECT id, n FROM t')).toEqual([
    { id: 1, n: 5 },
    { id: 11, n: 5 },
  ]);
});

const KEYS = 'CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM';

test.each([
  ['a table of MyISAM', [KEYS], 'INSERT INTO m VALUES (1), (2), (2), (3);'],
  [
    'a trigger that writes to one',
    [
      KEYS,
      'CREATE TABLE t (id INT PRIMARY KEY)',
      'CREATE TRIGGER log_t AFTER INSERT ON t FOR EACH ROW INSERT INTO m VALUES (NEW.id DIV 2)',
    ],
    'INSERT INTO t VALUES (2), (4), (5);',
  ],
  ['a view on one', [KEYS, 'CREATE VIEW v AS SELECT id FROM m'], 'INSERT INTO v VALUES (1), (2), (2), (3);'],
])(
  'a failed changeset of DML on %s does not say that nothing took effect, and is not run twice',
  async (_what, setup, sql) => {
    const db = await testDatabase({ server: 'without-gtids' });
    for (const statement of setup) await db.query(statement);
    const folder = project(changesets({ id: '1', sql: `INSERT INTO m VALUES (10);\n${sql}` }));
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({ result: 'failed', pending: [{ status: 'unknown', statementsDone: 1 }] });
    expect(report.databaseState).toContain('in doubt');
    const rows = await db.query('SELECT id FROM m ORDER BY id');
    expect(rows.length).toBeGreaterThan(1);
    const again = await deploy('update', folder, db);
    expect(again.report).toMatchObject({ result: 'blocked', problems: [{ code: 'statement-in-doubt' }] });
    expect(await db.query('SELECT id FROM m ORDER BY id')).toEqual(rows);
    writeFiles(folder, {
      'migrations/1.up.sql': `INSERT INTO m VALUES (10);\n${sql}\nINSERT INTO m VALUES (20);`,
    });
    const resumed = await deploy('update', folder, db, { resume: true, resumeInDoubt: 'done' });
    expect(resumed.report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT COUNT(*) AS n FROM m')).toEqual([{ n: rows.length + 1 }]);
  },
);
