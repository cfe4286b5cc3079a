import { setTimeout as sleep } from 'node:timers/promises';
import { checksum } from '../../sql/checksum.ts';
import { send, type Session } from '../../mysql/session/connection.ts';
import { requireLock } from '../../mysql/lock/lock.ts';
import { clearChangedKeys, offerChangedKeys, offerDeletedAt } from '../../mysql/pipeline/changed-keys.ts';
import { readPreviousMetrics, recordResults } from '../../mysql/pipeline/dq-results.ts';
import { prepareSession, putSessionRight } from '../../mysql/pipeline/own-settings.ts';
import { markTransformed } from '../../mysql/pipeline/pipeline-runs.ts';
import { describe, runCheck, type CheckContext } from '../../mysql/pipeline/run-check.ts';
import { isWorthAnotherTry, requireGoOn, runTransform } from '../../mysql/pipeline/run-transform.ts';
import { readShownValues } from '../../mysql/pipeline/shown-values.ts';
import { isConnectionLost } from '../../mysql/session/server-error.ts';
import { failedChecks, type CheckOutcome, type TransformOutcome } from '../../pipeline/pipeline-outcome.ts';
import { checksFailed, TRANSFORMED } from '../../report/pipeline-state.ts';
import { metricText } from '../../report/summary/summary-pipeline.ts';
import { count } from '../../report/wording.ts';
import { updateReport, recordState } from '../run/draft.ts';
import {
  checkProblems,
  notRun,
  outcome,
  recordRunFailure,
  recordPipeline,
  type PipelineRun,
} from './pipeline-run.ts';
import { runId } from '../run/update-run.ts';

/** How often the whole transaction is tried when others made the server roll it back. */
const TRIES = 4;

/**
 * Runs all transforms and checks as one transaction. It is committed only when no check of severity `error` failed, and
 * the results of the checks are recorded either way. Died before COMMIT: nothing of it happened, and the changed keys
 * still wait. Died after it: the mark in the row of the run says so.
 */
export async function transformAndCheck(run: PipelineRun): Promise<void> {
  const { session, log, manifest } = run;
  await prepareSession(session);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptOnce(run);
      return;
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      await rollBack(session);
      if (!isWorthAnotherTry(error) || attempt === TRIES || run.interrupt.aborted) throw error;
      recordPipeline(run, { transforms: manifest.transforms.map(({ path }) => notRun(path)), checks: [] });
      log({
        level: 'warning',
        event: 'transaction-retried',
        message: `others held rows that the transforms need; the transaction was rolled back and is tried again (${attempt} of ${TRIES - 1})`,
      });
      await sleep(100 * 4 ** attempt);
    }
  }
}

/** What ran before may have left any setting, and what is recorded next must not depend on it. */
async function rollBack(session: Session): Promise<void> {
  await send(session, 'ROLLBACK AND NO CHAIN NO RELEASE');
  await putSessionRight(session);
}

async function attemptOnce(run: PipelineRun): Promise<void> {
  const { session, manifest, draft } = run;
  const transforms = checksum(manifest.transforms.flatMap(({ statements }) => statements));
  await send(session, 'START TRANSACTION');
  await offerKeys(run, transforms);
  await runTransforms(run);
  const checks = await runChecks(run);
  const errors = checkProblems(checks, 'error');
  updateReport(draft, { warnings: [...draft.report.warnings, ...checkProblems(checks, 'warning')] });
  if (errors.length > 0) {
    await rollBack(session);
    await recordFailure(session, runId(draft), checks);
    const names = failedChecks({ checks }, 'error').map(({ name }) => name);
    recordRunFailure(run, errors, checksFailed(names));
    return;
  }
  requireGoOn(run.interrupt);
  await requireLock(session);
  await recordResults(session, runId(draft), checks);
  for (const dataset of manifest.datasets) await clearChangedKeys(session, dataset, transforms);
  await markTransformed(session, runId(draft));
  recordPipeline(run, { isCommitted: undefined });
  await send(session, 'COMMIT AND NO CHAIN NO RELEASE');
  recordCommitted(run);
}

/** Says that the transforms are in effect. */
export function recordCommitted(run: Pick<PipelineRun, 'draft' | 'manifest'>): void {
  recordPipeline(run, { isCommitted: true });
  recordState(run.draft, TRANSFORMED);
}

async function recordFailure(session: Session, id: string, checks: readonly CheckOutcome[]): Promise<void> {
  await send(session, 'START TRANSACTION');
  await recordResults(session, id, checks);
  await send(session, 'COMMIT');
}

async function offerKeys({ session, manifest, log }: PipelineRun, transforms: string): Promise<void> {
  for (const dataset of manifest.datasets) {
    await offerDeletedAt(session, dataset);
    const { keys } = await offerChangedKeys(session, dataset, transforms);
    const what = keys === 'all' ? 'all rows are compared' : `${count(keys, 'changed key')} to follow`;
    log({ level: 'debug', event: 'changed-keys', message: `dataset ${dataset.name}: ${what}` });
  }
}

async function runTransforms(run: PipelineRun): Promise<void> {
  const { session, manifest, log, interrupt } = run;
  for (const sqlFile of manifest.transforms) {
    const started = performance.now();
    recordTransform(run, sqlFile.path, { status: 'failed' });
    const result = await runTransform(session, sqlFile, {
      interrupt,
      hasSecrets: sensitiveNames(run).size > 0,
    });
    const durationMs = Math.round(performance.now() - started);
    recordTransform(run, sqlFile.path, { ...result, status: 'done', durationMs });
    log({
      level: 'info',
      event: 'transform-done',
      message: `${sqlFile.path}: ${describeResult(result)}`,
      durationMs,
    });
  }
}

function recordTransform(run: PipelineRun, file: string, known: Partial<TransformOutcome>): void {
  const transforms = outcome(run).transforms.map((transform) =>
    transform.file === file ? { ...transform, ...known } : transform,
  );
  recordPipeline(run, { transforms });
}

function describeResult({
  rowsAffected,
  versionsOpened,
  versionsClosed,
}: Pick<TransformOutcome, 'versionsOpened' | 'versionsClosed'> & { readonly rowsAffected: number }): string {
  const versions =
    versionsOpened === undefined && versionsClosed === undefined
      ? ''
      : `, ${count(versionsOpened ?? 0, 'version')} opened, ${versionsClosed ?? 0} closed`;
  return `${count(rowsAffected, 'row')} affected${versions}`;
}

/** Names of columns whose values may not be shown, in lower case. */
function sensitiveNames({ manifest }: Pick<PipelineRun, 'manifest'>): ReadonlySet<string> {
  const columns = manifest.datasets.flatMap((dataset) => dataset.columns);
  return new Set(columns.filter(({ sensitive }) => sensitive).map(({ name }) => name.toLowerCase()));
}

async function runChecks(run: PipelineRun): Promise<readonly CheckOutcome[]> {
  const { session, manifest, log, interrupt } = run;
  const sensitive = sensitiveNames(run);
  const context: CheckContext = {
    interrupt,
    shown: await readShownValues(session, sensitive),
    hasSecrets: sensitive.size > 0,
    previous: await readPreviousMetrics(session),
  };
  let checks = manifest.checks.map((check) => describe(check, context));
  recordPipeline(run, { checks });
  for (const [at, check] of manifest.checks.entries()) {
    const found = await runCheck(session, check, context);
    checks = checks.with(at, found);
    recordPipeline(run, { checks });
    const hasPassed = found.status === 'passed';
    log({
      level: hasPassed ? 'info' : found.severity,
      event: hasPassed ? 'check-passed' : 'check-failed',
      message: `check ${found.name} ${found.status}: ${metricText(found)} (threshold ${found.threshold})`,
      at: found.at,
      durationMs: found.durationMs ?? 0,
    });
  }
  return checks;
}
