import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Session } from '../session/connection.ts';
import type { Packet } from '../session/driver-packet.ts';
import { checksumLength, EVENT, readEvent, type LogEvent } from './log-event.ts';
import type { LogPlace } from './log-place.ts';

/** What becomes of the events of one connection. */
export interface LogReceiver {
  /** `length` is that of the event in its file, with its checksum. */
  readonly take: (event: LogEvent, length: number) => void;
  /** Called at most once; nothing is taken after it. */
  readonly end: (error: Error) => void;
}

/** A connection to which the server sends its log. */
export interface LogConnection {
  readonly id: number;
  readonly serverUuid: string;
  readonly send: (from: LogPlace, receiver: LogReceiver) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
}

/** The server said that the log ends, as it does to a session that somebody ended. */
export class LogEnded extends Error {}

const DUMP_COMMAND = 0x12;
const HEARTBEAT_NANOSECONDS = 30_000_000_000;

/** Opens a connection that can be sent the log; it needs REPLICATION SLAVE. */
export async function connectLog(like: Session): Promise<LogConnection> {
  const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout },
    ...(ssl === undefined ? {} : { ssl }),
    enableKeepAlive: true,
  } as Parameters<typeof createConnection>[0]);
  connection.on('error', () => undefined);
  try {
    await connection.query(
      // A reader that waits for old transactions reads nothing meanwhile.
      `SET SESSION net_write_timeout = 86400, @source_binlog_checksum = @@GLOBAL.binlog_checksum, @master_binlog_checksum = @@GLOBAL.binlog_checksum,
      @source_heartbeat_period = ${HEARTBEAT_NANOSECONDS}, @master_heartbeat_period = ${HEARTBEAT_NANOSECONDS}`,
    );
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT @source_binlog_checksum AS checksum, @@server_uuid AS uuid',
    );
    return logConnection(connection, rows[0]?.['uuid'] as string, rows[0]?.['checksum'] === 'NONE' ? 0 : 4);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

interface CoreConnection {
  addCommand(command: object): void;
  _resetSequenceId(): void;
  writePacket(packet: object): void;
  on(event: 'error', listener: (error: Error) => void): void;
  readonly stream: {
    on(event: 'close', listener: () => void): void;
    pause(): void;
    resume(): void;
    destroy(): void;
  };
}

function logConnection(connection: Connection, serverUuid: string, firstChecksum: number): LogConnection {
  const core = (connection as unknown as { connection: CoreConnection }).connection;
  return {
    ...{ id: connection.threadId, serverUuid },
    send: (from, receiver) => requestLog(core, from, receiver, firstChecksum),
    pause: () => core.stream.pause(),
    resume: () => core.stream.resume(),
    close: () => {
      // The driver would only say goodbye, which the server does not hear while it sends.
      connection.destroy();
      core.stream.destroy();
    },
  };
}

function requestLog(
  core: CoreConnection,
  from: LogPlace,
  receiver: LogReceiver,
  firstChecksum: number,
): void {
  // Before the first description comes the name of the file.
  let checksum = firstChecksum;
  let isEnded = false;
  const end = (error: Error): void => {
    if (isEnded) return;
    isEnded = true;
    receiver.end(error);
  };
  const take = (bytes: Buffer): void => {
    if (bytes[4] === EVENT.formatDescription) checksum = checksumLength(bytes);
    // The description keeps its own: it is in its layout whether it counts or not.
    const event = readEvent(bytes, bytes[4] === EVENT.formatDescription ? 0 : checksum);
    receiver.take(event, bytes.length);
  };
  core.on('error', end);
  core.stream.on('close', () => end(lostLog()));
  core.addCommand({
    execute: (packet: Packet | undefined, self: CoreConnection): boolean => {
      if (!packet) {
        // oxlint-disable-next-line no-underscore-dangle -- the driver's own commands begin with it
        self._resetSequenceId();
        self.writePacket(dumpPacket(from));
        return false;
      }
      if (isEnded) return true;
      if (packet.isError()) end(packet.asError('utf8'));
      else if (packet.isEOF()) end(new LogEnded('the server ended the binary log'));
      // The driver uses its buffers again.
      else take(Buffer.from(packet.buffer.subarray(packet.offset + 1, packet.end)));
      return isEnded;
    },
  });
}

function lostLog(): Error {
  return Object.assign(new Error('the connection that reads the binary log was lost'), {
    code: 'PROTOCOL_CONNECTION_LOST',
  });
}

function dumpPacket({ file, position }: LogPlace): object {
  const name = Buffer.from(file);
  const buffer = Buffer.alloc(15 + name.length);
  buffer[4] = DUMP_COMMAND;
  buffer.writeUInt32LE(position, 5);
  buffer.writeUInt16LE(0, 9);
  // Not 0, which would end at the end of the log; another reader with the same number would be thrown out.
  buffer.writeUInt32LE(3_000_000_000 + Math.floor(Math.random() * 1_000_000_000), 11);
  name.copy(buffer, 15);
  return {
    buffer,
    length: () => buffer.length,
    writeHeader: (sequence: number) => {
      buffer.writeUIntLE(buffer.length - 4, 0, 3);
      buffer[3] = sequence;
    },
  };
}
