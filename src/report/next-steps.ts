import { blockingViolations, failedChangeset, isOfContract, problemsToShow, withStatus } from './findings.ts';
import type { Mode, Report, ReportedChangeset, ReportedResume } from './report.ts';
import { firstStatements } from './wording.ts';

/** One thing to do: in plain text, and where it is a run of db-deploy, the inputs to give it. */
export interface NextStep {
  readonly says: string;
  readonly inputs?: readonly StepInput[];
}

export type StepInput = readonly [name: string, value: string];

/** `go back to the state before this run: mode: rollback, backup-ref: artifact:1/2`. */
export function formatStep({ says, inputs = [] }: NextStep): string {
  const given = inputs.map(([name, value]) => `${name}: ${value}`).join(', ');
  return given === '' ? says : `${says}: ${given}`;
}

/** What the reader can do now, in order; what the `fix` of a problem says is not repeated. */
export function nextSteps(report: Report): readonly NextStep[] {
  switch (report.result) {
    case 'ok':
      return afterSuccess(report);
    case 'blocked':
      return afterBlock(report);
    case 'failed':
    case 'unknown':
      return afterFailure(report);
    case 'restored':
      return [
        step('find out why it failed and correct the SQL: nothing has to be cleaned up'),
        step('then deploy again', ['mode', report.mode]),
        ...keepNextTime(report),
      ];
    case 'restore-failed':
      return [
        step(`stop other deploys of ${report.target?.schema ?? 'this schema'}, and keep the backup`),
        ...wayBack(report, 'when the cause is corrected, restore the backup of this run'),
      ];
  }
}

function afterSuccess(report: Report): readonly NextStep[] {
  const { mode, pending, planHash, isRestored, resume } = report;
  switch (mode) {
    case 'status':
    case 'update-sql':
      if (pending.length === 0) return [];
      if (planHash === undefined) return [step('to deploy this', ['mode', 'update'])];
      return [
        step(
          'to deploy exactly this plan, with the other inputs of this run',
          ['mode', 'update'],
          ...resumeInputs(resume),
          ['expected-plan-hash', planHash],
        ),
      ];
    case 'update':
      return wayBack(report, 'to undo this deploy and everything since');
    case 'rollback':
      return isRestored ? wayBack(report, 'to undo this rollback') : [];
    case 'validate':
    case 'verify':
    case 'pipeline':
    case 'comment':
      return [];
  }
}

/** Without them `update` would make another plan. */
function resumeInputs(resume: ReportedResume | undefined): readonly StepInput[] {
  if (!resume) return [];
  const { inDoubt } = resume;
  return [['resume', 'true'], ...(inDoubt === undefined ? [] : [['resume-in-doubt', inDoubt] as const])];
}

function afterBlock(report: Report): readonly NextStep[] {
  const steps: NextStep[] = [];
  const violations = blockingViolations(report);
  if (violations.some(isOfContract)) {
    steps.push(
      step('keep what the data contract promises, or raise its major version and tell who reads it'),
    );
  }
  if (violations.some((violation) => !isOfContract(violation))) {
    steps.push(step('change the SQL as the violations say; a changeset that already ran stays as it is'));
  }
  if (report.mismatches.length > 0) {
    steps.push(
      step('put each changed file back as it was when it ran, and make the change in a new changeset'),
      step('if both texts are right, list the recorded checksum under "validCheckSum" of the changeset'),
    );
  }
  return [...steps, ...doWhatIsAsked(report)];
}

function doWhatIsAsked(report: Report): readonly NextStep[] {
  const isAsked = problemsToShow(report).some(({ fix }) => fix !== undefined);
  return isAsked ? [step('do what the problems ask for, then run again', ['mode', report.mode])] : [];
}

function afterFailure(report: Report): readonly NextStep[] {
  const changeset = failedChangeset(report);
  const back = tookEffect(report) ? wayBack(report, 'or go back to the state before this run') : [];
  if (!changeset) return [...doWhatIsAsked(report), ...back];
  if (changeset.status === 'unknown') return [...afterDoubt(changeset), ...back];
  return [...goOn(report.mode, changeset), ...back];
}

function goOn(
  mode: Mode,
  { key, sqlFile, statements, statementsDone }: ReportedChangeset,
): readonly NextStep[] {
  const done = statementsDone ?? 0;
  if (done === 0) return [step(`when that is corrected, run again: it goes on with ${key}`, ['mode', mode])];
  if (done >= statements.length) return [];
  const stay = done === 1 ? 'stays as it is' : 'stay as they are';
  return [
    step(
      `if the SQL is at fault, correct ${sqlFile} from statement ${done + 1} on; ${firstStatements(done)} ${stay}`,
    ),
    step(`go on at statement ${done + 1} of ${key}`, ['mode', mode], ['resume', 'true']),
  ];
}

function afterDoubt({ key, statementsDone }: ReportedChangeset): readonly NextStep[] {
  const number = (statementsDone ?? 0) + 1;
  return [
    step(`look at the database: did statement ${number} of ${key} take effect?`),
    step(
      'then go on; the answer is only asked for where it cannot be decided without you',
      ['mode', 'update'],
      ['resume', 'true'],
      ['resume-in-doubt', 'done or not-done'],
    ),
  ];
}

/** Where what failed had no effect itself, only what was applied before it had to be taken back. */
function keepNextTime(report: Report): readonly NextStep[] {
  const failed = failedChangeset(report);
  const before = withStatus(report, 'applied').length;
  if (failed?.status !== 'failed' || (failed.statementsDone ?? 0) > 0 || before === 0) return [];
  const applied = before === 1 ? 'the changeset that was' : `the ${before} changesets that were`;
  return [
    step(
      `${failed.key} failed in its first statement and changed nothing: with this, ${applied} applied before it would have stayed, and nothing had to be restored`,
      ['on-failure', 'keep'],
    ),
  ];
}

function tookEffect(report: Report): boolean {
  const failed = failedChangeset(report);
  const isPartlyDone = failed?.status === 'unknown' || (failed?.statementsDone ?? 0) > 0;
  return isPartlyDone || withStatus(report, 'applied').length > 0;
}

function wayBack({ backup, guarantee }: Report, says: string): readonly NextStep[] {
  if (!backup) return [];
  // Whoever could not restore beside the live schema before cannot do it then.
  const place: readonly StepInput[] =
    guarantee?.kind === 'in-place' ? [['restore-guarantee', 'in-place']] : [];
  return [step(says, ['mode', 'rollback'], ['backup-ref', backup.ref], ...place)];
}

function step(says: string, ...inputs: readonly StepInput[]): NextStep {
  return inputs.length === 0 ? { says } : { says, inputs };
}
