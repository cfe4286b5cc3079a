import { ExpectedError } from '../../errors.ts';
import type { CsvDialect } from '../../pipeline/manifest/csv-dialect.ts';
import type { CsvBatch, CsvRows, RowNote } from '../../pipeline/rows/csv-file.ts';
import { quotedRows } from './quoted-rows.ts';
import { countLines, MAX_ROW, type TextLines } from './text-lines.ts';

/** Takes a file piece by piece and gives its rows. */
export interface CsvParser {
  /** Throws where quotes are broken: which row the rest belongs to cannot be known. */
  readonly next: (lines: TextLines) => readonly CsvBatch[];
  /** Throws where a quote is still open. */
  readonly end: () => void;
}

interface Batch {
  readonly rows: (readonly string[])[];
  readonly lines: number[];
  readonly notes: Map<number, RowNote>;
}

type Add = (fields: readonly string[], lines: number, quoted?: readonly boolean[]) => void;

/**
 * Parses CSV whose rows end at LF or CRLF. A piece without quotes is given as lines once the header is known; one with
 * quotes is read field by field.
 */
export function parseCsv(file: string, dialect: CsvDialect): CsvParser {
  const { delimiter, quote } = dialect;
  const hasQuote = (bytes: Buffer): boolean => quote !== '' && bytes.includes(quote);
  const open = openRow();
  /** Of the row that comes next. */
  let line = 1;
  let width: number | undefined;
  /** Lines that were not read yet and are not valid. */
  const invalid = new Set<number>();

  const adder = ({ rows, lines, notes }: Batch): Add => {
    return (fields, spanned, quoted) => {
      const at = line;
      line += spanned;
      const isBlank = fields.length === 1 && fields[0] === '' && !quoted && width !== 1;
      if (isBlank) return;
      width ??= fields.length;
      const broken = takeInvalid(invalid, at, line)
        ? `is not valid ${dialect.encoding.toUpperCase()}`
        : undefined;
      if (broken !== undefined || quoted) notes.set(rows.length, { quoted, lines: spanned, broken });
      rows.push(fields);
      lines.push(at);
    };
  };
  const readQuoted = (text: string, add: Add): void => {
    const rowAt = quotedRows(text, dialect);
    for (let at = 0; at < text.length;) {
      const row = rowAt(at);
      if (row === 'open') {
        open.add(text.slice(at));
        return;
      }
      if (typeof row === 'number') throw brokenQuote(file, line + countLines(text.slice(at, row)), quote);
      add(row.fields, row.lines, row.quoted);
      at = row.end;
    }
  };
  return {
    next(piece) {
      for (const at of piece.invalid) invalid.add(at);
      const isQuoted = hasQuote(piece.bytes);
      const batch: CsvRows & Batch = { kind: 'rows', rows: [], lines: [], notes: new Map() };
      if (open.isEmpty() && !isQuoted && piece.invalid.size === 0) {
        const end = width === undefined ? endOfFirstRow(piece.bytes) : 0;
        splitPlain(piece.bytes.toString('utf8', 0, end), delimiter, adder(batch));
        const rest = { kind: 'lines', bytes: piece.bytes.subarray(end), firstLine: line } as const;
        line += piece.lines - countLines(piece.bytes.toString('latin1', 0, end));
        return [batch, rest];
      }
      const isOpen = !open.isEmpty();
      const text = piece.bytes.toString('utf8');
      if (isOpen && !isQuoted) open.add(text);
      else if (isOpen || isQuoted) readQuoted(open.take() + text, adder(batch));
      else splitPlain(text, delimiter, adder(batch));
      if (open.length() > MAX_ROW) throw unclosed(file, line);
      return [batch];
    },
    end() {
      if (!open.isEmpty()) throw unclosed(file, line);
    },
  };
}

/** Blank lines before the header are none. */
function endOfFirstRow(bytes: Buffer): number {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, from) + 1;
    if (!/^\r?\n$/.test(bytes.toString('latin1', from, end))) return end;
    from = end;
  }
  return bytes.length;
}

const LINE_FEED = 10;

/** The text of a row that is not complete; put together only when its end may have come. */
function openRow() {
  let pieces: string[] = [];
  let length = 0;
  return {
    isEmpty: () => pieces.length === 0,
    length: () => length,
    add: (text: string): void => {
      pieces.push(text);
      length += text.length;
    },
    take: (): string => {
      const text = pieces.join('');
      [pieces, length] = [[], 0];
      return text;
    },
  };
}

function splitPlain(text: string, delimiter: string, add: Add): void {
  const hasReturns = text.includes('\r');
  const rows = text.split('\n');
  // Behind the last line feed there is nothing.
  rows.pop();
  for (const row of rows)
    add((hasReturns && row.endsWith('\r') ? row.slice(0, -1) : row).split(delimiter), 1);
}

function takeInvalid(invalid: Set<number>, from: number, to: number): boolean {
  if (invalid.size === 0) return false;
  let found = false;
  for (const line of invalid) {
    if (line >= to) continue;
    invalid.delete(line);
    if (line >= from) found = true;
  }
  return found;
}

function brokenQuote(file: string, line: number, quote: string): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: `a quoted field goes on behind its closing ${quote}: a quote is missing or not doubled here or in the lines before, so where rows begin cannot be known`,
    at: { file, line },
    fix: `write ${quote}${quote} for a quote inside a quoted field; "quote:" and "escape:" in the manifest name other signs`,
  });
}

function unclosed(file: string, line: number): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: 'a quote is opened in the row that begins here and not closed',
    at: { file, line },
    fix: 'close the quote, or write "" for a quote inside a quoted field; the file may also be cut off',
  });
}
