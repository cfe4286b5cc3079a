import type { History } from '../../changelog/history.ts';
import { planUpdate, type Plan } from '../../changelog/plan/plan.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import type { NewEncryption } from '../../files/backup/backup-header.ts';
import type { UpdateInputs } from '../../inputs/inputs.ts';
import { readLogPlace } from '../../mysql/binlog/log-place.ts';
import { withPreconditionSession } from '../../mysql/apply/work-session.ts';
import { send, withConnection } from '../../mysql/session/connection.ts';
import { answer } from '../../mysql/apply/facts.ts';
import { fillChecksum, readHistory } from '../../mysql/tracking/history.ts';
import { refreshGtid, tagTransactions, untagTransactions } from '../../mysql/doubt/gtid-tag.ts';
import { journalResumed } from '../../mysql/tracking/journal.ts';
import { readUnfinished } from '../../mysql/tracking/unfinished.ts';
import { checkPrivileges, requireBookkeeping } from '../../mysql/privileges/privileges.ts';
import {
  closeDeadRuns,
  finishRun,
  recordBackup,
  recordRun,
  type RunStatus,
} from '../../mysql/tracking/runs.ts';
import { readServer, requireWritable } from '../../mysql/privileges/server.ts';
import { trackOwnGtids } from '../../mysql/session/session-state.ts';
import { readTrackingState, type TrackingState } from '../../mysql/tracking/tracking-state.ts';
import { ensureTrackingTables } from '../../mysql/tracking/tracking-tables.ts';
import type { Log } from '../../log/log.ts';
import { applyInOrder, type LostRun } from './apply-in-order.ts';
import { judgeChangelogPreconditions } from '../plan/changelog-preconditions.ts';
import { checkText } from '../plan/check-text.ts';
import { decideDoubts } from '../plan/decide-doubts.ts';
import { UP_TO_DATE } from '../../report/deploy-state.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { expectedPlanProblems } from '../plan/expected-plan.ts';
import { recoverInPlace } from '../recover/recover-in-place.ts';
import { recoverRestore } from '../recover/recover-restore.ts';
import { requireApproval } from '../plan/require-approval.ts';
import { judgeUnfinished, recordUnfinishedState, type UnfinishedVerdict } from '../plan/unfinished-run.ts';
import {
  appliedCount,
  details,
  runId,
  runStart,
  type OnInterrupt,
  type UpdateRun,
} from '../run/update-run.ts';
import { loadChangelog, planProblems, recordPlan, recordTarget } from '../plan/read-target.ts';
import { refuseBeforeLock } from '../plan/refuse-before-lock.ts';
import { probeRight } from '../restore/restore-backup.ts';
import { restoreAfterFailure } from '../recover/restore-after-failure.ts';
import type { Services } from '../run/services.ts';
import { resolveHere, resolveLostRun } from './resolve-lost-run.ts';
import { estimateOf, takeBackup } from '../backup/take-backup.ts';
import { guaranteeProblems, statementsOf, recordGuarantee } from '../plan/record-guarantee.ts';
import { withInterrupt } from '../run/with-interrupt.ts';
import { withRunLock } from '../run/with-run-lock.ts';

/** Applies pending changesets in order under the deploy lock, and records each. */
export async function update(
  inputs: UpdateInputs,
  draft: Draft,
  log: Log,
  onInterrupt: OnInterrupt,
  services: Services,
): Promise<void> {
  const changelog = await loadChangelog(inputs, draft);
  const controller = new AbortController();
  const { artifacts, postStep } = services;
  // Before the lock: nobody else has to wait for an answer of GitHub.
  const refusals = await requireApproval(inputs, draft, log, services);
  const run = {
    ...{ inputs, draft, log, changelog, interrupt: controller.signal, artifacts, postStep, refusals },
    keys: new Map<string, NewEncryption>(),
  };
  const lost = await withConnection(inputs.database, log, async (session) => {
    const server = await readServer(session);
    recordTarget(inputs, draft, server);
    await requireWritable(session, server);
    const state = await readTrackingState(session);
    await requireBookkeeping(session, state);
    if (await refuseBeforeLock({ inputs, draft, changelog, session }, state)) return undefined;
    return withRunLock(run, session, () =>
      withInterrupt(run, controller, session, onInterrupt, () => updateLocked({ ...run, session, server })),
    );
  });
  if (lost) await resolveLostRun(run, lost);
}

async function updateLocked(run: UpdateRun): Promise<LostRun | undefined> {
  const { inputs, draft, log, session, server, changelog } = run;
  const state = await makeWhole(run);
  if (!state) {
    await recordRun(session, runStart(run), 'blocked', details(draft));
    return undefined;
  }
  await closeDeadRuns(session, state);
  const history = await readHistory(session, state);
  const plan = planUpdate(changelog, history, inputs);
  await recordPlan(inputs, draft, { session, changelog, history, plan });
  const unfinished = await readUnfinished(session, state);
  const doubtful = unfinished.flatMap(({ rows }) => rows);
  const findings = await decideDoubts(session, doubtful, changelog, server.version, log);
  const left = findings.size === 0 ? unfinished : await readUnfinished(session, state);
  const leftover = judgeUnfinished(left, changelog, plan, inputs, findings);
  const problems = [...leftover.problems, ...(await reasonsToRefuse(run, plan, history))];
  if (problems.length > 0) {
    updateReport(draft, { result: 'blocked', problems });
    recordUnfinishedState(draft, leftover);
    await recordRun(session, runStart(run), 'blocked', details(draft));
    return undefined;
  }
  for (const { row, checksum } of plan.unfilled) await fillChecksum(session, row, checksum);
  if (plan.pending.length === 0) {
    recordState(draft, UP_TO_DATE);
    await recordRun(session, runStart(run), 'succeeded', details(draft));
    return undefined;
  }
  if (!(await backUp(run, plan, leftover))) return undefined;
  return apply(run, plan, history, leftover);
}

/** Makes the tables of this tool and finishes a restore that was left; undefined where nothing else may be done. */
async function makeWhole(run: UpdateRun): Promise<TrackingState | undefined> {
  const { inputs, draft, log, session, refusals } = run;
  const ensure = async (): Promise<TrackingState> =>
    session.group.whileKillable(session, async () =>
      ensureTrackingTables(session, await readTrackingState(session), log),
    );
  const state = await ensure();
  await recoverRestore(session, inputs.lockTimeout);
  // Whoever may not deploy may not load a backup either.
  const left = await recoverInPlace(run, refusals.length === 0 ? inputs.backup : undefined);
  switch (left) {
    case 'whole':
      return state;
    case 'made-whole':
      // The history is one of the tables that were loaded.
      return ensure();
    case 'incomplete':
      updateReport(draft, { problems: [...draft.report.problems, ...refusals] });
      return undefined;
  }
}

/** The run becomes known, then its backup is taken; what goes wrong here has changed nothing. */
async function backUp(run: UpdateRun, plan: Plan, leftover: UnfinishedVerdict): Promise<boolean> {
  const { inputs, draft, session } = run;
  run.postStep?.begin(runId(draft));
  await trackOwnGtids(session);
  await tagTransactions(session, run.server, runId(draft));
  await startRun(run, plan, leftover);
  if (!inputs.backup) return true;
  try {
    const backup = await takeBackup(run, inputs.backup);
    await recordBackup(session, runId(draft), backup, await estimateOf(session, backup));
    updateReport(draft, { backup });
    return true;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const hasFailed = error.code === 'backup-failed' || error.code === 'backup-unavailable';
    updateReport(draft, { result: hasFailed ? 'failed' : 'blocked', problems: error.problems });
    await finishRun(session, runId(draft), hasFailed ? 'failed' : 'blocked', 0, details(draft));
    return false;
  }
}

async function reasonsToRefuse(run: UpdateRun, plan: Plan, history: History): Promise<readonly Problem[]> {
  const { inputs, draft, session, server, changelog } = run;
  const problems = [...planProblems(draft), ...run.refusals, ...expectedPlanProblems(inputs, draft)];
  problems.push(...checkText(session, plan));
  problems.push(...(await checkPrivileges(session, server, plan)));
  if (plan.pending.length > 0) {
    const guarantee = await recordGuarantee(run, 'deploys', {
      backup: inputs.backup ? 'full' : 'none',
      restoreGuarantee: inputs.restoreGuarantee,
      statements: statementsOf(plan),
    });
    problems.push(...(await guaranteeProblems(session, inputs, guarantee)));
  }
  if (inputs.backup && plan.pending.length > 0) problems.push(...(await probeRight(run)));
  if (changelog.preconditions.length > 0) {
    const verdict = await withPreconditionSession(session, inputs.database, run.log, (asking) =>
      judgeChangelogPreconditions(draft, changelog, (question) => answer(asking, history, question)),
    );
    problems.push(...verdict);
  }
  return problems;
}

async function apply(
  run: UpdateRun,
  plan: Plan,
  history: History,
  leftover: UnfinishedVerdict,
): Promise<LostRun | undefined> {
  const { draft, session } = run;
  // Nobody counted what was made and dropped before, beside the live schema.
  await refreshGtid(session);
  try {
    const lost = await applyInOrder(run, plan, history, leftover.resumePoints);
    if (lost) return await resolveHere(run, lost);
    await untagTransactions(session);
  } catch (error) {
    await untagTransactions(session).catch(() => undefined);
    // What could still be recorded was; the run must not stay `running`.
    await finishRun(session, runId(draft), 'failed', appliedCount(draft), details(draft)).catch(
      () => undefined,
    );
    throw error;
  }
  const status: RunStatus =
    draft.report.result === 'ok' ? 'succeeded' : run.interrupt.aborted ? 'interrupted' : 'failed';
  await finishRun(session, runId(draft), status, appliedCount(draft), details(draft));
  await restoreAfterFailure(run);
  return undefined;
}

/** The run and what it takes over from an earlier one become known in one commit. */
async function startRun(run: UpdateRun, plan: Plan, { resumePoints }: UnfinishedVerdict): Promise<void> {
  const { session, draft, inputs } = run;
  const { resume, resumeInDoubt } = inputs;
  const place = await readLogPlace(session, run.server.version);
  const { tag } = session.group.gtids;
  const control = place && { id: session.id, ...place, tag };
  await send(session, 'START TRANSACTION');
  await recordRun(session, runStart(run), 'running', { resume, resumeInDoubt, control });
  for (const { changeset } of plan.pending) {
    const point = resumePoints.get(changeset.key);
    if (point) await journalResumed(session, runId(draft), changeset, point);
  }
  await send(session, 'COMMIT');
}
