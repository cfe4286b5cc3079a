import { isUtf8 } from 'node:buffer';
import { ExpectedError } from '../errors.ts';

/** Whole lines of a file, each with its line feed. */
export interface TextLines {
  readonly text: string;
  /** Lines with bytes that are no UTF-8, counted from 0 in this text. */
  readonly invalid: ReadonlySet<number>;
}

/** No row can be longer, so that a quote that is never closed does not fill the memory. */
export const MAX_ROW = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Decodes a file in pieces of whole lines; the last one gets a line feed where it has none. */
export async function* textLines(bytes: AsyncIterable<Buffer>, file: string): AsyncIterable<TextLines> {
  let rest: Buffer[] = [];
  let restLength = 0;
  let lines = 1;
  let isFirst = true;
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      rest.push(chunk);
      restLength += chunk.length;
      if (restLength > MAX_ROW) throw tooLong(file, lines);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end)];
    restLength = chunk.length - end;
    const decoded = decode(isFirst ? withoutMark(whole, file) : whole);
    isFirst = false;
    lines += countLines(decoded.text);
    yield decoded;
  }
  if (restLength === 0) return;
  const last = Buffer.concat([...rest, Buffer.of(LINE_FEED)]);
  yield decode(isFirst ? withoutMark(last, file) : last);
}

function withoutMark(bytes: Buffer, file: string): Buffer {
  if (bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0))) {
    throw new ExpectedError({
      code: 'invalid-csv',
      message: `${file} is not UTF-8 but UTF-16`,
      at: { file, line: 1 },
      fix: 'save it as UTF-8',
    });
  }
  return bytes.length > 2 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
}

function decode(bytes: Buffer): TextLines {
  const text = bytes.toString('utf8');
  return { text, invalid: isUtf8(bytes) ? NONE : invalidLines(bytes) };
}

const NONE: ReadonlySet<number> = new Set();

/** No byte of a longer sequence is a line feed, so each line is valid or not by itself. */
function invalidLines(bytes: Buffer): ReadonlySet<number> {
  const invalid = new Set<number>();
  let start = 0;
  for (let line = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_FEED, start) + 1;
    if (!isUtf8(bytes.subarray(start, end))) invalid.add(line);
    start = end;
  }
  return invalid;
}

/** How many line feeds there are. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function tooLong(file: string, line: number): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: `a line is longer than ${MAX_ROW / 1024 / 1024} MiB`,
    at: { file, line },
    fix: 'see that it is a CSV file whose lines end in LF or CRLF',
  });
}
