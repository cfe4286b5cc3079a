import type { LogEvent } from './log-event.ts';

/** What holds the server up while enough waits, and lets it go on. */
export interface Tap {
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Events that were read and not asked for yet, as many as fit into so many bytes. */
export class EventQueue {
  readonly #mostBytes: number;
  readonly #tap: Tap;
  #events: LogEvent[] = [];
  /** Those before it were given; taking them off one by one would move all that follow each time. */
  #next = 0;
  #bytes = 0;
  #isPaused = false;

  constructor(mostBytes: number, tap: Tap) {
    this.#mostBytes = mostBytes;
    this.#tap = tap;
  }

  /** The server is held up. */
  get isFull(): boolean {
    return this.#isPaused;
  }

  get isEmpty(): boolean {
    return this.#next === this.#events.length;
  }

  put(event: LogEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes.length;
    if (this.#bytes <= this.#mostBytes || this.#isPaused) return;
    this.#isPaused = true;
    this.#tap.pause();
  }

  /** The one that was put first; undefined where there is none. */
  take(): LogEvent | undefined {
    const event = this.#events[this.#next];
    if (!event) return undefined;
    this.#next += 1;
    this.#bytes -= event.bytes.length;
    if (this.isEmpty) [this.#events, this.#next] = [[], 0];
    if (this.#isPaused && this.#bytes < this.#mostBytes / 2) {
      this.#isPaused = false;
      this.#tap.resume();
    }
    return event;
  }
}
