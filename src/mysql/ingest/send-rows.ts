import { Readable } from 'node:stream';
import type { ResultSetHeader } from 'mysql2/promise';
import { ExpectedError } from '../../errors.ts';
import { lineValues } from '../../pipeline/load-line.ts';
import type { Dataset } from '../../pipeline/manifest.ts';
import { readRow, send, type Session } from '../connection.ts';
import type { ColumnSql } from './column-sql.ts';
import { columnList, INCOMING, quoteName, ROW } from './incoming-table.ts';
import { NotStraight } from './not-straight.ts';

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
}

/** What the server has to ask for by this name; it gets nothing else, and nothing for another statement. */
const FILE = 'db-deploy:rows';
const PIECE = 256 * 1024;

async function sendByLoad(
  session: Session,
  { dataset, columns }: SendTarget,
  lines: readonly string[],
  first: number,
): Promise<void> {
  let text = '';
  for (const [index, line] of lines.entries()) text += `${first + index}\t${line}\n`;
  const targets = `(${ROW}, ${columns.targets})${columns.assignments}`;
  const result = await loadText(session, INCOMING, targets, text);
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
  { dataset, columns }: SendTarget,
  lines: readonly string[],
): Promise<void> {
  const targets = `(${columns.targets})${columns.assignments}`;
  const result = await loadText(session, quoteName(dataset.table), targets, `${lines.join('\n')}\n`);
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
): Promise<ResultSetHeader> {
  const bytes = Buffer.from(text);
  let asked: string | undefined;
  const sql = `LOAD DATA LOCAL INFILE '${FILE}' INTO TABLE ${table} CHARACTER SET utf8mb4
    FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES STARTING BY '' TERMINATED BY '\\n'
    ${targets}`;
  const infileStreamFactory = (path: string): Readable => {
    const isOurs = path === FILE && asked === undefined;
    asked = path;
    return Readable.from(isOurs ? pieces(bytes) : [], { objectMode: false });
  };
  const [result] = await session.connection.query<ResultSetHeader>({ sql, infileStreamFactory });
  if (asked !== FILE) throw wrongRequest(asked);
  return result;
}

function* pieces(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
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
  { dataset, columns: { literals } }: SendTarget,
  lines: readonly string[],
  first: number,
): Promise<void> {
  const head = `INSERT INTO ${INCOMING} (${ROW}, ${columnList(dataset)}) VALUES `;
  let tuples: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (tuples.length > 0) await session.connection.query(head + tuples.join(','));
    [tuples, length] = [[], 0];
  };
  for (const [index, line] of lines.entries()) {
    const values = lineValues(line).map((value, at) => literals[at]!(literal(value)));
    const tuple = `(${first + index},${values.join(',')})`;
    if (tuples.length >= MAX_ROWS || length + tuple.length > MAX_TEXT) await flush();
    tuples.push(tuple);
    length += tuple.length;
  }
  await flush();
}

/** As utf8mb4, which the session sends, and with the backslash as escape, which its `sql_mode` says. */
function literal(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
