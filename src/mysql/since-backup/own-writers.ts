import type { BackupFacts } from '../../backup/backup.ts';
import { isAfter, type LogPlace } from '../binlog/log-place.ts';
import type { LogTransaction } from '../binlog/log-transaction.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';
import { notLossless } from './not-lossless.ts';

/** A connection of ours, and from where in the binary log on its id is ours. */
export interface OwnConnection {
  readonly id: number;
  /** Undefined for one that is open now: the server has not started again since it was opened. */
  readonly from: LogPlace | undefined;
  /**
   * What the GTIDs of its transactions carry, where the server has tags. A changeset cannot change it, and a session that
   * took over another's number (`pseudo_thread_id`, `mysqlbinlog`) has it not.
   */
  readonly tag?: string | undefined;
}

/** Tells our own transactions in the binary log from those of others. */
export class OwnWriters {
  readonly #connections: OwnConnection[];
  /** Of the server, or undefined where it is not known. */
  readonly #serverUuid: string | undefined;
  /** How often the server had started again when it began to write each file. */
  readonly #restartsAt = new Map<string, number>();
  #restartsNow = 0;

  constructor(connections: readonly OwnConnection[], serverUuid?: string) {
    this.#connections = [...connections];
    this.#serverUuid = serverUuid;
  }

  /** A connection of ours that is open now. */
  add(id: number): void {
    this.#connections.push({ id, from: undefined });
  }

  /** To be told of the file in which the log is begun, of which nothing may be left to read. */
  begin(file: string): void {
    if (!this.#restartsAt.has(file)) this.#restartsAt.set(file, 0);
  }

  /** To be told of every transaction, in the order of the log. */
  note({ file, restarts }: LogTransaction): void {
    if (!this.#restartsAt.has(file)) this.#restartsAt.set(file, restarts);
    this.#restartsNow = Math.max(this.#restartsNow, restarts);
  }

  /** Connection ids begin again with the server, so an id is ours only between two starts of it. */
  isOwn(transaction: LogTransaction): boolean {
    const { threadId, restarts, gtid } = transaction;
    // What came from another server has the number that its session had there.
    const [source, carried] = gtid?.source.split(':') ?? [];
    if (source !== undefined && this.#serverUuid !== undefined && source !== this.#serverUuid) return false;
    return this.#connections.some(({ id, from, tag }) => {
      if (id !== threadId || (tag !== undefined && tag !== carried)) return false;
      if (!from) return restarts === this.#restartsNow;
      const started = this.#restartsAt.get(from.file);
      return started !== undefined && started === restarts && isAfter(transaction, from);
    });
  }
}

/** Of all runs: a connection is ours from its place in the log on, whatever the clock of a runner says. */
const SELECT_OWN = `SELECT DISTINCT s.connection_id AS id, s.log_file AS file, s.log_pos AS position,
    r.details ->> '$.control.tag' AS tag
  FROM ops_migration_statements AS s LEFT JOIN ops_migration_runs AS r ON r.run_id = s.run_id
  WHERE s.connection_id IS NOT NULL AND s.log_file IS NOT NULL`;

/** Those of restores in place, which write into the live schema what was in a backup. */
const SELECT_LOADING = `SELECT loading.id, loading.file, loading.position FROM ops_migration_runs,
  JSON_TABLE(details, '$.inPlace.connections[*]' COLUMNS (
    id BIGINT UNSIGNED PATH '$.id', file VARCHAR(255) PATH '$.file', position BIGINT UNSIGNED PATH '$.position'
  )) AS loading WHERE loading.file IS NOT NULL`;

/** Those of control sessions, which record what the statements of changesets did. */
const SELECT_CONTROL = `SELECT control.id, control.file, control.position FROM ops_migration_runs,
  JSON_TABLE(details, '$.control' COLUMNS (
    id BIGINT UNSIGNED PATH '$.id', file VARCHAR(255) PATH '$.file', position BIGINT UNSIGNED PATH '$.position'
  )) AS control WHERE control.file IS NOT NULL`;

interface OwnRow {
  readonly id: number | string;
  readonly file: string;
  readonly position: number | string;
  readonly tag?: string | null;
}

/** The connections with which statements of changesets ran or backups were loaded, from the audit. */
export async function readOwnWriters(session: Session): Promise<OwnWriters> {
  const rows = await Promise.all(
    [SELECT_OWN, SELECT_CONTROL, SELECT_LOADING].map((sql) => readRows<OwnRow>(session, sql)),
  );
  const connections = rows.flat().map(({ id, file, position, tag }) => ({
    id: Number(id),
    from: { file, position: Number(position) },
    tag: tag ?? undefined,
  }));
  const { uuid } = await readRow<{ uuid: string }>(session, 'SELECT @@server_uuid AS uuid');
  return new OwnWriters([...connections, { id: session.id, from: undefined }], uuid.toLowerCase());
}

const SELECT_UNKNOWN = `SELECT run_id AS runId FROM ops_migration_statements
  WHERE log_file IS NULL AND (run_id = ? OR started_at >= ?) LIMIT 1`;

/** Refuses a backup since which runs wrote whose transactions cannot be told from those of others. */
export async function requireKnownWriters(
  session: Session,
  { runId, createdAt }: Pick<BackupFacts, 'runId' | 'createdAt'>,
): Promise<void> {
  const since = createdAt.replace('T', ' ').replace('Z', '');
  const [unknown] = await readRows<{ runId: string }>(session, SELECT_UNKNOWN, [runId, since]);
  if (!unknown) return;
  throw notLossless(`the journal has not where in the binary log run ${unknown.runId} wrote`);
}
