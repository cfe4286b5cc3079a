import type { Changeset } from '../../changelog/changeset.ts';
import { changesetKey, type ExecType, type History, type HistoryRow } from '../../changelog/history.ts';
import { readRows, type Session } from '../session/connection.ts';
import { EPOCH_OF_ROW, insertFenced, OWN_EPOCH, updateFenced, WHILE_OWN_EPOCH } from './epoch.ts';
import { ownText } from '../session/own-text.ts';
import { historyAdoption, requireCertainHistory, requireNoHistory } from './adopt-history.ts';
import type { TrackingState } from './tracking-state.ts';

/** Rows that Liquibase gave one number stand in an order of their own, which is the same under every collation. */
const IN_ORDER = `WHERE EXECTYPE IN ('EXECUTED', 'RERAN', 'MARK_RAN')
  ORDER BY ORDEREXECUTED, CAST(CONVERT(AUTHOR USING utf8mb4) AS BINARY), CAST(CONVERT(ID USING utf8mb4) AS BINARY)`;

const SELECT_HISTORY = `SELECT ID AS id, AUTHOR AS author, FILENAME AS filename, UPPER(EXECTYPE) AS execType,
  CHECKSUM AS checksum, DATEEXECUTED AS executedAt, RUN_ID AS runId FROM DATABASECHANGELOG ${IN_ORDER}`;

/** The same for a table of Liquibase's that has not been adopted: read modes change nothing. */
const SELECT_LIQUIBASE_HISTORY = `SELECT ID AS id, AUTHOR AS author, FILENAME AS filename, UPPER(EXECTYPE) AS execType,
  NULL AS checksum, DATEEXECUTED AS executedAt, NULL AS runId FROM DATABASECHANGELOG ${IN_ORDER}`;

/** Reads what ran; refuses a history in which one `author:id` stands twice, because it is not certain what ran. */
export async function readHistory(session: Session, state: TrackingState): Promise<History> {
  const table = state.get('DATABASECHANGELOG');
  if (!table) {
    await requireNoHistory(session);
    return new Map();
  }
  const sql = table.columns.has('CHECKSUM') ? SELECT_HISTORY : SELECT_LIQUIBASE_HISTORY;
  const rows = await readRows<HistoryRow>(session, sql);
  const history = new Map(rows.map((row) => [changesetKey(row.author, row.id), row]));
  if (history.size < rows.length || historyAdoption(state) !== undefined)
    await requireCertainHistory(session);
  return history;
}

export type { ExecType } from '../../changelog/history.ts';

/** What of a run is written with every history row. */
export interface HistoryContext {
  readonly runId: string;
  /** Ten digits, as Liquibase has it. */
  readonly deploymentId: string;
  /** Contexts and labels of the run do not matter here: those of the changeset are recorded. */
  readonly tool: string;
}

const NEXT_ORDER = `(SELECT n FROM (SELECT COALESCE(MAX(ORDEREXECUTED), 0) + 1 AS n FROM DATABASECHANGELOG) AS o)`;

const HISTORY_COLUMNS = `ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE,
    DESCRIPTION, COMMENTS, TAG, LIQUIBASE, CONTEXTS, LABELS, DEPLOYMENT_ID, CHECKSUM, RUN_ID, EXECUTION_MS`;

/** One row a changeset: a second run of it takes the place of the first. The last value is the epoch. Exported for `update-sql`, with values inlined. */
export const RECORD_CHANGESET = `INSERT INTO DATABASECHANGELOG (${HISTORY_COLUMNS}, EPOCH)
  SELECT latest.*, ${EPOCH_OF_ROW} FROM (VALUES ROW(?, ?, ?, UTC_TIMESTAMP(), ${NEXT_ORDER}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))
    AS latest (${HISTORY_COLUMNS}) ${WHILE_OWN_EPOCH}
  ON DUPLICATE KEY UPDATE DATEEXECUTED = latest.DATEEXECUTED, ORDEREXECUTED = latest.ORDEREXECUTED,
    EXECTYPE = latest.EXECTYPE, MD5SUM = NULL, DESCRIPTION = latest.DESCRIPTION, COMMENTS = latest.COMMENTS,
    TAG = latest.TAG, LIQUIBASE = latest.LIQUIBASE, CONTEXTS = latest.CONTEXTS, LABELS = latest.LABELS,
    DEPLOYMENT_ID = latest.DEPLOYMENT_ID, CHECKSUM = latest.CHECKSUM, RUN_ID = latest.RUN_ID,
    EXECUTION_MS = latest.EXECUTION_MS, EPOCH = ${EPOCH_OF_ROW}`;

/** The values of RECORD_CHANGESET; `filename` is the row's own when the changeset ran before from another file. */
export function historyValues(
  changeset: Changeset,
  filename: string,
  execType: ExecType,
  executionMs: number | null,
  context: HistoryContext,
): readonly (string | number | null)[] {
  return [
    changeset.id,
    changeset.author,
    cut(filename, 255),
    execType,
    cut(`sqlFile ${changeset.sqlFile}`, 250),
    cut(changeset.comment ?? '', 250),
    changeset.tag ?? null,
    context.tool.slice(0, 20),
    changeset.contexts === undefined ? null : cut(changeset.contexts.source, 255),
    changeset.labels.length > 0 ? cut(changeset.labels.join(','), 255) : null,
    context.deploymentId,
    changeset.sql.checksum,
    context.runId,
    executionMs,
  ];
}

/** By code points, as the server counts: half of a surrogate pair would not be text. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : Array.from(text).slice(0, length).join('');
}

/** Records that a changeset ran, inside the caller's transaction if there is one. */
export async function recordChangeset(
  session: Session,
  changeset: Changeset,
  earlier: HistoryRow | undefined,
  execType: ExecType,
  executionMs: number | null,
  context: HistoryContext,
): Promise<void> {
  const filename = earlier?.filename ?? changeset.at.file;
  const values = historyValues(changeset, filename, execType, executionMs, context);
  await insertFenced(session, RECORD_CHANGESET, values);
}

/**
 * The same as text that means the same whatever a changeset made of its session: it commits with the rows that the
 * changeset wrote. `at` is the server's time, UTC.
 */
export function recordText(
  { schema, group }: Session,
  changeset: Changeset,
  earlier: HistoryRow | undefined,
  execType: ExecType,
  executionMs: number,
  context: HistoryContext,
  at: string,
): string {
  const filename = earlier?.filename ?? changeset.at.file;
  const values = historyValues(changeset, filename, execType, executionMs, context);
  return ownText(schema, RECORD_CHANGESET, [...values, group.epoch], at);
}

/** Exported for `update-sql`. */
export const FILL_CHECKSUM = `UPDATE DATABASECHANGELOG SET CHECKSUM = ?
  WHERE ID = ? AND AUTHOR = ? AND FILENAME = ? AND CHECKSUM IS NULL`;

/** Gives a row that Liquibase wrote the checksum that it is compared with from now on. */
export async function fillChecksum(session: Session, row: HistoryRow, checksum: string): Promise<void> {
  await updateFenced(session, `${FILL_CHECKSUM} AND ${OWN_EPOCH}`, fillValues(row, checksum));
}

/** The values of FILL_CHECKSUM. */
export function fillValues(row: HistoryRow, checksum: string): readonly string[] {
  return [checksum, row.id, row.author, row.filename];
}

const SELECT_HAS_CHANGESET = 'SELECT RUN_ID AS runId FROM DATABASECHANGELOG WHERE ID = ? AND AUTHOR = ?';

/** Which run recorded a changeset last: after a lost connection this tells whether its transaction was committed. */
export async function readRecordedRun(session: Session, changeset: Changeset): Promise<string | undefined> {
  const [row] = await readRows<{ runId: string | null }>(session, SELECT_HAS_CHANGESET, [
    changeset.id,
    changeset.author,
  ]);
  return row?.runId ?? undefined;
}
