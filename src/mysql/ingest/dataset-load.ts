import type { Problem } from '../../errors.ts';
import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import type { RowCounts } from '../../pipeline/ingest-outcome.ts';
import { lineWriter } from '../../pipeline/rows/load-line.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { describeLimit, isOverLimit } from '../../pipeline/rows/reject-limit.ts';
import { advanceCheckpoint, watermarkOrder, type SeenWatermarks } from '../../pipeline/rows/watermark.ts';
import type { Session } from '../session/connection.ts';
import type { IngestOptions } from './ingest-dataset.ts';
import { ingestFile, type FileTally } from './ingest-file.ts';
import type { RejectedRows } from '../staging/rejected-rows.ts';
import type { RowSender } from './row-sender.ts';
import { rowFitter, type SendMethod, type SendTarget } from './send-rows.ts';
import type { StagingTable } from '../staging/staging-table.ts';

export interface DigestedFile {
  readonly csv: CsvFile;
  readonly sha256: string;
  readonly isKnown: boolean;
}

/** What there is to load of a dataset. */
export interface DatasetLoad {
  readonly session: Session;
  readonly dataset: Dataset;
  readonly table: StagingTable;
  readonly target: SendTarget;
  /** Those that were not loaded before; at least one. */
  readonly files: readonly DigestedFile[];
  /** No file that was loaded before has a later name. */
  readonly hasLatest: boolean;
  readonly checkpoint: string | undefined;
  readonly rejected: RejectedRows;
  readonly method: SendMethod;
  readonly options: IngestOptions;
}

/** What became of it. */
export interface DatasetLoaded {
  /** One for each file that was read. */
  readonly rows: readonly RowCounts[];
  /** Rows of staging that the last extract lacks. */
  readonly deleted: number;
  readonly checkpoint: string | undefined;
  readonly problem: Problem | undefined;
}

export const NO_ROWS: RowCounts = {
  ...{ read: 0, new: 0, changed: 0, unchanged: 0, late: 0, stale: 0, repeated: 0, rejected: 0 },
};

/** What reading all files of a dataset gave. */
export interface FilesRead {
  readonly tallies: readonly FileTally[];
  /** Where it stands once they are loaded. */
  readonly checkpoint: string | undefined;
  /** Too many rows were rejected. */
  readonly problem: Problem | undefined;
}

/** Reads and judges the files and gives their good rows to the sender, until there is no hope for them. */
export async function readFiles(
  load: DatasetLoad,
  sender: RowSender,
  rejected: RejectedRows,
): Promise<FilesRead> {
  const { dataset, table, checkpoint, options } = load;
  const compare = watermarkOrder(dataset);
  const watermarks: SeenWatermarks = { greatest: undefined, leastRejected: undefined, hasUnknown: false };
  const onRows = ({ file, bytes }: CsvFile, rows: number, bytesRead: number): void =>
    options.progress?.({ dataset: dataset.name, file, rows, bytesRead, bytes });
  const lineOf = lineWriter(dataset.columns);
  const fits = rowFitter(load.target, load.method);
  const common = { dataset, table, lineOf, fits, sender, rejected, checkpoint, compare, watermarks, onRows };
  const tallies: FileTally[] = [];
  for (const { csv, sha256 } of load.files) {
    const tally = await ingestFile({ ...common, signal: options.signal }, csv, sha256);
    tallies.push(tally);
    if (!tally.isWhole) break;
  }
  return {
    tallies,
    checkpoint: advanceCheckpoint(checkpoint, watermarks, compare),
    problem: judgeRejected(dataset, tallies),
  };
}

function judgeRejected(dataset: Dataset, tallies: readonly FileTally[]): Problem | undefined {
  const read = tallies.reduce((total, tally) => total + tally.read, 0);
  const rejected = tallies.reduce((total, tally) => total + tally.rejected, 0);
  if (!isOverLimit(dataset.maxRejected, rejected, read)) return undefined;
  const isWhole = tallies.every((tally) => tally.isWhole);
  const seen = isWhole
    ? `${rejected} of ${read} rows`
    : `${rejected} of the first ${read} rows, where reading stopped,`;
  return {
    code: 'rejected-rows',
    message: `dataset ${dataset.name}: ${seen} were rejected, more than maxRejected allows (${describeLimit(dataset.maxRejected)}); nothing of it was loaded`,
    at: dataset.at,
    fix: 'correct the rows that ops_rejected_rows lists for this run, or raise maxRejected',
  };
}

/** Of a file of which nothing was loaded. */
export function notLoaded({ read, rejected, late, repeated }: FileTally): RowCounts {
  return { ...NO_ROWS, read, rejected, late, repeated };
}
