import { isUtf8 } from 'node:buffer';
import { ExpectedError } from '../../errors.ts';

/** Whole lines of a file in UTF-8, each with its line feed. */
export interface TextLines {
  readonly bytes: Buffer;
  /** How many lines they are. */
  readonly lines: number;
  /** Lines of the file, from 1, with bytes that are not valid in its encoding. */
  readonly invalid: ReadonlySet<number>;
}

/** No row can be longer, so that a quote that is never closed does not fill the memory. */
export const MAX_ROW = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Cuts UTF-8 into pieces of whole lines; the last one gets a line feed where it has none. */
export async function* textLines(
  bytes: AsyncIterable<Buffer>,
  file: string,
  invalidIn: InvalidLines = invalidUtf8,
): AsyncIterable<TextLines> {
  let rest: Buffer[] = [];
  let restLength = 0;
  let line = 1;
  let isFirst = true;
  const check = (whole: Buffer): TextLines => {
    const wanted = isFirst ? withoutMark(whole, file) : whole;
    isFirst = false;
    const lines = countFeeds(wanted);
    const checked = { bytes: wanted, lines, invalid: invalidIn(wanted, line) };
    line += lines;
    return checked;
  };
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      rest.push(chunk);
      restLength += chunk.length;
      if (restLength > MAX_ROW) throw tooLong(file, line);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end)];
    restLength = chunk.length - end;
    yield check(whole);
  }
  if (restLength > 0) yield check(Buffer.concat([...rest, Buffer.of(LINE_FEED)]));
}

/** What the first bytes of a file that is not text mean. */
const OTHER_FORMS: readonly (readonly [readonly number[], string, string])[] = [
  [[0x1f, 0x8b], 'is compressed by gzip', 'let its name end in .csv.gz, or unpack it'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    'is a ZIP archive (a workbook of Excel is one too)',
    'put the CSV file itself there',
  ],
  [[0xfe, 0xff], 'is UTF-16', 'save it as UTF-8, or set "encoding: utf-16be" in the manifest'],
  [[0xff, 0xfe], 'is UTF-16', 'save it as UTF-8, or set "encoding: utf-16le" in the manifest'],
];

function withoutMark(bytes: Buffer, file: string): Buffer {
  const form = OTHER_FORMS.find(([signs]) => signs.every((sign, at) => bytes[at] === sign));
  if (form) {
    const [, is, fix] = form;
    throw new ExpectedError({
      code: 'invalid-csv',
      message: `${file} ${is}, not CSV in UTF-8`,
      at: { file, line: 1 },
      fix,
    });
  }
  return bytes.length > 2 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
}

/** The lines, counted from `first`, that are not what their author wrote. */
export type InvalidLines = (bytes: Buffer, first: number) => ReadonlySet<number>;

const NONE: ReadonlySet<number> = new Set();

const invalidUtf8: InvalidLines = (bytes, first) =>
  isUtf8(bytes) ? NONE : linesWhere(bytes, first, (line) => !isUtf8(line));

/** Of what was decoded from another encoding: what stands for bytes that mean nothing there. */
export const replacedLines: InvalidLines = (bytes, first) =>
  bytes.includes('\u{fffd}') ? linesWhere(bytes, first, (line) => line.includes('\u{fffd}')) : NONE;

/** No byte of a longer sequence is a line feed, so each line is valid or not by itself. */
function linesWhere(bytes: Buffer, first: number, isInvalid: (line: Buffer) => boolean): ReadonlySet<number> {
  const invalid = new Set<number>();
  let start = 0;
  for (let line = first; start < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_FEED, start) + 1;
    if (isInvalid(bytes.subarray(start, end))) invalid.add(line);
    start = end;
  }
  return invalid;
}

function countFeeds(bytes: Buffer): number {
  let feeds = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) feeds += 1;
  return feeds;
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
