import { Readable } from 'node:stream';
import type { ResultSetHeader } from 'mysql2/promise';
import { ExpectedError } from '../../errors.ts';
import type { Session } from '../session/connection.ts';

/** What LOAD DATA LOCAL needs to know besides the rows. */
export interface LoadInto {
  readonly session: Session;
  readonly table: string;
  /** Columns and assignments. */
  readonly targets: string;
  /** Of a packet to the server. */
  readonly mostBytes: number;
}

/** One LOAD DATA LOCAL that takes rows while they are read; nothing else can be sent on the session until it has ended. */
export interface LoadStream {
  /** Waits until the server, or the buffers on the way to it, have taken the bytes. */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** Ends the statement and gives what the server says of it. */
  readonly end: () => Promise<ResultSetHeader>;
}

/** What the server has to ask for by this name; it gets nothing else, and nothing for another statement. */
const FILE = 'db-deploy:rows';
/** Each is a packet. */
const PIECE = 256 * 1024;
/** What a packet holds besides rows. */
export const PACKET_REST = 512;

/** Begins the statement. A server that asks for another file gets nothing. */
export function loadStream({ session, table, targets, mostBytes }: LoadInto): LoadStream {
  const size = Math.min(PIECE, mostBytes - PACKET_REST);
  const rows = handOver();
  let asked: string | undefined;
  const sql = `LOAD DATA LOCAL INFILE '${FILE}' INTO TABLE ${table} CHARACTER SET utf8mb4
    FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES STARTING BY '' TERMINATED BY '\\n'
    ${targets}`;
  const infileStreamFactory = (path: string): Readable => {
    const isOurs = path === FILE && asked === undefined;
    asked = path;
    return Readable.from(isOurs ? pieces(rows.taken(), size) : [], {
      objectMode: false,
      highWaterMark: 2 * PIECE,
    });
  };
  const answer = session.connection.query<ResultSetHeader>({ sql, infileStreamFactory }).then(([result]) => {
    if (asked !== FILE) throw wrongRequest(asked);
    return result;
  });
  // What fails before the end is heard by whoever writes, or at the end.
  answer.catch(() => undefined);
  return {
    async write(bytes) {
      await Promise.race([rows.give(bytes), answer]);
    },
    end() {
      rows.end();
      return answer;
    },
  };
}

async function* pieces(blocks: AsyncIterable<Buffer>, size: number): AsyncIterable<Buffer> {
  for await (const bytes of blocks)
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** One block at a time goes from who gives to who takes; the giver waits until the next one is wanted. */
function handOver() {
  let waiting: Buffer | undefined;
  let isEnded = false;
  let wakeTaker: (() => void) | undefined;
  let wakeGiver: (() => void) | undefined;
  async function* taken(): AsyncIterable<Buffer> {
    for (;;) {
      if (waiting) {
        const bytes = waiting;
        waiting = undefined;
        wakeGiver?.();
        yield bytes;
      } else if (isEnded) return;
      else await new Promise<void>((resolve) => (wakeTaker = resolve));
    }
  }
  return {
    taken,
    async give(bytes: Buffer): Promise<void> {
      // Only one gives, and the taker wakes it when there is room again.
      if (waiting) await new Promise<void>((resolve) => (wakeGiver = resolve));
      waiting = bytes;
      wakeTaker?.();
    },
    end(): void {
      isEnded = true;
      wakeTaker?.();
    },
  };
}

function wrongRequest(path: string | undefined): ExpectedError {
  return new ExpectedError({
    code: 'ingest-failed',
    message: `the server asked for the file ${JSON.stringify(path?.slice(0, 200))} instead of the rows; it got nothing`,
    fix: 'find out what answers at db-host: a MySQL server does not do that',
  });
}
