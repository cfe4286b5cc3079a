import { Readable } from 'node:stream';
import type { ResultSetHeader } from 'mysql2/promise';
import { ExpectedError } from '../../errors.ts';
import { lineValues } from '../../pipeline/load-line.ts';
import type { Dataset } from '../../pipeline/manifest.ts';
import { readRow, send, type Session } from '../connection.ts';
import { columnSql, type ColumnSql } from './column-sql.ts';
import { columnList, INCOMING, quoteName, ROW } from './incoming-table.ts';
import { NotStraight } from './not-straight.ts';
import type { StagingTable } from './staging-table.ts';

/** How rows get to the server. */
export type SendMethod = 'load-data' | 'batches';

/** Asks the server which way it allows. */
export async function findSendMethod(session: Session): Promise<SendMethod> {
  const { allowed } = await readRow<{ allowed: number | string }>(
    session,
    'SELECT @@GLOBAL.local_infile AS allowed',
  );
  return Number(allowed) === 1 ? 'load-data' : 'batches';
}

/** Appends rows, given as lines of LOAD DATA, with numbers from `first` on; all of them, as they are, or it throws. */
export async function sendRows(
  session: Session,
  target: SendTarget,
  method: SendMethod,
  lines: readonly string[],
  first: number,
): Promise<void> {
  if (method === 'load-data') await sendByLoad(session, target, lines, first);
  else await sendByInsert(session, target, lines, first);
}

/** Whose rows they are, and how its columns take them. */
export interface SendTarget {
  readonly dataset: Dataset;
  readonly columns: ColumnSql;
  /** Of a packet to the server. */
  readonly mostBytes: number;
}

/** Asks how much the server takes at once. */
export async function sendTarget(
  session: Session,
  dataset: Dataset,
  table: StagingTable,
): Promise<SendTarget> {
  const { most } = await readRow<{ most: number | string }>(session, 'SELECT @@max_allowed_packet AS most');
  return { dataset, columns: columnSql(dataset, table), mostBytes: Number(most) };
}

/** What the server has to ask for by this name; it gets nothing else, and nothing for another statement. */
const FILE = 'db-deploy:rows';
const PIECE = 256 * 1024;
/** What a packet holds besides rows. */
const PACKET_REST = 512;

async function sendByLoad(
  session: Session,
  { dataset, columns, mostBytes }: SendTarget,
  lines: readonly string[],
  first: number,
): Promise<void> {
  let text = '';
  for (const [index, line] of lines.entries()) text += `${first + index}\t${line}\n`;
  const targets = `(${ROW}, ${columns.targets})${columns.assignments}`;
  const result = await loadText(session, INCOMING, targets, text, mostBytes);
  if (result.warningStatus > 0) throw await changedBy(session, dataset);
  if (result.affectedRows !== lines.length) {
    throw new Error(`the server took ${result.affectedRows} of ${lines.length} rows without a warning`);
  }
}

/**
 * Adds rows to staging itself, as part of the caller's transaction. Throws `NotStraight` where the server would change
 * or leave out any, as it does with a key that is there; then some of them are there and the transaction must end.
 */
export async function appendRows(
  session: Session,
  { dataset, columns, mostBytes }: SendTarget,
  lines: readonly string[],
): Promise<void> {
  const targets = `(${columns.targets})${columns.assignments}`;
  const text = `${lines.join('\n')}\n`;
  const result = await loadText(session, quoteName(dataset.table), targets, text, mostBytes);
  if (result.warningStatus > 0 || result.affectedRows !== lines.length)
    throw new NotStraight(`the server took ${result.affectedRows} of ${lines.length}, with warnings`);
}

/**
 * LOCAL turns errors into data (300 into 127, 31 February into zeros, a duplicate into nothing) and tells of it in
 * warnings alone, so a warning must be an error to the caller.
 */
async function loadText(
  session: Session,
  table: string,
  targets: string,
  text: string,
  mostBytes: number,
): Promise<ResultSetHeader> {
  const bytes = Buffer.from(text);
  let asked: string | undefined;
  const sql = `LOAD DATA LOCAL INFILE '${FILE}' INTO TABLE ${table} CHARACTER SET utf8mb4
    FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES STARTING BY '' TERMINATED BY '\\n'
    ${targets}`;
  const infileStreamFactory = (path: string): Readable => {
    const isOurs = path === FILE && asked === undefined;
    asked = path;
    return Readable.from(isOurs ? pieces(bytes, Math.min(PIECE, mostBytes - PACKET_REST)) : [], {
      objectMode: false,
    });
  };
  const [result] = await session.connection.query<ResultSetHeader>({ sql, infileStreamFactory });
  if (asked !== FILE) throw wrongRequest(asked);
  return result;
}

/** Each is a packet. */
function* pieces(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function wrongRequest(path: string | undefined): ExpectedError {
  return new ExpectedError({
    code: 'ingest-failed',
    message: `the server asked for the file ${JSON.stringify(path?.slice(0, 200))} instead of the rows; it got nothing`,
    fix: 'find out what answers at db-host: a MySQL server does not do that',
  });
}

/** The server's words without values, which may be sensitive. */
async function changedBy(session: Session, dataset: Dataset): Promise<ExpectedError> {
  // Cannot be prepared.
  const rows = (await send(session, 'SHOW WARNINGS LIMIT 5')) as { Code: number; Message: string }[];
  const words = rows.map(({ Code, Message }) => {
    const column = /for column '([^']*)'/.exec(Message)?.[1];
    return `warning ${Code}${column === undefined ? '' : ` for column ${column}`}`;
  });
  return new ExpectedError({
    code: 'ingest-failed',
    message: `dataset ${dataset.name}: the server would change values of rows that fit the manifest: ${[...new Set(words)].join(', ')}`,
    at: dataset.at,
    fix: `compare the columns of ${dataset.table} with the manifest: ranges and character sets`,
  });
}

const MAX_ROWS = 2000;
const MAX_TEXT = 1024 * 1024;

/** Strict mode makes every such warning an error here. */
async function sendByInsert(
  session: Session,
  target: SendTarget,
  lines: readonly string[],
  first: number,
): Promise<void> {
  const head = insertHead(target);
  const most = Math.min(MAX_TEXT, target.mostBytes - PACKET_REST - Buffer.byteLength(head));
  let tuples: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (tuples.length > 0) await session.connection.query(head + tuples.join(','));
    [tuples, length] = [[], 0];
  };
  for (const [index, line] of lines.entries()) {
    const tuple = tupleOf(target, line, first + index);
    const bytes = Buffer.byteLength(tuple) + 1;
    if (tuples.length >= MAX_ROWS || length + bytes > most) await flush();
    tuples.push(tuple);
    length += bytes;
  }
  await flush();
}

/**
 * Whether a row can be sent: an INSERT has to fit into `max_allowed_packet`, and a longer one is answered by ending the
 * connection. LOAD DATA goes in pieces.
 */
export function rowFitter(target: SendTarget, method: SendMethod): ((line: string) => boolean) | undefined {
  if (method === 'load-data') return undefined;
  const most = target.mostBytes - PACKET_REST - Buffer.byteLength(insertHead(target));
  // A character has up to three bytes for each unit, and an escape doubles one.
  return (line) =>
    line.length * 4 < most || Buffer.byteLength(tupleOf(target, line, Number.MAX_SAFE_INTEGER)) < most;
}

function insertHead({ dataset }: SendTarget): string {
  return `INSERT INTO ${INCOMING} (${ROW}, ${columnList(dataset)}) VALUES `;
}

function tupleOf({ columns: { literals } }: SendTarget, line: string, row: number): string {
  const values = lineValues(line).map((value, at) => literals[at]!(literal(value)));
  return `(${row},${values.join(',')})`;
}

/** As utf8mb4, which the session sends, and with the backslash as escape, which its `sql_mode` says. */
function literal(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
