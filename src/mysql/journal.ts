import type { Changeset } from '../changelog/changeset.ts';
import { statementHash } from '../changelog/checksum.ts';
import type { JournalRow, JournalStatus } from '../changelog/journal.ts';
import type { LogPlace } from './binlog/log-place.ts';
import { readRows, write, type Session } from './connection.ts';
import { lastOwnGtid } from './own-gtid.ts';
import type { EarlierRun } from './runs.ts';
import type { TrackingState } from './tracking-state.ts';

/** What every journal row of one changeset has in common. */
export interface JournalContext {
  readonly runId: string;
  readonly changeset: Changeset;
  readonly logPosition: LogPlace | undefined;
  /** Where nothing else could decide it later: reads what tells whether a statement that is about to be sent took effect. */
  readonly readWitness?: (number: number) => Promise<string | undefined>;
}

/** How a statement ended: for its `done` row. */
export interface DoneStatement {
  /** From 1. */
  readonly number: number;
  readonly rowsAffected: number | null;
  readonly gtid: string | null;
}

type Values = readonly (string | number | null)[];

const UPSERT_ONE = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  VALUES (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?) AS latest
  ON DUPLICATE KEY UPDATE status = latest.status, gtid = latest.gtid, finished_at = latest.finished_at,
    rows_affected = latest.rows_affected, error = latest.error`;

/** The `done` of one statement and the `started` of the next in one commit: half the cost of two. */
const UPSERT_TWO = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  VALUES (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?),
    (?, ?, ?, ?, ?, ?, CONNECTION_ID(), ?, ?, ?, UTC_TIMESTAMP(3), IF(? = 'started', NULL, UTC_TIMESTAMP(3)), ?, ?) AS latest
  ON DUPLICATE KEY UPDATE status = latest.status, gtid = latest.gtid, finished_at = latest.finished_at,
    rows_affected = latest.rows_affected, error = latest.error`;

function rowValues(
  context: JournalContext,
  number: number,
  status: JournalStatus,
  outcome: {
    readonly gtid?: string | null;
    readonly rowsAffected?: number | null;
    readonly error?: string;
  } = {},
): Values {
  const { changeset, logPosition } = context;
  return [
    context.runId,
    changeset.author,
    changeset.id,
    number,
    statementHash(changeset.sql.statements[number - 1]!),
    status,
    logPosition?.file ?? null,
    logPosition?.position ?? null,
    outcome.gtid?.slice(0, 512) ?? null,
    status,
    outcome.rowsAffected ?? null,
    outcome.error?.slice(0, 16_000) ?? null,
  ];
}

/**
 * A statement that is about to be sent has the GTID of the own transaction before this row's: one that comes after this
 * row's is the statement's, and tells that it took effect. Without tags it may have another witness in its place.
 */
async function startedValues(session: Session, context: JournalContext, number: number): Promise<Values> {
  const gtid = lastOwnGtid(session.connection) ?? (await context.readWitness?.(number)) ?? null;
  return rowValues(context, number, 'started', { gtid });
}

/** Writes that a statement is about to be sent. */
export async function journalStarted(
  session: Session,
  context: JournalContext,
  number: number,
): Promise<void> {
  await write(session, UPSERT_ONE, await startedValues(session, context, number));
}

/** Writes that a statement is done and, in the same commit, that the next one is about to be sent. */
export async function journalDone(
  session: Session,
  context: JournalContext,
  done: DoneStatement,
  next: number | undefined,
): Promise<void> {
  const doneValues = rowValues(context, done.number, 'done', done);
  if (next === undefined) await write(session, UPSERT_ONE, doneValues);
  else await write(session, UPSERT_TWO, [...doneValues, ...(await startedValues(session, context, next))]);
}

/** Writes that a statement did not do its work, or that nobody knows. */
export async function journalEnded(
  session: Session,
  context: JournalContext,
  number: number,
  status: 'failed' | 'undone' | 'unknown',
  error: string,
): Promise<void> {
  await write(session, UPSERT_ONE, rowValues(context, number, status, { error }));
}

const SETTLE_STARTED = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND status = 'started'`;

/** Writes what became of the statements that a lost session left `started`. */
export async function journalSettled(
  session: Session,
  runId: string,
  changeset: Changeset,
  status: Exclude<JournalStatus, 'started'>,
  error: string | null,
): Promise<void> {
  const values = [status, error?.slice(0, 16_000) ?? null, runId, changeset.author, changeset.id];
  await write(session, SETTLE_STARTED, values);
}

const DECIDE = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND statement_no = ?`;

/** Writes what was found out of a statement that had been in doubt, so that it is not asked again. */
export async function journalDecided(
  session: Session,
  row: JournalRow,
  status: 'done' | 'undone',
  by: string,
): Promise<void> {
  await write(session, DECIDE, [
    status,
    `decided ${by}`,
    row.runId,
    row.author,
    row.changesetId,
    row.statementNo,
  ]);
}

const COPY_DONE = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error)
  SELECT ?, author, changeset_id, statement_no, sha256, 'done', connection_id, log_file, log_pos, gtid, started_at,
    finished_at, rows_affected, error
  FROM ops_migration_statements AS earlier
  WHERE earlier.run_id = ? AND earlier.author = ? AND earlier.changeset_id = ? AND earlier.statement_no <= ?`;

/** Where an earlier run stopped in a changeset. */
export interface ResumePoint {
  readonly runId: string;
  /** How many statements are in effect. */
  readonly done: number;
}

/** Takes over what an earlier run did of a changeset, so that the journal of the newest run alone tells all. */
export async function journalResumed(
  session: Session,
  runId: string,
  changeset: Changeset,
  point: ResumePoint,
): Promise<void> {
  await write(session, COPY_DONE, [runId, point.runId, changeset.author, changeset.id, point.done]);
}

/** A run that died before its first statement must not hide what the one before it left. */
const SELECT_LAST_RUN = `SELECT run_id AS runId, status, actor, run_url AS runUrl, started_at AS startedAt,
    backup_ref AS backupRef
  FROM ops_migration_runs AS r WHERE status IN ('succeeded', 'restored')
    OR (status <> 'blocked' AND EXISTS (SELECT 1 FROM ops_migration_statements AS s WHERE s.run_id = r.run_id))
  ORDER BY started_at DESC, run_id DESC LIMIT 1`;

const SELECT_OPEN_STATEMENTS = `SELECT s.run_id AS runId, s.author, s.changeset_id AS changesetId,
    s.statement_no AS statementNo, s.sha256, s.status, s.connection_id AS connectionId,
    s.log_file AS logFile, s.log_pos AS logPos, s.gtid
  FROM ops_migration_statements s
  LEFT JOIN DATABASECHANGELOG h ON h.ID = s.changeset_id AND h.AUTHOR = s.author AND h.RUN_ID = s.run_id
  WHERE s.run_id = ? AND h.ID IS NULL AND s.status IN ('started', 'done', 'unknown')
  ORDER BY s.author, s.changeset_id, s.statement_no`;

/** The last run that tried something, with the statements of the changeset that it left without a history row. */
export interface UnfinishedRun {
  readonly run: EarlierRun;
  readonly rows: readonly JournalRow[];
}

/** Reads whether the last run that tried something stopped in the middle of a changeset. */
export async function readUnfinishedRun(
  session: Session,
  state: TrackingState,
): Promise<UnfinishedRun | undefined> {
  if (!state.has('ops_migration_statements') || !state.get('DATABASECHANGELOG')?.columns.has('RUN_ID')) {
    return undefined;
  }
  const [run] = await readRows<EarlierRun>(session, SELECT_LAST_RUN);
  if (!run || run.status === 'succeeded') return undefined;
  const rows = await readOpenStatements(session, run.runId);
  return rows.length === 0 ? undefined : { run, rows };
}

/** The statements of one run whose changeset has no history row of that run. */
export async function readOpenStatements(session: Session, runId: string): Promise<readonly JournalRow[]> {
  return readRows<JournalRow>(session, SELECT_OPEN_STATEMENTS, [runId]);
}
