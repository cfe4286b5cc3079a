import { describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';

const NAMES = [
  'back`tick',
  'with space',
  `it's "quoted"`,
  'back\\slash',
  'ünï 表',
  'select',
  'a.b',
  '-- x',
  '100%_',
  '?',
];

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

test.each([...NAMES, '🚀 rocket'])('a changeset and an author named %j', async (name) => {
  const db = await testDatabase();
  const folder = project({
    'changelog/changelog.yml': `databaseChangeLog:
  - changeSet:
      id: ${JSON.stringify(name)}
      author: ${JSON.stringify(name)}
      sqlFile: one.sql
`,
    'one.sql': 'CREATE TABLE one (id INT PRIMARY KEY); INSERT INTO one VALUES (1);',
  });
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', pending: [{ key: `${name}:${name}`, status: 'applied' }] });
  expect(await db.query('SELECT ID, AUTHOR FROM DATABASECHANGELOG')).toEqual([{ ID: name, AUTHOR: name }]);
  expect(await db.query('SELECT DISTINCT changeset_id, author FROM ops_migration_statements')).toEqual([
    { changeset_id: name, author: name },
  ]);
  for (const mode of ['update', 'verify', 'status'] as const) {
    const again = await deploy(mode, folder, db);
    expect(again.report).toMatchObject({ result: 'ok', pending: [], warnings: [] });
  }
});

// The driver encodes what is recorded as the session says, and latin1 has no such letters: to be corrected in run-statement.
test('a changeset is recorded under its name whatever character set it leaves behind', async () => {
  const db = await testDatabase();
  const folder = project({
    'changelog/changelog.yml': 'databaseChangeLog:\n  - changeSet: { id: 表, author: ü, sqlFile: one.sql }\n',
    'one.sql': 'CREATE TABLE one (id INT PRIMARY KEY); SET NAMES latin1;',
  });
  await deploy('update', folder, db);
  expect(await db.query('SELECT ID, AUTHOR FROM DATABASECHANGELOG')).toEqual([{ ID: '表', AUTHOR: 'ü' }]);
});

test.each(NAMES)('a table and a column named %j', async (name) => {
  const db = await testDatabase();
  const [table, column] = [quote(name), quote(name)];
  const asked = JSON.stringify(name);
  const folder = project(
    changesets(
      {
        id: '1',
        sql: `CREATE TABLE ${table} (id INT PRIMARY KEY, ${column} VARCHAR(40), KEY ${column} (${column}));`,
      },
      {
        id: '2',
        sql: `INSERT INTO ${table} (id, ${column}) VALUES (1, ${quoteText(name)});`,
        yaml: [
          'preconditions:',
          `  - columnExists: { tableName: ${asked}, columnName: ${asked} }`,
          `  - indexExists: { tableName: ${asked}, indexName: ${asked} }`,
          `  - rowCount: { tableName: ${asked}, expectedRows: 0 }`,
        ],
      },
    ),
  );
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }, { status: 'applied' }] });
  expect(await db.query(`SELECT * FROM ${table}`)).toEqual([{ id: 1, [name]: name }]);
});

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

test.each([...NAMES, 'x'.repeat(64), '表'.repeat(40)])('a schema named %j', async (suffix) => {
  const db = await testDatabase();
  // Its own name in front, so that no other test has the same; a name has 64 characters at most.
  const name = Array.from(`${db.name}${suffix}`).slice(0, 64).join('');
  await db.query(`CREATE DATABASE ${quote(name)}`);
  try {
    const there = { ...db, name };
    const folder = project(
      changesets(
        { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' },
        {
          id: '2',
          sql: 'INSERT INTO t VALUES (1);',
          yaml: ['preconditions:', '  - tableIsEmpty: { tableName: t }'],
        },
      ),
    );
    expect((await deploy('update', folder, there)).report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query(`SELECT * FROM ${quote(name)}.t`)).toEqual([{ id: 1 }]);
    for (const mode of ['update', 'verify', 'status', 'update-sql'] as const) {
      const again = await deploy(mode, folder, there);
      expect(again.report).toMatchObject({ result: 'ok', pending: [] });
    }
    expect(await db.query('SHOW TABLES')).toEqual([]);
  } finally {
    await db.query(`DROP DATABASE ${quote(name)}`);
  }
});

describe('contexts and labels', () => {
  const make = (id: string, ...yaml: readonly string[]) => ({
    id,
    sql: `CREATE TABLE t_${id} (id INT PRIMARY KEY);`,
    yaml,
  });
  const files = changesets(
    make('always_here'),
    make('on_dev', 'contexts: dev'),
    make('on_prod', 'contexts: prod'),
    make('not_prod', 'contexts: "!prod"'),
    make('either', 'contexts: "dev, test"'),
    make('both', 'contexts: "dev and eu"'),
    make('feature', 'labels: "feature-x, v2"'),
    make('other', 'labels: v1'),
  );

  async function ran(db: TestDatabase): Promise<readonly string[]> {
    const rows = await db.query<{ ID: string }>('SELECT ID FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED');
    return rows.map(({ ID }) => ID);
  }

  test.each([
    [['dev'], undefined, ['always_here', 'on_dev', 'not_prod', 'either', 'feature', 'other']],
    [['DEV', 'eu'], undefined, ['always_here', 'on_dev', 'not_prod', 'either', 'both', 'feature', 'other']],
    [['prod'], undefined, ['always_here', 'on_prod', 'feature', 'other']],
    // Strict: none given is no reason to run what asks for one.
    [[], undefined, ['always_here', 'not_prod', 'feature', 'other']],
    [['prod'], 'feature-x', ['always_here', 'on_prod', 'feature']],
    [['prod'], 'v1 or v2', ['always_here', 'on_prod', 'feature', 'other']],
    [['prod'], '!v1', ['always_here', 'on_prod', 'feature']],
    [['prod'], '@v1', ['other']],
  ])('contexts %j and labels %j run %j', async (contexts, labels, expected) => {
    const db = await testDatabase();
    const folder = project(files);
    const options = { contexts, ...(labels === undefined ? {} : { labels }) };
    const { report } = await deploy('update', folder, db, options);
    expect(report).toMatchObject({ result: 'ok', problems: [] });
    expect(await ran(db)).toEqual(expected);
    expect(report.filtered.map(({ key }) => key.slice('test:'.length)).toSorted()).toEqual(
      Object.keys(files)
        .flatMap((path) => /^migrations\/(.*)\.up\.sql$/.exec(path)?.[1] ?? [])
        .filter((id) => !expected.includes(id))
        .toSorted(),
    );
  });

  test('why a changeset does not run is said, and what ran before is not filtered twice', async () => {
    const db = await testDatabase();
    const folder = project(files);
    await deploy('update', folder, db, { contexts: ['dev'] });
    const { report } = await deploy('status', folder, db, { contexts: ['prod'], labels: 'none-of-them' });
    expect(report.pending.map(({ id }) => id)).toEqual(['on_prod']);
    expect(Object.fromEntries(report.filtered.map(({ key, reason }) => [key, reason]))).toEqual({
      'test:always_here': 'already-ran',
      'test:on_dev': 'already-ran',
      'test:not_prod': 'already-ran',
      'test:either': 'already-ran',
      'test:both': 'context',
      'test:feature': 'already-ran',
      'test:other': 'already-ran',
    });
    expect(report.filtered.find(({ key }) => key === 'test:both')?.detail).toBe(
      'contexts "dev and eu" do not match "prod"',
    );
  });

  test('contexts and labels of the changeset are recorded as they are written', async () => {
    const db = await testDatabase();
    await deploy('update', project(files), db, { contexts: ['dev', 'eu'] });
    expect(
      await db.query(
        "SELECT ID, CONTEXTS, LABELS FROM DATABASECHANGELOG WHERE ID IN ('both', 'feature', 'always_here') ORDER BY ID",
      ),
    ).toEqual([
      { ID: 'always_here', CONTEXTS: null, LABELS: null },
      { ID: 'both', CONTEXTS: 'dev and eu', LABELS: null },
      { ID: 'feature', CONTEXTS: null, LABELS: 'feature-x,v2' },
    ]);
  });
});

describe('what a history row says', () => {
  const entry = (id: string, ...yaml: readonly string[]): string =>
    [
      '  - changeSet:',
      `      id: "${id}"`,
      '      author: test',
      `      sqlFile: sql/${id}.sql`,
      ...yaml,
      '',
    ].join('\n');
  const sql = (...ids: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(ids.map((id) => [`sql/${id}.sql`, `CREATE TABLE t${id} (id INT PRIMARY KEY);`]));

  const tree = {
    'changelog/changelog.yml': `databaseChangeLog:
${entry('1')}  - include: { file: teams/billing.yml, relativeToChangelogFile: true }
  - includeAll: { path: changelog/all, endsWithFilter: .yml }
${entry('9')}`,
    'changelog/teams/billing.yml': `databaseChangeLog:\n${entry('2', '      tag: v1.4')}`,
    'changelog/all/b.yml': `databaseChangeLog:\n${entry('4')}`,
    'changelog/all/a.yml': `databaseChangeLog:\n${entry('3')}`,
    'changelog/all/notes.yaml': 'not: a changelog\n',
    ...sql('1', '2', '3', '4', '9'),
  };

  test('the file, the order, the tag, and what is the same of one run', async () => {
    const db = await testDatabase();
    const { report } = await deploy('update', project(tree), db);
    expect(report).toMatchObject({ result: 'ok', problems: [] });
    expect(
      await db.query(
        'SELECT ID, FILENAME, ORDEREXECUTED, TAG, DESCRIPTION FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED',
      ),
    ).toEqual([
      {
        ID: '1',
        FILENAME: 'changelog/changelog.yml',
        ORDEREXECUTED: 1,
        TAG: null,
        DESCRIPTION: 'sqlFile sql/1.sql',
      },
      {
        ID: '2',
        FILENAME: 'changelog/teams/billing.yml',
        ORDEREXECUTED: 2,
        TAG: 'v1.4',
        DESCRIPTION: 'sqlFile sql/2.sql',
      },
      {
        ID: '3',
        FILENAME: 'changelog/all/a.yml',
        ORDEREXECUTED: 3,
        TAG: null,
        DESCRIPTION: 'sqlFile sql/3.sql',
      },
      {
        ID: '4',
        FILENAME: 'changelog/all/b.yml',
        ORDEREXECUTED: 4,
        TAG: null,
        DESCRIPTION: 'sqlFile sql/4.sql',
      },
      {
        ID: '9',
        FILENAME: 'changelog/changelog.yml',
        ORDEREXECUTED: 5,
        TAG: null,
        DESCRIPTION: 'sqlFile sql/9.sql',
      },
    ]);
    const [run, ...others] = await db.query<Record<string, string>>(
      'SELECT DISTINCT DEPLOYMENT_ID, RUN_ID, LIQUIBASE, MD5SUM FROM DATABASECHANGELOG',
    );
    expect(others).toEqual([]);
    expect(run).toEqual({
      DEPLOYMENT_ID: expect.stringMatching(/^\d{10}$/),
      RUN_ID: report.runId,
      LIQUIBASE: 'db-deploy',
      MD5SUM: null,
    });
  });

  test('a later run goes on counting and has a DEPLOYMENT_ID of its own', async () => {
    const db = await testDatabase();
    const folder = project(tree);
    await deploy('update', folder, db);
    writeFiles(folder, {
      'changelog/all/c.yml': `databaseChangeLog:\n${entry('5')}`,
      ...sql('5'),
    });
    await deploy('update', folder, db);
    expect(
      await db.query(
        "SELECT ID, ORDEREXECUTED FROM DATABASECHANGELOG WHERE RUN_ID <> (SELECT RUN_ID FROM DATABASECHANGELOG WHERE ID = '1')",
      ),
    ).toEqual([{ ID: '5', ORDEREXECUTED: 6 }]);
    expect(await db.query('SELECT COUNT(DISTINCT DEPLOYMENT_ID) AS n FROM DATABASECHANGELOG')).toEqual([
      { n: 2 },
    ]);
  });

  test('a changeset that moved to another file is the same one', async () => {
    const db = await testDatabase();
    const folder = project(tree);
    await deploy('update', folder, db);
    writeFiles(folder, {
      'changelog/teams/billing.yml': `databaseChangeLog:\n${entry('4')}`,
      'changelog/all/b.yml': `databaseChangeLog:\n${entry('2', '      tag: v1.4')}`,
    });
    for (const mode of ['update', 'verify'] as const) {
      expect((await deploy(mode, folder, db)).report).toMatchObject({
        result: 'ok',
        pending: [],
        warnings: [],
      });
    }
    expect(await db.query("SELECT FILENAME FROM DATABASECHANGELOG WHERE ID = '2'")).toEqual([
      { FILENAME: 'changelog/teams/billing.yml' },
    ]);
  });

  test.each([
    ['letters', 'x'.repeat(255), 'x'.repeat(250)],
    ['emoji', '🚀'.repeat(255), '🚀'.repeat(250)],
    ['an emoji at the cut', `${'x'.repeat(249)}🚀🚀`, `${'x'.repeat(249)}🚀`],
    ['short', 'why', 'why'],
  ])('COMMENTS is cut to 250 characters: %s', async (_, comment, expected) => {
    const db = await testDatabase();
    const folder = project({
      'changelog/changelog.yml': `databaseChangeLog:\n${entry('1', `      comment: "${comment}"`)}`,
      ...sql('1'),
    });
    expect((await deploy('update', folder, db)).report.result).toBe('ok');
    expect(await db.query('SELECT COMMENTS FROM DATABASECHANGELOG')).toEqual([{ COMMENTS: expected }]);
  });

  test('texts as long as they may be are kept whole', async () => {
    const db = await testDatabase();
    const [id, author, tag] = ['🚀'.repeat(255), 'ü'.repeat(255), '表'.repeat(255)];
    const folder = project({
      'changelog/changelog.yml': `databaseChangeLog:
  - changeSet: { id: "${id}", author: "${author}", tag: "${tag}", sqlFile: sql/1.sql }
`,
      ...sql('1'),
    });
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT ID, AUTHOR, TAG FROM DATABASECHANGELOG')).toEqual([
      { ID: id, AUTHOR: author, TAG: tag },
    ]);
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', pending: [] });
  });
});
