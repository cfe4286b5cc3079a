import { checkChangesets, isBlocking } from '../../policy/check-policy.ts';
import { tablesToRead } from '../../policy/tables-to-read.ts';
import { rules } from '../../policy/rules/index.ts';
import type { Violation } from '../../policy/violation.ts';
import type { Changelog } from '../../changelog/changeset.ts';
import type { History, HistoryRow } from '../../changelog/history.ts';
import { identifyPlan } from '../../changelog/plan/plan-hash.ts';
import { planUpdate, type Plan } from '../../changelog/plan/plan.ts';
import { refuse, type Problem } from '../../errors.ts';
import { readChangelog } from '../../files/read-changelog.ts';
import type {
  CommonInputs,
  PipelineInputs,
  ReadInputs,
  UpdateInputs,
  WritingInputs,
} from '../../inputs/inputs.ts';
import { makeReadOnly, withConnection, type Session } from '../../mysql/session/connection.ts';
import { readHistory } from '../../mysql/tracking/history.ts';
import type { ResumePoint } from '../../mysql/tracking/journal.ts';
import { readSeenUnfinished } from '../../mysql/tracking/swapped-restore.ts';
import { isLockHeld } from '../../mysql/lock/lock.ts';
import { readPresentDefinitions } from '../../mysql/definitions/present-definitions.ts';
import { readServer, type Server } from '../../mysql/privileges/server.ts';
import { readTrackingState, type TrackingState } from '../../mysql/tracking/tracking-state.ts';
import type { Log } from '../../log/log.ts';
import { toReportedChangeset } from '../../report/reported-changeset.ts';
import { checkText } from './check-text.ts';
import { UP_TO_DATE } from '../../report/deploy-state.ts';
import { updateReport, recordState, type Draft } from '../run/draft.ts';
import { requireWhole } from './require-whole.ts';
import { judgeUnfinished, recordUnfinishedState } from './unfinished-run.ts';
import { statementsOf, recordGuarantee } from './record-guarantee.ts';

/** Reads the whole changelog tree; refuses with every problem in it before anything else is tried. */
export async function loadChangelog(inputs: CommonInputs, draft: Draft): Promise<Changelog> {
  const { changelog, problems } = await readChangelog(inputs.workingDirectory, inputs.changelogFile);
  refuse(problems);
  updateReport(draft, { changesetCount: changelog.changesets.length });
  return changelog;
}

/** What the database says, and what follows from it. */
export interface Target {
  readonly session: Session;
  readonly server: Server;
  readonly state: TrackingState;
  readonly history: History;
  readonly plan: Plan;
  /** With `resume`: where changesets that a run left in the middle go on, by `author:id`. */
  readonly resumePoints: ReadonlyMap<string, ResumePoint>;
}

/** Connects without the power to write, reads the history and plans: the way of all read modes. */
export async function withReadTarget(
  inputs: ReadInputs,
  draft: Draft,
  log: Log,
  use: (changelog: Changelog, target: Target) => Promise<void>,
): Promise<void> {
  const changelog = await loadChangelog(inputs, draft);
  await withConnection(inputs.database, log, async (session) => {
    await makeReadOnly(session);
    const server = await readServer(session);
    recordTarget(inputs, draft, server);
    const state = await readTrackingState(session);
    await requireWhole({ session, draft }, state, 'reads');
    const history = await readHistory(session, state);
    const plan = planUpdate(changelog, history, inputs);
    await recordPlan(inputs, draft, { session, changelog, history, plan });
    if (plan.pending.length === 0 && draft.report.mismatches.length === 0) recordState(draft, UP_TO_DATE);
    if (inputs.mode !== 'verify') {
      const backup = inputs.backupKind === 'none' ? 'none' : 'full';
      const { restoreGuarantee } = inputs;
      const wish = { backup, restoreGuarantee, statements: statementsOf(plan) } as const;
      await recordGuarantee({ draft, session, log }, 'reads', wish);
    }
    const resumePoints = await recordUnfinishedRun(inputs, draft, changelog, { session, state, plan });
    updateReport(draft, { problems: [...draft.report.problems, ...checkText(session, plan)] });
    await use(changelog, { session, server, state, history, plan, resumePoints });
  });
}

/** A run that stopped in the middle would block `update`; one that is still going is only worth a warning. */
async function recordUnfinishedRun(
  inputs: ReadInputs,
  draft: Draft,
  changelog: Changelog,
  { session, state, plan }: Pick<Target, 'session' | 'state' | 'plan'>,
): Promise<Target['resumePoints']> {
  const { unfinished, swappedBy } = await readSeenUnfinished(session, state);
  if (swappedBy !== undefined) warnOf(draft, swappedBy);
  const [first] = unfinished;
  if (!first) return new Map();
  if (await isLockHeld(session)) {
    const warning: Problem = {
      code: 'lock-held',
      message: `run ${first.run.runId} is at work on this schema now`,
    };
    updateReport(draft, { warnings: [...draft.report.warnings, warning] });
    return new Map();
  }
  const leftover = judgeUnfinished(unfinished, changelog, plan, inputs);
  const warnings = [...draft.report.warnings, ...resumeWarnings(plan, leftover.resumePoints)];
  updateReport(draft, { problems: leftover.problems, warnings });
  recordUnfinishedState(draft, leftover);
  return leftover.resumePoints;
}

function warnOf(draft: Draft, runId: string): void {
  const warning: Problem = {
    code: 'unfinished-run',
    message: `run ${runId} restored its backup and was cut off before it recorded that: the next update records it`,
  };
  updateReport(draft, { warnings: [...draft.report.warnings, warning] });
}

/** What a reviewer of a plan that goes on has to know: what of it does not run again. */
function resumeWarnings({ pending }: Plan, points: ReadonlyMap<string, ResumePoint>): readonly Problem[] {
  return pending.flatMap(({ changeset }): readonly Problem[] => {
    const point = points.get(changeset.key);
    if (!point) return [];
    const rest = `resume goes on after statement ${point.done} of ${changeset.sql.statements.length}`;
    return [{ code: 'unfinished-run', message: `changeset ${changeset.key}: ${rest}`, at: changeset.at }];
  });
}

/** Says which server this is. */
export function recordTarget(
  inputs: Pick<ReadInputs | WritingInputs | PipelineInputs, 'database'>,
  draft: Draft,
  server: Server,
): void {
  const { host, port, name, user } = inputs.database;
  updateReport(draft, {
    target: { host, port, schema: name, user, serverVersion: server.version, serverUuid: server.uuid },
  });
}

/** Says what is pending, what is not and why, and what the policy has against it. */
export async function recordPlan(
  inputs: ReadInputs | UpdateInputs,
  draft: Draft,
  {
    session,
    changelog,
    history,
    plan,
  }: { readonly changelog: Changelog } & Pick<Target, 'session' | 'history' | 'plan'>,
): Promise<void> {
  const { environment = '', database, resume, resumeInDoubt } = inputs;
  const { pending } = plan;
  const facts = { environment, schema: database.name, changelog, history, pending, request: inputs };
  const { hash, parts } = identifyPlan(facts);
  updateReport(draft, {
    planHash: hash,
    planParts: parts,
    resume: resume ? { inDoubt: resumeInDoubt } : undefined,
    pending: pending.map((planned) => toReportedChangeset(planned, database.name)),
    filtered: plan.filtered,
    mismatches: plan.mismatches,
    violations: await judgePending(inputs, session, plan, changelog),
    warnings: [...draft.report.warnings, ...missingWarnings(plan.missing)],
  });
}

/** What the policy has against the pending changesets, by the tables as the target has them now. */
export async function judgePending(
  { allowDestructive, database }: ReadInputs | UpdateInputs,
  session: Session,
  { pending }: Plan,
  { changesets }: Changelog,
): Promise<readonly Violation[]> {
  if (pending.length === 0) return [];
  const gates = { allowDestructive, schema: database.name };
  const wanted = pending.map(({ changeset }) => changeset);
  const present = await readPresentDefinitions(session, tablesToRead(wanted, gates.schema));
  return checkChangesets(rules, changesets, wanted, gates, present);
}

/** An unfinished run, mismatches and policy errors: what keeps every changeset of the plan from running. */
export function planProblems(draft: Draft): readonly Problem[] {
  const mismatches = draft.report.mismatches.map(({ key, at, recorded, current }): Problem => ({
    code: 'checksum-mismatch',
    message: `changeset ${key} ran with checksum ${recorded} but its file has ${current} now`,
    at,
    fix: 'restore the file as it ran and add a new changeset for the change, or list the old checksum under validCheckSum',
  }));
  const policy = draft.report.violations
    .filter(isBlocking)
    .map(({ rule, changeset, at, message, fix }): Problem => ({
      code: 'policy',
      message: `${changeset === undefined ? '' : `changeset ${changeset}: `}${rule}: ${message}`,
      at,
      fix,
    }));
  return [...draft.report.problems, ...mismatches, ...policy];
}

const SHOWN_MISSING = 20;

function missingWarnings(missing: readonly HistoryRow[]): readonly Problem[] {
  const shown = missing.slice(0, SHOWN_MISSING).map((row): Problem => ({
    code: 'history-row-without-changeset',
    message: `changeset ${row.author}:${row.id} ran at ${row.executedAt} UTC (${row.filename}) but is gone from the changelog`,
    fix: 'put the changeset back, or accept that a new database will not get it',
  }));
  const rest = missing.length - shown.length;
  if (rest === 0) return shown;
  return [
    ...shown,
    { code: 'history-row-without-changeset', message: `${rest} more rows whose changeset is gone` },
  ];
}
