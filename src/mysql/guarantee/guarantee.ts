import type { Problem } from '../../errors.ts';
import type { Guarantee } from '../../report/report.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { readGranted } from '../privileges/privileges.ts';
import type { LexableSql } from '../../sql/statements.ts';
import { isOfRestore, sideSchema } from '../session/names.ts';
import { readPlanExceptions } from './plan-exceptions.ts';
import { isConnectionLost } from '../session/server-error.ts';
import { judgeExpiry, judgeFilters, judgeLog, judgeTriggers, setting } from './log-settings.ts';
import { readLongRows } from './long-rows.ts';
import { readUnloggedSessions } from './unlogged-sessions.ts';
import { notLossless } from '../since-backup/not-lossless.ts';

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
    ...(await judgeFilters(session)),
    // One that restores finds out whether the log is still there.
    ...(asker === 'restores' ? [] : await judgeExpiry(session)),
    ...(asker === 'restores' ? [] : await judgeTables(session, session.schema)),
    ...(await judgeOutsideKeys(session)),
  ];
  const prepared = await readPrepared(session);
  if (typeof prepared === 'number' && prepared > 0)
    reasons.push(setting(`${prepared} prepared XA transactions`, 'XA COMMIT or XA ROLLBACK them'));
  const trust = await judgeTriggers(session);
  const missing = await judgePrivileges(session, asker);
  const isLossless = reasons.length + trust.length === 0 && (asker === 'reads' || missing.length === 0);
  const all = [...reasons, ...missing, ...trust];
  if (!isLossless) return { kind: 'snapshot', reasons: all };
  if (asker === 'restores') return { kind: 'lossless', reasons: all };
  const exceptions = [
    ...(await readPlanExceptions(session, statements)),
    ...(statements.length === 0 ? [] : await readLongRows(session)),
    ...(await readUnloggedSessions(session)),
    ...(prepared === 'unknown' ? [UNSEEN_XA] : []),
  ];
  return { kind: 'lossless', reasons: all, ...(exceptions.length > 0 ? { exceptions } : {}) };
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

const UNSEEN_XA =
  'everything, if an XA transaction that is prepared now is committed later: they are used on this server, and only XA_RECOVER_ADMIN lists them';

/** How many XA transactions wait for their end; `unknown` where they are used and this account may not list them. */
async function readPrepared(session: Session): Promise<number | 'unknown'> {
  try {
    return ((await send(session, 'XA RECOVER')) as unknown as readonly object[]).length;
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    const [used] = (await send(session, SHOW_PREPARED)) as unknown as { Value: string }[];
    return used?.Value === '0' ? 0 : 'unknown';
  }
}

const SHOW_PREPARED = "SHOW GLOBAL STATUS LIKE 'Com_xa_prepare'";

/** On `*.*`, one of each line: to read the log, and to repeat what others wrote. */
export const LOSSLESS_PRIVILEGES: readonly (readonly [string, ...string[]])[] = [
  ['REPLICATION SLAVE'],
  ['REPLICATION CLIENT'],
  ['REPLICATION_APPLIER', 'BINLOG_ADMIN', 'SUPER'],
  ['SESSION_VARIABLES_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'SUPER'],
];

async function judgePrivileges(session: Session, asker: Asker): Promise<readonly Problem[]> {
  const granted = await readGranted(session);
  const missing = LOSSLESS_PRIVILEGES.filter(
    (choices) => !choices.some((each) => granted?.privileges.has(each)),
  ).map(([first]) => first);
  if (missing.length === 0) return [];
  const list = missing.join(', ');
  if (asker === 'reads') {
    const filters = missing.includes('REPLICATION CLIENT') ? ' and the binary log leaves no schema out' : '';
    const message = `provided that the account that deploys has ${list}${filters}, which cannot be seen from this one`;
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
