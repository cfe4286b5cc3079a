import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import type { Guarantee } from '../../../src/report/report.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, type Deployed, folderBackup } from '../../support/deploy.ts';

const GRANTS = [
  'REPLICATION SLAVE',
  'REPLICATION CLIENT',
  'REPLICATION_APPLIER',
  'SESSION_VARIABLES_ADMIN',
  'XA_RECOVER_ADMIN',
  'PROCESS',
];

interface Case {
  readonly what: string;
  readonly global?: readonly string[];
  /** Puts `global` back. */
  readonly back?: readonly string[];
  /** What another session does in the schema, which stays open meanwhile. */
  readonly other?: readonly string[];
  readonly without?: string;
  readonly sql?: string;
  readonly kind: Guarantee['kind'];
  readonly says?: RegExp;
  /** An account with SELECT alone cannot see it. */
  readonly isHidden?: boolean;
}

const CASES: readonly Case[] = [
  { what: 'nothing in the way', kind: 'lossless' },
  {
    what: 'log_bin_trust_function_creators off',
    global: ['SET GLOBAL log_bin_trust_function_creators = OFF'],
    back: ['SET GLOBAL log_bin_trust_function_creators = ON'],
    kind: 'snapshot',
    says: /log_bin_trust_function_creators is OFF/,
  },
  {
    what: 'binlog_row_image MINIMAL',
    global: ["SET GLOBAL binlog_row_image = 'MINIMAL'"],
    back: ["SET GLOBAL binlog_row_image = 'FULL'"],
    kind: 'snapshot',
    says: /binlog_row_image is MINIMAL/,
  },
  {
    what: 'binlog_row_value_options PARTIAL_JSON',
    global: ["SET GLOBAL binlog_row_value_options = 'PARTIAL_JSON'"],
    back: ["SET GLOBAL binlog_row_value_options = ''"],
    kind: 'lossless',
  },
  {
    what: 'binlog_format MIXED',
    global: ["SET GLOBAL binlog_format = 'MIXED'"],
    back: ["SET GLOBAL binlog_format = 'ROW'"],
    kind: 'snapshot',
    says: /binlog_format is MIXED/,
  },
  {
    what: 'GTIDs not for all',
    global: ["SET GLOBAL gtid_mode = 'ON_PERMISSIVE'"],
    back: ["SET GLOBAL gtid_mode = 'ON'"],
    kind: 'snapshot',
    says: /gtid_mode is ON_PERMISSIVE/,
  },
  {
    what: 'a log that is removed after a minute',
    global: ['SET GLOBAL binlog_expire_logs_seconds = 60'],
    back: ['SET GLOBAL binlog_expire_logs_seconds = 2592000'],
    kind: 'snapshot',
    says: /binlog_expire_logs_seconds is 60/,
  },
  {
    what: 'hidden generated keys',
    global: ['SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF'],
    back: ['SET GLOBAL show_gipk_in_create_table_and_information_schema = ON'],
    kind: 'snapshot',
    says: /generated primary keys are hidden/,
  },
  {
    what: 'a table without transactions',
    other: ['CREATE TABLE m (id INT) ENGINE = MyISAM'],
    kind: 'snapshot',
    says: /m \(MyISAM\)/,
  },
  {
    what: 'a row above what a replay takes',
    global: ['SET GLOBAL max_allowed_packet = 1048576'],
    other: [
      'CREATE TABLE long_rows (id INT PRIMARY KEY, b LONGBLOB)',
      "INSERT INTO long_rows VALUES (1, REPEAT('a', 700000))",
    ],
    back: ['SET GLOBAL max_allowed_packet = 67108864'],
    kind: 'lossless',
    says: /except everything, if others write to the longest rows of `long_rows`/,
  },
  {
    what: 'a column that could be long and is not',
    other: [
      'CREATE TABLE short_rows (id INT PRIMARY KEY, b LONGBLOB, j JSON)',
      "INSERT INTO short_rows VALUES (1, 'a', '{}')",
    ],
    kind: 'lossless',
    says: /^(?!.*except)/,
  },
  {
    what: 'a session without a log',
    other: ['SET sql_log_bin = OFF'],
    kind: 'lossless',
    says: /its sql_log_bin is OFF/,
    isHidden: true,
  },
  {
    what: 'a session in statement format',
    other: ["SET binlog_format = 'STATEMENT'"],
    kind: 'lossless',
    says: /its binlog_format is STATEMENT/,
    isHidden: true,
  },
  {
    what: 'a plan that changes a column',
    sql: 'ALTER TABLE t MODIFY n BIGINT;',
    kind: 'lossless',
    says: /except writes to `t`/,
  },
  {
    what: 'a plan with a new default',
    sql: 'ALTER TABLE t ALTER COLUMN n SET DEFAULT 4;',
    kind: 'lossless',
    says: /with a default/,
  },
  {
    what: 'a plan with a CALL',
    sql: 'CALL p();',
    other: ['CREATE PROCEDURE p () SELECT 1'],
    kind: 'lossless',
    says: /not known beforehand/,
  },
  ...GRANTS.slice(0, 4).map((without): Case => ({
    what: `no ${without}`,
    without,
    kind: 'snapshot',
    says: new RegExp(`lacks ${without}`),
  })),
  // The last one: once they are used, an account that may not list them is told so.
  {
    what: 'a prepared XA transaction',
    other: ["XA START 'agree'", 'INSERT INTO t VALUES (9, 9)', "XA END 'agree'", "XA PREPARE 'agree'"],
    back: ["XA ROLLBACK 'agree'"],
    kind: 'snapshot',
    says: /1 prepared XA/,
    isHidden: true,
  },
];

let server: Server;
let root: Connection;
beforeAll(async () => {
  server = await startServer({ trustFunctionCreators: true });
  const { host, port, user, password } = server;
  root = await createConnection({ host, port, user, password });
});
afterAll(async () => {
  root?.destroy();
  await server?.stop();
});

/** Everything of a plan up to its guarantee; a precondition keeps it from running. */
function planOf(sql: string): string {
  const files = changesets({ id: '1', sql });
  const halt =
    "  - preconditions:\n      - sqlCheck: { expectedResult: '0', sql: 'SELECT 1' }\n        onFail: HALT\n";
  const changelog = files['changelog/changelog.yml']!.replace(
    'databaseChangeLog:\n',
    `databaseChangeLog:\n${halt}`,
  );
  return project({ ...files, 'changelog/changelog.yml': changelog });
}

function sentenceOf({ events }: Deployed): string {
  return events.find(({ event }) => event === 'restore-guarantee')?.message ?? 'none was said';
}

function withoutPrivileges({ kind, reasons, exceptions = [] }: Guarantee): unknown {
  return { kind, reasons: reasons.filter(({ code }) => code !== 'missing-privilege'), exceptions };
}

async function modesOf(db: TestDatabase, { without, sql = 'INSERT INTO t VALUES (1, 1);' }: Case) {
  const list = GRANTS.filter((grant) => grant !== without).join(', ');
  const deployer = await db.userWith(
    'ALL',
    'ALL ON `' + db.name + '\\_\\_%`.*',
    `${list}, SHOW_ROUTINE ON *.*`,
    'SELECT ON performance_schema.*',
  );
  const reader = await db.userWith('SELECT');
  const folder = planOf(sql);
  const backup = folderBackup(db, folder);
  return {
    status: await deploy('status', folder, deployer),
    sql: await deploy('update-sql', folder, deployer),
    read: await deploy('status', folder, reader),
    update: await deploy('update', folder, deployer, { backup }),
    strictStatus: await deploy('status', folder, deployer, { restoreGuarantee: 'lossless' }),
    strictUpdate: await deploy('update', folder, deployer, { backup, restoreGuarantee: 'lossless' }),
  };
}

async function withSettings<T>(
  use: () => Promise<T>,
  session: Connection,
  back: readonly string[],
): Promise<T> {
  try {
    return await use();
  } finally {
    session.destroy();
    for (const statement of back) await root.query(statement);
  }
}

test.each(CASES)('status and update say the same: $what', async (each) => {
  const { global = [], back = [], other = [], kind, says, isHidden, without } = each;
  const db = await testDatabase({ server });
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n INT)');
  const session = await db.connect();
  for (const statement of other) await session.query(statement);
  for (const statement of global) await root.query(statement);
  const said = await withSettings(() => modesOf(db, each), session, back);
  const sentence = sentenceOf(said.update);
  expect(said.update.report).toMatchObject({ result: 'blocked', guarantee: { kind } });
  if (says) expect(sentence).toMatch(says);
  expect(sentenceOf(said.sql)).toBe(sentenceOf(said.status));
  const isStrict = ({ report }: Deployed): boolean =>
    report.problems.some(({ code }) => code === 'not-lossless' || code === 'missing-privilege');
  expect(isStrict(said.strictUpdate)).toBe(kind !== 'lossless');
  if (without !== undefined) {
    // What an account lacks is said of the one that deploys, which is not known to be the same.
    expect(sentenceOf(said.status)).toContain(`provided that the account that deploys has ${without}`);
    return;
  }
  expect(sentenceOf(said.status)).toBe(sentence);
  expect(isStrict(said.strictStatus)).toBe(kind !== 'lossless');
  if (!isHidden)
    expect(withoutPrivileges(said.read.report.guarantee!)).toEqual(
      withoutPrivileges(said.update.report.guarantee!),
    );
});
