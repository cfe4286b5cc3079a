import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../session/connection.ts';
import { describeServerError, isInterrupted, isUnreachable } from '../session/server-error.ts';
import { EventQueue } from './event-queue.ts';
import { connectLog, LogEnded, type LogConnection } from './log-connection.ts';
import { LogCursor } from './log-cursor.ts';
import type { LogEvent } from './log-event.ts';
import { FIRST_POSITION, type LogPlace } from './log-place.ts';

/** The events of the server's binary log as they are written, until `close`. */
export interface LogStream {
  /** Undefined once it was closed. */
  readonly next: () => Promise<LogEvent | undefined>;
  readonly close: () => void;
}

/** The command has four bytes for a position; what lies behind is read from the beginning. */
const LAST_POSITION = 2 ** 32 - 1;
/** So much is kept that was not asked for yet; then the server has to wait. */
const MOST_WAITING = 8 * 1024 * 1024;
/** A server that starts again takes its time. */
const MOST_SILENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 1000;

/**
 * Follows the binary log from a place in a file, over all files after it. A connection that is lost on the way is opened
 * again at the place reached: every event comes once. The driver has no working way for this, so the one packet is
 * written here; it needs REPLICATION SLAVE.
 */
export async function openLogStream(like: Session, place: LogPlace): Promise<LogStream> {
  const stream = new ReopeningStream(like, place);
  await stream.open();
  return stream;
}

class ReopeningStream implements LogStream {
  readonly #like: Session;
  readonly #cursor: LogCursor;
  readonly #waiting = new EventQueue(MOST_WAITING, {
    pause: () => this.#connection?.pause(),
    resume: () => this.#connection?.resume(),
  });
  #connection: LogConnection | undefined;
  #serverUuid: string | undefined;
  #ended: { readonly error: Error | undefined } | undefined;
  /** Since a connection was lost nothing of the log has come. */
  #silentSince: number | undefined;
  #wake: () => void = () => undefined;

  constructor(like: Session, place: LogPlace) {
    this.#like = like;
    this.#cursor = new LogCursor(place);
  }

  async open(): Promise<void> {
    const connection = await connectLog(this.#like);
    if (this.#ended) {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.#serverUuid ??= connection.serverUuid;
    if (this.#serverUuid !== connection.serverUuid) {
      this.#end(new Error('another server answers now, whose binary log does not go on from there'));
      return;
    }
    const { file, position } = this.#cursor.place;
    const from = { file, position: position > LAST_POSITION ? FIRST_POSITION : position };
    this.#cursor.open(from);
    if (this.#waiting.isFull) connection.pause();
    connection.send(from, {
      take: (event, length) => this.#take(event, length),
      end: (error) => this.#onLost(error),
    });
  }

  async next(): Promise<LogEvent | undefined> {
    while (this.#waiting.isEmpty) {
      if (this.#ended?.error) throw this.#ended.error;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#waiting.take();
  }

  close(): void {
    this.#end(undefined);
  }

  #take(event: LogEvent, length: number): void {
    if (this.#ended) return;
    try {
      const next = this.#cursor.take(event, length);
      if (event.end > 0) this.#silentSince = undefined;
      if (!next) return;
      this.#waiting.put(next);
      this.#wake();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #end(error: Error | undefined): void {
    this.#ended ??= { error };
    this.#connection?.close();
    this.#wake();
  }

  /** The server's own reason ends the reading; where only the connection is gone, it goes on. */
  #onLost(error: Error): void {
    if (this.#ended) return;
    this.#connection?.close();
    if (isPassing(error)) void this.#reopen(error);
    else this.#end(error);
  }

  async #reopen(lost: Error): Promise<void> {
    let cause: unknown = lost;
    this.#silentSince ??= performance.now();
    for (let pause = 50; !this.#ended; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      if (performance.now() - this.#silentSince > MOST_SILENCE_MS) break;
      await sleep(pause);
      try {
        await this.open();
        return;
      } catch (error) {
        cause = error;
        if (!isPassing(error)) break;
      }
    }
    this.#end(new Error(`its connection was lost, and not opened again: ${describeServerError(cause)}`));
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof LogEnded || isInterrupted(error) || isUnreachable(error);
}
