import type { Changeset } from '../../changelog/changeset.ts';
import { statementHash } from '../../sql/checksum.ts';
import type { JournalRow, JournalStatus } from '../../changelog/journal.ts';
import type { LogPlace } from '../binlog/log-place.ts';
import type { Session } from '../session/connection.ts';
import { EPOCH_OF_ROW, insertFenced, OWN_EPOCH, updateFenced, WHILE_OWN_EPOCH } from './epoch.ts';
import { ownText } from '../session/own-text.ts';

/** What every journal row of one changeset has in common. */
export interface JournalContext {
  readonly runId: string;
  readonly changeset: Changeset;
  /** Of the session that runs the statements. */
  readonly connectionId: number;
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

/** A statement that is about to be sent. */
export interface NextStatement {
  readonly number: number;
  /** Of a DML statement: why it does not commit together with its `done` row. */
  readonly note: string | undefined;
}

type Values = readonly (string | number | null)[];

const COLUMNS = `run_id, author, changeset_id, statement_no, sha256, status,
    connection_id, log_file, log_pos, gtid, started_at, finished_at, rows_affected, error`;
/** A comparison in SQL would be one of two collations, on a session that a changeset moved. */
function rowText(status: Values[number]): string {
  const finishedAt = status === 'started' ? 'NULL' : 'UTC_TIMESTAMP(3)';
  return `ROW(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), ${finishedAt}, ?, ?)`;
}

/** Where the status stands among the values of a row. */
const STATUS = 5;

/**
 * One statement for several rows: the `done` of one and the `started` of the next share a commit. The last value is the
 * epoch of the run: no row is written after a newer run began.
 */
function upsert(rows: readonly Values[]): string {
  return `INSERT INTO ops_migration_statements (${COLUMNS}, epoch)
  SELECT latest.*, ${EPOCH_OF_ROW} FROM (VALUES ${rows.map((row) => rowText(row[STATUS]!)).join(', ')}) AS latest (${COLUMNS})
  ${WHILE_OWN_EPOCH}
  ON DUPLICATE KEY UPDATE status = latest.status, gtid = latest.gtid, finished_at = latest.finished_at,
    rows_affected = latest.rows_affected, error = latest.error`;
}

async function writeRows(session: Session, rows: readonly Values[]): Promise<void> {
  await insertFenced(session, upsert(rows), rows.flat());
}

function rowValues(
  context: JournalContext,
  number: number,
  status: JournalStatus,
  outcome: {
    readonly gtid?: string | null;
    readonly rowsAffected?: number | null;
    readonly error?: string | undefined;
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
    context.connectionId,
    logPosition?.file ?? null,
    logPosition?.position ?? null,
    outcome.gtid?.slice(0, 512) ?? null,
    outcome.rowsAffected ?? null,
    outcome.error?.slice(0, 16_000) ?? null,
  ];
}

/**
 * A statement that is about to be sent has the GTID of the run's transaction before this row's: one that comes after
 * this row's is the statement's, and tells that it took effect. Without tags it may have another witness in its place.
 */
async function startedValues(
  control: Session,
  context: JournalContext,
  { number, note }: NextStatement,
): Promise<Values> {
  const gtid = control.group.gtids.last ?? (await context.readWitness?.(number)) ?? null;
  return rowValues(context, number, 'started', { gtid, error: note });
}

/** Records that a statement is about to be sent. */
export async function journalStarted(
  control: Session,
  context: JournalContext,
  next: NextStatement,
): Promise<void> {
  await writeRows(control, [await startedValues(control, context, next)]);
}

/** Records that a statement is done and, in the same commit, that the next one is about to be sent. */
export async function journalDone(
  control: Session,
  context: JournalContext,
  done: DoneStatement,
  next: NextStatement | undefined,
): Promise<void> {
  const rows = [rowValues(context, done.number, 'done', done)];
  if (next !== undefined) rows.push(await startedValues(control, context, next));
  await writeRows(control, rows);
}

/**
 * The same as text for the session that ran the statements, so that it commits together with them; `at` is the server's
 * time, UTC.
 */
export async function journalDoneText(
  control: Session,
  context: JournalContext,
  done: readonly DoneStatement[],
  next: NextStatement | undefined,
  at: string,
): Promise<string> {
  const rows = done.map((each) => rowValues(context, each.number, 'done', each));
  if (next !== undefined) rows.push(await startedValues(control, context, next));
  return ownText(control.schema, upsert(rows), [...rows.flat(), control.group.epoch], at);
}

/** How a statement ended that did not do its work, or of which that is not known. */
export interface EndedStatement {
  readonly number: number;
  readonly status: 'failed' | 'undone' | 'unknown';
  readonly error: string;
}

/** Records statements that did not do their work, or of which that is not known, in one commit. */
export async function journalEnded(
  control: Session,
  context: JournalContext,
  ended: readonly EndedStatement[],
): Promise<void> {
  await writeRows(
    control,
    ended.map(({ number, status, error }) => rowValues(context, number, status, { error })),
  );
}

const SETTLE_STARTED = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND status = 'started' AND ${OWN_EPOCH}`;

/** Writes what became of the statements that a lost session left `started`. */
export async function journalSettled(
  session: Session,
  runId: string,
  changeset: Changeset,
  status: Exclude<JournalStatus, 'started'>,
  error: string | null,
): Promise<void> {
  const values = [status, error?.slice(0, 16_000) ?? null, runId, changeset.author, changeset.id];
  await updateFenced(session, SETTLE_STARTED, values);
}

const DECIDE = `UPDATE ops_migration_statements SET status = ?, error = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE run_id = ? AND author = ? AND changeset_id = ? AND statement_no = ? AND ${OWN_EPOCH}`;

/** Writes what was found out of a statement that had been in doubt, so that it is not asked again. */
export async function journalDecided(
  session: Session,
  row: JournalRow,
  status: 'done' | 'undone',
  by: string,
): Promise<void> {
  await updateFenced(session, DECIDE, [
    status,
    `decided ${by}`,
    row.runId,
    row.author,
    row.changesetId,
    row.statementNo,
  ]);
}

const COPY_DONE = `INSERT INTO ops_migration_statements (${COLUMNS}, epoch)
  SELECT ?, author, changeset_id, statement_no, sha256, 'done', connection_id, log_file, log_pos, gtid, started_at,
    finished_at, rows_affected, error, ?
  FROM ops_migration_statements AS earlier
  WHERE earlier.run_id = ? AND earlier.author = ? AND earlier.changeset_id = ? AND earlier.statement_no <= ?
    AND ${OWN_EPOCH}`;

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
  const { author, id } = changeset;
  await insertFenced(session, COPY_DONE, [runId, session.group.epoch, point.runId, author, id, point.done]);
}
