import Papa from 'papaparse';
import { ExpectedError } from '../errors.ts';
import type { CsvBatch, RowNote } from '../pipeline/csv-file.ts';
import { countLines, MAX_ROW, type TextLines } from './text-lines.ts';

/** Takes a file piece by piece and gives its rows. */
export interface CsvParser {
  readonly next: (lines: TextLines) => CsvBatch;
  /** Throws where a quote is still open. */
  readonly end: () => void;
}

interface Step {
  readonly data: readonly [readonly string[]];
  readonly errors: readonly { readonly code: string }[];
  readonly meta: { readonly cursor: number };
}

interface Rows {
  readonly rows: (readonly string[])[];
  readonly lines: number[];
  readonly notes: Map<number, RowNote>;
}

/**
 * Parses CSV with papaparse, and adds what it does not tell: the line of each row, and which fields stood in quotes.
 * Rows end at LF or CRLF. A piece without quotes takes papaparse's fast way; in one with quotes each row is compared
 * with the text that it came from.
 */
export function parseCsv(file: string): CsvParser {
  /** A row whose end has not come yet, and its line. */
  let open = '';
  let line = 1;
  let width: number | undefined;
  const skipBlank = (fields: readonly string[]): boolean =>
    fields.length === 1 && fields[0] === '' && width !== 1;
  return {
    next({ text, invalid }) {
      const found: Rows = { rows: [], lines: [], notes: new Map() };
      const firstNew = line + countLines(open);
      const whole = open + text;
      const add = (fields: readonly string[], at: number, note: RowNote | undefined): void => {
        if (skipBlank(fields)) return;
        width ??= fields.length;
        if (note) found.notes.set(found.rows.length, note);
        found.rows.push(fields);
        found.lines.push(at);
      };
      const invalidAt = (from: number, to: number): RowNote | undefined =>
        invalid.size > 0 && hasInvalid(invalid, from - firstNew, to - firstNew) ? INVALID_UTF8 : undefined;
      const cursor = whole.includes('"')
        ? parseQuoted(whole, (fields, raw, errors) => {
            const end = line + countLines(raw);
            const broken = errors.length > 0 ? BROKEN_QUOTES : invalidAt(line, end);
            add(fields, line, broken ?? quotedNote(fields, raw));
            line = end;
          })
        : parsePlain(whole, (fields) => {
            add(fields, line, invalidAt(line, line + 1));
            line += 1;
          });
      open = whole.slice(cursor);
      if (open.length > MAX_ROW) throw unclosed(file, line);
      return found;
    },
    end() {
      if (open !== '') throw unclosed(file, line);
    },
  };
}

const INVALID_UTF8: RowNote = { broken: 'is not valid UTF-8' };
const BROKEN_QUOTES: RowNote = { broken: 'a quote inside a quoted field is not doubled' };

function parsePlain(text: string, row: (fields: readonly string[]) => void): number {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n', fastMode: true });
  const { data } = parser.parse(text, 0, true) as { readonly data: string[][] };
  const hasReturns = text.includes('\r');
  for (const fields of data) {
    if (hasReturns) fields.push(fields.pop()!.replace(/\r$/, ''));
    row(fields);
  }
  return text.length;
}

/** Gives where the row begins that is not complete. */
function parseQuoted(
  text: string,
  row: (fields: readonly string[], raw: string, errors: Step['errors']) => void,
): number {
  let cursor = 0;
  const step = (result: unknown): void => {
    const { data, errors, meta } = result as Step;
    const raw = text.slice(cursor, meta.cursor);
    cursor = meta.cursor;
    row(withoutReturn(data[0], raw), raw, errors);
  };
  new Papa.Parser({ delimiter: ',', newline: '\n', fastMode: false, step }).parse(text, 0, true);
  return cursor;
}

/** The CR of a CRLF stays with an unquoted last field. */
function withoutReturn(fields: readonly string[], raw: string): readonly string[] {
  const last = fields.at(-1)!;
  return last.endsWith('\r') && raw.endsWith(`${last}\n`)
    ? [...fields.slice(0, -1), last.slice(0, -1)]
    : fields;
}

/** Walks through the text of a row with the values at hand: what begins with a quote was quoted. */
function quotedNote(fields: readonly string[], raw: string): RowNote | undefined {
  if (!raw.includes('"')) return undefined;
  const quoted: boolean[] = [];
  let at = 0;
  for (const field of fields) {
    const isQuoted = raw[at] === '"';
    quoted.push(isQuoted);
    at += field.length + (isQuoted ? 2 + (field.split('"').length - 1) : 0);
    at = raw.indexOf(',', at) + 1;
  }
  return { quoted };
}

function hasInvalid(invalid: ReadonlySet<number>, from: number, to: number): boolean {
  for (let line = from; line < to; line += 1) if (invalid.has(line)) return true;
  return false;
}

function unclosed(file: string, line: number): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: 'a quote is opened in the row that begins here and not closed',
    at: { file, line },
    fix: 'close the quote, or write "" for a quote inside a quoted field; the file may also be cut off',
  });
}
