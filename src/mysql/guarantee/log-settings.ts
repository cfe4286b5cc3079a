import type { Problem } from '../../errors.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { readGranted } from '../privileges/privileges.ts';

/** Why the settings of the server alone would not let a restore keep what others write: what every account can see. */
export async function probeSettings(session: Session): Promise<readonly Problem[]> {
  return [...(await judgeLog(session)), ...(await judgeExpiry(session)), ...(await judgeTriggers(session))];
}

/** What the binary log has to be, or to hold. */
export async function judgeLog(session: Session): Promise<readonly Problem[]> {
  return [...(await judgeSettings(session)), ...(await judgeHiddenKeys(session))];
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

/**
 * Before 8.2 the statement had another name. Without REPLICATION CLIENT there is no answer: it is one of the privileges
 * without which nothing is lossless.
 */
export async function judgeFilters(session: Session): Promise<readonly Problem[]> {
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

/** A deploy and its restore, with time to spare. */
const LEAST_SECONDS = 3600;
const SHOW_EXPIRY =
  "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', 'binlog_expire_logs_auto_purge')";

/** A log that the server removes while it is needed is none; when it does so nobody knows beforehand. */
export async function judgeExpiry(session: Session): Promise<readonly Problem[]> {
  const rows = (await send(session, SHOW_EXPIRY)) as unknown as { Variable_name: string; Value: string }[];
  const values = new Map(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  const seconds = Number(values.get('binlog_expire_logs_seconds') ?? 0);
  const isPurged = values.get('binlog_expire_logs_auto_purge') !== 'OFF';
  if (!isPurged || seconds === 0 || seconds >= LEAST_SECONDS) return [];
  const message = `binlog_expire_logs_seconds is ${seconds}: the log since the backup may be gone before a restore reads it`;
  return [
    setting(message, `SET PERSIST binlog_expire_logs_seconds = ${LEAST_SECONDS} or more on the server`),
  ];
}

const SELECT_TRUST = 'SELECT @@GLOBAL.log_bin_trust_function_creators AS trust';

/** Triggers hold writers up for the moment of the swap. The same for whoever asks: hardly an account has SUPER. */
export async function judgeTriggers(session: Session): Promise<readonly Problem[]> {
  const { trust } = await readRow<{ trust: number }>(session, SELECT_TRUST);
  if (trust === 1 || (await readGranted(session))?.privileges.has('SUPER')) return [];
  const message = 'log_bin_trust_function_creators is OFF, so this account may not make triggers';
  return [setting(message, 'SET PERSIST log_bin_trust_function_creators = ON on the server')];
}

/** A reason that lies in the server. */
export function setting(message: string, fix: string): Problem {
  return { code: 'not-lossless', message, fix };
}
