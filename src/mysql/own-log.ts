import { createInterface } from 'node:readline';
import { findClientTools, type ClientToolsWanted } from './client-tools.ts';
import type { DatabaseInputs } from './connection.ts';
import { startTool } from './run-tool.ts';

/** What a connection that is gone has left in the binary log after its last journal row. */
export type LoggedAfterJournal = 'nothing' | 'rows' | 'definition' | 'no-journal';

/** Where the log is read, and for whom. */
export interface OwnLogRequest {
  readonly database: DatabaseInputs;
  readonly tools: Pick<ClientToolsWanted, 'choice' | 'serverVersion' | 'environment'>;
  readonly temporaryFolder: string;
  /** A position of the journal: before what the connection did. */
  readonly file: string;
  readonly position: number;
  readonly connectionId: number;
  readonly schema: string;
}

/** Reads the log from a position on; throws an ExpectedError without client tools, gives the words of a tool that failed. */
export async function readOwnLog(
  request: OwnLogRequest,
): Promise<LoggedAfterJournal | { readonly failed: string }> {
  const { database, temporaryFolder, file, position } = request;
  const tools = await findClientTools({ ...request.tools, needed: ['mysqlbinlog'] });
  const running = await startTool(tools, {
    tool: 'mysqlbinlog',
    args: [
      ...['--read-from-remote-server', '--base64-output=decode-rows', '--to-last-log'],
      ...[`--start-position=${position}`, file],
    ],
    input: 'none',
    database,
    temporaryFolder,
  });
  const lines = createInterface({ input: running.stdout, crlfDelay: Infinity });
  const found = await judgeLogText(lines, request.connectionId, request.schema);
  running.stdout.resume();
  const { code, stderr } = await running.ended;
  return code === 0 ? found : { failed: stderr.trim().slice(0, 300) };
}

const HEADER = /^#\d{6} +\d+:\d\d:\d\d server id \d+ +end_log_pos \d+ (?:CRC32 0x[0-9a-f]+ )?\t(.*)$/;
const JOURNAL = 'ops_migration_statements';

/** Changed while the log is read. */
interface Reading {
  readonly journal: string;
  starts: number;
  /** After a restart of the server another connection may have the same id. */
  isOver: boolean;
  isOurs: boolean;
  isInTransaction: boolean;
  isInQuery: boolean;
  found: LoggedAfterJournal;
}

/**
 * Judges the text of `mysqlbinlog`: a Query event has the id of its connection; one outside of BEGIN and COMMIT is a
 * statement that commits by itself. The journal is written in the same session before each statement, so what comes
 * after its last row is that of the statement in doubt.
 */
export async function judgeLogText(
  lines: AsyncIterable<string>,
  connectionId: number,
  schema: string,
): Promise<LoggedAfterJournal> {
  const reading: Reading = {
    ...{ journal: `\`${schema.replaceAll('`', '``')}\`.\`${JOURNAL}\``, starts: 0, isOver: false },
    ...{ isOurs: false, isInTransaction: false, isInQuery: false, found: 'no-journal' },
  };
  for await (const line of lines) {
    if (reading.isOver) continue;
    const event = line.startsWith('#') ? HEADER.exec(line)?.[1] : undefined;
    if (event !== undefined) readEvent(reading, event, connectionId);
    else if (reading.isInQuery) readStatement(reading, line);
  }
  return reading.found;
}

function readEvent(reading: Reading, event: string, connectionId: number): void {
  reading.isInQuery = false;
  if (event.startsWith('Start: binlog')) {
    reading.starts += 1;
    reading.isOver = reading.starts > 1 && / at startup/.test(event);
  } else if (/^(?:Anonymous_)?GTID\t|^Xid\b/.test(event)) {
    reading.isOurs = false;
    reading.isInTransaction = false;
  } else if (event.startsWith('Query\t')) {
    reading.isOurs = Number(/thread_id=(\d+)/.exec(event)?.[1] ?? 0) === connectionId;
    reading.isInQuery = true;
  } else if (reading.isOurs && event.startsWith('Table_map: ')) {
    keep(reading, event.includes(`${reading.journal} mapped`) ? 'nothing' : 'rows');
  }
}

/** The first line of a statement, after the settings that `mysqlbinlog` puts before it. */
function readStatement(reading: Reading, line: string): void {
  if (/^(?:SET |use `|\/\*!|#|\s*$)/.test(line)) return;
  reading.isInQuery = false;
  if (line.startsWith('BEGIN')) reading.isInTransaction = true;
  else if (/^(?:COMMIT|ROLLBACK)\b/.test(line)) reading.isInTransaction = false;
  else if (reading.isOurs && !reading.isInTransaction) keep(reading, 'definition');
  // With binlog_format STATEMENT the journal's rows come as what wrote them.
  else if (reading.isOurs) keep(reading, line.includes(JOURNAL) ? 'nothing' : 'rows');
}

/** One transaction may hold rows and then the journal's; the journal's row comes last of what belongs to it. */
function keep(reading: Reading, seen: 'nothing' | 'rows' | 'definition'): void {
  if (seen === 'nothing') reading.found = 'nothing';
  else if (reading.found !== 'no-journal' && reading.found !== 'definition') reading.found = seen;
}
