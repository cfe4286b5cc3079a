import { joinBlocks, type LineBlock } from '../../pipeline/rows/line-block.ts';
import type { RowRange } from '../staging/merge-rows.ts';
import type { UnchangedFilter } from '../staging/unchanged-rows.ts';

/** Takes rows and sends them in large pieces; while the server works on one, the next is read. */
export interface RowSender {
  /** Waits while one piece is on its way and another is full. */
  readonly push: (lines: LineBlock) => Promise<void>;
  /** Sends what is left of a file. */
  readonly endFile: () => Promise<SentFile>;
}

/** What became of a file's rows. */
export interface SentFile {
  /** Cut so that one transaction can take each. */
  readonly ranges: readonly RowRange[];
  /** Rows that staging has already; they were not sent. */
  readonly unchanged: number;
}

/** Bytes; a piece is in memory a few times over. The first ones are smaller, so that the server soon has work. */
const PIECE = 1024 * 1024;
const FIRST_PIECE = 128 * 1024;

/** Group Replication refuses a transaction of more than 150 MB, and a smaller one is sooner undone. */
export interface ChunkLimit {
  readonly rows: number;
  readonly bytes: number;
}

export const CHUNK: ChunkLimit = { rows: 500_000, bytes: 100_000_000 };

/** Takes a piece of rows, with numbers from `first` on, to the server. */
export type Deliver = (lines: LineBlock, first: number) => Promise<void>;

/** Begins with row number 1. */
export function rowSender(deliver: Deliver, { filter }: UnchangedFilter, limit: ChunkLimit): RowSender {
  let piece: LineBlock[] = [];
  let [length, rows] = [0, 0];
  let pieceLength = FIRST_PIECE;
  let nextRow = 1;
  let chunk = { first: 1, bytes: 0 };
  let ranges: RowRange[] = [];
  let unchanged = 0;
  let underway: Promise<void> = Promise.resolve();

  const cut = (): void => {
    if (nextRow > chunk.first) ranges.push({ first: chunk.first, last: nextRow - 1 });
    chunk = { first: nextRow, bytes: 0 };
  };
  const send = async (lines: LineBlock): Promise<void> => {
    const rest = await filter(lines);
    unchanged += lines.rows - rest.rows;
    if (rest.rows === 0) return;
    const { length: bytes } = rest.bytes;
    if (chunk.bytes + bytes > limit.bytes) cut();
    await deliver(rest, nextRow);
    nextRow += rest.rows;
    chunk.bytes += bytes;
    // A range is of numbers alone, so a chunk may end in the middle of a piece.
    while (nextRow - chunk.first > limit.rows) {
      const next = chunk.first + limit.rows;
      ranges.push({ first: chunk.first, last: next - 1 });
      chunk = { first: next, bytes };
    }
  };
  const flush = async (): Promise<void> => {
    if (piece.length === 0) return;
    await underway;
    underway = send(joinBlocks(piece));
    // It is awaited before the next piece; until then its failure is not unheard.
    underway.catch(() => undefined);
    piece = [];
    [length, rows] = [0, 0];
    pieceLength = Math.min(PIECE, pieceLength * 2);
  };
  return {
    async push(lines) {
      if (lines.rows === 0) return;
      piece.push(lines);
      length += lines.bytes.length;
      rows += lines.rows;
      if (length >= pieceLength || rows >= limit.rows) await flush();
    },
    async endFile() {
      await flush();
      await underway;
      cut();
      const sent = { ranges, unchanged };
      [ranges, unchanged] = [[], 0];
      return sent;
    },
  };
}
