import { blockingViolations, failedChangeset, problemsToShow } from './findings.ts';
import type { Report, ReportedChangeset } from './report.ts';
import { firstStatements } from './wording.ts';

/** What the reader can do now, in order, in plain text; what the `fix` of a problem says is not repeated. */
export function nextSteps(report: Report): readonly string[] {
  switch (report.result) {
    case 'ok':
      return afterSuccess(report);
    case 'blocked':
      return afterBlock(report);
    case 'failed':
    case 'unknown':
      return afterFailure(report);
    case 'restored':
      return ['find out why it failed, correct the SQL and deploy again: nothing is left to clean up'];
    case 'restore-failed':
      return [
        `stop other deploys of ${report.target?.schema ?? 'this schema'} and keep the backup`,
        'run mode "rollback" with the backup of this run',
      ];
  }
}

function afterSuccess({ mode, pending, planHash }: Report): readonly string[] {
  if (pending.length === 0 || (mode !== 'status' && mode !== 'update-sql')) return [];
  if (planHash === undefined) return ['to deploy this, run mode "update"'];
  return [`to deploy exactly this plan, run mode "update" with expected-plan-hash ${planHash}`];
}

function afterBlock(report: Report): readonly string[] {
  const steps: string[] = [];
  if (blockingViolations(report).length > 0) {
    steps.push('change the SQL as the violations say; a changeset that already ran stays as it is');
  }
  if (report.mismatches.length > 0) {
    steps.push(
      'put each changed file back as it was when it ran, and make the change in a new changeset',
      'if both texts are right, list the recorded checksum under "validCheckSum" of the changeset',
    );
  }
  if (problemsToShow(report).some(({ fix }) => fix !== undefined)) {
    steps.push(`do what the problems ask for, then run mode "${report.mode}" again`);
  }
  return steps;
}

function afterFailure(report: Report): readonly string[] {
  const changeset = failedChangeset(report);
  if (!changeset) return [];
  if (changeset.status === 'unknown') return afterDoubt(changeset);
  const done = changeset.statementsDone ?? 0;
  if (done === 0)
    return [`when that is mended, run mode "${report.mode}" again: it goes on with ${changeset.key}`];
  if (done >= changeset.statements.length) return [];
  const stay = done === 1 ? 'stays as it is' : 'stay as they are';
  return [
    `if the SQL is at fault, correct ${changeset.sqlFile} from statement ${done + 1} on; ${firstStatements(done)} ${stay}`,
    `run mode "${report.mode}" with "resume: true": it goes on at statement ${done + 1} of ${changeset.key}`,
  ];
}

function afterDoubt({ key, statementsDone }: ReportedChangeset): readonly string[] {
  const number = (statementsDone ?? 0) + 1;
  return [
    `look at the database: did statement ${number} of ${key} take effect?`,
    'run mode "update" with "resume: true"; where that cannot be decided it asks for "resume-in-doubt"',
  ];
}
