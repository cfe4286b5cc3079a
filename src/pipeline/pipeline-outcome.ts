import type { Location } from '../errors.ts';
import type { IngestOutcome } from './ingest-outcome.ts';
import type { CheckSeverity } from './manifest/manifest.ts';

/** One file of SQL between staging and the tables that people read. */
export interface TransformOutcome {
  readonly file: string;
  /** `done` is not yet kept: that is for `isCommitted` of the whole to say. */
  readonly status: 'done' | 'failed' | 'not-run';
  /** What the server counted for all of its statements. */
  readonly rowsAffected: number | undefined;
  readonly durationMs: number | undefined;
  /** From `@versions_opened` and `@versions_closed`, where the file sets them. */
  readonly versionsOpened: number | undefined;
  readonly versionsClosed: number | undefined;
}

/** A few of the rows that make a check fail; sensitive values are masked. */
export interface ExampleKeys {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one check found. */
export interface CheckOutcome {
  readonly name: string;
  readonly at: Location;
  readonly severity: CheckSeverity;
  readonly threshold: number;
  readonly status: 'passed' | 'failed' | 'not-run';
  /** Undefined where the check gave none, which fails it, and where it may be a sensitive value. */
  readonly metric: number | undefined;
  /** It gave a number, which may be a sensitive value. */
  readonly isMetricHidden?: boolean;
  /** That of the last run that had this check. */
  readonly previous: number | undefined;
  readonly examples: ExampleKeys | undefined;
  /** SQL to look further; only where it failed. */
  readonly query: string | undefined;
  readonly durationMs: number | undefined;
}

/** What a pipeline did, stage by stage. */
export interface PipelineOutcome {
  readonly manifestFile: string;
  readonly datasets: readonly IngestOutcome[];
  /** Datasets that were not loaded, because the run stopped before or in them. */
  readonly missing: readonly string[];
  readonly transforms: readonly TransformOutcome[];
  readonly checks: readonly CheckOutcome[];
  /** Whether transforms are in effect; undefined while that is not known. */
  readonly isCommitted: boolean | undefined;
}

/** Checks that failed; an error keeps everything downstream as it was. */
export function failedChecks(
  { checks }: Pick<PipelineOutcome, 'checks'>,
  severity?: CheckSeverity,
): readonly CheckOutcome[] {
  return checks.filter(
    (check) => check.status === 'failed' && (severity === undefined || check.severity === severity),
  );
}

/** Rejected rows of all datasets. */
export function rejectedCount({ datasets }: Pick<PipelineOutcome, 'datasets'>): number {
  return datasets.reduce((sum, { rows }) => sum + rows.rejected, 0);
}
