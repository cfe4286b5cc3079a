import { formatProblem, type Problem } from '../errors.ts';
import { blockingViolations, failedChangeset, problemsToShow, withStatus } from './findings.ts';
import type { Report, ReportedChangeset } from './report.ts';
import { clamp } from '../wording/visible.ts';
import { count, firstStatements } from './wording.ts';

/** Why nothing was tried: `2 policy violations and 1 checksum mismatch`, or the first problem in its own words. */
export function describeBlock(report: Report): string {
  const violations = blockingViolations(report).length;
  const mismatches = report.mismatches.length;
  const problems = problemsToShow(report);
  if (problems.length > 0 && violations + mismatches === 0) return firstOf(problems, formatProblem);
  const parts = [
    violations > 0 ? [count(violations, 'policy violation')] : [],
    mismatches > 0 ? [count(mismatches, 'checksum mismatch', 'checksum mismatches')] : [],
    problems.length > 0 ? [count(problems.length, 'other problem')] : [],
  ].flat();
  return parts.length === 0 ? 'no reason was given' : parts.join(' and ');
}

/** Where the run stopped, and what of it is in effect unless that was undone since. */
export function describeFailure(report: Report, fate: 'kept' | 'undone'): string {
  const changeset = failedChangeset(report);
  if (!changeset) return firstOf(problemsToShow(report), ({ message }) => message);
  const before = withStatus(report, 'applied').length;
  const earlier = before === 0 ? '' : `; ${count(before, 'changeset')} before it ${was(before)} applied`;
  return `${place(changeset)}${fate === 'kept' ? `; ${kept(changeset)}${earlier}` : ''}`;
}

/** The first one in its own words, and how many others there are. */
function firstOf(problems: readonly Problem[], say: (problem: Problem) => string): string {
  const [first, ...more] = problems;
  const rest = more.length === 0 ? '' : ` (and ${count(more.length, 'more problem')})`;
  return first ? `${clamp(say(first), 300)}${rest}` : 'no reason was given';
}

function place(changeset: ReportedChangeset): string {
  const number = changeset.failedStatement?.number;
  const doubt = changeset.status === 'unknown' ? ' may or may not have taken effect' : '';
  if (number === undefined) return `${changeset.key} before its first statement${doubt}`;
  return `${changeset.key} statement ${number} of ${changeset.statements.length}${doubt}`;
}

function kept({ statementsDone, status }: ReportedChangeset): string {
  if (statementsDone === undefined) return 'what it did is not known';
  if (statementsDone === 0)
    return status === 'unknown' ? 'nothing before it was run' : 'nothing of it took effect';
  return `${firstStatements(statementsDone)} ${statementsDone === 1 ? 'is' : 'are'} done and ${was(statementsDone)} kept`;
}

function was(number: number): string {
  return number === 1 ? 'was' : 'were';
}
