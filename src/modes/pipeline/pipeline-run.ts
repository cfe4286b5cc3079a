import type { Problem } from '../../errors.ts';
import type { PipelineInputs } from '../../inputs/inputs.ts';
import type { Session } from '../../mysql/session/connection.ts';
import type { Manifest } from '../../pipeline/manifest/manifest.ts';
import {
  failedChecks,
  rejectedCount,
  type CheckOutcome,
  type PipelineOutcome,
  type TransformOutcome,
} from '../../pipeline/pipeline-outcome.ts';
import type { DatabaseState } from '../../report/database-state.ts';
import type { Log } from '../../log/log.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';

/** Everything that a pipeline works with while it holds the deploy lock. */
export interface PipelineRun {
  readonly inputs: PipelineInputs;
  readonly draft: Draft;
  readonly log: Log;
  readonly manifest: Manifest;
  readonly session: Session;
  /** Aborted when the run is to stop as soon as it can. */
  readonly interrupt: AbortSignal;
}

/** What is known before anything ran: every dataset is missing, every transform and check is `not-run`. */
export function nothingRan(manifest: Manifest): PipelineOutcome {
  return {
    manifestFile: manifest.file,
    datasets: [],
    missing: manifest.datasets.map(({ name }) => name),
    transforms: manifest.transforms.map(({ path }) => notRun(path)),
    checks: [],
    isCommitted: false,
  };
}

/** A transform that was not begun. */
export function notRun(file: string): TransformOutcome {
  return {
    file,
    status: 'not-run',
    rowsAffected: undefined,
    durationMs: undefined,
    versionsOpened: undefined,
    versionsClosed: undefined,
  };
}

/** What the pipeline has done so far. */
export function outcome({ draft, manifest }: Pick<PipelineRun, 'draft' | 'manifest'>): PipelineOutcome {
  return draft.report.pipeline ?? nothingRan(manifest);
}

/** Adds to it. */
export function recordPipeline(
  run: Pick<PipelineRun, 'draft' | 'manifest'>,
  known: Partial<PipelineOutcome>,
): void {
  updateReport(run.draft, { pipeline: { ...outcome(run), ...known } });
}

/** Ends the report of a run that did not do what it was asked, with the state in which it leaves the database. */
export function recordRunFailure(
  run: Pick<PipelineRun, 'draft' | 'manifest'>,
  problems: readonly Problem[],
  state: DatabaseState,
): void {
  const { draft } = run;
  updateReport(draft, { result: 'failed', problems: [...draft.report.problems, ...problems] });
  recordState(draft, state);
}

/** One problem for each check that failed, with the severity asked for. */
export function checkProblems(
  checks: readonly CheckOutcome[],
  severity: 'error' | 'warning',
): readonly Problem[] {
  return failedChecks({ checks }, severity).map(({ name, at, metric, isMetricHidden, threshold, query }) => ({
    code: 'check-failed',
    message: isMetricHidden
      ? `check ${name} found a number above its threshold, ${threshold}; it may be a sensitive value and is not shown`
      : metric === undefined
        ? `check ${name} gave no number`
        : `check ${name} found ${metric}, and its threshold is ${threshold}`,
    at,
    fix:
      query === undefined ? 'look at the rows that it counts' : 'look further with the query of the report',
  }));
}

/** What the audit row keeps of the report. */
export function pipelineDetails(
  run: Pick<PipelineRun, 'draft' | 'manifest'>,
): Readonly<Record<string, unknown>> {
  const { datasets, missing, transforms, checks } = outcome(run);
  const { problems, warnings, runUrl, gitSha } = run.draft.report;
  return {
    runUrl,
    gitSha,
    datasets: datasets.map(
      ({ dataset, rows, files, method, durationMs, watermarkBefore, watermarkAfter }) => ({
        ...{ dataset, rows, files, method, durationMs, watermarkBefore, watermarkAfter },
      }),
    ),
    missing,
    transforms,
    rejectedCount: rejectedCount({ datasets }),
    failedChecks: failedChecks({ checks }).map(({ name }) => name),
    problems,
    warnings,
  };
}
