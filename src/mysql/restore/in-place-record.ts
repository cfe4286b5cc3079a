import type { LogPlace } from '../binlog/log-place.ts';
import { readRows, type Session } from '../session/connection.ts';
import { OWN_EPOCH, updateFenced } from '../tracking/epoch.ts';

/**
 * What the next run has to know of a restore that drops before it loads. It is in the audit row of the run, for that
 * table is neither dropped nor restored: from the commit of `begun` on the schema is incomplete, until `loaded`.
 */
export interface InPlaceRecord {
  readonly runId: string;
  readonly mode: string;
  readonly actor: string;
  /** UTC. */
  readonly startedAt: string;
  readonly ref: string;
  readonly phase: 'begun' | 'loaded';
  /** That the run itself took. */
  readonly backupRef: string | null;
}

const BEGIN = `UPDATE ops_migration_runs SET details = JSON_SET(COALESCE(details, JSON_OBJECT()), '$.inPlace', JSON_OBJECT(
    'ref', ?, 'phase', 'begun', 'epoch', ?, 'connections', JSON_MERGE_PRESERVE(
      COALESCE(JSON_EXTRACT(details, '$.inPlace.connections'), JSON_ARRAY()), CAST(? AS JSON))))
  WHERE run_id = ? AND ${OWN_EPOCH}`;

/**
 * Written and committed before the first drop; a second try adds its connections to those of the first. What they write
 * behind this place in the log comes from a backup and not from others.
 */
export async function recordInPlace(
  session: Session,
  { runId, ref }: Pick<InPlaceRecord, 'runId' | 'ref'>,
  connections: readonly number[],
  from: LogPlace | undefined,
): Promise<void> {
  const loading = connections.map((id) => ({ id, ...from }));
  await updateFenced(session, BEGIN, [ref, session.group.epoch, JSON.stringify(loading), runId]);
}

const CLOSE = `UPDATE ops_migration_runs
  SET details = JSON_SET(details, '$.inPlace.phase', IF(run_id = ?, 'loaded', 'superseded'))
  WHERE JSON_EXTRACT(details, '$.inPlace.phase') = 'begun' AND ${OWN_EPOCH}`;

/** The schema is whole again by what this run restored, whoever had left it incomplete. */
export async function closeInPlace(session: Session, runId: string): Promise<void> {
  await updateFenced(session, CLOSE, [runId]);
}

/** Many runs may have begun it and failed: the last one says what is to be loaded. */
const SELECT_OPEN = `SELECT run_id AS runId, mode, actor, backup_ref AS backupRef, CAST(started_at AS CHAR) AS startedAt,
    JSON_UNQUOTE(JSON_EXTRACT(details, '$.inPlace.ref')) AS ref,
    JSON_UNQUOTE(JSON_EXTRACT(details, '$.inPlace.phase')) AS phase
  FROM ops_migration_runs
  WHERE JSON_EXTRACT(details, '$.inPlace.phase') = 'begun'
    OR (JSON_EXTRACT(details, '$.inPlace.phase') = 'loaded' AND status NOT IN ('restored', 'succeeded'))
  ORDER BY JSON_EXTRACT(details, '$.inPlace.phase') = 'begun' DESC,
    COALESCE(CAST(JSON_EXTRACT(details, '$.inPlace.epoch') AS UNSIGNED), 0) DESC, started_at DESC, run_id DESC LIMIT 1`;

/** The restore that was begun in place and did not come to its last word. */
export async function readOpenInPlace(session: Session): Promise<InPlaceRecord | undefined> {
  const [record] = await readRows<InPlaceRecord>(session, SELECT_OPEN);
  return record;
}
