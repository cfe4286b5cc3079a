import type { History, HistoryRow } from '../changelog/history.ts';
import type { Plan, PlannedChangeset } from '../changelog/plan.ts';
import { judgePreconditions } from '../changelog/precondition.ts';
import type { Problem } from '../errors.ts';
import { applyChangeset, type Applied } from '../mysql/apply-changeset.ts';
import { answer } from '../mysql/facts.ts';
import type { ResumePoint } from '../mysql/journal.ts';
import { recordChangeset, type ExecType, type HistoryContext } from '../mysql/history.ts';
import { setSessionState } from '../mysql/session-state.ts';
import { count, inEffect } from '../report/wording.ts';
import { tell, tellChangeset } from './draft.ts';
import { runId, type UpdateRun } from './update-run.ts';

/** A run whose connection broke: what has to be found out about the changeset that was running. */
export interface LostRun {
  readonly planned: PlannedChangeset;
  /** Statements known to be in effect. */
  readonly done: number;
  readonly problem: Problem;
  /** Of the session that is gone. */
  readonly connectionId: number;
}

/** Applies what is pending, one changeset after the other; after one that fails, no other is run. */
export async function applyInOrder(
  run: UpdateRun,
  plan: Plan,
  history: History,
  resumePoints: ReadonlyMap<string, ResumePoint>,
): Promise<LostRun | undefined> {
  const { draft, log } = run;
  const applied = new Map<string, HistoryRow>(history);
  for (const [index, planned] of plan.pending.entries()) {
    const { key, at } = planned.changeset;
    log({
      level: 'info',
      event: 'changeset-started',
      message: `changeset ${index + 1} of ${plan.pending.length}`,
      changeset: key,
      at,
    });
    const decision = await decide(run, planned, applied);
    if (decision === 'next') continue;
    if (decision === 'stop') return undefined;
    const outcome = await applyChangeset(run.session, job(run, planned, resumePoints.get(key)?.done ?? 0));
    if (outcome.kind === 'lost') {
      const { done, problem } = outcome;
      return { planned, done, problem, connectionId: run.session.id };
    }
    if (!tellOutcome(run, planned, outcome)) return undefined;
    applied.set(key, newHistoryRow(run, planned));
  }
  tell(draft, { databaseState: 'The database has every changeset of this plan.' });
  return undefined;
}

/** Judges the changeset's own preconditions: run it, go on with the next, or stop. */
async function decide(
  run: UpdateRun,
  planned: PlannedChangeset,
  history: History,
): Promise<'run' | 'next' | 'stop'> {
  const { draft, session, inputs, log } = run;
  const { changeset } = planned;
  const { key } = changeset;
  await setSessionState(session, inputs.statementLockTimeout);
  if (changeset.preconditions.length === 0) return 'run';
  const verdict = await judgePreconditions(changeset.preconditions, (question) =>
    answer(session, history, question),
  );
  tellChangeset(draft, key, { notes: verdict.notes });
  switch (verdict.kind) {
    case 'hold':
      return 'run';
    case 'skip':
    case 'mark-ran': {
      const status = verdict.kind === 'skip' ? 'skipped' : 'marked-ran';
      if (verdict.kind === 'mark-ran') {
        await recordChangeset(session, changeset, planned.earlier, 'MARK_RAN', null, historyContext(run));
      }
      tellChangeset(draft, key, { status, notes: [...verdict.notes, verdict.message] });
      log({
        level: 'info',
        event: `changeset-${status}`,
        message: `${status}: ${verdict.message}`,
        changeset: key,
      });
      return 'next';
    }
    case 'halt': {
      const problem: Problem = {
        code: 'precondition',
        message: `changeset ${key}: a precondition does not hold: ${verdict.message}`,
        at: verdict.at,
        fix: 'bring the database to the state that the changeset asks for, or change onFail',
      };
      tellFailure(run, planned, 0, problem);
      return 'stop';
    }
  }
}

function tellOutcome(
  run: UpdateRun,
  planned: PlannedChangeset,
  outcome: Exclude<Applied, { kind: 'lost' }>,
): boolean {
  const { key } = planned.changeset;
  switch (outcome.kind) {
    case 'applied':
      tellChangeset(run.draft, key, { status: 'applied', durationMs: outcome.durationMs });
      run.log({
        level: 'info',
        event: 'changeset-applied',
        message: 'applied',
        changeset: key,
        durationMs: outcome.durationMs,
      });
      return true;
    case 'failed':
      tellFailure(run, planned, outcome.done, outcome.problem);
      return false;
  }
}

function tellFailure(run: UpdateRun, planned: PlannedChangeset, done: number, problem: Problem): void {
  const { draft } = run;
  const { key, sql } = planned.changeset;
  tellChangeset(draft, key, { status: 'failed', statementsDone: done, problem });
  tell(draft, {
    result: 'failed',
    problems: [problem],
    databaseState: stateAfterFailure(run, key, done, sql.statements.length),
  });
}

function stateAfterFailure({ draft }: UpdateRun, key: string, done: number, total: number): string {
  const before = draft.report.pending.filter(({ status }) => status === 'applied').length;
  const earlier =
    before === 0 ? '' : ` ${count(before, 'changeset')} before it ${before === 1 ? 'is' : 'are'} applied.`;
  if (done === 0 && before === 0) return 'The database is as it was: nothing of this run took effect.';
  if (done === 0) return `Nothing of changeset ${key} took effect.${earlier} There is no backup of this run.`;
  return `Changeset ${key} is half applied: ${inEffect(done, total)}.${earlier} There is no backup of this run.`;
}

function job(
  run: UpdateRun,
  planned: PlannedChangeset,
  alreadyDone: number,
): Parameters<typeof applyChangeset>[1] {
  const execType: ExecType = planned.earlier === undefined ? 'EXECUTED' : 'RERAN';
  return {
    changeset: planned.changeset,
    earlier: planned.earlier,
    execType,
    history: historyContext(run),
    alreadyDone,
    serverVersion: run.server.version,
    statementLockTimeout: run.inputs.statementLockTimeout,
    lockTimeout: run.inputs.lockTimeout,
    log: run.log,
  };
}

/** Liquibase's DEPLOYMENT_ID: the last ten digits of the start in milliseconds. */
function historyContext({ draft }: UpdateRun): HistoryContext {
  const deploymentId = String(Date.parse(draft.report.startedAt)).slice(-10);
  return { runId: runId(draft), deploymentId, tool: 'db-deploy' };
}

function newHistoryRow(run: UpdateRun, { changeset }: PlannedChangeset): HistoryRow {
  return {
    id: changeset.id,
    author: changeset.author,
    filename: changeset.at.file,
    checksum: changeset.sql.checksum,
    executedAt: run.draft.report.startedAt,
    runId: runId(run.draft),
  };
}
