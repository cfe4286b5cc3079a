import { describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';
import { runClient } from '../../support/mysql-client.ts';

interface LiquibaseTables {
  /** What is written behind the columns of the history. */
  readonly key?: string;
  readonly options?: string;
  /** The type of LOCKED; Liquibase before 4.2 made a BIT. */
  readonly locked?: string;
}

/** The tables as Liquibase makes them on MySQL, where a server may ask for a primary key. */
async function createLiquibaseTables(
  db: TestDatabase,
  { key = '', options = '', locked = 'TINYINT(1)' }: LiquibaseTables = {},
): Promise<void> {
  const connection = await db.connect();
  if (key === '') await connection.query('SET SESSION sql_require_primary_key = OFF');
  await connection.query(`CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL,
    FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED datetime NOT NULL, ORDEREXECUTED INT NOT NULL,
    EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35) NULL, \`DESCRIPTION\` VARCHAR(255) NULL,
    COMMENTS VARCHAR(255) NULL, TAG VARCHAR(255) NULL, LIQUIBASE VARCHAR(20) NULL, CONTEXTS VARCHAR(255) NULL,
    LABELS VARCHAR(255) NULL, DEPLOYMENT_ID VARCHAR(10) NULL${key}) ${options}`);
  await connection.query(`CREATE TABLE DATABASECHANGELOGLOCK (ID INT NOT NULL, LOCKED ${locked} NOT NULL,
    LOCKGRANTED datetime NULL, LOCKEDBY VARCHAR(255) NULL, CONSTRAINT PK_DATABASECHANGELOGLOCK PRIMARY KEY (ID)) ${options}`);
  await connection.query('INSERT INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)');
  await connection.end();
}

interface LiquibaseRow {
  readonly id: string;
  readonly author?: string;
  readonly filename?: string;
  readonly execType?: string;
}

async function insertRow(db: TestDatabase, row: LiquibaseRow, order: number): Promise<void> {
  const { id, author = 'test', filename = 'db/changelog.xml', execType = 'EXECUTED' } = row;
  await db.query(
    `INSERT INTO DATABASECHANGELOG VALUES (?, ?, ?, '2024-05-01 10:00:00', ?, ?,
      '9:d41d8cd98f00b204e9800998ecf8427e', 'createTable tableName=t', '', NULL, '4.28.0', NULL, NULL, '4553600123')`,
    [id, author, filename, order, execType],
  );
}

/** A database that Liquibase has brought this far. */
async function liquibaseDatabase(
  rows: readonly LiquibaseRow[],
  tables?: LiquibaseTables,
): Promise<TestDatabase> {
  const db = await testDatabase();
  await createLiquibaseTables(db, tables);
  for (const [index, row] of rows.entries()) await insertRow(db, row, index + 1);
  return db;
}

const ONE = { id: '1', sql: 'CREATE TABLE one (id INT PRIMARY KEY);' };
const TWO = { id: '2', sql: 'CREATE TABLE two (id INT PRIMARY KEY);' };

const COLUMNS = `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;
const KEY = `SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'DATABASECHANGELOG' AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX`;

test('before it is adopted, a history can be read with SELECT alone, and nothing is changed', async () => {
  const db = await liquibaseDatabase([{ id: '1' }, { id: 'gone' }]);
  const reader = await db.userWith('SELECT');
  const before = await db.dump({ trackingTables: 'with' });
  const folder = project(changesets(ONE, TWO));
  const status = await deploy('status', folder, reader);
  expect(status.report).toMatchObject({
    result: 'ok',
    pending: [{ id: '2' }],
    filtered: [{ key: 'test:1', reason: 'already-ran' }],
    warnings: [{ code: 'history-row-without-changeset', message: expect.stringContaining('test:gone') }],
  });
  expect((await deploy('verify', folder, reader)).report).toMatchObject({ result: 'ok', mismatches: [] });
  expect((await deploy('update-sql', folder, reader)).report.result).toBe('ok');
  expect(await db.dump({ trackingTables: 'with' })).toBe(before);
});

test('update adopts it in place: rows stay, checksums are filled in once, edits are noticed from then on', async () => {
  const db = await liquibaseDatabase([{ id: '1', filename: 'elsewhere.xml' }]);
  const folder = project(changesets(ONE, TWO));
  const { report, events } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', pending: [{ id: '2', status: 'applied' }] });
  expect(events.map(({ event }) => event)).toContain('history-adopted');
  expect((await db.query<{ name: string }>(KEY)).map(({ name }) => name)).toEqual([
    'ID',
    'AUTHOR',
    'FILENAME',
  ]);
  expect(await db.query('SELECT * FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toMatchObject([
    {
      ID: '1',
      FILENAME: 'elsewhere.xml',
      DATEEXECUTED: '2024-05-01 10:00:00',
      MD5SUM: '9:d41d8cd98f00b204e9800998ecf8427e',
      LIQUIBASE: '4.28.0',
      DEPLOYMENT_ID: '4553600123',
      CHECKSUM: expect.stringMatching(/^v1:/),
      RUN_ID: null,
    },
    { ID: '2', FILENAME: 'changelog/changelog.yml', MD5SUM: null, CHECKSUM: expect.stringMatching(/^v1:/) },
  ]);
  expect(await db.query('SELECT ORDEREXECUTED FROM DATABASECHANGELOG ORDER BY 1')).toEqual([
    { ORDEREXECUTED: 1 },
    { ORDEREXECUTED: 2 },
  ]);
  const again = await deploy('update', folder, db);
  expect(again.report).toMatchObject({ result: 'ok', pending: [] });
  expect(again.events.map(({ event }) => event)).not.toContain('history-adopted');
  writeFiles(folder, { 'migrations/1.up.sql': ONE.sql.replace('INT', 'BIGINT') });
  for (const mode of ['verify', 'status', 'update'] as const) {
    const { report: edited } = await deploy(mode, folder, db);
    expect(edited).toMatchObject({ result: 'blocked', mismatches: [{ key: 'test:1' }] });
  }
});

test('the checksum is filled in though nothing is pending, and of a changeset that contexts keep out', async () => {
  const db = await liquibaseDatabase([{ id: '1' }, { id: '2' }]);
  const folder = project(changesets(ONE, { ...TWO, yaml: ['contexts: prod'] }));
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
  const rows = await db.query<{ CHECKSUM: string }>('SELECT CHECKSUM FROM DATABASECHANGELOG ORDER BY ID');
  expect(rows.map(({ CHECKSUM }) => CHECKSUM.slice(0, 3))).toEqual(['v1:', 'v1:']);
});

test('a changeset that runs again keeps its one row and its FILENAME', async () => {
  const db = await liquibaseDatabase([{ id: '1', filename: 'db/views.xml' }]);
  const view = { id: '1', sql: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS n;', yaml: ['runOnChange: true'] };
  const folder = project(changesets(view));
  expect((await deploy('update', folder, db)).report.pending).toEqual([]);
  writeFiles(folder, { 'migrations/1.up.sql': view.sql.replace('1', '2') });
  expect((await deploy('update', folder, db)).report.pending).toMatchObject([{ status: 'applied' }]);
  expect(await db.query('SELECT ID, FILENAME, EXECTYPE, MD5SUM FROM DATABASECHANGELOG')).toEqual([
    { ID: '1', FILENAME: 'db/views.xml', EXECTYPE: 'RERAN', MD5SUM: null },
  ]);
});

test('the script of update-sql adopts as well', async () => {
  const db = await liquibaseDatabase([{ id: '1' }]);
  const folder = project(changesets(ONE, TWO));
  const { report } = await deploy('update-sql', folder, db);
  const { readFileSync } = await import('node:fs');
  const script = readFileSync(report.sqlFile ?? '', 'utf8');
  expect(await runClient(db, db, script)).toMatchObject({ code: 0, stderr: '' });
  const after = await deploy('update', folder, db);
  expect(after.report).toMatchObject({ result: 'ok', pending: [] });
  expect(after.events.map(({ event }) => event)).not.toContain('history-adopted');
  expect(await db.query('SELECT COUNT(*) AS n FROM DATABASECHANGELOG WHERE CHECKSUM IS NOT NULL')).toEqual([
    { n: 2 },
  ]);
});

describe('rows that leave it open what ran', () => {
  test.each([
    ['the same row twice', [{ id: '1' }, { id: '1' }], 'test:1 (2 rows)'],
    ['one changeset from two files', [{ id: '1' }, { id: '1', filename: 'b.xml' }], 'test:1 (2 rows)'],
    ['two of them', [{ id: '1' }, { id: '1' }, { id: '2' }, { id: '2' }], 'test:1 (2 rows), test:2 (2 rows)'],
    [
      'run and marked',
      [{ id: '1' }, { id: '1', filename: 'b.xml', execType: 'MARK_RAN' }],
      'test:1 (2 rows)',
    ],
  ] as const)('are listed and refused, and nothing is changed: %s', async (_, rows, words) => {
    const db = await liquibaseDatabase(rows);
    const columns = await db.query(COLUMNS, ['DATABASECHANGELOG']);
    const before = await db.query('SELECT * FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED');
    for (const mode of ['update', 'status', 'verify', 'update-sql'] as const) {
      const { report } = await deploy(mode, project(changesets(ONE, TWO)), db);
      expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'ambiguous-history' }] });
      expect(report.problems[0]?.message).toContain(words);
    }
    expect(await db.query(COLUMNS, ['DATABASECHANGELOG'])).toEqual(columns);
    expect(await db.query('SELECT * FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toEqual(before);
    expect(await db.query("SHOW TABLES LIKE 'one'")).toEqual([]);
    expect(await db.query('SELECT LOCKED FROM DATABASECHANGELOGLOCK')).toEqual([{ LOCKED: 0 }]);
  });

  test('are not: other authors, other case, rows that say that it did not run', async () => {
    const db = await liquibaseDatabase([
      { id: '1' },
      { id: '1', author: 'Test' },
      { id: '1', author: 'tést' },
      { id: '1', filename: 'b.xml', execType: 'FAILED' },
      { id: '1', filename: 'c.xml', execType: 'SKIPPED' },
    ]);
    const { report } = await deploy('update', project(changesets(ONE)), db);
    expect(report).toMatchObject({ result: 'ok', pending: [] });
    expect(report.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('Test:1'),
      expect.stringContaining('tést:1'),
    ]);
    expect(await db.query('SELECT COUNT(*) AS n FROM DATABASECHANGELOG')).toEqual([{ n: 5 }]);
  });
});

test('FAILED and SKIPPED are not "ran", MARK_RAN and RERAN are', async () => {
  const db = await liquibaseDatabase([
    { id: 'failed', execType: 'FAILED', filename: 'changelog/changelog.yml' },
    { id: 'skipped', execType: 'SKIPPED' },
    { id: 'marked', execType: 'MARK_RAN' },
    { id: 'reran', execType: 'RERAN' },
  ]);
  const make = (id: string) => ({ id, sql: `CREATE TABLE ${id} (id INT PRIMARY KEY);` });
  const folder = project(changesets(make('failed'), make('skipped'), make('marked'), make('reran')));
  expect((await deploy('status', folder, db)).report.pending).toMatchObject([
    { id: 'failed' },
    { id: 'skipped' },
  ]);
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok' });
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
  expect(
    await db.query("SELECT ID, EXECTYPE FROM DATABASECHANGELOG WHERE EXECTYPE <> 'SKIPPED' ORDER BY ID"),
  ).toEqual([
    { ID: 'failed', EXECTYPE: 'EXECUTED' },
    { ID: 'marked', EXECTYPE: 'MARK_RAN' },
    { ID: 'reran', EXECTYPE: 'RERAN' },
    { ID: 'skipped', EXECTYPE: 'EXECUTED' },
  ]);
});

test.each(['TINYINT(1)', 'BIT(1)', 'BOOLEAN'])(
  'a lock table of Liquibase with LOCKED %s gets our columns, and its lock is respected',
  async (locked) => {
    const db = await liquibaseDatabase([{ id: '1' }], { locked });
    await db.query(
      "UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKGRANTED = NOW(), LOCKEDBY = 'ci (10.0.0.7)'",
    );
    const folder = project(changesets(ONE, TWO));
    const held = await deploy('update', folder, db, { lockTimeout: 1 });
    expect(held.report).toMatchObject({ result: 'blocked', problems: [{ code: 'lock-held' }] });
    expect(held.report.problems[0]?.message).toContain('ci (10.0.0.7)');
    await db.query('UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0');
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
    expect(
      (await db.query<{ name: string }>(COLUMNS, ['DATABASECHANGELOGLOCK'])).map(({ name }) => name),
    ).toEqual([
      ...['ID', 'LOCKED', 'LOCKGRANTED', 'LOCKEDBY', 'RUN_ID', 'CONNECTION_ID'],
      ...['SERVER_UUID', 'EPOCH', 'HEARTBEAT'],
    ]);
    expect(
      await db.query('SELECT LOCKED + 0 AS locked, LOCKEDBY, RUN_ID FROM DATABASECHANGELOGLOCK'),
    ).toEqual([{ locked: 0, LOCKEDBY: null, RUN_ID: null }]);
  },
);

test.each([
  'DEFAULT CHARSET = latin1',
  'DEFAULT CHARSET = utf8mb3',
  'DEFAULT CHARSET = utf8mb4 COLLATE utf8mb4_0900_ai_ci ROW_FORMAT = COMPACT',
  'ENGINE = MyISAM',
])('tables with %s become what ours are', async (options) => {
  const db = await liquibaseDatabase([{ id: '1', author: 'ü' }], { options });
  const folder = project({
    'changelog/changelog.yml': `databaseChangeLog:
  - changeSet: { id: "1", author: ü, sqlFile: one.sql }
  - changeSet: { id: a, author: "表 🚀", sqlFile: one.sql }
  - changeSet: { id: b, author: "表 🚀", comment: "🚀", sqlFile: two.sql }
`,
    'one.sql': ONE.sql,
    'two.sql': TWO.sql,
  });
  expect((await deploy('update', folder, db)).report).toMatchObject({
    result: 'ok',
    pending: [{ status: 'applied' }, { status: 'applied' }],
  });
  expect(await db.query('SELECT ID, AUTHOR FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED')).toEqual([
    { ID: '1', AUTHOR: 'ü' },
    { ID: 'a', AUTHOR: '表 🚀' },
    { ID: 'b', AUTHOR: '表 🚀' },
  ]);
  expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
  expect(
    await db.query(`SELECT ENGINE AS engine, TABLE_COLLATION AS collation FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'DATABASECHANGELOG'`),
  ).toEqual([{ engine: 'InnoDB', collation: 'utf8mb4_bin' }]);
});

describe('a history with a key of its own', () => {
  const view = (n: number) => ({
    id: '1',
    sql: `CREATE OR REPLACE VIEW v AS SELECT ${n} AS n;`,
    yaml: ['runOnChange: true'],
  });

  test.each([
    ['that is ours already', ', PRIMARY KEY (ID, AUTHOR, FILENAME)', 3],
    ['in another order', ', PRIMARY KEY (FILENAME, AUTHOR, ID)', 3],
    ['that is too narrow', ', PRIMARY KEY (ID)', 3],
    ['over something else', ', SEQ BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY', 1],
  ])('%s still has one row for a changeset', async (_, key, primaryColumns) => {
    const db = await liquibaseDatabase([{ id: '1' }], { key });
    const other = { ...TWO, id: '2' };
    const folder = project(changesets(view(1), other));
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', problems: [] });
    writeFiles(folder, changesets(view(2), other));
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok' });
    expect(await db.query('SELECT ID, EXECTYPE FROM DATABASECHANGELOG ORDER BY ID')).toEqual([
      { ID: '1', EXECTYPE: 'RERAN' },
      { ID: '2', EXECTYPE: 'EXECUTED' },
    ]);
    expect(await db.query(KEY)).toHaveLength(primaryColumns);
    const again = await deploy('update', folder, db);
    expect(again.report).toMatchObject({ result: 'ok', pending: [] });
    expect(again.events.map(({ event }) => event)).not.toContain('history-adopted');
  });
});
