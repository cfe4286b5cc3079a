import { NEVER_RESTORED } from '../../backup/backup.ts';
import { asidePrefix, sideSchema } from './names.ts';

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
  /** What each connection wrote; its id is good until the server starts again. */
  readonly writers: Map<string, Writer>;
  starts: number;
  restarts: number;
  defaultSchema: string;
  thread: number;
  isInQuery: boolean;
  touched: Set<string>;
  defined: string | undefined;
}

/** One connection: ours when it names a schema in which backups are loaded or kept aside. */
interface Writer {
  readonly tables: Set<string>;
  readonly definitions: string[];
  transactions: number;
  isRestoring: boolean;
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
    ...{ schema, isOwn: (id) => ownConnectionIds.includes(id), writers: new Map() },
    ...{ starts: 0, restarts: 0, defaultSchema: '', thread: 0, isInQuery: false },
    ...{ touched: new Set<string>(), defined: undefined },
  };
  for await (const line of lines) readLine(reading, line);
  endTransaction(reading);
  const others = [...reading.writers.values()].filter(({ isRestoring }) => !isRestoring);
  return {
    transactions: others.reduce((sum, { transactions }) => sum + transactions, 0),
    tables: [...new Set(others.flatMap(({ tables }) => [...tables]))].toSorted(),
    definitions: others.flatMap(({ definitions }) => definitions).slice(0, 20),
  };
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
    if (reading.starts > 1 && / at startup/.test(event)) {
      reading.restarts += 1;
    }
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
  if (line.includes(`${sideSchema(schema)}\``) || line.includes(`\`${asidePrefix(schema)}`)) {
    writerOf(reading).isRestoring = true;
  }
  const isNamed = line.includes(`\`${schema.replaceAll('`', '``')}\``) || line.includes(`${schema}.`);
  if (defaultSchema === schema || isNamed) reading.defined = line.slice(0, 100);
}

function endTransaction(reading: Reading): void {
  const { touched, defined, thread, restarts } = reading;
  const isOwn = restarts === 0 && reading.isOwn(thread);
  if (!isOwn && (touched.size > 0 || defined !== undefined)) {
    const writer = writerOf(reading);
    writer.transactions += 1;
    for (const table of touched) writer.tables.add(table);
    if (defined !== undefined && writer.definitions.length < 20) writer.definitions.push(defined);
  }
  reading.touched = new Set();
  reading.defined = undefined;
}

function writerOf({ writers, restarts, thread }: Reading): Writer {
  const key = `${restarts}:${thread}`;
  const known = writers.get(key) ?? {
    tables: new Set<string>(),
    definitions: [],
    transactions: 0,
    isRestoring: false,
  };
  writers.set(key, known);
  return known;
}
