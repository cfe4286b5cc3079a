import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type ConnectionSettings, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';

const root = join(import.meta.dirname, '../../..');

/** Routines and triggers need SUPER where it does not trust their creators; `main` does not. */
let trusting: Server;
beforeAll(async () => {
  trusting = await startServer({ trustFunctionCreators: true, mysqldFlags: ['--partial-revokes=OFF'] });
});
afterAll(() => trusting.stop());

function example(): string {
  const folder = project({});
  for (const part of ['changelog', 'migrations'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  return folder;
}

async function tables(db: TestDatabase): Promise<unknown> {
  return db.query('SHOW FULL TABLES');
}

const READ_MODES = ['status', 'verify', 'update-sql'] as const;

describe('read modes', () => {
  test.each([...READ_MODES])(
    '%s: SELECT on the schema is enough, nothing is made or written',
    async (mode) => {
      const db = await testDatabase();
      const reader = await db.userWith('SELECT');
      expect((await deploy(mode, example(), reader)).report).toMatchObject({ result: 'ok', problems: [] });
      expect(await tables(db)).toEqual([]);
      await deploy('update', example(), db);
      const before = await db.dump({ trackingTables: 'with' });
      expect((await deploy(mode, example(), reader)).report).toMatchObject({
        result: 'ok',
        problems: [],
        pending: [],
      });
      expect(await db.dump({ trackingTables: 'with' })).toBe(before);
    },
  );

  test.each(['status', 'verify'] as const)('%s: SELECT on the tracking tables is enough', async (mode) => {
    const db = await testDatabase();
    await deploy('update', example(), db);
    const on = (table: string): string => `SELECT ON \`${db.name}\`.${table}`;
    const reader = await db.userWith(
      on('DATABASECHANGELOG'),
      on('ops_migration_runs'),
      on('ops_migration_statements'),
    );
    expect((await deploy(mode, example(), reader)).report).toMatchObject({ result: 'ok', pending: [] });
  });

  test.each([...READ_MODES])('%s: a history that may not be seen is not an empty one', async (mode) => {
    const db = await testDatabase();
    await deploy('update', example(), db);
    const blind = await db.userWith(`SELECT ON \`${db.name}\`.stg_orders`);
    const { report } = await deploy(mode, example(), blind);
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'missing-privilege' }] });
    expect(report.problems[0]?.fix).toMatch(/GRANT SELECT ON .*DATABASECHANGELOG/);
  });

  test.each([...READ_MODES])('%s cannot write though its user may', async (mode) => {
    const db = await testDatabase({ server: trusting });
    await db.query(`CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT);
      CREATE FUNCTION writes() RETURNS INT DETERMINISTIC BEGIN INSERT INTO t VALUES (); RETURN 1; END`);
    const files = changesets({
      id: '1',
      sql: 'SELECT 1;',
      yaml: ['preconditions:', '  - sqlCheck: { expectedResult: 1, sql: SELECT writes() }'],
    });
    await deploy(mode, project(files), db);
    expect(await db.query('SELECT * FROM t')).toEqual([]);
    expect(await db.query("SHOW TABLES LIKE 'DATABASECHANGELOG'")).toEqual([]);
  });
});

/** What every `update` needs for its own tables. */
const BOOKKEEPING = ['SELECT', 'INSERT', 'UPDATE', 'CREATE'];

const SETUP = `
  CREATE TABLE parent (id INT PRIMARY KEY);
  CREATE TABLE t (id INT PRIMARY KEY, p INT, n VARCHAR(9), KEY by_n (n));
  CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id)
    (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20));
  CREATE VIEW v AS SELECT id FROM t;
  CREATE PROCEDURE p() SELECT 1;
  CREATE TRIGGER tr BEFORE INSERT ON parent FOR EACH ROW SET @a = 1;
  CREATE EVENT ev ON SCHEDULE AT '2037-01-01' DISABLE DO SELECT 1;
  INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'); INSERT INTO parent VALUES (1), (2)`;

/** What statements need beside the bookkeeping; the test holds that it is enough, and that nothing of it is too much. */
const STATEMENTS: readonly (readonly [sql: string, needs: readonly string[]])[] = [
  ["INSERT INTO t VALUES (3, 3, 'c'); UPDATE t SET n = 'd' WHERE id = 3; SELECT * FROM t;", []],
  ["INSERT INTO t VALUES (1, 1, 'x') ON DUPLICATE KEY UPDATE n = 'y';", []],
  [
    'CREATE TABLE n (id INT PRIMARY KEY); CREATE TABLE m LIKE t; CREATE TABLE o (id INT PRIMARY KEY) SELECT id FROM t;',
    [],
  ],
  ['DELETE FROM t WHERE id = 1;', ['DELETE']],
  ["REPLACE INTO t VALUES (1, 1, 'z');", ['DELETE']],
  ['WITH c AS (SELECT 1 AS n) DELETE FROM t WHERE id IN (SELECT n FROM c);', ['DELETE']],
  ['ALTER TABLE t ADD COLUMN c INT, ADD INDEX (c), ADD CONSTRAINT ck CHECK (p > 0);', ['ALTER']],
  ['CREATE TABLE c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES parent (id));', ['REFERENCES']],
  ['ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES parent (id);', ['ALTER', 'REFERENCES']],
  ['ALTER TABLE parts DROP PARTITION a;', ['ALTER', 'DROP']],
  ['ALTER TABLE t RENAME TO u;', ['ALTER', 'DROP']],
  ['RENAME TABLE t TO u;', ['ALTER', 'DROP']],
  ['CREATE INDEX i ON t (p); DROP INDEX by_n ON t;', ['INDEX']],
  ['DROP TABLE t;', ['DROP']],
  ['TRUNCATE TABLE t;', ['DROP']],
  ['CREATE VIEW w AS SELECT id FROM t;', ['CREATE VIEW']],
  ['CREATE OR REPLACE VIEW v AS SELECT id, n FROM t;', ['CREATE VIEW', 'DROP']],
  ['DROP VIEW v;', ['DROP']],
  ['CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1; DROP TRIGGER g;', ['TRIGGER']],
  ['CREATE PROCEDURE q() SELECT 1; CALL q(); DROP PROCEDURE q;', ['CREATE ROUTINE']],
  ['CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1; SELECT f();', ['CREATE ROUTINE']],
  ['DROP PROCEDURE IF EXISTS q; CREATE PROCEDURE q() SELECT 1;', ['CREATE ROUTINE', 'ALTER ROUTINE']],
  ['CALL p();', ['EXECUTE']],
  ["CREATE EVENT e ON SCHEDULE AT '2037-01-01' DISABLE DO SELECT 1; DROP EVENT e;", ['EVENT']],
  [
    'CREATE TEMPORARY TABLE x (id INT PRIMARY KEY); INSERT INTO x VALUES (1); ALTER TABLE x ADD c INT; DROP TABLE x;',
    ['CREATE TEMPORARY TABLES'],
  ],
];

async function prepared(): Promise<TestDatabase> {
  const db = await testDatabase({ server: trusting });
  // Made by an account without SYSTEM_USER, as a DBA would, so that others may replace what it defines.
  const maker = await db.userWith('ALL');
  const connection = await db.connect(maker);
  await connection.query(SETUP);
  return db;
}

async function updateAs(user: ConnectionSettings, folder: string) {
  return (await deploy('update', folder, user, { allowDestructive: true })).report;
}

/** Refused before anything ran, naming the privilege and its GRANT. */
async function expectMissing(
  db: TestDatabase,
  user: ConnectionSettings,
  folder: string,
  privilege: string,
): Promise<void> {
  const before = await db.dump();
  const report = await updateAs(user, folder);
  expect([privilege, report.result]).toEqual([privilege, 'blocked']);
  expect(report.problems).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        code: 'missing-privilege',
        message: `'${user.user}'@'%' lacks ${privilege} on schema ${db.name}`,
        fix: `GRANT ${privilege} ON \`${db.name}\`.* TO '${user.user}'@'%'`,
      }),
    ]),
  );
  expect(report.problems.every(({ code }) => code === 'missing-privilege')).toBe(true);
  expect(await db.dump()).toBe(before);
}

describe('update', () => {
  test.each(STATEMENTS)('%s', async (sql, needs) => {
    const db = await prepared();
    const folder = project(changesets({ id: '1', sql, yaml: ['allowDestructive: true'] }));
    for (const privilege of needs) {
      const less = [...BOOKKEEPING, ...needs].filter((other) => other !== privilege);
      await expectMissing(db, await db.userWith(less.join(', ')), folder, privilege);
    }
    const report = await updateAs(await db.userWith([...BOOKKEEPING, ...needs].join(', ')), folder);
    expect(report).toMatchObject({ result: 'ok', problems: [], pending: [{ status: 'applied' }] });
  });

  test('the example needs no more than the bookkeeping and ALTER, REFERENCES, CREATE VIEW', async () => {
    const db = await testDatabase();
    const needs = [...BOOKKEEPING, 'ALTER', 'REFERENCES', 'CREATE VIEW'];
    for (const privilege of needs) {
      const less = needs.filter((other) => other !== privilege);
      await expectMissing(db, await db.userWith(less.join(', ')), example(), privilege);
    }
    const user = await db.userWith(needs.join(', '));
    expect(await updateAs(user, example())).toMatchObject({ result: 'ok', problems: [] });
    expect(await updateAs(user, example())).toMatchObject({ result: 'ok', pending: [] });
  });

  test('CREATE is needed only until the tracking tables are there', async () => {
    const db = await testDatabase();
    await deploy('update', example(), db);
    const user = await db.userWith('SELECT, INSERT, UPDATE');
    expect(await updateAs(user, example())).toMatchObject({ result: 'ok', problems: [], pending: [] });
  });

  test('ALTER is needed to adopt the tables of Liquibase', async () => {
    const db = await testDatabase();
    await db.query(`CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL,
      FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED DATETIME NOT NULL, ORDEREXECUTED INT NOT NULL,
      EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255),
      TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255),
      DEPLOYMENT_ID VARCHAR(10), PRIMARY KEY (ID, AUTHOR, FILENAME))`);
    const folder = project(changesets({ id: '1', sql: 'SELECT 1;' }));
    await expectMissing(db, await db.userWith(BOOKKEEPING.join(', ')), folder, 'ALTER');
    const user = await db.userWith([...BOOKKEEPING, 'ALTER'].join(', '));
    expect(await updateAs(user, folder)).toMatchObject({ result: 'ok', problems: [] });
  });

  test.each([
    ['a trigger', 'TRIGGER', 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1;'],
    ['a function', 'CREATE ROUTINE', 'CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1;'],
  ])(
    '%s under binary logging is refused before anything runs, with both ways out',
    async (_, privilege, sql) => {
      const db = await testDatabase();
      await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT)');
      const folder = project(
        changesets({ id: '1', sql: 'CREATE TABLE first (id INT PRIMARY KEY);' }, { id: '2', sql }),
      );
      const grants = [...BOOKKEEPING, privilege].join(', ');
      const report = await updateAs(await db.userWith(grants), folder);
      expect(report).toMatchObject({
        result: 'blocked',
        problems: [
          {
            code: 'missing-privilege',
            message: expect.stringContaining('1419'),
            at: { file: 'migrations/2.up.sql', line: 1 },
            fix: expect.stringMatching(/log_bin_trust_function_creators = 1.*GRANT SUPER/),
          },
        ],
      });
      expect(await db.query("SHOW TABLES LIKE 'first'")).toEqual([]);
      expect(await updateAs(await db.userWith(grants, 'SUPER ON *.*'), folder)).toMatchObject({
        result: 'ok',
      });
    },
  );
});

describe('grants of other kinds', () => {
  const all = [...BOOKKEEPING, 'ALTER', 'REFERENCES', 'CREATE VIEW'].join(', ');

  test('a role counts when it is active, and is named when it is not', async () => {
    const db = await testDatabase();
    const user = await db.userWith('SELECT');
    const role = `role${user.user.slice(4)}`;
    try {
      await db.query(
        `CREATE ROLE ${role}; GRANT ${all} ON \`${db.name}\`.* TO ${role}; GRANT ${role} TO ${user.user}`,
      );
      const inactive = await updateAs(user, example());
      expect(inactive).toMatchObject({
        result: 'blocked',
        problems: [{ code: 'missing-privilege' }, {}, {}],
      });
      expect(inactive.problems[0]?.fix).toBe(
        `GRANT INSERT ON \`${db.name}\`.* TO '${user.user}'@'%'; or, if its role \`${role}\`@\`%\` has it: SET DEFAULT ROLE ALL TO '${user.user}'@'%'`,
      );
      await db.query(`SET DEFAULT ROLE ALL TO ${user.user}`);
      expect(await updateAs(user, example())).toMatchObject({ result: 'ok', problems: [] });
    } finally {
      await db.query(`DROP ROLE ${role}`);
    }
  });

  /** The tables that are written, one by one; the others have to be seen, or they seem to be missing. */
  function oneByOne(db: TestDatabase): readonly string[] {
    const written = [
      'DATABASECHANGELOG',
      'DATABASECHANGELOGLOCK',
      'ops_migration_runs',
      'ops_migration_statements',
    ];
    const seen = [
      'ops_pipeline_runs',
      'ops_dq_results',
      'ops_checkpoints',
      'ops_loaded_files',
      'ops_rejected_rows',
    ];
    return [
      ...written.map((table) => `SELECT, INSERT, UPDATE ON \`${db.name}\`.${table}`),
      ...seen.map((table) => `SELECT ON \`${db.name}\`.${table}`),
    ];
  }

  test('privileges on the tables one by one are enough, and the table that lacks one is named', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE t (id INT PRIMARY KEY)');
    await deploy('update', project(changesets({ id: '1', sql: 'SELECT 1;' })), db);
    const grants = oneByOne(db);
    const onT = `INSERT ON \`${db.name}\`.t`;
    const folder = project(
      changesets({ id: '1', sql: 'SELECT 1;' }, { id: '2', sql: 'INSERT INTO t VALUES (1);' }),
    );
    const less = await db.userWith(
      ...grants.slice(1),
      `SELECT, UPDATE ON \`${db.name}\`.DATABASECHANGELOG`,
      onT,
    );
    expect(await updateAs(less, folder)).toMatchObject({
      result: 'blocked',
      problems: [
        {
          code: 'missing-privilege',
          message: `'${less.user}'@'%' lacks INSERT on table DATABASECHANGELOG`,
          fix: `GRANT INSERT ON \`${db.name}\`.\`DATABASECHANGELOG\` TO '${less.user}'@'%'`,
        },
      ],
    });
    expect(await updateAs(await db.userWith(...grants, onT), folder)).toMatchObject({ result: 'ok' });
  });

  test('whether it is the right table for a statement is left to the server: it fails, and is undone', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE u (id INT PRIMARY KEY)');
    await deploy('update', project(changesets({ id: '1', sql: 'SELECT 1;' })), db);
    const grants = oneByOne(db);
    const user = await db.userWith(...grants, `INSERT ON \`${db.name}\`.t`);
    const folder = project(
      changesets(
        { id: '1', sql: 'SELECT 1;' },
        { id: '2', sql: 'INSERT INTO t VALUES (1); INSERT INTO u VALUES (1);' },
      ),
    );
    const report = await updateAs(user, folder);
    expect(report).toMatchObject({ result: 'failed', pending: [{ status: 'failed', statementsDone: 0 }] });
    expect(report.problems[0]?.message).toContain('1142');
    expect(await db.query('SELECT * FROM t')).toEqual([]);
  });

  test('a wildcard in the name of a schema opens all that it matches, a backslash takes that away', async () => {
    const db = await testDatabase();
    const [named, alike] = [`${db.name}_x`, `${db.name}yx`];
    await db.query(`CREATE DATABASE \`${named}\`; CREATE DATABASE \`${alike}\``);
    try {
      const open = await db.userWith(`${all} ON \`${named}\`.*`);
      for (const name of [named, alike]) {
        expect(await updateAs({ ...open, name }, example())).toMatchObject({ result: 'ok', problems: [] });
      }
      const closed = await db.userWith(`${all} ON \`${db.name}\\_x\`.*`, `SELECT ON \`${alike}\`.*`);
      expect(await updateAs({ ...closed, name: named }, example())).toMatchObject({
        result: 'ok',
        pending: [],
      });
      expect(await updateAs({ ...closed, name: alike }, example())).toMatchObject({
        result: 'blocked',
        problems: [{ code: 'missing-privilege', message: expect.stringContaining('lacks INSERT') }, {}],
      });
    } finally {
      await db.query(`DROP DATABASE \`${named}\`; DROP DATABASE \`${alike}\``);
    }
  });

  test('what a partial revoke takes away is missing', async () => {
    const db = await testDatabase({ server: trusting });
    const user = await db.userWith(`${all} ON *.*`);
    await db.query('SET GLOBAL partial_revokes = ON');
    await db.query(`REVOKE UPDATE ON \`${db.name}\`.* FROM ${user.user}`);
    try {
      await expectMissing(db, user, example(), 'UPDATE');
    } finally {
      await db.query(`GRANT UPDATE ON \`${db.name}\`.* TO ${user.user}`);
    }
    expect(await updateAs(user, example())).toMatchObject({ result: 'ok', problems: [] });
  });
});

test('docs/privileges.md lists what these tests hold', () => {
  const text = readFileSync(join(root, 'docs/privileges.md'), 'utf8');
  for (const privilege of new Set([...BOOKKEEPING, ...STATEMENTS.flatMap(([, needs]) => needs)])) {
    expect(text).toMatch(new RegExp(`^\\| \`${privilege}\``, 'm'));
  }
});
