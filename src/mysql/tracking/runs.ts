import { readRows, type Session } from '../session/connection.ts';
import { insertFenced, OWN_EPOCH, updateFenced } from './epoch.ts';
import type { TrackingState } from './tracking-state.ts';

export type RunStatus =
  'running' | 'succeeded' | 'blocked' | 'failed' | 'restored' | 'restore-failed' | 'interrupted';

/** The audit row of a run, as it is known when the run starts. */
export interface RunStart {
  readonly runId: string;
  readonly environment: string;
  readonly mode: string;
  readonly actor: string;
  readonly planHash: string | null;
  readonly gitSha: string | null;
  readonly runUrl: string | null;
  readonly approvedBy: string | null;
}

const INSERT_RUN = `INSERT INTO ops_migration_runs
    (run_id, environment, mode, actor, status, plan_hash, git_sha, run_url, approved_by, started_at, finished_at, details, epoch)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'running', NULL, UTC_TIMESTAMP(3)), ?, l.EPOCH
  FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1 AND l.EPOCH = ? FOR SHARE`;

/** Writes the audit row: `running` before the first change, or at once how it ended. */
export async function recordRun(
  session: Session,
  run: RunStart,
  status: RunStatus,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertFenced(session, INSERT_RUN, [
    run.runId,
    run.environment.slice(0, 255),
    run.mode,
    run.actor.slice(0, 255),
    status,
    run.planHash,
    run.gitSha,
    run.runUrl?.slice(0, 512) ?? null,
    run.approvedBy?.slice(0, 255) ?? null,
    status,
    JSON.stringify(details),
  ]);
}

const FINISH_RUN = `UPDATE ops_migration_runs
  SET status = ?, finished_at = UTC_TIMESTAMP(3), applied_count = COALESCE(?, applied_count),
    details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?) WHERE run_id = ? AND ${OWN_EPOCH}`;

/** Writes how a run ended; without a count that of before stays. */
export async function finishRun(
  session: Session,
  runId: string,
  status: RunStatus,
  appliedCount: number | null,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await updateFenced(session, FINISH_RUN, [status, appliedCount, JSON.stringify(details), runId]);
}

/** A run whose end nobody wrote, or which stopped in the middle of a changeset. */
export interface EarlierRun {
  readonly runId: string;
  readonly status: RunStatus;
  readonly actor: string;
  readonly runUrl: string | null;
  /** UTC. */
  readonly startedAt: string;
  readonly backupRef: string | null;
}

const CLOSE_DEAD_RUNS = `UPDATE ops_migration_runs
  SET status = 'interrupted', finished_at = UTC_TIMESTAMP(3) WHERE status = 'running' AND ${OWN_EPOCH}`;

/** Marks runs that were left `running`: ours is the newest epoch, so none of them lives. */
export async function closeDeadRuns(session: Session, state: TrackingState): Promise<void> {
  if (state.has('ops_migration_runs')) await updateFenced(session, CLOSE_DEAD_RUNS, []);
}

const KEEP_BACKUP = `UPDATE ops_migration_runs SET backup_ref = ?, details = JSON_MERGE_PATCH(COALESCE(details, '{}'), ?)
  WHERE run_id = ? AND ${OWN_EPOCH}`;

/** Writes where the backup of a run is and what it took, before its first change: a lost runner cannot say it any more. */
export async function recordBackup(
  session: Session,
  runId: string,
  { ref, bytes, durationMs }: { readonly ref: string; readonly bytes: number; readonly durationMs: number },
  restoreMs: number,
): Promise<void> {
  await updateFenced(session, KEEP_BACKUP, [
    ref,
    JSON.stringify({ backup: { bytes, durationMs, restoreMs } }),
    runId,
  ]);
}

/** What the audit knows of one run. */
export interface RecordedRun {
  readonly status: RunStatus;
  readonly mode: string;
  readonly backupRef: string | null;
  /** Milliseconds that a restore of its backup may take, as was estimated when it was taken. */
  readonly restoreMs: number | null;
  /** `rollback`: the time of the backup that it restores. */
  readonly restoresTo: string | null;
  /** UTC. */
  readonly startedAt: string;
  /** Null where it had none. */
  readonly epoch: number | string | null;
}

const SELECT_RUN = `SELECT status, mode, backup_ref AS backupRef,
    CAST(JSON_UNQUOTE(JSON_EXTRACT(details, '$.backup.restoreMs')) AS SIGNED) AS restoreMs,
    JSON_UNQUOTE(JSON_EXTRACT(details, '$.restoresTo')) AS restoresTo, CAST(started_at AS CHAR) AS startedAt, epoch
  FROM ops_migration_runs WHERE run_id = ?`;

/** Reads what the audit knows of a run. */
export async function readRun(session: Session, runId: string): Promise<RecordedRun | undefined> {
  const [run] = await readRows<RecordedRun>(session, SELECT_RUN, [runId]);
  return run;
}

const COUNT_APPLIED = `SELECT COUNT(*) AS n FROM DATABASECHANGELOG WHERE RUN_ID = ? AND EXECTYPE <> 'MARK_RAN'`;

/** How many changesets a run recorded as applied. */
export async function countApplied(session: Session, runId: string): Promise<number> {
  const [row] = await readRows<{ n: number | string }>(session, COUNT_APPLIED, [runId]);
  return Number(row?.n ?? 0);
}

const SELECT_LAST_BACKUP = `SELECT backup_ref AS ref FROM ops_migration_runs
  WHERE mode = 'update' AND backup_ref IS NOT NULL ORDER BY COALESCE(epoch, 0) DESC, started_at DESC, run_id DESC LIMIT 1`;

/** The backup that the last update took. */
export async function readLastBackupRef(session: Session): Promise<string | undefined> {
  const [row] = await readRows<{ ref: string }>(session, SELECT_LAST_BACKUP);
  return row?.ref;
}
