/** Lines of LOAD DATA in UTF-8, each with its line feed. It belongs to whoever holds it: nobody writes into it any more. */
export interface LineBlock {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Puts lines together in one buffer that grows, so that no text is made of each. */
export interface LineBuffer {
  /** Bytes with room for so many more at `end()`; valid until something is appended. */
  readonly room: (most: number) => Buffer;
  /** Where the next line begins. */
  readonly end: () => number;
  /** Takes over what was written into the room, up to this place, as one line without its line feed. */
  readonly commit: (end: number) => void;
  readonly append: (line: string) => void;
  /** Gives the lines away and begins anew. */
  readonly take: () => LineBlock;
}

const LINE_FEED = 10;
const LEAST = 64 * 1024;
const NOTHING = Buffer.alloc(0);

export function lineBuffer(): LineBuffer {
  let bytes: Buffer = NOTHING;
  let [length, rows, expected] = [0, 0, LEAST];
  const ensure = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(expected, 2 * bytes.length, length + more));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  };
  const commit = (end: number): void => {
    bytes[end] = LINE_FEED;
    length = end + 1;
    rows += 1;
  };
  return {
    room(most) {
      ensure(most + 1);
      return bytes;
    },
    end: () => length,
    commit,
    append(line) {
      // A unit of UTF-16 takes at most three bytes.
      ensure(line.length * 3 + 1);
      commit(length + bytes.write(line, length, 'utf8'));
    },
    take() {
      const block = { bytes: bytes.subarray(0, length), rows };
      expected = Math.max(LEAST, Math.ceil(length * 1.1));
      [bytes, length, rows] = [NOTHING, 0, 0];
      return block;
    },
  };
}

/** Several blocks as one. */
export function joinBlocks(blocks: readonly LineBlock[]): LineBlock {
  if (blocks.length === 1) return blocks[0]!;
  return {
    bytes: Buffer.concat(blocks.map(({ bytes }) => bytes)),
    rows: blocks.reduce((total, { rows }) => total + rows, 0),
  };
}

/** The lines as texts, without their line feeds. */
export function textsOf({ bytes, rows }: LineBlock): readonly string[] {
  return rows === 0 ? [] : bytes.toString('utf8', 0, bytes.length - 1).split('\n');
}

/** Each line with its number and a tab before it. */
export function numbered({ bytes, rows }: LineBlock, first: number): Buffer {
  const digits = String(first + rows).length + 1;
  const out = Buffer.allocUnsafeSlow(bytes.length + rows * digits);
  let [from, at] = [0, 0];
  for (let row = first; row < first + rows; row += 1) {
    const end = bytes.indexOf(LINE_FEED, from) + 1;
    at += out.write(`${row}\t`, at, 'latin1');
    at += bytes.copy(out, at, from, end);
    from = end;
  }
  return out.subarray(0, at);
}
