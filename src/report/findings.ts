import type { Location, Problem } from '../errors.ts';
import { formatLocation } from '../errors.ts';
import type { Violation } from '../policy/violation.ts';
import type { ChangesetStatus, Report, ReportedChangeset } from './report.ts';

/** Violations that keep the run from starting. */
export function blockingViolations({ violations }: Report): readonly Violation[] {
  return violations.filter((violation) => violation.severity === 'error' && violation.excused === undefined);
}

/** Violations that a person should look at and that stop nothing. */
export function warningViolations({ violations }: Report): readonly Violation[] {
  return violations.filter(
    (violation) => violation.severity === 'warning' && violation.excused === undefined,
  );
}

/** Violations that pass for a reason, which is shown in their place. */
export function excusedViolations({ violations }: Report): readonly Violation[] {
  return violations.filter((violation) => violation.excused !== undefined);
}

/** Violations of data contracts, those first that block. */
export function contractViolations(report: Report): readonly Violation[] {
  return [...blockingViolations(report), ...warningViolations(report), ...excusedViolations(report)].filter(
    isOfContract,
  );
}

/** True if the violation is about what readers of a data contract rely on. */
export function isOfContract({ changeset }: Violation): boolean {
  return changeset === undefined;
}

/**
 * What keeps the result from being `ok`, each once: without the problems that a violation or mismatch of the report
 * says in more words, with the one of the changeset that failed.
 */
export function problemsToShow(report: Report): readonly Problem[] {
  const failed = failedChangeset(report)?.problem;
  const violated = blockingViolations(report);
  const rest = report.problems.filter((problem) => {
    if (problem.code === 'policy') return !isSaidBy(violated, problem);
    if (problem.code === 'checksum-mismatch') return !isSaidBy(report.mismatches, problem);
    return true;
  });
  return distinct(failed ? [failed, ...rest] : rest);
}

/** Warnings of the run, and what the preconditions of single changesets had to say. */
export function warningsToShow(report: Report): readonly Problem[] {
  const notes = report.pending.flatMap(({ key, at, notes: said }) =>
    said.map((note): Problem => ({ code: 'precondition', message: `${key}: ${note}`, at })),
  );
  return distinct([...report.warnings, ...notes]);
}

/** The changeset at which the run stopped. */
export function failedChangeset({ pending }: Report): ReportedChangeset | undefined {
  return pending.find(({ status }) => status === 'failed' || status === 'unknown');
}

/** The pending changesets of which this became. */
export function withStatus({ pending }: Report, status: ChangesetStatus): readonly ReportedChangeset[] {
  return pending.filter((changeset) => changeset.status === status);
}

function isSaidBy(findings: readonly { readonly at: Location }[], { at }: Problem): boolean {
  if (!at) return findings.length > 0;
  return findings.some((finding) => formatLocation(finding.at) === formatLocation(at));
}

/** Each once; of two about the same place, one of which begins with the other, the longer. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = Map.groupBy(problems, ({ at }) => (at ? formatLocation(at) : ''));
  return [...byPlace.values()].flatMap((neighbours) => {
    const messages = [...new Set(neighbours.map(({ message }) => message))];
    const kept = messages.filter(
      (message) => !messages.some((other) => other !== message && other.startsWith(message)),
    );
    return kept.flatMap((message) => neighbours.find((problem) => problem.message === message) ?? []);
  });
}
