import type { Packet } from '../session/driver-packet.ts';
import type { Connection } from 'mysql2/promise';

interface CoreConnection {
  readonly config: { readonly clientFlags: number };
  readonly serverCapabilityFlags?: number;
  addCommand(command: object): void;
  _resetSequenceId(): void;
  writePacket(packet: object): void;
  readonly stream: { pause(): void; resume(): void };
}

/** Holds the server up while what it sent is not used yet, and lets it go on. */
export interface Tap {
  readonly pause: () => void;
  readonly resume: () => void;
}

const QUERY_COMMAND = 3;
const QUERY_ATTRIBUTES = 2 ** 27;

/**
 * Runs a SELECT and gives each row as the bytes that the server sent; they are good only during the call. The driver
 * would make an object of each value, which is most of the time of a backup.
 */
export function queryRaw(
  connection: Connection,
  sql: string,
  onRow: (bytes: Buffer, at: number, end: number) => void,
): { readonly done: Promise<void>; readonly tap: Tap } {
  const core = (connection as unknown as { connection: CoreConnection }).connection;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let state: 'head' | 'columns' | 'rows' = 'head';
  let failure: unknown;
  core.addCommand({
    // The driver calls it when the connection breaks.
    onResult: (error: unknown) => reject(error),
    execute: (packet: Packet | undefined, self: CoreConnection): boolean => {
      if (!packet) {
        // oxlint-disable-next-line no-underscore-dangle -- the driver's own commands begin with it
        self._resetSequenceId();
        self.writePacket(queryPacket(sql, self));
        return false;
      }
      if (packet.isError()) {
        reject(packet.asError('utf8'));
        return true;
      }
      if (state === 'head') {
        state = 'columns';
        return false;
      }
      if (!packet.isEOF()) {
        // An error that is thrown here would end the connection without a word.
        if (state === 'rows' && failure === undefined)
          failure = attempt(() => onRow(packet.buffer, packet.offset, packet.end));
        return false;
      }
      if (state === 'columns') {
        state = 'rows';
        return false;
      }
      if (failure === undefined) resolve();
      else reject(failure);
      return true;
    },
  });
  return { done, tap: { pause: () => core.stream.pause(), resume: () => core.stream.resume() } };
}

function attempt(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function queryPacket(sql: string, { config, serverCapabilityFlags = 0 }: CoreConnection): object {
  // oxlint-disable-next-line no-bitwise -- flags of the protocol
  const hasAttributes = (config.clientFlags & serverCapabilityFlags & QUERY_ATTRIBUTES) !== 0;
  const head = Buffer.from(hasAttributes ? [0, 0, 0, 0, QUERY_COMMAND, 0, 1] : [0, 0, 0, 0, QUERY_COMMAND]);
  const buffer = Buffer.concat([head, Buffer.from(sql)]);
  return {
    buffer,
    length: () => buffer.length,
    writeHeader: (sequence: number) => {
      buffer.writeUIntLE(buffer.length - 4, 0, 3);
      buffer[3] = sequence;
    },
  };
}
