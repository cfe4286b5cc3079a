import type { Problem } from '../errors.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { NEVER_REACHED } from '../report/deploy-state.ts';
import type { Log } from '../log/log.ts';
import type { Report, Result } from '../report/report.ts';
import { comment } from './comment/comment.ts';
import { newDraft, updateReport, recordState, type Draft } from './run/draft.ts';
import { recoverRun, type LeftRun } from './recover/recover-run.ts';
import { toProblems } from './run/to-problems.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { rollback } from './rollback/rollback.ts';
import type { Services } from './run/services.ts';
import { status } from './read/status.ts';
import { isSuperseded } from '../mysql/tracking/epoch.ts';
import { recordSuperseded } from './run/superseded.ts';
import { update } from './update/update.ts';
import { updateSql } from './read/update-sql.ts';
import { validate } from './validate/validate.ts';
import type { OnInterrupt } from './run/update-run.ts';
import { verify } from './read/verify.ts';

/** Runs the mode that was asked for and gives its report, whole or partial; what is thrown from here is our bug. */
export async function runMode(
  inputs: Inputs,
  runId: string,
  log: Log,
  onInterrupt: OnInterrupt = neverInterrupted,
  services: Services = {},
): Promise<Report> {
  const draft = newDraft(inputs.mode, inputs, inputs.mode === 'validate' ? undefined : runId, new Date());
  try {
    await dispatch(inputs, draft, log, onInterrupt, services);
  } catch (error) {
    if (isSuperseded(error) && 'database' in inputs) {
      await recordSuperseded(inputs, draft, log, error);
      return { ...draft.report, finishedAt: new Date().toISOString() };
    }
    const problems = toProblems(error);
    if (!problems) throw error;
    const result = resultOf(draft, problems);
    updateReport(draft, { result, problems: [...draft.report.problems, ...problems] });
    if (result === 'unknown') recordState(draft, NEVER_REACHED);
  }
  return { ...draft.report, finishedAt: new Date().toISOString() };
}

/** Finishes what an earlier process of the same job left of a run, and gives the report of that. */
export async function runPost(inputs: Inputs, left: LeftRun, log: Log, services: Services): Promise<Report> {
  const draft = newDraft(inputs.mode, inputs, left.runId, new Date());
  try {
    await recoverRun(inputs, left, draft, log, services);
  } catch (error) {
    if (isSuperseded(error) && 'database' in inputs) {
      await recordSuperseded(inputs, draft, log, error);
      return { ...draft.report, finishedAt: new Date().toISOString() };
    }
    const problems = toProblems(error);
    if (!problems) throw error;
    updateReport(draft, { result: 'unknown', problems: [...draft.report.problems, ...problems] });
  }
  return { ...draft.report, finishedAt: new Date().toISOString() };
}

const neverInterrupted: OnInterrupt = () => () => undefined;

async function dispatch(
  inputs: Inputs,
  draft: Draft,
  log: Log,
  onInterrupt: OnInterrupt,
  services: Services,
): Promise<void> {
  switch (inputs.mode) {
    case 'validate':
      return validate(inputs, draft, services);
    case 'comment':
      return comment(inputs, draft, services);
    case 'status':
      return status(inputs, draft, log);
    case 'update-sql':
      return updateSql(inputs, draft, log);
    case 'verify':
      return verify(inputs, draft, log);
    case 'update':
      return update(inputs, draft, log, onInterrupt, services);
    case 'rollback':
      return rollback(inputs, draft, log, services);
    case 'pipeline':
      return pipeline(inputs, draft, log, onInterrupt);
  }
}

function resultOf({ report }: Draft, problems: readonly Problem[]): Result {
  if (report.pending.some(({ status: outcome }) => outcome !== 'not-run')) return 'failed';
  // A server that answered and then went away before anything was tried is as it was.
  const wasNeverReached =
    report.target === undefined && problems.some(({ code }) => code === 'connection-lost');
  return wasNeverReached ? 'unknown' : 'blocked';
}
