import type { Log } from '../../log/log.ts';
import { adoptHistory } from './adopt-history.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { TRACKING_TABLES } from './tracking-definitions.ts';
import { readTrackingState, type TrackingState } from './tracking-state.ts';
import { trackingUpgrades } from './tracking-upgrades.ts';

/**
 * Creates the tables that are missing and upgrades those of Liquibase and of older versions in place; each step is one
 * atomic statement that the next run finds done or repeats. Returns the state that the tables are in then.
 */
export async function ensureTrackingTables(
  session: Session,
  state: TrackingState,
  log: Log,
): Promise<TrackingState> {
  const isAdopted = await adoptHistory(session, state, log);
  const statements = [...createStatements(state), ...trackingUpgrades(state).values()];
  for (const statement of statements) await send(session, statement);
  if (state.has('ops_dq_results')) await widenMetrics(session);
  return statements.length === 0 && !isAdopted ? state : readTrackingState(session);
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

/** The statements that make what is missing; exported for `update-sql`. */
export function createStatements(state: TrackingState): readonly string[] {
  return [...TRACKING_TABLES].filter(([table]) => !state.has(table)).map(([, create]) => create);
}

/** Creates the lock table, or gives an older one the columns that it lacks. */
export async function ensureLockTable(session: Session, state: TrackingState): Promise<void> {
  const statement = state.has('DATABASECHANGELOGLOCK')
    ? trackingUpgrades(state).get('DATABASECHANGELOGLOCK')
    : TRACKING_TABLES.get('DATABASECHANGELOGLOCK');
  if (statement !== undefined) await send(session, statement);
}
