import { stateOfRows } from '../../changelog/journal.ts';
import { ExpectedError, refuse, type Problem } from '../../errors.ts';
import { findCsvFiles, findIgnoredFiles } from '../../files/csv/find-csv-files.ts';
import { readManifest } from '../../files/read-manifest.ts';
import type { PipelineInputs } from '../../inputs/inputs.ts';
import { withConnection } from '../../mysql/session/connection.ts';
import { ingestDataset } from '../../mysql/ingest/ingest-dataset.ts';
import { readSeenUnfinished } from '../../mysql/tracking/swapped-restore.ts';
import {
  closeDeadPipelines,
  finishPipelineRun,
  requirePipelineTables,
  startPipelineRun,
} from '../../mysql/pipeline/pipeline-runs.ts';
import { readServer, requireWritable } from '../../mysql/privileges/server.ts';
import { isConnectionLost } from '../../mysql/session/server-error.ts';
import { readTrackingState, type TrackingState } from '../../mysql/tracking/tracking-state.ts';
import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import type { Log } from '../../log/log.ts';
import { leftInTheMiddle } from '../../report/deploy-state.ts';
import { notTransformed } from '../../report/pipeline-state.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { requireWhole } from '../plan/require-whole.ts';
import { toProblems } from '../run/to-problems.ts';
import { ingestProgress } from './ingest-progress.ts';
import {
  nothingRan,
  outcome,
  pipelineDetails,
  recordRunFailure,
  recordPipeline,
  type PipelineRun,
} from './pipeline-run.ts';
import { recordTarget } from '../plan/read-target.ts';
import { resolveLostPipeline } from './resolve-lost-pipeline.ts';
import { transformAndCheck } from './transform-and-check.ts';
import { runId, type OnInterrupt } from '../run/update-run.ts';
import { withInterrupt } from '../run/with-interrupt.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/** A dataset with the files that it is loaded from. */
interface Source {
  readonly dataset: Dataset;
  readonly files: readonly CsvFile[];
}

/** Loads CSV files into staging, builds dimensions and facts from it, and keeps them only if the checks agree. */
export async function pipeline(
  inputs: PipelineInputs,
  draft: Draft,
  log: Log,
  onInterrupt: OnInterrupt,
): Promise<void> {
  const manifest = await readManifest(inputs.workingDirectory, inputs.pipelineFile.path);
  const sources = findSources(inputs, manifest.datasets);
  updateReport(draft, {
    pipeline: nothingRan(manifest),
    warnings: [...draft.report.warnings, ...warnOfIgnored(inputs, manifest.datasets)],
  });
  const controller = new AbortController();
  const run = { inputs, draft, log, manifest, interrupt: controller.signal };
  const lost = await withConnection(inputs.database, log, async (session) => {
    const server = await readServer(session);
    recordTarget(inputs, draft, server);
    await requireWritable(session, server);
    const state = await readTrackingState(session);
    requirePipelineTables(state);
    return withRunLock(run, session, () =>
      withInterrupt(run, controller, session, onInterrupt, () =>
        runLocked({ ...run, session }, sources, state),
      ),
    );
  });
  if (lost !== undefined) await resolveLostPipeline(run, lost);
}

/** Every dataset that has no file is named before anything is loaded. */
function findSources({ workingDirectory }: PipelineInputs, datasets: readonly Dataset[]): readonly Source[] {
  const problems: Problem[] = [];
  const sources = datasets.flatMap((dataset) => {
    try {
      return { dataset, files: findCsvFiles(workingDirectory, dataset) };
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  refuse(problems);
  return sources;
}

/** A file that somebody put there in vain would otherwise be missed by nobody. */
function warnOfIgnored(
  { workingDirectory }: PipelineInputs,
  datasets: readonly Dataset[],
): readonly Problem[] {
  return datasets.flatMap((dataset): readonly Problem[] => {
    const ignored = findIgnoredFiles(workingDirectory, dataset, datasets);
    if (ignored.length === 0) return [];
    const more = ignored.length > SHOWN_IGNORED ? `, and ${ignored.length - SHOWN_IGNORED} more` : '';
    return [
      {
        code: 'file-unreadable',
        message: `dataset ${dataset.name}: not read, because their names do not match ${dataset.files} or do not end in .csv or .csv.gz: ${ignored.slice(0, SHOWN_IGNORED).join(', ')}${more}`,
        at: dataset.filesAt,
        fix: 'give them such names, or move them away',
      },
    ];
  });
}

const SHOWN_IGNORED = 10;

/** Gives the error of a connection that was lost, for what came of it has to be found out from another one. */
async function runLocked(
  run: PipelineRun,
  sources: readonly Source[],
  state: TrackingState,
): Promise<unknown> {
  const { session, draft, inputs } = run;
  await requireFinishedUpdate(run, state);
  await closeDeadPipelines(session, runId(draft));
  const { environment } = inputs;
  await startPipelineRun(
    session,
    { runId: runId(draft), environment, actor: inputs.run.actor },
    pipelineDetails(run),
  );
  try {
    await workThrough(run, sources);
    const status = draft.report.result === 'ok' ? 'succeeded' : 'failed';
    await finishPipelineRun(session, runId(draft), status, pipelineDetails(run));
    return undefined;
  } catch (error) {
    if (isConnectionLost(error)) return error;
    // What could still be recorded was; the run must not stay `running`.
    await finishPipelineRun(session, runId(draft), 'failed', pipelineDetails(run)).catch(() => undefined);
    throw error;
  }
}

async function workThrough(run: PipelineRun, sources: readonly Source[]): Promise<void> {
  try {
    for (const source of sources) await ingest(run, source);
    await transformAndCheck(run);
  } catch (error) {
    const problems = isConnectionLost(error) ? undefined : toProblems(error);
    if (!problems) throw error;
    recordRunFailure(run, problems, notTransformed(outcome(run).missing));
  }
}

async function ingest(run: PipelineRun, { dataset, files }: Source): Promise<void> {
  const { session, draft, log, interrupt } = run;
  const warn = (problem: Problem): void =>
    updateReport(draft, { warnings: [...draft.report.warnings, problem] });
  const options = { runId: runId(draft), log, warn, progress: ingestProgress(log), signal: interrupt };
  const done = await ingestDataset(session, dataset, files, options);
  const { datasets, missing } = outcome(run);
  recordPipeline(run, {
    datasets: [...datasets, { ...done, durationMs: Math.round(done.durationMs) }],
    missing: done.problem ? missing : missing.filter((name) => name !== dataset.name),
  });
  if (done.problem) throw new ExpectedError(done.problem);
}

/** A deploy that stopped in the middle may have left tables that no transform was written for. */
async function requireFinishedUpdate(run: PipelineRun, state: TrackingState): Promise<void> {
  const { session } = run;
  await requireWhole(run, state, 'holds-lock');
  const [unfinished] = (await readSeenUnfinished(session, state)).unfinished;
  if (!unfinished) return;
  const { runId: id, actor } = unfinished.run;
  recordState(run.draft, leftInTheMiddle(stateOfRows(unfinished.rows), unfinished.key));
  throw new ExpectedError({
    code: 'unfinished-run',
    message: `run ${id} of ${actor} stopped in the middle of changeset ${unfinished.key}, so the tables may not be as the pipeline expects`,
    fix: 'finish it first: mode: update says how to go on',
  });
}
