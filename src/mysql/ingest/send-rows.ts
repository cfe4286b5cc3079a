import { ExpectedError } from '../../errors.ts';
import { numbered, textsOf, type LineBlock } from '../../pipeline/rows/line-block.ts';
import { lineValues } from '../../pipeline/rows/load-line.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { columnSql, type ColumnSql } from '../staging/column-sql.ts';
import { columnList, INCOMING, quoteName, ROW } from '../staging/incoming-table.ts';
import { loadStream, PACKET_REST, type LoadStream } from './load-stream.ts';
import { NotStraight } from '../staging/not-straight.ts';
import type { StagingTable } from '../staging/staging-table.ts';

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
  lines: LineBlock,
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

async function sendByLoad(
  session: Session,
  { dataset, columns, mostBytes }: SendTarget,
  lines: LineBlock,
  first: number,
): Promise<void> {
  const targets = `(${ROW}, ${columns.targets})${columns.assignments}`;
  const load = loadStream({ session, table: INCOMING, targets, mostBytes });
  await load.write(numbered(lines, first));
  const result = await load.end();
  if (result.warningStatus > 0) throw await changedBy(session, dataset);
  if (result.affectedRows !== lines.rows) {
    throw new Error(`the server took ${result.affectedRows} of ${lines.rows} rows without a warning`);
  }
}

/** Adds rows to staging itself, as part of the caller's transaction. */
export interface RowAppender {
  /** Throws `NotStraight` where the server would change or leave out any, which may be known only later. */
  readonly append: (lines: LineBlock) => Promise<void>;
  /** Waits for what is on its way; in the end, and before anything else is sent on the session. */
  readonly end: () => Promise<void>;
}

/** The server gives up a statement that brings nothing for `net_read_timeout`, 30 s by default. */
const LONGEST_PAUSE = 5000;
/** One statement takes so much, so that a server which changes rows is found out before all of them are sent. */
const LOAD_BYTES = 64 * 1024 * 1024;

/**
 * One statement takes many blocks, so that the server need not wait between them. LOCAL turns errors into data (300 into
 * 127, 31 February into zeros, a duplicate into nothing) and tells of it in warnings alone, so each of them is an error
 * here: some rows may be there then, and the transaction must end.
 */
export function rowAppender(session: Session, { dataset, columns, mostBytes }: SendTarget): RowAppender {
  const table = quoteName(dataset.table);
  const targets = `(${columns.targets})${columns.assignments}`;
  let load: LoadStream | undefined;
  let [rows, bytes] = [0, 0];
  let pause: NodeJS.Timeout | undefined;
  /** Of statements that ended by themselves in a pause. */
  let ended: Promise<void> = Promise.resolve();
  const finish = async (open: LoadStream, sent: number): Promise<void> => {
    const result = await open.end();
    if (result.warningStatus > 0 || result.affectedRows !== sent)
      throw new NotStraight(`the server took ${result.affectedRows} of ${sent}, with warnings`);
  };
  const end = async (): Promise<void> => {
    clearTimeout(pause);
    await ended;
    if (!load) return;
    const [open, sent] = [load, rows];
    load = undefined;
    [rows, bytes] = [0, 0];
    await finish(open, sent);
  };
  return {
    async append(lines) {
      clearTimeout(pause);
      await ended;
      load ??= loadStream({ session, table, targets, mostBytes });
      rows += lines.rows;
      bytes += lines.bytes.length;
      await load.write(lines.bytes);
      if (bytes >= LOAD_BYTES) await end();
      else
        pause = setTimeout(() => {
          ended = end();
          ended.catch(() => undefined);
        }, LONGEST_PAUSE);
    },
    end,
  };
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
  lines: LineBlock,
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
  for (const [index, line] of textsOf(lines).entries()) {
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
