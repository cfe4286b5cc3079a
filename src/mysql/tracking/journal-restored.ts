import type { CarriedStatement, RestoredFacts } from '../../backup/backup.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { insertFenced, OWN_EPOCH, updateFenced } from './epoch.ts';

const RECORD_RESTORING = `UPDATE ops_migration_runs
  SET details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.restoring', CAST(? AS JSON))
  WHERE run_id = ? AND ${OWN_EPOCH}`;

/**
 * Records, before a backup takes the place of what is live, what the journal has to say once it did: another process may
 * have to write that.
 */
export async function recordRestoring(session: Session, runId: string, facts: RestoredFacts): Promise<void> {
  const { createdAt, epoch, unfinished = [] } = facts;
  await updateFenced(session, RECORD_RESTORING, [JSON.stringify({ createdAt, epoch, unfinished }), runId]);
}

const SELECT_RESTORING = `SELECT JSON_EXTRACT(details, '$.restoring') AS facts FROM ops_migration_runs WHERE run_id = ?`;

/** What a run recorded before its restore; undefined where it began none, or was of an older version. */
export async function readRestoring(session: Session, runId: string): Promise<RestoredFacts | undefined> {
  const [row] = await readRows<{ facts: unknown }>(session, SELECT_RESTORING, [runId]);
  return parse(row?.facts);
}

function parse(facts: unknown): RestoredFacts | undefined {
  if (facts === null || facts === undefined) return undefined;
  return (typeof facts === 'string' ? JSON.parse(facts) : facts) as RestoredFacts;
}

/** What ran since the backup. One of an older version has no epoch: what has one came after it. */
const UNDO = `UPDATE ops_migration_statements SET status = 'undone'
  WHERE status <> 'failed' AND (epoch >= COALESCE(?, 0) OR (? IS NULL AND epoch IS NULL AND started_at >= ?))
    AND ${OWN_EPOCH}`;

const PUT_BACK = `INSERT INTO ops_migration_statements (run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, error, epoch)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE ${OWN_EPOCH}
  ON DUPLICATE KEY UPDATE status = VALUES(status), error = VALUES(error)`;

/**
 * Makes the journal say what is live after a restore, in one commit: what ran since the backup is undone, and what was
 * half applied in it is unfinished again.
 */
export async function journalRestored(session: Session, facts: RestoredFacts): Promise<void> {
  const { epoch = null, createdAt, unfinished = [] } = facts;
  await send(session, 'START TRANSACTION');
  await updateFenced(session, UNDO, [epoch, epoch, createdAt.replace('T', ' ').replace('Z', '')]);
  for (const row of unfinished) await insertFenced(session, PUT_BACK, carriedValues(row));
  await send(session, 'COMMIT');
}

function carriedValues(row: CarriedStatement): readonly (string | number | null)[] {
  return [
    ...[row.runId, row.author, row.changesetId, row.statementNo, row.sha256, row.status],
    ...[row.connectionId, row.logFile, row.logPos, row.gtid, row.startedAt, row.note, row.epoch],
  ];
}
