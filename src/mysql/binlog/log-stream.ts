import type { Packet } from '../session/driver-packet.ts';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Session } from '../session/connection.ts';
import { EventQueue } from './event-queue.ts';
import type { LogPlace } from './log-place.ts';
import { checksumLength, EVENT, readEvent, type LogEvent } from './log-event.ts';

/** The events of the server's binary log as they are written, until `close`. */
export interface LogStream {
  /** Of the stream's own connection: it writes nothing. */
  readonly id: number;
  /** Undefined once it was closed. */
  readonly next: () => Promise<LogEvent | undefined>;
  readonly close: () => void;
}

const DUMP_COMMAND = 0x12;
const FIRST_POSITION = 4;
/** The command has four bytes for a position; what lies behind is read from the beginning. */
const LAST_POSITION = 2 ** 32 - 1;
/** So much is kept that was not asked for yet; then the server has to wait. */
const MOST_WAITING = 8 * 1024 * 1024;
const HEARTBEAT_NANOSECONDS = 30_000_000_000;

/**
 * Follows the binary log from a place in a file, its beginning where none is given, over all files after it. The driver has no working way for
 * this, so the one packet is written here; it needs REPLICATION SLAVE.
 */
export async function openLogStream(
  like: Session,
  file: string,
  position = FIRST_POSITION,
): Promise<LogStream> {
  if (position > LAST_POSITION) return openLogStream(like, file);
  const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout },
    ...(ssl === undefined ? {} : { ssl }),
    enableKeepAlive: true,
  } as Parameters<typeof createConnection>[0]);
  connection.on('error', () => undefined);
  await connection.query(
    // Nobody may read for as long as old transactions are waited for.
    `SET SESSION net_write_timeout = 86400, @source_binlog_checksum = @@GLOBAL.binlog_checksum, @master_binlog_checksum = @@GLOBAL.binlog_checksum,
      @source_heartbeat_period = ${HEARTBEAT_NANOSECONDS}, @master_heartbeat_period = ${HEARTBEAT_NANOSECONDS}`,
  );
  const [rows] = await connection.query<RowDataPacket[]>('SELECT @@GLOBAL.binlog_checksum AS checksum');
  return follow(connection, { file, position }, rows[0]?.['checksum'] === 'NONE' ? 0 : 4);
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

function follow(connection: Connection, place: LogPlace, firstChecksum: number): LogStream {
  const core = (connection as unknown as { connection: CoreConnection }).connection;
  const waiting = new EventQueue(MOST_WAITING, {
    pause: () => core.stream.pause(),
    resume: () => core.stream.resume(),
  });
  // Before the first description comes the name of the file.
  let checksum = firstChecksum;
  let ended: { readonly error: Error | undefined } | undefined;
  let wake: () => void = () => undefined;
  const end = (error: Error | undefined): void => {
    ended ??= { error };
    wake();
  };
  const take = (bytes: Buffer): void => {
    if (bytes[4] === EVENT.formatDescription) checksum = checksumLength(bytes);
    // The description keeps its own: it is in its layout whether it counts or not.
    waiting.put(readEvent(bytes, bytes[4] === EVENT.formatDescription ? 0 : checksum));
    wake();
  };
  core.on('error', end);
  core.stream.on('close', () => end(new Error('the connection that reads the binary log was lost')));
  core.addCommand({
    execute: (packet: Packet | undefined, self: CoreConnection): boolean => {
      if (!packet) {
        // oxlint-disable-next-line no-underscore-dangle -- the driver's own commands begin with it
        self._resetSequenceId();
        self.writePacket(dumpPacket(place));
        return false;
      }
      if (packet.isError()) end(packet.asError('utf8'));
      else if (packet.isEOF()) end(new Error('the server ended the binary log'));
      // The driver uses its buffers again.
      else take(Buffer.from(packet.buffer.subarray(packet.offset + 1, packet.end)));
      return ended !== undefined;
    },
  });
  return {
    id: connection.threadId,
    next: async () => {
      while (waiting.isEmpty) {
        if (ended?.error) throw ended.error;
        if (ended) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return waiting.take();
    },
    close: () => {
      end(undefined);
      // The driver would only say goodbye, which the server does not hear while it sends.
      connection.destroy();
      core.stream.destroy();
    },
  };
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
