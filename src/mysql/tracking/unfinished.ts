import type { CarriedStatement } from '../../backup/backup.ts';
import { changesetKey } from '../../changelog/history.ts';
import type { JournalRow } from '../../changelog/journal.ts';
import { readRows, type Session } from '../session/connection.ts';
import type { EarlierRun } from './runs.ts';
import type { TrackingState } from './tracking-state.ts';

/** A changeset that a run left in the middle: its statements that are in effect, or may be. */
export interface UnfinishedChangeset {
  /** `author:id`. */
  readonly key: string;
  readonly run: EarlierRun;
  /** Of that run; 0 where an older version wrote it. */
  readonly epoch: number;
  readonly rows: readonly JournalRow[];
}

interface OpenRow extends JournalRow {
  readonly epoch: number | string | null;
  readonly runStatus: EarlierRun['status'] | null;
  readonly actor: string | null;
  readonly runUrl: string | null;
  readonly startedAt: string;
  readonly statementStartedAt: string;
  readonly backupRef: string | null;
}

/**
 * Statements of a changeset that no later history row covers. "Later" is the higher epoch; rows of older versions have
 * none, come before all others, and are ordered among themselves by time.
 */
function selectOpen(hasEpochs: 'with' | 'without', more = ''): string {
  const [ofRow, ofHistory] = hasEpochs === 'with' ? ['s.epoch', 'h.EPOCH'] : ['NULL', 'NULL'];
  return `SELECT s.run_id AS runId, s.author, s.changeset_id AS changesetId, s.statement_no AS statementNo, s.sha256,
    s.status, s.connection_id AS connectionId, s.log_file AS logFile, s.log_pos AS logPos, s.gtid,
    IF(s.status = 'started', s.error, NULL) AS note, ${ofRow} AS epoch, r.status AS runStatus, r.actor,
    r.run_url AS runUrl, COALESCE(r.started_at, s.started_at) AS startedAt,
    CAST(s.started_at AS CHAR) AS statementStartedAt, r.backup_ref AS backupRef
  FROM ops_migration_statements AS s
  LEFT JOIN ops_migration_runs AS r ON r.run_id = s.run_id
  WHERE s.status IN ('started', 'done', 'unknown')${more} AND NOT EXISTS (SELECT 1 FROM DATABASECHANGELOG AS h
    WHERE h.ID = s.changeset_id AND h.AUTHOR = s.author AND h.EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN')
      AND (h.RUN_ID <=> s.run_id OR COALESCE(${ofHistory}, 0) > COALESCE(${ofRow}, 0)
        OR (${ofHistory} IS NULL AND ${ofRow} IS NULL AND h.DATEEXECUTED >= s.started_at - INTERVAL 1 SECOND)))
  ORDER BY COALESCE(${ofRow}, 0) DESC, COALESCE(r.started_at, s.started_at) DESC, s.run_id DESC,
    s.author, s.changeset_id, s.statement_no`;
}

/** The rows of what is half applied, for a backup of the run that has the lock; what it took over itself is not among them. */
export async function readCarried(session: Session): Promise<readonly CarriedStatement[]> {
  const sql = selectOpen('with', ' AND COALESCE(s.epoch, 0) < ?');
  const groups = groupByChangeset(await readRows<OpenRow>(session, sql, [session.group.epoch]));
  return [...groups.values()].flat().map((row) => ({
    ...withoutRun(row),
    status: row.status as CarriedStatement['status'],
    epoch: row.epoch === null ? null : Number(row.epoch),
    connectionId: Number(row.connectionId),
    logPos: row.logPos === null ? null : Number(row.logPos),
    startedAt: row.statementStartedAt,
  }));
}

/**
 * Reads which changesets runs left in the middle, each with the rows of the last run that has any of it in effect: an
 * earlier one's are part of those, or were undone.
 */
export async function readUnfinished(
  session: Session,
  state: TrackingState,
): Promise<readonly UnfinishedChangeset[]> {
  const journal = state.get('ops_migration_statements');
  const history = state.get('DATABASECHANGELOG');
  if (!journal || !history?.columns.has('RUN_ID')) return [];
  const hasEpochs = journal.columns.has('EPOCH') && history.columns.has('EPOCH') ? 'with' : 'without';
  const groups = groupByChangeset(await readRows<OpenRow>(session, selectOpen(hasEpochs)));
  return [...groups].map(([key, rows]) => ({
    ...{ key, run: runOf(rows[0]!), rows: rows.map(withoutRun) },
    epoch: Number(rows[0]!.epoch ?? 0),
  }));
}

/** Of each changeset the rows of the newest run; the rows come newest first. */
function groupByChangeset(rows: readonly OpenRow[]): ReadonlyMap<string, readonly OpenRow[]> {
  const groups = new Map<string, OpenRow[]>();
  for (const row of rows) {
    const key = changesetKey(row.author, row.changesetId);
    const group = groups.get(key);
    if (!group) groups.set(key, [row]);
    else if (group[0]!.runId === row.runId) group.push(row);
  }
  return groups;
}

function runOf(row: OpenRow): EarlierRun {
  const { runId, runStatus, actor, runUrl, startedAt, backupRef } = row;
  return {
    ...{ runId, runUrl, startedAt, backupRef },
    status: runStatus ?? 'interrupted',
    actor: actor ?? 'an unknown actor',
  };
}

function withoutRun(row: OpenRow): JournalRow {
  const { runId, author, changesetId, statementNo, sha256, status } = row;
  const { connectionId, logFile, logPos, gtid, note } = row;
  return {
    runId,
    author,
    changesetId,
    statementNo,
    sha256,
    status,
    connectionId,
    logFile,
    logPos,
    gtid,
    note,
  };
}

const SELECT_OPEN_STATEMENTS = `SELECT s.run_id AS runId, s.author, s.changeset_id AS changesetId,
    s.statement_no AS statementNo, s.sha256, s.status, s.connection_id AS connectionId,
    s.log_file AS logFile, s.log_pos AS logPos, s.gtid, IF(s.status = 'started', s.error, NULL) AS note
  FROM ops_migration_statements s
  LEFT JOIN DATABASECHANGELOG h ON h.ID = s.changeset_id AND h.AUTHOR = s.author AND h.RUN_ID = s.run_id
  WHERE s.run_id = ? AND h.ID IS NULL AND s.status IN ('started', 'done', 'unknown')
  ORDER BY s.author, s.changeset_id, s.statement_no`;

/** The statements of one run whose changeset has no history row of that run. */
export async function readOpenStatements(session: Session, runId: string): Promise<readonly JournalRow[]> {
  return readRows<JournalRow>(session, SELECT_OPEN_STATEMENTS, [runId]);
}
