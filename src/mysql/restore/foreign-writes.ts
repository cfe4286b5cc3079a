import type { Readable } from 'node:stream';
import type { BackupFacts } from '../../backup/backup.ts';
import type { ClientTools } from '../client-tools.ts';
import { readRow, send, type DatabaseInputs, type Session } from '../connection.ts';
import { startTool } from '../run-tool.ts';
import { describeServerError } from '../server-error.ts';
import { readLogText, type LoggedWrites } from './read-log-text.ts';

/** What others committed since a backup; a restore of it would undo that. */
export type ForeignWrites =
  ({ readonly kind: 'known' } & LoggedWrites) | { readonly kind: 'unknown'; readonly why: string };

/** How the binary log is to be read. */
export interface LogRequest {
  readonly tools: ClientTools;
  readonly database: DatabaseInputs;
  readonly temporaryFolder: string;
  /** Of our own sessions: that of the journal, and those of earlier attempts of the same run. */
  readonly ownConnectionIds: readonly number[];
}

/**
 * Counts the transactions of others since the position that was read before the backup. Some of the first may be in
 * the backup already: the dump began after that position.
 */
export async function countForeignWrites(
  session: Session,
  facts: BackupFacts,
  request: LogRequest,
): Promise<ForeignWrites> {
  const obstacle = await findObstacle(session, facts);
  if (obstacle !== undefined) return { kind: 'unknown', why: obstacle };
  const running = await startTool(request.tools, {
    tool: 'mysqlbinlog',
    args: [
      ...[
        '--read-from-remote-server',
        '--base64-output=decode-rows',
        '--to-last-log',
        '--verify-binlog-checksum',
      ],
      `--start-position=${facts.before.position}`,
      facts.before.file!,
    ],
    input: 'none',
    database: request.database,
    temporaryFolder: request.temporaryFolder,
  });
  const lines = linesOf(running.stdout);
  const writes = await readLogText(lines, session.schema, request.ownConnectionIds);
  const { code, stderr } = await running.ended;
  if (code !== 0) {
    return {
      kind: 'unknown',
      why: `mysqlbinlog could not read the binary log: ${stderr.trim().slice(0, 500)}`,
    };
  }
  return { kind: 'known', ...writes };
}

async function* linesOf(output: Readable): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of output as AsyncIterable<Buffer>) {
    // Decoded line by line: a chunk may end in the middle of a character.
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield Buffer.from(line, 'latin1').toString('utf8');
  }
  if (rest !== '') yield Buffer.from(rest, 'latin1').toString('utf8');
}

const SELECT_LOG = 'SELECT @@log_bin AS logBin, @@GLOBAL.binlog_format AS format, @@server_uuid AS uuid';

async function findObstacle(
  session: Session,
  { before, serverUuid }: BackupFacts,
): Promise<string | undefined> {
  const server = await readRow<{ logBin: number; format: string; uuid: string }>(session, SELECT_LOG);
  if (server.logBin !== 1) return 'the server writes no binary log';
  if (server.format !== 'ROW') return `binlog_format is ${server.format}, which does not name the tables`;
  if (server.uuid !== serverUuid) return 'the backup was taken on another server';
  if (before.file === undefined || before.position === undefined) {
    return 'the place in the binary log was not known when the backup was taken: GRANT REPLICATION CLIENT ON *.*';
  }
  try {
    const logs = (await send(session, 'SHOW BINARY LOGS')) as unknown as { Log_name: string }[];
    if (logs.some(({ Log_name: name }) => name === before.file)) return undefined;
    return `the binary log ${before.file} was purged`;
  } catch (error) {
    return `the binary logs cannot be listed: ${describeServerError(error)}`;
  }
}
