import { ExpectedError } from '../../errors.ts';
import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import { lineBuffer } from '../../pipeline/rows/line-block.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import type { RowValues } from '../../pipeline/rows/judge-row.ts';
import { isHopeless } from '../../pipeline/rows/reject-limit.ts';
import type { CompareWatermarks, SeenWatermarks } from '../../pipeline/rows/watermark.ts';
import { readRowsOf, type JudgedRow } from './read-rows.ts';
import type { RejectedRows } from '../staging/rejected-rows.ts';
import type { RowSender, SentFile } from './row-sender.ts';
import type { StagingTable } from '../staging/staging-table.ts';
import { plainTaker } from './plain-taker.ts';
import { duplicateFinder } from './duplicate-keys.ts';

/** What reading a file needs, and what it adds to. */
export interface FileIngest {
  readonly dataset: Dataset;
  readonly table: StagingTable;
  /** The line of LOAD DATA for the values of a row. */
  readonly lineOf: (values: Readonly<RowValues>) => string;
  /** Whether a line can be sent; `undefined` where any can. */
  readonly fits: ((line: string) => boolean) | undefined;
  readonly sender: RowSender;
  readonly rejected: RejectedRows;
  readonly checkpoint: string | undefined;
  readonly compare: CompareWatermarks;
  readonly watermarks: SeenWatermarks;
  readonly signal: AbortSignal | undefined;
  readonly onRows: (file: CsvFile, rows: number, bytesRead: number) => void;
}

/** Counts of one file; rows that were sent are counted when they are merged. */
export interface FileTally extends SentFile {
  readonly read: number;
  readonly late: number;
  readonly repeated: number;
  readonly rejected: number;
  /** Read to its end; else there were too many rejected rows. */
  readonly isWhole: boolean;
}

export type Counts = { -readonly [Key in 'read' | 'late' | 'repeated' | 'rejected']: number };

/** About what a row takes, to guess how many there are. */
const ROW_BYTES = 40;

const TOO_LONG =
  'is longer than max_allowed_packet of the server, into which it has to fit while local_infile is OFF';

/** Thrown through the reader to end it early; caught here. */
class TooManyRejects extends Error {}

/** Reads and judges a file and sends its good rows to the server, where they wait to be merged. */
export async function ingestFile(ingest: FileIngest, file: CsvFile, sha256: string): Promise<FileTally> {
  const counts: Counts = { read: 0, late: 0, repeated: 0, rejected: 0 };
  let isWhole = true;
  try {
    await readTwice(ingest, file, sha256, counts);
  } catch (error) {
    if (!(error instanceof TooManyRejects)) throw error;
    isWhole = false;
  }
  await ingest.rejected.flush();
  return { ...counts, ...(await ingest.sender.endFile()), isWhole };
}

async function readTwice(ingest: FileIngest, file: CsvFile, sha256: string, counts: Counts): Promise<void> {
  const { dataset, sender } = ingest;
  const { maxRejected } = dataset;
  const expected = (file.bytes * (file.file.endsWith('.gz') ? 8 : 1)) / ROW_BYTES;
  const twins = duplicateFinder(dataset, ingest.lineOf, file.file, expected);
  const lines = lineBuffer();
  const plain = plainTaker(ingest, twins, lines, counts);
  const pause = async (bytesRead: number): Promise<void> => {
    requireGoing(ingest.signal, 'nothing of this dataset is in staging');
    plain?.settle();
    await sender.push(lines.take());
    await ingest.rejected.flush();
    if (isHopeless(maxRejected, counts.rejected, counts.read)) throw new TooManyRejects();
    ingest.onRows(file, counts.read, bytesRead);
  };
  const first = (row: JudgedRow): void => {
    counts.read += 1;
    if (row.reasons) reject(ingest, file, row, row.reasons.join('; '), counts);
    else if (isTooLong(ingest, row)) reject(ingest, file, row, TOO_LONG, counts);
    else if (isLate(ingest, row)) counts.late += 1;
    else if (!twins.mayBeTwin(row)) lines.append(accept(ingest, row));
  };
  await readRowsOf(file, dataset, ingest.table, sha256, first, pause, plain?.forLayout);
  if (!twins.hasHeld()) return;
  const second = (row: JudgedRow): void => {
    if (row.reasons || isTooLong(ingest, row) || isLate(ingest, row)) return;
    const verdict = twins.resolve(row);
    if (verdict === 'first') lines.append(accept(ingest, row));
    else if (verdict === 'repeated') counts.repeated += 1;
    else if (verdict !== 'other')
      reject(ingest, file, row, describeConflict(ingest, row, verdict.conflictsWith), counts);
  };
  await readRowsOf(file, dataset, ingest.table, sha256, second, pause);
}

/** Ends a load that was cancelled, between two statements. */
export function requireGoing(signal: AbortSignal | undefined, state: string): void {
  if (!signal?.aborted) return;
  throw new ExpectedError({
    code: 'interrupted',
    message: `interrupted while CSV files were loaded; ${state}`,
    fix: 'run again',
  });
}

function isTooLong({ fits, lineOf }: FileIngest, { values }: JudgedRow): boolean {
  return fits !== undefined && !fits(lineOf(values));
}

function isLate({ dataset, checkpoint, compare }: FileIngest, row: JudgedRow): boolean {
  if (dataset.late === 'load' || checkpoint === undefined) return false;
  const watermark = watermarkOf(dataset, row);
  return watermark !== undefined && compare(watermark, checkpoint) < 0;
}

function watermarkOf({ columns, watermark }: Dataset, { values }: JudgedRow): string | undefined {
  for (let index = 0; index < columns.length; index += 1) {
    if (columns[index]!.name === watermark) return values[index] ?? undefined;
  }
  return undefined;
}

function accept(ingest: FileIngest, row: JudgedRow): string {
  const { dataset, watermarks, compare } = ingest;
  const watermark = watermarkOf(dataset, row);
  if (watermark !== undefined) {
    if (watermarks.greatest === undefined || compare(watermark, watermarks.greatest) > 0) {
      watermarks.greatest = watermark;
    }
  }
  return ingest.lineOf(row.values);
}

/**
 * Keeps a row that is not loaded. Where it takes several lines, a quote may be missing and good rows be among them: each
 * line counts, and is kept.
 */
function reject(ingest: FileIngest, file: CsvFile, row: JudgedRow, reason: string, counts: Counts): void {
  const { dataset, watermarks, compare } = ingest;
  const { line, lines } = row;
  counts.rejected += lines;
  // The row itself was counted when it was read.
  counts.read += lines - 1;
  const raw = row.raw();
  ingest.rejected.add({ file: file.file, line, reason, raw: raw.row });
  for (let at = 1; at < lines; at += 1) {
    const part = `belongs to the row that begins on line ${line}, which was rejected`;
    ingest.rejected.add({ file: file.file, line: line + at, reason: part, raw: raw.lines[at]! });
  }
  const watermark = watermarkOf(dataset, row);
  if (watermark === undefined) watermarks.hasUnknown = true;
  else if (watermarks.leastRejected === undefined || compare(watermark, watermarks.leastRejected) < 0)
    watermarks.leastRejected = watermark;
}

function describeConflict({ dataset }: FileIngest, { values }: JudgedRow, line: number): string {
  const key = dataset.key.map((name) => {
    const index = dataset.columns.findIndex((column) => column.name === name);
    return dataset.columns[index]!.sensitive ? name : `${name} ${String(values[index]).slice(0, 60)}`;
  });
  return `${key.join(', ')}: line ${line} has the same key and other values`;
}
