import { EVENT, HEADER_LENGTH, placeAfter, type LogEvent } from './log-event.ts';
import type { LogPlace } from './log-place.ts';

/** Nothing in the log ends where it was to be read from: it is not the log of which the place was noted. */
export class NoSuchPlace extends Error {
  constructor({ file, position }: LogPlace) {
    super(`no event of the binary log begins at position ${position} of ${file}`);
  }
}

/** Where the server says when it was started, for the first file after that; 0 in what it sends in the middle of one. */
const CREATED = HEADER_LENGTH + 52;

/**
 * Keeps the place behind the last event that arrived whole. A stream that is opened again there gives every event once:
 * the server begins at any event, also in the middle of a transaction.
 */
export class LogCursor {
  #place: LogPlace;
  /** Where the server was asked to begin, and is by now. */
  #reading: LogPlace;
  /** An event was seen to begin exactly at the place. */
  #isFound = false;

  constructor(place: LogPlace) {
    this.#place = place;
    this.#reading = place;
  }

  get place(): LogPlace {
    return this.#place;
  }

  /** To be told from where the server will send. */
  open(from: LogPlace): void {
    this.#reading = from;
    this.#isFound = false;
  }

  /** The event if it is to be read, `length` as it stands in the file; undefined where it was read before, or says nothing. */
  take(event: LogEvent, length: number): LogEvent | undefined {
    if (event.type === EVENT.heartbeat || event.type === EVENT.heartbeatV2) return undefined;
    if (event.end === 0) return this.#takeMadeUp(event);
    const end = placeAfter(this.#reading.position, event.end);
    const begin = end - length;
    this.#reading = { ...this.#reading, position: end };
    if (!this.#isFound) {
      if (end <= this.#place.position) return asReadBefore(event);
      if (begin !== this.#place.position) throw new NoSuchPlace(this.#place);
      this.#isFound = true;
    }
    this.#place = this.#reading;
    return event;
  }

  /** The name of a file and the description of a format are sent without being at that place in any file. */
  #takeMadeUp(event: LogEvent): LogEvent {
    if (event.type !== EVENT.rotate) return event;
    const file = event.body.subarray(8).toString('utf8');
    const position = Number(event.body.readBigUInt64LE(0));
    if (this.#reading.file === file) return event;
    // The place was the end of its file.
    if (!this.#isFound && this.#reading.position !== this.#place.position) throw new NoSuchPlace(this.#place);
    this.#isFound = true;
    this.#reading = { file, position };
    this.#place = this.#reading;
    return event;
  }
}

/** Of what stands before the place only the format matters; its server did not start again meanwhile. */
function asReadBefore(event: LogEvent): LogEvent | undefined {
  if (event.type !== EVENT.formatDescription) return undefined;
  const bytes = Buffer.from(event.bytes);
  bytes.writeUInt32LE(0, CREATED);
  return { ...event, bytes, body: bytes.subarray(HEADER_LENGTH) };
}
