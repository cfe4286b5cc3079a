import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lockName } from '../../../src/mysql/lock/lock.ts';
import type { Report } from '../../../src/report/report.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles, type DeployOptions } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

/** The script of a dry run that is ok, and its report. */
async function scriptOf(
  folder: string,
  db: TestDatabase,
  options?: DeployOptions,
): Promise<{ readonly script: string; readonly report: Report }> {
  const { report } = await deploy('update-sql', folder, db, options);
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  return { script: readFileSync(report.sqlFile ?? '', 'utf8'), report };
}

/** The script runs to its end, and then nothing is pending and nothing mismatches. */
async function expectComplete(folder: string, db: TestDatabase): Promise<void> {
  const { script } = await scriptOf(folder, db);
  expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
  for (const mode of ['status', 'verify', 'update'] as const) {
    const { report } = await deploy(mode, folder, db);
    expect(report).toMatchObject({ result: 'ok', problems: [], warnings: [], pending: [] });
  }
}

const HISTORY = `SELECT ID, AUTHOR, FILENAME, ORDEREXECUTED, EXECTYPE, MD5SUM, DESCRIPTION, COMMENTS, TAG, LIQUIBASE,
  CONTEXTS, LABELS, CHECKSUM FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED`;

const NEVER = 'viewExists: { viewName: no_such_view }';
const TABLE = 'CREATE TABLE t (id INT PRIMARY KEY, n VARCHAR(40));';
const ROUTINES = `DELIMITER //
CREATE TRIGGER t_bi BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.n = CONCAT(NEW.n, ';'); END//
CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (10, '$$'); INSERT INTO t VALUES (11, '//'); END//
DELIMITER ;
CALL p();`;

test('the file is for its owner only and says where it leads', async () => {
  const db = await testDatabase();
  const { script, report } = await scriptOf(project(changesets({ id: '1', sql: TABLE })), db);
  expect((statSync(report.sqlFile ?? '').mode & 0o777).toString(8)).toBe('600');
  expect(script).toContain(`-- plan hash: ${report.planHash}`);
  expect(script).toContain(`${db.host}:${db.port}`);
  expect(script).not.toContain(db.password);
});

test('nothing is written to the database', async () => {
  const db = await testDatabase();
  const folder = project(
    changesets(
      { id: '1', sql: TABLE },
      {
        id: '2',
        sql: 'SELECT 1;',
        yaml: [
          'preconditions:',
          '  - tableIsEmpty: { tableName: t }',
          '  - sqlCheck: { expectedResult: 1, sql: "SELECT 1" }',
        ],
      },
    ),
  );
  await scriptOf(folder, db);
  expect(await db.query('SHOW TABLES')).toEqual([]);
  await deploy('update', folder, db);
  const before = await db.dump({ trackingTables: 'with' });
  await scriptOf(folder, db);
  expect(await db.dump({ trackingTables: 'with' })).toBe(before);
});

test('the client leaves the same schema, rows and history as update', async () => {
  const [ours, theirs] = [await testDatabase(), await testDatabase()];
  const folder = project(
    changesets(
      { id: '1', sql: TABLE, yaml: ['tag: v1', 'labels: "a,b"', 'contexts: "dev or test"'] },
      {
        id: '4',
        sql: 'CREATE TABLE t (id INT PRIMARY KEY);',
        yaml: ['preconditions:', `  - ${NEVER}`, '    onFail: MARK_RAN'],
      },
      { id: '2', sql: ROUTINES, yaml: ['comment: routines; with $$ and //'] },
      { id: '3', sql: "INSERT INTO t VALUES (1, 'a;b');\nUPDATE t SET n = 'c' WHERE id = 1;" },
      { id: '5', sql: 'SELECT 1 -- the end' },
    ),
  );
  const { report } = await deploy('update', folder, theirs);
  expect(report.result).toBe('ok');
  await expectComplete(folder, ours);
  expect(await ours.dump()).toBe(await theirs.dump());
  expect(await ours.query(HISTORY)).toEqual(await theirs.query(HISTORY));
});

test('a changeset that runs again takes the place of its row', async () => {
  const db = await testDatabase();
  const view = { id: '1', sql: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS n;', yaml: ['runOnChange: true'] };
  const folder = project(changesets(view, { id: '2', sql: TABLE }));
  await deploy('update', folder, db);
  writeFiles(folder, { 'migrations/1.up.sql': view.sql.replace('1', '2') });
  await expectComplete(folder, db);
  expect(await db.query('SELECT ID, EXECTYPE, ORDEREXECUTED FROM DATABASECHANGELOG ORDER BY 3')).toEqual([
    { ID: '2', EXECTYPE: 'EXECUTED', ORDEREXECUTED: 2 },
    { ID: '1', EXECTYPE: 'RERAN', ORDEREXECUTED: 3 },
  ]);
});

const HOSTILE = [
  `it's; -- "quoted" \`ticks\``,
  'back\\slash \\',
  `'); DROP TABLE t; -- x`,
  '*/ /* $$ // DELIMITER ;',
  '\\! id \\g \\. x',
  'ünïcode 表 🚀 ? :a ${b}',
  '%s $& $1',
];

test.each(HOSTILE)('names and comments are only text: %s', async (text) => {
  const [ours, theirs] = [await testDatabase(), await testDatabase()];
  const folder = project({
    'changelog/changelog.yml': `databaseChangeLog:
  - changeSet:
      id: ${JSON.stringify(text)}
      author: ${JSON.stringify(text.replaceAll(':', ''))}
      comment: ${JSON.stringify(text)}
      tag: ${JSON.stringify(text)}
      sqlFile: one.sql
`,
    // The session is left as hostile as the text.
    'one.sql': `${TABLE} SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES';`,
  });
  expect((await deploy('update', folder, theirs)).report).toMatchObject({ result: 'ok', problems: [] });
  await expectComplete(folder, ours);
  const [row] = await ours.query(HISTORY);
  expect(row).toMatchObject({ ID: text, COMMENTS: text, TAG: text });
  expect(await theirs.query(HISTORY)).toEqual([row]);
});

test('line ends of Windows in quoted text arrive where the client is started as the head says', async () => {
  const [ours, theirs, plain] = [await testDatabase(), await testDatabase(), await testDatabase()];
  const sql = `${TABLE}\r\nINSERT INTO t VALUES (1, 'a\r\nb'), (2, '\r'), (3, 'c\\\r\nd');\r
DELIMITER //\r\nCREATE PROCEDURE p()\r\nBEGIN\r\n  SELECT 'x\r\ny';\r\nEND//\r\nDELIMITER ;\r\n`;
  const folder = project(changesets({ id: '1', sql }));
  const { script } = await scriptOf(folder, ours);
  const options = /^-- {3}mysql (.*) <schema> < this file$/m.exec(script)?.[1]?.split(' ') ?? [];
  expect(options).toContain('--binary-mode');
  expect((await deploy('update', folder, theirs)).report.result).toBe('ok');
  expect(await runClient(ours, ours, script, options)).toMatchObject({ code: 0, stderr: '' });
  expect(await ours.dump()).toBe(await theirs.dump());
  expect(await ours.query('SELECT HEX(n) AS n FROM t WHERE id = 1')).toEqual([{ n: '610D0A62' }]);
  const { script: other } = await scriptOf(folder, plain);
  expect(await runClient(plain, plain, other)).toMatchObject({ code: 0 });
  expect(await plain.query('SELECT HEX(n) AS n FROM t WHERE id = 1')).toEqual([{ n: '610A62' }]);
});

describe('preconditions', () => {
  const check = (precondition: string, onFail: string): readonly string[] => [
    'preconditions:',
    `  - ${precondition}`,
    `    onFail: ${onFail}`,
  ];

  test('are decided where nothing before them matters', async () => {
    const db = await testDatabase();
    const exists = 'tableExists: { tableName: missing }';
    const folder = project(
      changesets(
        { id: 'marked', sql: 'CREATE TABLE m (id INT PRIMARY KEY);', yaml: check(exists, 'MARK_RAN') },
        { id: 'skipped', sql: 'CREATE TABLE s (id INT PRIMARY KEY);', yaml: check(exists, 'CONTINUE') },
        { id: 'warned', sql: 'CREATE TABLE w (id INT PRIMARY KEY);', yaml: check(exists, 'WARN') },
        // The tables of changesets that do not run are not made.
        {
          id: 'after',
          sql: 'CREATE TABLE a (id INT PRIMARY KEY);',
          yaml: check('or: [tableExists: { tableName: m }, tableExists: { tableName: s }]', 'MARK_RAN'),
        },
      ),
    );
    const { script } = await scriptOf(folder, db);
    expect(script).not.toContain('undecided');
    expect(script).not.toMatch(/CREATE TABLE [ams] /);
    expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
    expect(await db.query('SELECT ID, EXECTYPE FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toEqual([
      { ID: 'marked', EXECTYPE: 'MARK_RAN' },
      { ID: 'warned', EXECTYPE: 'EXECUTED' },
      { ID: 'after', EXECTYPE: 'MARK_RAN' },
    ]);
    expect((await deploy('status', folder, db)).report.pending).toMatchObject([{ id: 'skipped' }]);
  });

  test.each([
    ['a table made before', 'tableExists: { tableName: t }'],
    ['a table made before, in capitals and quotes', 'columnExists: { tableName: "T", columnName: id }'],
    ['rows written before, perhaps by a trigger', 'rowCount: { tableName: other, expectedRows: 0 }'],
    ['any SELECT', 'sqlCheck: { expectedResult: 1, sql: SELECT 1 }'],
    ['a changeset before', 'changeSetExecuted: { author: test, id: first }'],
    ['one of several', 'and: [viewExists: { viewName: v }, not: [tableExists: { tableName: t }]]'],
    ['an index of any table', 'indexExists: { indexName: i }'],
    ['a foreign key', 'foreignKeyConstraintExists: { foreignKeyName: f }'],
  ])('are undecided, and said so, when they ask for %s', async (_, precondition) => {
    const db = await testDatabase();
    await db.query('CREATE TABLE other (id INT PRIMARY KEY)');
    const folder = project(
      changesets(
        { id: 'first', sql: `${TABLE} INSERT INTO t VALUES (1, 'x');` },
        { id: 'second', sql: 'SELECT 2;', yaml: check(precondition, 'MARK_RAN') },
      ),
    );
    const { script } = await scriptOf(folder, db);
    expect(script).toMatch(/^-- precondition undecided .*, else MARK_RAN$/m);
    expect(script).toContain('SELECT 2;');
    expect(await runClient(db, db, script)).toMatchObject({ code: 0 });
  });

  test('one that is decided counts though another is not', async () => {
    const db = await testDatabase();
    const folder = project(
      changesets(
        { id: '1', sql: TABLE },
        {
          id: '2',
          sql: 'SELECT 2;',
          yaml: [
            'preconditions:',
            '  - tableExists: { tableName: t }',
            `  - ${NEVER}`,
            '    onFail: CONTINUE',
          ],
        },
      ),
    );
    const { script } = await scriptOf(folder, db);
    expect(script).not.toContain('SELECT 2;');
    expect(script).toContain('-- not run now: skipped');
  });

  test('a HALT that does not hold ends the script, and the client runs what is before it', async () => {
    const db = await testDatabase();
    const folder = project(
      changesets(
        { id: '1', sql: TABLE },
        { id: '2', sql: 'CREATE TABLE u (id INT PRIMARY KEY);', yaml: check(NEVER, 'HALT') },
        { id: '3', sql: 'CREATE TABLE v (id INT PRIMARY KEY);' },
      ),
    );
    const { script } = await scriptOf(folder, db);
    expect(script).toContain('-- update stops here: nothing after this is run');
    expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
    expect(await db.query('SELECT ID FROM DATABASECHANGELOG')).toEqual([{ ID: '1' }]);
    expect((await deploy('status', folder, db)).report.pending).toMatchObject([{ id: '2' }, { id: '3' }]);
  });

  test('of the changelog that do not hold leave nothing to write', async () => {
    const db = await testDatabase();
    const files = changesets({ id: '1', sql: TABLE });
    const folder = project(files);
    writeFiles(folder, {
      'changelog/changelog.yml': (files['changelog/changelog.yml'] ?? '').replace(
        'databaseChangeLog:\n',
        `databaseChangeLog:\n  - preconditions:\n      - ${NEVER}\n`,
      ),
    });
    const { report } = await deploy('update-sql', folder, db);
    expect(report).toMatchObject({
      result: 'blocked',
      problems: [{ code: 'precondition', at: { file: 'changelog/changelog.yml', line: 3 } }],
      sqlFile: undefined,
    });
  });
});

test('what update would refuse is not written', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE old (id INT PRIMARY KEY)');
  const folder = project(changesets({ id: '1', sql: 'DROP TABLE old;', yaml: ['allowDestructive: true'] }));
  const { report } = await deploy('update-sql', folder, db);
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'policy' }], sqlFile: undefined });
  const { script } = await scriptOf(folder, db, { allowDestructive: true });
  expect(script).toContain('DROP TABLE old;');
});

test('while another deploy holds the lock, the script stops before it changed anything', async () => {
  const db = await testDatabase();
  const { script } = await scriptOf(project(changesets({ id: '1', sql: TABLE })), db);
  const other = await db.connect();
  await other.query('SELECT GET_LOCK(?, 0)', [lockName(db.name)]);
  const impatient = script.replace(/(GET_LOCK\('[^']*', )\d+\)/, '$11)');
  expect(impatient).not.toBe(script);
  const held = await runClient(db, db, impatient);
  expect(held).toMatchObject({ code: 1, stderr: expect.stringContaining('1242') });
  expect(await db.query('SHOW TABLES')).toEqual([]);
  await other.end();
  expect(await runClient(db, db, impatient)).toMatchObject({ code: 0, stderr: '' });
});

test('an error stops the client: what is after it does not run, what failed is not recorded', async () => {
  const db = await testDatabase();
  const folder = project(
    changesets(
      { id: '1', sql: TABLE },
      { id: '2', sql: "INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (1, 'b');" },
      { id: '3', sql: 'CREATE TABLE u (id INT PRIMARY KEY);' },
    ),
  );
  const { script } = await scriptOf(folder, db);
  expect(await runClient(db, db, script)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1062'),
  });
  expect(await db.query('SELECT ID FROM DATABASECHANGELOG')).toEqual([{ ID: '1' }]);
  expect(await db.query('SELECT * FROM t')).toEqual([]);
});
