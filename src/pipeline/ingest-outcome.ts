import type { Problem } from '../errors.ts';

/** What became of one CSV file in this run. */
export interface IngestedFile {
  /** Relative to the working directory. */
  readonly file: string;
  /**
   * `skipped`: a file with these bytes was loaded before, under whatever name; it was not parsed and has no counts.
   * `refused`: nothing of the dataset was loaded.
   */
  readonly status: 'loaded' | 'skipped' | 'refused';
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: RowCounts;
}

/** Every row that was read is counted once more: new, changed, unchanged, late, stale, repeated or rejected. */
export interface RowCounts {
  readonly read: number;
  /** Staging did not have the key. */
  readonly new: number;
  /** Staging had the key with other values. */
  readonly changed: number;
  /** Staging had the row as it is. */
  readonly unchanged: number;
  /** Older than the checkpoint, and the dataset says `late: skip`. */
  readonly late: number;
  /** Older than what staging has of its key, where the key has no version: never overwrites. */
  readonly stale: number;
  /** Stood in the same file before, with the same values. */
  readonly repeated: number;
  readonly rejected: number;
}

/** A row that broke its contract, with nothing in it that the manifest calls sensitive. */
export interface RejectedRow {
  readonly file: string;
  /** In the file, from 1; the header is line 1. */
  readonly line: number;
  readonly reason: string;
  /** The row as CSV with sensitive values masked; cut where it is long. */
  readonly raw: string;
}

/** What became of one dataset. */
export interface IngestOutcome {
  readonly dataset: string;
  readonly table: string;
  readonly files: readonly IngestedFile[];
  /** Of all files together. */
  readonly rows: RowCounts;
  /** Rows of staging that a full extract lacks, and that are gone there too. */
  readonly deleted?: number;
  /** The first few; all are in `ops_rejected_rows`. */
  readonly rejectedExamples: readonly RejectedRow[];
  /** The checkpoint before the run and after it, as text of the watermark's type. */
  readonly watermarkBefore: string | undefined;
  readonly watermarkAfter: string | undefined;
  /** `undefined` where there was nothing to load. */
  readonly method: 'load-data' | 'batches' | undefined;
  readonly durationMs: number;
  /** Why nothing of it was loaded: more rejected rows than `maxRejected` allows. */
  readonly problem: Problem | undefined;
}
