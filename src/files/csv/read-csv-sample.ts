import { openSync, closeSync, readSync, statSync } from 'node:fs';
import { gunzipSync, constants } from 'node:zlib';
import { ExpectedError } from '../../errors.ts';
import { resolvePath } from '../../yaml/path.ts';
import type { CsvDialect } from '../../pipeline/manifest/csv-dialect.ts';
import type { CsvBatch } from '../../pipeline/rows/csv-file.ts';
import { csvRows } from '../../pipeline/plain/csv-rows.ts';
import { NULL_TEXTS, type CsvSample } from '../../pipeline/scaffold/csv-sample.ts';
import { detectDialect } from '../../pipeline/scaffold/detect-dialect.ts';
import { detectEncoding, otherFormat } from '../../pipeline/scaffold/detect-encoding.ts';
import { parseCsv } from './parse-csv.ts';
import { csvFile } from './read-csv.ts';
import { countLines } from './text-lines.ts';
import { insideWorkingDirectory } from '../working-directory.ts';

/** Of the bytes by which the form of a file is found. */
const HEAD = 256 * 1024;
const MOST_ROWS = 10_000;
/** Of wide files fewer rows are read, for every value is tried as every type. */
const MOST_VALUES = 400_000;

/** Reads the header and the first rows of a file, by the form that its first bytes seem to have. */
export async function readCsvSample(workingDirectory: string, named: string): Promise<CsvSample> {
  const file = resolvePath(named);
  if (typeof file !== 'string') throw wrong('outside-working-directory', file.message, file.fix);
  if (!/\.csv(?:\.gz)?$/.test(file)) {
    throw wrong(
      'invalid-csv',
      `${file} does not end in .csv or .csv.gz, so no pipeline would read it`,
      'rename it',
    );
  }
  const path = openable(workingDirectory, file);
  const { bytes: head, isCut } = readHead(path, file);
  const dialect = findDialect(head, file, isCut);
  return readRows(csvFile(path, file, statSync(path).size, dialect), dialect, file);
}

function openable(workingDirectory: string, file: string): string {
  try {
    const path = insideWorkingDirectory(workingDirectory, file);
    if (typeof path !== 'string') throw wrong('outside-working-directory', path.message, path.fix);
    if (!statSync(path).isFile())
      throw wrong('file-unreadable', `${file} is not a regular file`, 'name a file');
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ExpectedError || code === undefined) throw error;
    throw wrong(
      'file-unreadable',
      `${file} cannot be read (${code})`,
      'name a file below the working directory',
    );
  }
}

function readHead(path: string, file: string): { readonly bytes: Buffer; readonly isCut: boolean } {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(HEAD);
    const raw = buffer.subarray(0, readSync(descriptor, buffer, 0, HEAD, 0));
    const isCut = raw.length === HEAD;
    if (!file.endsWith('.gz')) return { bytes: raw, isCut };
    return { bytes: gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD * 4), isCut };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error;
    throw wrong(
      'invalid-csv',
      `${file} cannot be unpacked`,
      'it is damaged or no gzip file: transfer it again',
    );
  } finally {
    closeSync(descriptor);
  }
}

function findDialect(head: Buffer, file: string, isCut: boolean): CsvDialect {
  const format = otherFormat(head);
  if (format !== undefined) throw wrong('invalid-csv', `${file} is not CSV but ${format}`, 'name a CSV file');
  const encoding = detectEncoding(head);
  const text = new TextDecoder(encoding).decode(head);
  if (/^sep=/i.test(text)) {
    throw wrong('invalid-csv', `${file} begins with the line "sep=" that Excel reads`, 'remove that line');
  }
  // What is behind the last line feed may go on.
  const whole = isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : `${text.replace(/\n$/, '')}\n`;
  return detectDialect(encoding, (dialect) => {
    try {
      const parser = parseCsv(file, dialect);
      const piece = { bytes: Buffer.from(whole), lines: countLines(whole), invalid: new Set<number>() };
      const batches = whole === '' ? [] : parser.next(piece).filter(isFilled);
      const width = batches[0]?.kind === 'rows' ? (batches[0].rows[0]?.length ?? 1) : 1;
      const rows = batches.flatMap((batch) => csvRows(batch, dialect.delimiter, width).rows);
      if (!isCut) parser.end();
      // A quote that is none swallows what is behind it.
      return rows.length * 20 < countLines(whole) ? undefined : rows;
    } catch (error) {
      if (error instanceof ExpectedError) return undefined;
      throw error;
    }
  });
}

function isFilled(batch: CsvBatch): boolean {
  return batch.kind === 'rows' ? batch.rows.length > 0 : batch.bytes.length > 0;
}

async function readRows(
  csv: ReturnType<typeof csvFile>,
  dialect: CsvDialect,
  file: string,
): Promise<CsvSample> {
  let titles: readonly string[] | undefined;
  let values: string[][] = [];
  let quoted: Set<number>[] = [];
  let [rows, misshapen] = [0, 0];
  let isWhole = true;
  for await (const found of csv.read().batches) {
    const batch = csvRows(found, dialect.delimiter, titles?.length ?? 1);
    for (const [at, fields] of batch.rows.entries()) {
      if (!titles) {
        titles = requireHeader(fields, file);
        values = titles.map(() => []);
        quoted = titles.map(() => new Set());
      } else if (fields.length !== titles.length) misshapen += 1;
      else {
        const marks = batch.notes.get(at)?.quoted;
        for (const [column, text] of fields.entries()) {
          values[column]!.push(text);
          if (marks?.[column] && (NULL_TEXTS as readonly string[]).includes(text)) quoted[column]!.add(rows);
        }
        rows += 1;
      }
    }
    if (rows < MOST_ROWS && rows * values.length < MOST_VALUES) continue;
    isWhole = false;
    break;
  }
  if (!titles) throw wrong('invalid-csv', `${file} is empty`, 'name a file with a header and some rows');
  const columns = titles.map((title, at) => ({ title, values: values[at]!, quoted: quoted[at]! }));
  return { file, dialect, columns, rows, misshapen, isWhole };
}

/** The names of the header; two that are the same could not be told apart. */
function requireHeader(fields: readonly string[], file: string): readonly string[] {
  if (fields.some((field) => /[^\P{Cc}\r\n\t]/u.test(field))) {
    throw wrong('invalid-csv', `${file}: the header has control characters in it`, 'name a CSV file');
  }
  const twice = fields.find((field, at) => fields.indexOf(field) !== at);
  if (twice === undefined) return fields;
  throw wrong(
    'invalid-csv',
    `${file}: the header names ${JSON.stringify(twice)} twice`,
    'give each column a name of its own, in the first line of the file',
  );
}

function wrong(
  code: 'invalid-csv' | 'file-unreadable' | 'outside-working-directory',
  message: string,
  fix: string,
): ExpectedError {
  return new ExpectedError({ code, message, fix });
}
