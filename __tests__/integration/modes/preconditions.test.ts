import { describe, expect, test } from '@jest/globals';
import type { ChangesetStatus } from '../../../src/report/report.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';

const SCHEMA = `
  CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(20), KEY by_name (name), UNIQUE KEY by_both (name, id));
  CREATE TABLE child (id INT PRIMARY KEY, parent_id INT, CONSTRAINT fk_child FOREIGN KEY (parent_id) REFERENCES parent (id));
  CREATE TABLE \`odd 'name' \`\`x.y\` (\`a,b\` INT PRIMARY KEY, \`select\` INT, \`ü\` INT, KEY \`i x\` (\`select\`, \`ü\`),
    KEY part ((\`select\` + 1), \`ü\`));
  CREATE TABLE bare (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;
  CREATE VIEW seen AS SELECT id FROM parent;
  INSERT INTO parent VALUES (1, 'one'), (2, NULL);
  INSERT INTO child VALUES (1, 1);
  CREATE FUNCTION writes() RETURNS INT DETERMINISTIC BEGIN INSERT INTO bare VALUES (1); RETURN 1; END;
  CREATE FUNCTION unlocks() RETURNS INT NOT DETERMINISTIC NO SQL RETURN RELEASE_ALL_LOCKS()`;

const ODD = JSON.stringify("odd 'name' `x.y");

/** A database with one of everything, for tests that change nothing in it. */
async function schema(): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query(SCHEMA);
  return db;
}

/** A project whose one changeset makes the table `ran`, under a precondition. */
function guarded(...lines: readonly string[]): string {
  return project(
    changesets({
      id: '1',
      sql: 'CREATE TABLE ran (id INT PRIMARY KEY);',
      yaml: ['preconditions:', ...lines.map((line) => `  ${line}`)],
    }),
  );
}

async function statusOf(db: TestDatabase, ...lines: readonly string[]): Promise<ChangesetStatus | undefined> {
  const { report } = await deploy('update', guarded(...lines), db);
  return report.pending[0]?.status;
}

/** What the precondition said, where the reaction is to say it. */
async function judge(
  db: TestDatabase,
  precondition: string,
): Promise<{ readonly holds: boolean; readonly words: string }> {
  const { report } = await deploy(
    'update-sql',
    guarded(`- ${precondition}`, '  onFail: CONTINUE', '  onError: HALT'),
    db,
  );
  return { holds: await scriptRuns(report.sqlFile), words: await notes(report.sqlFile) };
}

async function notes(sqlFile: string | undefined): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const script = await readFile(sqlFile ?? '', 'utf8');
  return /^-- preconditions now: (.*)$/m.exec(script)?.[1] ?? '';
}

async function scriptRuns(sqlFile: string | undefined): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(sqlFile ?? '', 'utf8')).includes('CREATE TABLE ran');
}

const HOLDS = [
  'tableExists: { tableName: parent }',
  'tableExists: { tableName: bare }',
  `tableExists: { tableName: ${ODD} }`,
  'viewExists: { viewName: seen }',
  'columnExists: { tableName: parent, columnName: name }',
  'columnExists: { tableName: parent, columnName: NAME }',
  'columnExists: { tableName: seen, columnName: id }',
  `columnExists: { tableName: ${ODD}, columnName: "a,b" }`,
  `columnExists: { tableName: ${ODD}, columnName: select }`,
  'indexExists: { indexName: by_name }',
  'indexExists: { indexName: BY_NAME, tableName: parent }',
  'indexExists: { tableName: parent, columnNames: "name, id" }',
  'indexExists: { tableName: parent, indexName: by_both, columnNames: [NAME, ID] }',
  'indexExists: { tableName: parent, indexName: PRIMARY }',
  'indexExists: { tableName: child, columnNames: parent_id }',
  `indexExists: { tableName: ${ODD}, columnNames: [select, ü] }`,
  `indexExists: { tableName: ${ODD}, columnNames: ["a,b"] }`,
  `indexExists: { indexName: "i x" }`,
  'foreignKeyConstraintExists: { foreignKeyName: fk_child }',
  'foreignKeyConstraintExists: { foreignKeyName: fk_child, foreignKeyTableName: child }',
  'primaryKeyExists: { tableName: parent }',
  'tableIsEmpty: { tableName: bare }',
  `tableIsEmpty: { tableName: ${ODD} }`,
  'rowCount: { tableName: parent, expectedRows: 2 }',
  'rowCount: { tableName: bare, expectedRows: 0 }',
  'rowCount: { tableName: seen, expectedRows: 2 }',
  'not: [tableExists: { tableName: missing }]',
  'not: [tableExists: { tableName: missing }, viewExists: { viewName: missing }]',
  'or: [tableExists: { tableName: missing }, tableExists: { tableName: parent }]',
  'and: [tableExists: { tableName: parent }, not: [viewExists: { viewName: parent }]]',
];

const HOLDS_NOT = [
  'tableExists: { tableName: missing }',
  'tableExists: { tableName: seen }',
  'tableExists: { tableName: mysql.user }',
  'tableExists: { tableName: "parent`" }',
  'tableExists: { tableName: "par%" }',
  'viewExists: { viewName: parent }',
  'viewExists: { viewName: missing }',
  'columnExists: { tableName: parent, columnName: missing }',
  'columnExists: { tableName: missing, columnName: id }',
  'indexExists: { indexName: missing }',
  'indexExists: { indexName: by_name, tableName: child }',
  'indexExists: { tableName: parent, columnNames: "id, name" }',
  'indexExists: { tableName: parent, indexName: by_name, columnNames: [name, id] }',
  `indexExists: { tableName: ${ODD}, columnNames: [ü] }`,
  `indexExists: { tableName: ${ODD}, columnNames: [a, b] }`,
  'foreignKeyConstraintExists: { foreignKeyName: missing }',
  'foreignKeyConstraintExists: { foreignKeyName: fk_child, foreignKeyTableName: parent }',
  'primaryKeyExists: { tableName: missing }',
  'primaryKeyExists: { tableName: seen }',
  'tableIsEmpty: { tableName: parent }',
  'rowCount: { tableName: parent, expectedRows: 3 }',
  'changeSetExecuted: { author: test, id: "0" }',
  'not: [tableExists: { tableName: missing }, tableExists: { tableName: parent }]',
  'or: [tableExists: { tableName: missing }, viewExists: { viewName: missing }]',
  'and: [tableExists: { tableName: parent }, tableExists: { tableName: missing }]',
];

test('every kind holds where it is so, and not where it is not', async () => {
  const db = await schema();
  const judged: [string, boolean][] = [];
  for (const precondition of [...HOLDS, ...HOLDS_NOT])
    judged.push([precondition, (await judge(db, precondition)).holds]);
  expect(judged).toEqual([
    ...HOLDS.map((precondition) => [precondition, true]),
    ...HOLDS_NOT.map((precondition) => [precondition, false]),
  ]);
});

test('the names of tables and views have the case that the server gives them', async () => {
  const db = await schema();
  const [{ lower_case: lowerCase } = { lower_case: 0 }] = await db.query<{ lower_case: number }>(
    'SELECT @@lower_case_table_names AS lower_case',
  );
  for (const precondition of [
    'tableExists: { tableName: PARENT }',
    'viewExists: { viewName: SEEN }',
    'indexExists: { tableName: PARENT, indexName: by_name }',
  ]) {
    expect((await judge(db, precondition)).holds).toBe(lowerCase !== 0);
  }
});

const RESULTS: readonly (readonly [sql: string, expectedResult: string])[] = [
  ['SELECT 0', '0'],
  ['SELECT COUNT(*) FROM parent;', '2'],
  ['SELECT 1.50', '1.50'],
  ['SELECT 1e3', '1000'],
  ['SELECT 18446744073709551615', '18446744073709551615'],
  ['SELECT 0.1 + 0.2', '0.3'],
  ["SELECT DATE '2024-02-29'", '2024-02-29'],
  ["SELECT CAST('0000-00-00' AS CHAR)", '0000-00-00'],
  ["SELECT TIMESTAMP '2024-02-29 12:00:00.5'", '2024-02-29 12:00:00.5'],
  ["SELECT TIME '12:00:00'", '12:00:00'],
  ['SELECT TRUE', '1'],
  ["SELECT 'ü 🚀'", 'ü 🚀'],
  ["SELECT ''", ''],
  ["SELECT ' a '", ' a '],
  [`SELECT JSON_OBJECT('a', 1)`, '{"a": 1}'],
  ['SELECT id, name FROM parent ORDER BY id', '1'],
  ['WITH c AS (SELECT 7 AS n) SELECT n FROM c', '7'],
  ['(SELECT 1)', '1'],
  ["SELECT 'a;b'", 'a;b'],
  ['/* why */ SELECT /*! 5 */', '5'],
  ['SELECT @@sql_mode LIKE "%STRICT_TRANS_TABLES%"', '1'],
];

test('sqlCheck compares as text what the server sends', async () => {
  const db = await schema();
  for (const [sql, expectedResult] of RESULTS) {
    const check = (expected: string): string =>
      `sqlCheck: { expectedResult: ${JSON.stringify(expected)}, sql: ${JSON.stringify(sql)} }`;
    expect([sql, (await judge(db, check(expectedResult))).words]).toEqual([sql, 'hold']);
    expect((await judge(db, check(`${expectedResult}0`))).words).toContain(JSON.stringify(expectedResult));
  }
});

test.each([
  ['NULL', 'SELECT NULL', 'found NULL'],
  ['no row', 'SELECT id FROM parent WHERE id = 99', 'returned no row'],
])('%s equals no text', async (_, sql, words) => {
  const db = await schema();
  for (const expected of ['', 'NULL', 'null', '0', 'undefined']) {
    const judged = await judge(db, `sqlCheck: { expectedResult: "${expected}", sql: ${sql} }`);
    expect(judged).toEqual({ holds: false, words: expect.stringContaining(words) });
  }
});

test.each([
  ['a function that writes', 'SELECT writes()', '1792'],
  ['FOR UPDATE', 'SELECT * FROM parent FOR UPDATE', '1792'],
  ['a table that is missing', 'SELECT * FROM missing', '1146'],
  ['no SQL', 'SELECT FROM WHERE', '1064'],
])('sqlCheck with %s is an error, and nothing is written', async (_, sql, errno) => {
  const db = await schema();
  const before = await db.dump();
  const folder = guarded(`- sqlCheck: { expectedResult: 1, sql: ${sql} }`, '  onFail: MARK_RAN');
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'failed', pending: [{ status: 'failed', statementsDone: 0 }] });
  expect(report.problems).toMatchObject([{ code: 'precondition', at: { line: 7 } }]);
  expect(report.databaseState).toContain('The database is as it was');
  expect(report.problems[0]?.message).toMatch(
    new RegExp(`cannot find out whether .*${errno}|READ ONLY|missing|syntax`),
  );
  expect(await db.dump()).toBe(before);
});

test.each([
  'SELECT GET_LOCK("x", 0)',
  'SELECT release_all_locks()',
  'SELECT `RELEASE_LOCK` ("x")',
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  'SELECT 1 /*!80000 INTO @a */',
  'DELETE FROM parent',
  'SELECT 1; SELECT 2',
])('sqlCheck with %s is refused before anything is asked', async (sql) => {
  const folder = guarded(`- sqlCheck: { expectedResult: 1, sql: ${JSON.stringify(sql)} }`);
  const { report } = await deploy('update', folder, undefined);
  expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'invalid-changelog' }] });
});

test('a SELECT that lets go of all locks by a function lets go of none of ours: it has a session of its own', async () => {
  const db = await schema();
  const folder = guarded('- sqlCheck: { expectedResult: no, sql: SELECT unlocks() }', '  onFail: MARK_RAN');
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', pending: [{ status: 'marked-ran' }] });
});

const FAILS = 'tableExists: { tableName: missing }';
const ERRS = 'rowCount: { tableName: missing, expectedRows: 0 }';

describe.each([
  ['onFail', FAILS],
  ['onError', ERRS],
])('%s', (key, precondition) => {
  test.each([
    // reaction, result, status, did it run, history row, is it pending in the next run, does the next changeset run
    ['HALT', 'failed', 'failed', false, undefined, true, false],
    ['CONTINUE', 'ok', 'skipped', false, undefined, true, true],
    ['MARK_RAN', 'ok', 'marked-ran', false, 'MARK_RAN', false, true],
    ['WARN', 'ok', 'applied', true, 'EXECUTED', false, true],
    [undefined, 'failed', 'failed', false, undefined, true, false],
  ] as const)('%s', async (reaction, result, status, ran, row, pendingNext, goesOn) => {
    const db = await testDatabase();
    const folder = project(
      changesets(
        {
          id: '1',
          sql: 'CREATE TABLE ran (id INT PRIMARY KEY);',
          yaml: [
            'preconditions:',
            `  - ${precondition}`,
            ...(reaction === undefined ? [] : [`    ${key}: ${reaction}`]),
          ],
        },
        { id: '2', sql: 'CREATE TABLE after_it (id INT PRIMARY KEY);' },
      ),
    );
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({
      result,
      pending: [{ status }, { status: goesOn ? 'applied' : 'not-run' }],
    });
    const said = [...report.problems.map(({ message }) => message), ...(report.pending[0]?.notes ?? [])];
    expect(said.join('\n')).toMatch(/missing/);
    expect(await db.query("SHOW TABLES LIKE 'ran'")).toHaveLength(ran ? 1 : 0);
    expect(await db.query('SELECT EXECTYPE FROM DATABASECHANGELOG WHERE ID = 1')).toEqual(
      row === undefined ? [] : [{ EXECTYPE: row }],
    );
    const next = await deploy('status', folder, db);
    expect(next.report.pending.some(({ id }) => id === '1')).toBe(pendingNext);
    expect((await deploy('verify', folder, db)).report).toMatchObject({ result: 'ok', problems: [] });
  });
});

test('the first that does not hold decides, after those that only warn', async () => {
  const db = await testDatabase();
  const folder = guarded(
    '- viewExists: { viewName: warned }',
    '  onFail: WARN',
    `- ${FAILS}`,
    '  onFail: CONTINUE',
    `- ${ERRS}`,
  );
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', pending: [{ status: 'skipped' }] });
  expect(report.pending[0]?.notes).toEqual([
    expect.stringContaining('warned'),
    expect.stringContaining('missing'),
  ]);
});

test('what a changeset of the same run made is seen by the next, what was skipped is not', async () => {
  const db = await testDatabase();
  const executed = (id: string): readonly string[] => [
    'preconditions:',
    `  - changeSetExecuted: { author: test, id: ${id} }`,
    '    onFail: CONTINUE',
  ];
  const make = (id: string, ...yaml: readonly string[]) => ({
    id,
    sql: `CREATE TABLE ${id} (id INT PRIMARY KEY);`,
    yaml,
  });
  const reaction = (onFail: string) => ['preconditions:', `  - ${FAILS}`, `    onFail: ${onFail}`];
  const folder = project(
    changesets(
      make('a'),
      make('b', 'preconditions:', '  - tableExists: { tableName: a }'),
      make('c', ...reaction('CONTINUE')),
      make('d', ...reaction('MARK_RAN')),
      make('after_a', ...executed('a')),
      make('after_c', ...executed('c')),
      make('after_d', ...executed('d')),
    ),
  );
  const { report } = await deploy('update', folder, db);
  expect(report.pending.map(({ id, status }) => [id, status])).toEqual([
    ['a', 'applied'],
    ['b', 'applied'],
    ['c', 'skipped'],
    ['d', 'marked-ran'],
    ['after_a', 'applied'],
    ['after_c', 'skipped'],
    ['after_d', 'applied'],
  ]);
  expect(report.databaseState).toContain('but 2 changesets that were skipped');
});

test('a changeset that an earlier run marked as run counts as executed', async () => {
  const db = await testDatabase();
  expect(await statusOf(db, `- ${FAILS}`, '  onFail: MARK_RAN')).toBe('marked-ran');
  const folder = guarded(`- ${FAILS}`, '  onFail: MARK_RAN');
  const second = {
    id: '2',
    sql: 'CREATE TABLE two (id INT PRIMARY KEY);',
    yaml: ['preconditions:', '  - changeSetExecuted: { author: test, id: "1" }'],
  };
  writeFiles(folder, changesets({ id: '1', sql: 'CREATE TABLE ran (id INT PRIMARY KEY);' }, second));
  expect((await deploy('update', folder, db)).report).toMatchObject({
    result: 'ok',
    pending: [{ id: '2', status: 'applied' }],
  });
});

describe('of the whole changelog', () => {
  const withRoot = (...lines: readonly string[]): string => {
    const files = changesets({ id: '1', sql: 'CREATE TABLE ran (id INT PRIMARY KEY);' });
    const root = ['databaseChangeLog:', '  - preconditions:', ...lines.map((line) => `      ${line}`), ''];
    const changelog = (files['changelog/changelog.yml'] ?? '').replace(
      'databaseChangeLog:\n',
      root.join('\n'),
    );
    return project({ ...files, 'changelog/changelog.yml': changelog });
  };

  test.each([
    ['HALT', FAILS],
    ['CONTINUE', FAILS],
    ['MARK_RAN', FAILS],
    ['HALT', ERRS],
    ['CONTINUE', ERRS],
    ['MARK_RAN', ERRS],
  ])('%s of one that does not hold (%s) blocks before anything runs', async (reaction, precondition) => {
    const db = await testDatabase();
    const folder = withRoot(`- ${precondition}`, `  onFail: ${reaction}`, `  onError: ${reaction}`);
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({
      result: 'blocked',
      problems: [{ code: 'precondition', at: { file: 'changelog/changelog.yml', line: 3 } }],
      pending: [{ status: 'not-run' }],
    });
    expect(await db.query("SHOW TABLES LIKE 'ran'")).toEqual([]);
    expect(await db.query('SELECT * FROM DATABASECHANGELOG')).toEqual([]);
    expect(await db.query('SELECT status FROM ops_migration_runs')).toEqual([{ status: 'blocked' }]);
  });

  test.each([FAILS, ERRS])('WARN lets the run go on and is told: %s', async (precondition) => {
    const db = await testDatabase();
    const folder = withRoot(`- ${precondition}`, '  onFail: WARN', '  onError: WARN');
    const { report } = await deploy('update', folder, db);
    expect(report).toMatchObject({
      result: 'ok',
      warnings: [{ code: 'precondition', message: expect.stringContaining('missing') }],
      pending: [{ status: 'applied' }],
    });
  });

  test('are judged against the database as it is, also when nothing is pending', async () => {
    const db = await testDatabase();
    const folder = withRoot('- not: [tableExists: { tableName: ran }]');
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
    expect((await deploy('update', folder, db)).report).toMatchObject({
      result: 'blocked',
      problems: [{ code: 'precondition' }],
    });
  });
});

test('what this user may not see is an error, not an absence', async () => {
  const db = await schema();
  // Who may not see the bookkeeping is refused before any precondition is asked.
  await deploy(
    'update',
    project(changesets({ id: 'first', sql: 'CREATE TABLE first (id INT PRIMARY KEY);' })),
    db,
  );
  const tables = await db.query<{ name: string }>(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [db.name],
  );
  const seen = tables
    .map(({ name }) => name)
    .filter((name) => name === 'child' || /^(?:ops_|DATABASECHANGELOG)/.test(name));
  const [user, everything] = [
    await db.userWith(...seen.map((name) => `SELECT ON \`${db.name}\`.\`${name}\``)),
    await db.userWith('SELECT'),
  ];
  const hidden = 'tableExists: { tableName: parent }';
  const folder = guarded(`- ${hidden}`, '  onFail: MARK_RAN');
  expect((await deploy('update-sql', folder, everything)).report.result).toBe('ok');
  const { report } = await deploy('update-sql', folder, user);
  expect(await notes(report.sqlFile)).toMatch(/cannot find out/);
});
