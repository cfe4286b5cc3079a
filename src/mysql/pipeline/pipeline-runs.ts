import { ExpectedError } from '../../errors.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';
import { insertFenced, OWN_EPOCH, updateFenced } from '../tracking/epoch.ts';
import type { TrackingState } from '../tracking/tracking-state.ts';
import { trackingUpgrades } from '../tracking/tracking-upgrades.ts';

export type PipelineStatus = 'running' | 'succeeded' | 'failed';

/** The audit row of a pipeline run, as it is known when the run starts. */
export interface PipelineStart {
  readonly runId: string;
  readonly environment: string;
  readonly actor: string;
}

const NEEDED = [
  ...['DATABASECHANGELOGLOCK', 'ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints'],
  ...['ops_loaded_files', 'ops_rejected_rows'],
];

/** A pipeline creates nothing: its account may not. */
export function requirePipelineTables(state: TrackingState): void {
  const missing = NEEDED.filter((table) => !state.has(table));
  const old = [...trackingUpgrades(state).keys()].filter((table) => NEEDED.includes(table));
  if (missing.length === 0 && old.length === 0) return;
  throw new ExpectedError({
    code: 'not-deployed',
    message:
      missing.length === 0
        ? `${old.join(', ')} was made by an older db-deploy and has not every column`
        : `tables of db-deploy are missing here, or may not be read: ${missing.join(', ')}`,
    fix: 'run mode: update first, which makes them, and sql/rbac/roles.sql, which grants them',
  });
}

const CLOSE_DEAD_RUNS = `UPDATE ops_pipeline_runs SET status = 'failed', finished_at = UTC_TIMESTAMP(3),
    details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.closedBy', ?)
  WHERE status = 'running' AND ${OWN_EPOCH}`;

/** Closes the rows of runs that died: ours is the newest epoch, so none of them lives. */
export async function closeDeadPipelines(session: Session, runId: string): Promise<number> {
  return updateFenced(session, CLOSE_DEAD_RUNS, [runId]);
}

const INSERT_RUN = `INSERT INTO ops_pipeline_runs (run_id, environment, actor, status, started_at, details, epoch)
  SELECT ?, ?, ?, 'running', UTC_TIMESTAMP(3), ?, l.EPOCH
  FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1 AND l.EPOCH = ? FOR SHARE`;

/** Writes the audit row before the first change. */
export async function startPipelineRun(
  session: Session,
  run: PipelineStart,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertFenced(session, INSERT_RUN, [
    run.runId,
    run.environment.slice(0, 255),
    run.actor.slice(0, 255),
    JSON.stringify(details),
  ]);
}

const FINISH_RUN = `UPDATE ops_pipeline_runs SET status = ?, finished_at = UTC_TIMESTAMP(3),
    details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?)
  WHERE run_id = ? AND ${OWN_EPOCH}`;

/** Writes how a run ended. */
export async function finishPipelineRun(
  session: Session,
  runId: string,
  status: PipelineStatus,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await updateFenced(session, FINISH_RUN, [status, JSON.stringify(details), runId]);
}

const MARK = `UPDATE ops_pipeline_runs SET details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.transformed', TRUE)
  WHERE run_id = ? AND ${OWN_EPOCH}`;

/** In the transaction of the transforms: whoever finds it later knows that they are in effect. */
export async function markTransformed(session: Session, runId: string): Promise<void> {
  await updateFenced(session, MARK, [runId]);
}

const SELECT_MARK = `SELECT 1 AS found FROM ops_pipeline_runs
  WHERE run_id = ? AND JSON_EXTRACT(details, '$.transformed') = CAST('true' AS JSON)`;

/** Whether the transforms of a run were committed; certain once its session is gone. */
export async function wasTransformed(session: Session, runId: string): Promise<boolean> {
  return (await readRows(session, SELECT_MARK, [runId])).length > 0;
}

/** Reads the versions that a transform says it opened and closed, and the two are unset before the next one. */
export async function readVersions(
  session: Session,
): Promise<{ readonly opened: number | undefined; readonly closed: number | undefined }> {
  const row = await readRow<{ opened: number | string | null; closed: number | string | null }>(
    session,
    'SELECT @versions_opened + 0 AS opened, @versions_closed + 0 AS closed',
  );
  return { opened: toNumber(row.opened), closed: toNumber(row.closed) };
}

function toNumber(value: number | string | null): number | undefined {
  return value === null ? undefined : Number(value);
}
