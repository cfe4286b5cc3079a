import type { Log } from '../report/log.ts';
import { adoptHistory, missingColumns } from './adopt-history.ts';
import { readRows, send, type Session } from './connection.ts';
import { TRACKING_TABLES } from './tracking-definitions.ts';
import { readTrackingState, type TrackingState } from './tracking-state.ts';

/** Columns that Liquibase's lock table lacks. */
const ADOPT_LOCK: ReadonlyMap<string, string> = new Map([
  ['RUN_ID', 'ADD COLUMN RUN_ID VARCHAR(64) NULL'],
  ['CONNECTION_ID', 'ADD COLUMN CONNECTION_ID BIGINT UNSIGNED NULL'],
]);

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
  if (state.has('ops_dq_results')) await widenMetrics(session);
  return missing.length === 0 && !isAdopted && !isExtended ? state : readTrackingState(session);
}

/** Gives a table of an older db-deploy the column in which changed keys wait for transforms. */
async function extendCheckpoints(session: Session, state: TrackingState): Promise<boolean> {
  const lacks = state.has('ops_checkpoints') && !hasChangedKeys(state);
  if (lacks) await send(session, 'ALTER TABLE ops_checkpoints ADD COLUMN changed JSON NULL');
  return lacks;
}

const SELECT_NARROW = `SELECT 1 AS found FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'ops_dq_results' AND COLUMN_NAME = 'metric_value' AND DATA_TYPE = 'decimal'`;

/** Metrics of an older db-deploy were cut off behind six places. */
async function widenMetrics(session: Session): Promise<void> {
  const narrow = await readRows(session, SELECT_NARROW, [session.schema]);
  if (narrow.length === 0) return;
  await send(
    session,
    'ALTER TABLE ops_dq_results MODIFY metric_value DOUBLE NULL, MODIFY threshold DOUBLE NULL',
  );
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
    await send(session, TRACKING_TABLES.get('DATABASECHANGELOGLOCK')!);
    return;
  }
  const clauses = missingColumns(ADOPT_LOCK, lock.columns);
  if (clauses.length > 0) await send(session, `ALTER TABLE DATABASECHANGELOGLOCK ${clauses.join(', ')}`);
}
