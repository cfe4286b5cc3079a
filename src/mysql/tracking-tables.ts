import { ExpectedError } from '../errors.ts';
import type { Log } from '../report/log.ts';
import { readRows, send, type Session } from './connection.ts';
import { isUnknownTable } from './server-error.ts';

/** Liquibase's columns first, then ours. The key is what Liquibase identifies a changeset by. */
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (
  ID VARCHAR(255) NOT NULL,
  AUTHOR VARCHAR(255) NOT NULL,
  FILENAME VARCHAR(255) NOT NULL,
  DATEEXECUTED DATETIME NOT NULL,
  ORDEREXECUTED INT NOT NULL,
  EXECTYPE VARCHAR(10) NOT NULL,
  MD5SUM VARCHAR(35) NULL,
  DESCRIPTION VARCHAR(255) NULL,
  COMMENTS VARCHAR(255) NULL,
  TAG VARCHAR(255) NULL,
  LIQUIBASE VARCHAR(20) NULL,
  CONTEXTS VARCHAR(255) NULL,
  LABELS VARCHAR(255) NULL,
  DEPLOYMENT_ID VARCHAR(10) NULL,
  CHECKSUM VARCHAR(80) NULL,
  RUN_ID VARCHAR(64) NULL,
  EXECUTION_MS BIGINT NULL,
  PRIMARY KEY (ID, AUTHOR, FILENAME)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_LOCK = `CREATE TABLE IF NOT EXISTS DATABASECHANGELOGLOCK (
  ID INT NOT NULL,
  LOCKED TINYINT(1) NOT NULL,
  LOCKGRANTED DATETIME NULL,
  LOCKEDBY VARCHAR(255) NULL,
  RUN_ID VARCHAR(64) NULL,
  CONNECTION_ID BIGINT UNSIGNED NULL,
  PRIMARY KEY (ID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_RUNS = `CREATE TABLE IF NOT EXISTS ops_migration_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  mode VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  backup_ref VARCHAR(512) NULL,
  plan_hash CHAR(64) NULL,
  git_sha VARCHAR(64) NULL,
  run_url VARCHAR(512) NULL,
  approved_by VARCHAR(255) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  applied_count INT NOT NULL DEFAULT 0,
  details JSON NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_migration_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_JOURNAL = `CREATE TABLE IF NOT EXISTS ops_migration_statements (
  run_id VARCHAR(64) NOT NULL,
  author VARCHAR(255) NOT NULL,
  changeset_id VARCHAR(255) NOT NULL,
  statement_no INT NOT NULL,
  sha256 CHAR(64) NOT NULL,
  status VARCHAR(10) NOT NULL,
  connection_id BIGINT UNSIGNED NOT NULL,
  log_file VARCHAR(255) NULL,
  log_pos BIGINT UNSIGNED NULL,
  gtid VARCHAR(512) NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  rows_affected BIGINT NULL,
  error TEXT NULL,
  PRIMARY KEY (run_id, author, changeset_id, statement_no),
  KEY idx_ops_migration_statements_status (status)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_PIPELINE_RUNS = `CREATE TABLE IF NOT EXISTS ops_pipeline_runs (
  run_id VARCHAR(64) NOT NULL,
  environment VARCHAR(255) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  status VARCHAR(20) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  details JSON NULL,
  PRIMARY KEY (run_id),
  KEY idx_ops_pipeline_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_DQ_RESULTS = `CREATE TABLE IF NOT EXISTS ops_dq_results (
  run_id VARCHAR(64) NOT NULL,
  check_name VARCHAR(255) NOT NULL,
  passed TINYINT(1) NOT NULL,
  metric_value DECIMAL(38, 6) NULL,
  threshold DECIMAL(38, 6) NULL,
  severity VARCHAR(10) NOT NULL,
  details JSON NULL,
  PRIMARY KEY (run_id, check_name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_CHECKPOINTS = `CREATE TABLE IF NOT EXISTS ops_checkpoints (
  dataset VARCHAR(255) NOT NULL,
  last_watermark VARCHAR(64) NULL,
  updated_at DATETIME(3) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  changed JSON NULL,
  PRIMARY KEY (dataset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_LOADED_FILES = `CREATE TABLE IF NOT EXISTS ops_loaded_files (
  dataset VARCHAR(255) NOT NULL,
  file VARCHAR(512) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  run_id VARCHAR(64) NOT NULL,
  loaded_at DATETIME(3) NOT NULL,
  PRIMARY KEY (dataset, sha256)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

const CREATE_REJECTED_ROWS = `CREATE TABLE IF NOT EXISTS ops_rejected_rows (
  run_id VARCHAR(64) NOT NULL,
  dataset VARCHAR(128) NOT NULL,
  file VARCHAR(512) NOT NULL,
  line_number BIGINT UNSIGNED NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  raw TEXT NULL,
  PRIMARY KEY (run_id, dataset, file, line_number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

/** Every table of ours with the statement that creates it. */
export const TRACKING_TABLES: ReadonlyMap<string, string> = new Map([
  ['DATABASECHANGELOGLOCK', CREATE_LOCK],
  ['DATABASECHANGELOG', CREATE_HISTORY],
  ['ops_migration_runs', CREATE_RUNS],
  ['ops_migration_statements', CREATE_JOURNAL],
  ['ops_pipeline_runs', CREATE_PIPELINE_RUNS],
  ['ops_dq_results', CREATE_DQ_RESULTS],
  ['ops_checkpoints', CREATE_CHECKPOINTS],
  ['ops_loaded_files', CREATE_LOADED_FILES],
  ['ops_rejected_rows', CREATE_REJECTED_ROWS],
]);

/** Columns that Liquibase's tables lack. */
const ADOPT_HISTORY: ReadonlyMap<string, string> = new Map([
  ['CHECKSUM', 'ADD COLUMN CHECKSUM VARCHAR(80) NULL'],
  ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
  ['EXECUTION_MS', 'ADD COLUMN EXECUTION_MS BIGINT NULL'],
]);
const ADOPT_LOCK: ReadonlyMap<string, string> = new Map([
  ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
  ['CONNECTION_ID', 'ADD COLUMN CONNECTION_ID BIGINT UNSIGNED NULL'],
]);

const SELECT_COLUMNS = `SELECT TABLE_NAME AS name, COLUMN_NAME AS col
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?
  AND TABLE_NAME IN ('DATABASECHANGELOG', 'DATABASECHANGELOGLOCK', 'ops_migration_runs',
    'ops_migration_statements', 'ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints',
    'ops_loaded_files', 'ops_rejected_rows')`;

const SELECT_KEYS = `SELECT INDEX_NAME AS name, UPPER(COLUMN_NAME) AS col, SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOG' AND NON_UNIQUE = 0 ORDER BY 1, SEQ_IN_INDEX`;

/** What a history row is found by. */
const IDENTITY = ['ID', 'AUTHOR', 'FILENAME'];

/** Which tracking tables there are, with their columns and, of the history, the unique keys. */
export type TrackingState = ReadonlyMap<
  string,
  { readonly columns: ReadonlySet<string>; readonly keys: ReadonlyMap<string, readonly string[]> }
>;

/** Reads which tracking tables exist, with SELECT alone. */
export async function readTrackingState(session: Session): Promise<TrackingState> {
  const rows = await readRows<{ name: string; col: string }>(session, SELECT_COLUMNS, [session.schema]);
  const tables = new Map<string, Set<string>>();
  for (const row of rows) {
    // Where lower_case_table_names is on, the server gives the name in lower case.
    const name = nameOf(row.name);
    tables.set(name, (tables.get(name) ?? new Set<string>()).add(row.col.toUpperCase()));
  }
  const historyKeys = await readHistoryKeys(session);
  return new Map(
    [...tables].map(([name, columns]) => [
      name,
      { columns, keys: name === 'DATABASECHANGELOG' ? historyKeys : new Map<string, readonly string[]>() },
    ]),
  );
}

function nameOf(found: string): string {
  const known = [...TRACKING_TABLES.keys()];
  return known.find((table) => table.toLowerCase() === found.toLowerCase()) ?? found;
}

/** Columns of each unique key by its name; one over a part of a column is none that can be relied on. */
async function readHistoryKeys(session: Session): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readRows<{ name: string; col: string | null; prefix: number | null }>(
    session,
    SELECT_KEYS,
    [session.schema],
  );
  const keys = new Map<string, string[]>();
  for (const { name, col, prefix } of rows) {
    const column = prefix === null ? (col ?? '') : `${col}(${prefix})`;
    keys.set(name, [...(keys.get(name) ?? []), column]);
  }
  return keys;
}

/**
 * The one atomic ALTER that Liquibase's history lacks, if there is one and it lacks something. Text is made to compare
 * by code point: under another collation the changesets `a` and `A` would share a row.
 */
export function historyAdoption(state: TrackingState): string | undefined {
  const history = state.get('DATABASECHANGELOG');
  if (!history) return undefined;
  const { columns, keys } = history;
  const clauses = missingColumns(ADOPT_HISTORY, columns);
  const isIdentity = (key: readonly string[]): boolean =>
    key.length === IDENTITY.length && IDENTITY.every((column) => key.includes(column));
  const primary = keys.get('PRIMARY');
  if (![...keys.values()].some(isIdentity)) {
    clauses.push(...(primary ? replaceKey(primary) : [ADD_KEY]));
  }
  if (clauses.length === 0) return undefined;
  return `ALTER TABLE DATABASECHANGELOG
  CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE = InnoDB, ROW_FORMAT = DYNAMIC,
  ${clauses.join(',\n  ')}`;
}

const ADD_KEY = 'ADD PRIMARY KEY (ID, AUTHOR, FILENAME)';

/** A key over less than what identifies a changeset would make one take the place of another; any other may stay. */
function replaceKey(primary: readonly string[]): readonly string[] {
  const isTooNarrow = primary.every((column) => IDENTITY.includes(column.replace(/\(.*/, '')));
  return isTooNarrow
    ? ['DROP PRIMARY KEY', ADD_KEY]
    : ['ADD UNIQUE KEY uq_databasechangelog_changeset (ID, AUTHOR, FILENAME)'];
}

/**
 * Creates the tables that are missing and upgrades Liquibase's in place; each step is one atomic statement that the
 * next run finds done or repeats. Gives the state that the tables are in then.
 */
export async function ensureTrackingTables(
  session: Session,
  state: TrackingState,
  log: Log,
): Promise<TrackingState> {
  const missing = [...TRACKING_TABLES].filter(([table]) => !state.has(table));
  const isAdopted = await adoptHistory(session, state, log);
  for (const [, create] of missing) await send(session, create);
  const isExtended = await extendCheckpoints(session, state);
  return missing.length === 0 && !isAdopted && !isExtended ? state : readTrackingState(session);
}

/** Gives a table of an older db-deploy the column in which changed keys wait for transforms. */
async function extendCheckpoints(session: Session, state: TrackingState): Promise<boolean> {
  const lacks = state.has('ops_checkpoints') && !hasChangedKeys(state);
  if (lacks) await send(session, 'ALTER TABLE ops_checkpoints ADD COLUMN changed JSON NULL');
  return lacks;
}

/** Whether `ops_checkpoints` is as this db-deploy makes it. */
export function hasChangedKeys(state: TrackingState): boolean {
  return state.get('ops_checkpoints')?.columns.has('CHANGED') ?? false;
}

/** Whether the lock table is one that Liquibase made. */
export function lacksLockColumns(state: TrackingState): boolean {
  const lock = state.get('DATABASECHANGELOGLOCK');
  return lock !== undefined && missingColumns(ADOPT_LOCK, lock.columns).length > 0;
}

/** Creates the lock table, or gives Liquibase's the two columns it lacks. */
export async function ensureLockTable(session: Session, state: TrackingState): Promise<void> {
  const lock = state.get('DATABASECHANGELOGLOCK');
  if (!lock) {
    await send(session, CREATE_LOCK);
    return;
  }
  const clauses = missingColumns(ADOPT_LOCK, lock.columns);
  if (clauses.length > 0) await send(session, `ALTER TABLE DATABASECHANGELOGLOCK ${clauses.join(', ')}`);
}

function missingColumns(wanted: ReadonlyMap<string, string>, present: ReadonlySet<string>): string[] {
  return [...wanted].filter(([column]) => !present.has(column)).map(([, clause]) => clause);
}

/** Rows that say twice of a changeset that it ran, and rows that cannot both have the key. */
const SELECT_DUPLICATES = `SELECT MIN(AUTHOR) AS author, MIN(ID) AS id, COUNT(*) AS copies FROM DATABASECHANGELOG
  GROUP BY CONVERT(AUTHOR USING utf8mb4) COLLATE utf8mb4_bin, CONVERT(ID USING utf8mb4) COLLATE utf8mb4_bin
  HAVING SUM(EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN')) > 1
    OR COUNT(*) > COUNT(DISTINCT CONVERT(FILENAME USING utf8mb4) COLLATE utf8mb4_bin)
  ORDER BY 1, 2 LIMIT 20`;

/** Refuses to take a history for absent that this user may not see: then everything would seem to be pending. */
export async function requireNoHistory(session: Session): Promise<void> {
  try {
    await send(session, 'SHOW COLUMNS FROM DATABASECHANGELOG');
  } catch (error) {
    if (!isUnknownTable(error)) throw error;
  }
}

/** Refuses a history in which one `author:id` stands twice, because it is not certain what ran. */
export async function requireCertainHistory(session: Session): Promise<void> {
  const duplicates = await readRows<{ author: string; id: string; copies: number }>(
    session,
    SELECT_DUPLICATES,
  );
  if (duplicates.length === 0) return;
  const list = duplicates.map((row) => `${row.author}:${row.id} (${row.copies} rows)`).join(', ');
  throw new ExpectedError({
    code: 'ambiguous-history',
    message: `DATABASECHANGELOG has several rows for one author:id: ${list}`,
    fix: 'keep one row of each, so that it is certain what ran; nothing was changed',
  });
}

async function adoptHistory(session: Session, state: TrackingState, log: Log): Promise<boolean> {
  const adoption = historyAdoption(state);
  if (adoption === undefined) return false;
  await requireCertainHistory(session);
  await send(session, adoption);
  log({
    level: 'info',
    event: 'history-adopted',
    message: 'adopted the DATABASECHANGELOG that Liquibase made: columns and key were added',
  });
  return true;
}
