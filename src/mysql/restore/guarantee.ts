import type { Problem } from '../../errors.ts';
import type { Guarantee } from '../../report/report.ts';
import { readRow, readRows, send, type Session } from '../connection.ts';
import { readGranted } from '../privileges.ts';
import type { LexableSql } from '../../changelog/statements.ts';
import { isOfRestore, sideSchema } from './names.ts';
import { readPlanExceptions } from './plan-exceptions.ts';
import { notLossless } from './not-lossless.ts';

/**
 * Whose rights count: the account that deploys is this one, or another that cannot be asked from here. For one that
 * restores the tables that are there do not matter: the run may have made or changed them.
 */
export type Asker = 'deploys' | 'reads' | 'restores';

/**
 * Says, before anything changes, whether a restore could keep what others write after the backup, and why not. It only
 * reads and needs no more than SELECT; what this account cannot see is said, not guessed.
 */
export async function probeGuarantee(
  session: Session,
  asker: Asker,
  /** What the plan is about to run. */
  statements: readonly LexableSql[] = [],
): Promise<Guarantee> {
  const reasons = [
    ...(await judgeLog(session)),
    ...(asker === 'restores' ? [] : await judgeTables(session, session.schema)),
    ...(await judgeOutsideKeys(session)),
    ...(await judgePreparedTransactions(session)),
  ];
  const trust = await judgeTriggers(session);
  const missing = await judgePrivileges(session, asker);
  const isLossless = reasons.length + trust.length === 0 && (asker === 'reads' || missing.length === 0);
  const all = [...reasons, ...missing, ...trust];
  if (!isLossless) return { kind: 'snapshot', reasons: all };
  const exceptions = await readPlanExceptions(session, statements);
  return { kind: 'lossless', reasons: all, ...(exceptions.length > 0 ? { exceptions } : {}) };
}

/** Why the settings of the server alone would not let a restore keep what others write: what every account can see. */
export async function probeSettings(session: Session): Promise<readonly Problem[]> {
  return [...(await judgeLog(session)), ...(await judgeTriggers(session))];
}

async function judgeLog(session: Session): Promise<readonly Problem[]> {
  return [
    ...(await judgeSettings(session)),
    ...(await judgeFilters(session)),
    ...(await judgeHiddenKeys(session)),
  ];
}

interface Settings {
  readonly logBin: number;
  readonly format: string;
  readonly image: string;
  readonly gtidMode: string;
}

const SELECT_SETTINGS = `SELECT @@log_bin AS logBin, @@GLOBAL.binlog_format AS format,
  @@GLOBAL.binlog_row_image AS image, @@GLOBAL.gtid_mode AS gtidMode`;

/** Without all of these the log does not hold every row as it was before and after, under a number of its own. */
async function judgeSettings(session: Session): Promise<readonly Problem[]> {
  const { logBin, format, image, gtidMode } = await readRow<Settings>(session, SELECT_SETTINGS);
  if (logBin !== 1)
    return [setting('log_bin is OFF', 'start the server with a binary log (without skip-log-bin)')];
  const wrong: Problem[] = [];
  if (format !== 'ROW')
    wrong.push(setting(`binlog_format is ${format}`, 'SET PERSIST binlog_format = ROW on the server'));
  if (image !== 'FULL')
    wrong.push(setting(`binlog_row_image is ${image}`, 'SET PERSIST binlog_row_image = FULL on the server'));
  if (gtidMode !== 'ON') {
    const fix = 'turn GTIDs on: enforce_gtid_consistency = ON, then gtid_mode step by step to ON';
    wrong.push(setting(`gtid_mode is ${gtidMode}`, fix));
  }
  return wrong;
}

function setting(message: string, fix: string): Problem {
  return { code: 'not-lossless', message, fix };
}

/** Before 8.2 the statement had another name. Without REPLICATION CLIENT there is no answer, and that is said below. */
async function judgeFilters(session: Session): Promise<readonly Problem[]> {
  for (const sql of ['SHOW BINARY LOG STATUS', 'SHOW MASTER STATUS']) {
    try {
      const [row] = (await send(session, sql)) as unknown as Readonly<Record<string, string>>[];
      const filters = [row?.['Binlog_Do_DB'], row?.['Binlog_Ignore_DB']].filter(Boolean).join(', ');
      if (filters === '') return [];
      const message = `the binary log leaves schemas out (binlog_do_db, binlog_ignore_db: ${filters})`;
      return [setting(message, 'start the server without these filters')];
    } catch {
      continue;
    }
  }
  return [];
}

const SHOW_HIDDEN_KEYS = "SHOW GLOBAL VARIABLES LIKE 'show_gipk_in_create_table_and_information_schema'";

/** A column that the log has and the dump has not would move all others. Servers before 8.0.30 have no such keys. */
async function judgeHiddenKeys(session: Session): Promise<readonly Problem[]> {
  const [row] = (await send(session, SHOW_HIDDEN_KEYS)) as unknown as { Value: string }[];
  if (row?.Value !== 'OFF') return [];
  const message =
    'generated primary keys are hidden (show_gipk_in_create_table_and_information_schema is OFF)';
  return [
    setting(message, 'SET PERSIST show_gipk_in_create_table_and_information_schema = ON on the server'),
  ];
}

const SELECT_OTHER_ENGINES = `SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB' ORDER BY TABLE_NAME LIMIT 10`;

async function judgeTables(session: Session, schema: string): Promise<readonly Problem[]> {
  const rows = await readRows<{ name: string; engine: string }>(session, SELECT_OTHER_ENGINES, [schema]);
  if (rows.length === 0) return [];
  const names = rows.map(({ name, engine }) => `${name} (${engine})`).join(', ');
  return [setting(`tables without transactions: ${names}`, 'ALTER TABLE … ENGINE = InnoDB')];
}

/** Refuses tables that the backup has from no one moment. */
export async function requireTransactions(session: Session): Promise<void> {
  const [problem] = await judgeTables(session, sideSchema(session.schema));
  if (problem) throw notLossless(problem.message, problem.fix);
}

const SELECT_CROSSING_KEYS = `SELECT CONSTRAINT_SCHEMA AS child, TABLE_NAME AS tableName, CONSTRAINT_NAME AS name
  FROM information_schema.REFERENTIAL_CONSTRAINTS
  WHERE (UNIQUE_CONSTRAINT_SCHEMA = ?) <> (CONSTRAINT_SCHEMA = ?) AND ? IN (UNIQUE_CONSTRAINT_SCHEMA, CONSTRAINT_SCHEMA)
  ORDER BY 1, 2, 3 LIMIT 10`;

/** Such a key would follow the table that is renamed away, or change rows that are not ours to replay. */
async function judgeOutsideKeys(session: Session): Promise<readonly Problem[]> {
  const { schema } = session;
  const rows = await readRows<{ child: string; tableName: string; name: string }>(
    session,
    SELECT_CROSSING_KEYS,
    [schema, schema, schema],
  );
  // Those of a restore that was broken off are ours.
  const others = rows.filter(({ child }) => !isOfRestore(schema, child));
  if (others.length === 0) return [];
  const names = others.map(({ child, tableName, name }) => `${name} of ${child}.${tableName}`).join(', ');
  return [setting(`foreign keys between schemas: ${names}`, 'drop them, or keep their tables in one schema')];
}

/** Needs XA_RECOVER_ADMIN; without it the log tells later, and the restore is not lossless then. */
async function judgePreparedTransactions(session: Session): Promise<readonly Problem[]> {
  const rows = (await send(session, 'XA RECOVER').catch(() => [])) as unknown as readonly object[];
  if (rows.length === 0) return [];
  return [setting(`${rows.length} prepared XA transactions`, 'XA COMMIT or XA ROLLBACK them')];
}

const NEEDED: readonly (readonly string[])[] = [
  ['REPLICATION SLAVE'],
  ['REPLICATION CLIENT'],
  ['REPLICATION_APPLIER', 'BINLOG_ADMIN', 'SUPER'],
  ['SESSION_VARIABLES_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'SUPER'],
];

async function judgePrivileges(session: Session, asker: Asker): Promise<readonly Problem[]> {
  const granted = await readGranted(session);
  const missing = NEEDED.filter((choices) => !choices.some((each) => granted?.privileges.has(each))).map(
    ([first]) => first,
  );
  if (missing.length === 0) return [];
  const list = missing.join(', ');
  if (asker === 'reads') {
    const message = `provided that the account that deploys has ${list}, which cannot be seen from this one`;
    return [{ code: 'missing-privilege', message, fix: `GRANT ${list} ON *.* to the account that deploys` }];
  }
  const user = granted?.user ?? 'the user';
  return [
    {
      code: 'missing-privilege',
      message: `${user} lacks ${list}`,
      fix: `GRANT ${list} ON *.* TO ${user}`,
    },
  ];
}

const SELECT_TRUST = 'SELECT @@GLOBAL.log_bin_trust_function_creators AS trust';

/** Triggers hold writers up for the moment of the swap. The same for whoever asks: hardly an account has SUPER. */
async function judgeTriggers(session: Session): Promise<readonly Problem[]> {
  const { trust } = await readRow<{ trust: number }>(session, SELECT_TRUST);
  if (trust === 1 || (await readGranted(session))?.privileges.has('SUPER')) return [];
  const message = 'log_bin_trust_function_creators is OFF, so this account may not make triggers';
  return [setting(message, 'SET PERSIST log_bin_trust_function_creators = ON on the server')];
}
