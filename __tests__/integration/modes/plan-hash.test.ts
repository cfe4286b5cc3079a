import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../../src/report/report.ts';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type ConnectionSettings, type TestDatabase } from '../../support/database.ts';
import {
  changesets,
  deploy,
  project,
  writeFiles,
  type ChangesetFixture,
  type DeployOptions,
  folderBackup,
} from '../../support/deploy.ts';

const ONE = { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' };
const TWO = {
  id: '2',
  sql: 'INSERT INTO t VALUES (1);',
  yaml: ['preconditions:', '  - tableIsEmpty: { tableName: t }', '    onFail: MARK_RAN'],
};

type Plan = Required<Pick<DeployOptions, 'expectedPlanHash' | 'expectedPlanParts'>>;

function planOf({ planHash, planParts }: Report): Plan {
  if (planHash === undefined || !planParts) throw new Error('there is no plan');
  return { expectedPlanHash: planHash, expectedPlanParts: planParts };
}

/** What an account that may only read sees as the plan of an update without a backup. */
async function review(
  folder: string,
  db: TestDatabase,
  options: DeployOptions = {},
  as?: ConnectionSettings,
): Promise<Plan> {
  const reader = as ?? (await db.userWith('SELECT'));
  const { report } = await deploy('status', folder, reader, { backupKind: 'none', ...options });
  expect(report.problems).toEqual([]);
  return planOf(report);
}

test('a plan of an account that may only read is the plan that is deployed', async () => {
  const db = await testDatabase();
  const folder = project(changesets(ONE, TWO));
  const first = await review(folder, db);
  expect(first.expectedPlanHash).toMatch(/^v2:[0-9a-f]{64}$/);
  const { report } = await deploy('update', folder, db, first);
  expect(report).toMatchObject({
    result: 'ok',
    planHash: first.expectedPlanHash,
    planParts: first.expectedPlanParts,
  });
  expect(await db.query('SELECT plan_hash FROM ops_migration_runs')).toEqual([
    { plan_hash: first.expectedPlanHash },
  ]);
  const next = await review(folder, db);
  expect(next.expectedPlanHash).not.toBe(first.expectedPlanHash);
  expect((await deploy('update', folder, db, next)).report).toMatchObject({ result: 'ok', pending: [] });
});

test('a plan made on another server with the same history is the same plan', async () => {
  const [here, elsewhere] = [await testDatabase(), await testDatabase({ server: 'without-gtids' })];
  await elsewhere.query('CREATE DATABASE ??', [here.name]);
  try {
    const replica = { ...elsewhere, name: here.name };
    const folder = project(changesets(ONE));
    for (const db of [here, replica]) expect((await deploy('update', folder, db)).report.result).toBe('ok');
    writeFiles(folder, changesets(ONE, TWO));
    const planned = await review(folder, here, {}, replica);
    expect((await deploy('update', folder, here, planned)).report).toMatchObject({
      result: 'ok',
      pending: [{ id: '2' }],
    });
  } finally {
    await elsewhere.query('DROP DATABASE ??', [here.name]);
  }
});

test('a plan over the history of Liquibase is the same before and after it is adopted', async () => {
  const db = await testDatabase();
  await db.query(`CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL,
    FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED DATETIME NOT NULL, ORDEREXECUTED INT NOT NULL,
    EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255),
    LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10),
    k INT AUTO_INCREMENT PRIMARY KEY)`);
  const columns = '(ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE)';
  // Two with one number, in the contrary order of their names.
  await db.query(`INSERT INTO DATABASECHANGELOG ${columns} VALUES ('b', 'test', 'x.xml', NOW(), 1, 'EXECUTED'),
    ('a', 'test', 'x.xml', NOW(), 1, 'EXECUTED'), ('c', 'test', 'x.xml', NOW(), 2, 'MARK_RAN')`);
  const earlier = ['a', 'b', 'c'].map((id) => ({ id, sql: `DO ${id.length};` }));
  const folder = project(changesets(...earlier, ONE));
  const planned = await review(folder, db);
  expect((await deploy('update', folder, db, planned)).report).toMatchObject({
    result: 'ok',
    pending: [{ id: '1' }],
  });
});

describe('another plan than the one that was reviewed', () => {
  const changed: readonly (readonly [string, string, DeployOptions])[] = [
    ['gates', 'the gate of the run', { allowDestructive: true }],
    ['on-failure', 'what a failure does', { onFailure: 'keep' }],
    ['on-data-loss', 'what a loss does', { onDataLoss: 'stop' }],
    ['restore-guarantee', 'the guarantee', { restoreGuarantee: 'in-place' }],
    ['resume', 'resuming', { resume: true }],
    ['contexts', 'a context', { contexts: ['dev', 'eu'] }],
    ['labels', 'labels', { labels: 'x' }],
  ];

  test('is refused, and what differs is named', async () => {
    const db = await testDatabase();
    const folder = project(changesets(ONE));
    const planned = await review(folder, db);
    for (const [part, , options] of changed) {
      const { report } = await deploy('update', folder, db, { ...planned, ...options });
      expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'plan-changed' }] });
      expect(report.problems[0]?.message).toMatch(
        new RegExp(`not the expected ${planned.expectedPlanHash}, .* \\(different: ${part}\\)$`),
      );
    }
    const environment = await deploy('update', folder, db, {
      ...planned,
      environment: 'test',
      contexts: ['dev'],
    });
    expect(environment.report.problems[0]?.message).toMatch(/\(different: environment\)$/);
    expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
  });

  test('is refused for other preconditions, flags and SQL, and for what ran since', async () => {
    const db = await testDatabase();
    const folder = project(changesets(ONE));
    await deploy('update', folder, db);
    writeFiles(folder, changesets(ONE, TWO));
    const planned = await review(folder, db);
    const differs = async (...fixtures: readonly ChangesetFixture[]): Promise<string | undefined> => {
      writeFiles(folder, changesets(...fixtures));
      const { report } = await deploy('update', folder, db, planned);
      expect(report.result).toBe('blocked');
      return /different: (.*)\)$/.exec(report.problems[0]?.message ?? '')?.[1];
    };
    expect(await differs(ONE, { ...TWO, yaml: [] })).toBe('preconditions');
    expect(await differs(ONE, { ...TWO, yaml: [...TWO.yaml, 'runAlways: true'] })).toBe('run-always');
    expect(await differs(ONE, { ...TWO, yaml: [...TWO.yaml, 'runOnChange: true'] })).toBe('run-on-change');
    expect(await differs(ONE, { ...TWO, sql: 'INSERT INTO t VALUES (2);' })).toBe('pending');
    expect(
      await differs(ONE, { ...TWO, sql: '-- db-deploy:allow rename agreed\nINSERT INTO t VALUES (1);' }),
    ).toBe('allow-comments');
    await db.query("UPDATE DATABASECHANGELOG SET EXECTYPE = 'MARK_RAN'");
    expect(await differs(ONE, TWO)).toBe('history');
  });

  test('lists its parts where those of the other were not given', async () => {
    const db = await testDatabase();
    const folder = project(changesets(ONE));
    const { expectedPlanHash, expectedPlanParts } = await review(folder, db);
    const { report } = await deploy('update', folder, db, { expectedPlanHash, allowDestructive: true });
    const shown = report.problems[0]?.message ?? '';
    for (const [name, digits] of Object.entries(expectedPlanParts)) {
      if (name !== 'gates') expect(shown).toContain(`${name} ${digits}`);
    }
    expect(shown).toContain(`gates ${report.planParts?.gates}`);
  });

  test('is refused by every mode that makes one', async () => {
    const db = await testDatabase();
    const folder = project(changesets(ONE));
    const { expectedPlanHash } = await review(folder, db);
    for (const mode of ['status', 'update-sql', 'verify'] as const) {
      const options = { backupKind: 'none', expectedPlanHash } as const;
      expect((await deploy(mode, folder, db, options)).report.problems).toEqual([]);
      const { report } = await deploy(mode, folder, db, { ...options, onFailure: 'keep' });
      expect(report).toMatchObject({ mode, result: 'blocked', problems: [{ code: 'plan-changed' }] });
    }
  });
});

describe('with the guarantee that the settings of the server allow', () => {
  const full = { backupKind: 'full' } as const;
  /** Without this setting no account but one with SUPER has the guarantee. */
  let trusting: Server;
  beforeAll(async () => {
    trusting = await startServer({ gtid: 'on', trustFunctionCreators: true });
  });
  afterAll(() => trusting.stop());

  test('an account that may do less does not deploy a reviewed plan', async () => {
    const db = await testDatabase({ server: trusting });
    const folder = project(changesets(ONE));
    const backup = folderBackup(db, folder);
    const planned = await review(folder, db, full);
    const weak = await db.userWith(
      'ALL',
      `ALL ON \`${db.name}\\_\\_%\`.*`,
      'SHOW_ROUTINE, REPLICATION CLIENT ON *.*',
    );
    const { report } = await deploy('update', folder, weak, { backup, ...planned });
    expect(report).toMatchObject({ result: 'blocked', guarantee: { kind: 'snapshot' } });
    expect(report.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/settings of this server allow a lossless restore.*lacks REPLICATION SLAVE/),
    ]);
    expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
    // Whoever reviewed nothing was promised nothing.
    expect((await deploy('update', folder, weak, { backup })).report).toMatchObject({ result: 'ok' });
  });

  test('tables that a restore cannot keep are named, and one that may do everything deploys', async () => {
    const db = await testDatabase();
    const folder = project(changesets(ONE));
    const backup = folderBackup(db, folder);
    const planned = await review(folder, db, full);
    await db.query('CREATE TABLE m (id INT PRIMARY KEY) ENGINE = MyISAM');
    const { report } = await deploy('update', folder, db, { backup, ...planned });
    expect(report).toMatchObject({ result: 'blocked' });
    expect(report.problems[0]?.message).toContain('tables without transactions: m (MyISAM)');
    await db.query('DROP TABLE m');
    expect((await deploy('update', folder, db, { backup, ...planned })).report.result).toBe('ok');
  });

  test('a server that allows no more does not refuse', async () => {
    const db = await testDatabase({ server: 'without-gtids' });
    const folder = project(changesets(ONE));
    const planned = await review(folder, db, full);
    const { report } = await deploy('update', folder, db, { backup: folderBackup(db, folder), ...planned });
    expect(report).toMatchObject({ result: 'ok', guarantee: { kind: 'snapshot' } });
  });
});

test('a file of SQL does not go on in the middle of a changeset', async () => {
  const db = await testDatabase();
  const half = ['CREATE TABLE a (id INT PRIMARY KEY);', 'CREATE TABLE b (id NO_SUCH_TYPE);'];
  const folder = project(changesets({ id: '1', sql: half.join('\n') }));
  await deploy('update', folder, db);
  writeFiles(folder, { 'migrations/1.up.sql': half.join('\n').replace('NO_SUCH_TYPE', 'INT PRIMARY KEY') });
  const options = { resume: true, backupKind: 'none' } as const;
  const { report } = await deploy('update-sql', folder, db, options);
  expect(report).toMatchObject({
    result: 'blocked',
    sqlFile: undefined,
    problems: [{ code: 'unfinished-run' }],
  });
  expect(report.problems[0]?.message).toContain('of which statement 1 ran');
  const { expectedPlanHash } = planOf((await deploy('status', folder, db, options)).report);
  expect(report.planHash).toBe(expectedPlanHash);
  expect((await deploy('update', folder, db, { resume: true, expectedPlanHash })).report.result).toBe('ok');
  // Nothing is left in the middle: there is nothing to go on with.
  expect((await deploy('update-sql', folder, db, options)).report.result).toBe('ok');
});
