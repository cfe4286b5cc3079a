import { NEVER_RESTORED } from '../../backup/backup.ts';

/** What others committed in a schema, as the text of the binary log tells it. */
export interface LoggedWrites {
  readonly transactions: number;
  readonly tables: readonly string[];
  /** The beginnings of statements that define something. */
  readonly definitions: readonly string[];
}

/** Changed while the log is read. */
interface Reading {
  readonly schema: string;
  readonly isOwn: (threadId: number) => boolean;
  readonly tables: Set<string>;
  readonly definitions: string[];
  transactions: number;
  starts: number;
  restarted: boolean;
  defaultSchema: string;
  thread: number;
  isInQuery: boolean;
  touched: Set<string>;
  defined: string | undefined;
}

const HEADER = /^#\d{6} +\d+:\d\d:\d\d server id \d+ +end_log_pos \d+ (?:CRC32 0x[0-9a-f]+ )?\t(.*)$/;
const USE = /^use `((?:[^`]|``)*)`\/\*!\*\/;$/;
const TABLE_MAP = /^Table_map: `((?:[^`]|``)*)`\.`((?:[^`]|``)*)` mapped/;

/**
 * Counts the transactions in the output of `mysqlbinlog --base64-output=decode-rows`. Each has a Query event with the
 * id of its connection, and a Table_map event for each table whose rows it changed.
 */
export async function readLogText(
  lines: AsyncIterable<string>,
  schema: string,
  ownConnectionIds: readonly number[],
): Promise<LoggedWrites> {
  const reading: Reading = {
    ...{ schema, isOwn: (id) => ownConnectionIds.includes(id), tables: new Set(), definitions: [] },
    ...{ transactions: 0, starts: 0, restarted: false, defaultSchema: '', thread: 0, isInQuery: false },
    ...{ touched: new Set<string>(), defined: undefined },
  };
  for await (const line of lines) readLine(reading, line);
  endTransaction(reading);
  const { transactions, tables, definitions } = reading;
  return { transactions, tables: [...tables].toSorted(), definitions };
}

function readLine(reading: Reading, line: string): void {
  const event = line.startsWith('#') ? HEADER.exec(line)?.[1] : undefined;
  if (event !== undefined) {
    readEvent(reading, event);
    return;
  }
  const used = USE.exec(line)?.[1];
  if (used !== undefined) reading.defaultSchema = used.replaceAll('``', '`');
  else if (reading.isInQuery) readStatementLine(reading, line);
}

function readEvent(reading: Reading, event: string): void {
  reading.isInQuery = false;
  if (event.startsWith('GTID\t') || event.startsWith('Anonymous_GTID\t')) endTransaction(reading);
  else if (event.startsWith('Start: binlog')) {
    reading.starts += 1;
    // Connection ids begin again with the server.
    if (reading.starts > 1 && / at startup/.test(event)) reading.restarted = true;
  } else if (event.startsWith('Query\t')) {
    reading.thread = Number(/thread_id=(\d+)/.exec(event)?.[1] ?? 0);
    reading.isInQuery = true;
  } else {
    const table = TABLE_MAP.exec(event);
    if (table?.[1]?.replaceAll('``', '`') !== reading.schema) return;
    const name = table[2]!.replaceAll('``', '`');
    if (!NEVER_RESTORED.includes(name)) reading.touched.add(name);
  }
}

/** The first line of a statement, after the settings that `mysqlbinlog` puts before it. */
function readStatementLine(reading: Reading, line: string): void {
  if (/^(?:SET |\/\*!|#|\s*$)/.test(line)) return;
  reading.isInQuery = false;
  if (/^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|XA )\b/.test(line)) return;
  const { schema, defaultSchema } = reading;
  const isNamed = line.includes(`\`${schema.replaceAll('`', '``')}\``) || line.includes(`${schema}.`);
  if (defaultSchema === schema || isNamed) reading.defined = line.slice(0, 100);
}

function endTransaction(reading: Reading): void {
  const { touched, defined, thread, restarted } = reading;
  const isOwn = !restarted && reading.isOwn(thread);
  if (!isOwn && (touched.size > 0 || defined !== undefined)) {
    reading.transactions += 1;
    for (const table of touched) reading.tables.add(table);
    if (defined !== undefined && reading.definitions.length < 20) reading.definitions.push(defined);
  }
  reading.touched = new Set();
  reading.defined = undefined;
}
