import type { Changelog, Changeset } from '../../changelog/changeset.ts';
import type { CommitTree } from '../../changelog/commit-tree.ts';
import type { PendingReason } from '../../changelog/plan/plan.ts';
import { compareChangelogs, type ChangelogComparison } from '../../changelog/plan/compare.ts';
import { ExpectedError, formatProblem, type Problem } from '../../errors.ts';
import { readChangelogAt } from '../../files/read-changelog-at.ts';
import type { ValidateInputs } from '../../inputs/inputs.ts';
import { toReportedChangeset } from '../../report/reported-changeset.ts';
import { updateReport, type Draft } from '../run/draft.ts';
import { mergedProblems, mergedWarnings } from './merged-changesets.ts';

/**
 * Tells what a pull request does to the changesets of its base, and gives those that it has to answer for. Undefined
 * where there is no base, or where it cannot be read, which is then said.
 */
export async function compareWithBase(
  { workingDirectory, changelogFile }: ValidateInputs,
  draft: Draft,
  changelog: Changelog,
  base: Promise<CommitTree> | undefined,
): Promise<readonly Changeset[] | undefined> {
  if (!base) return undefined;
  try {
    const tree = await base;
    const merged = await readChangelogAt(tree, workingDirectory, changelogFile);
    const [broken] = merged.problems;
    if (broken) throw brokenBase(broken);
    const comparison = compareChangelogs(merged.changelog, changelog);
    recordComparison(draft, changelog, tree.commit, comparison);
    if (merged.changelog.changesets.length === 0) warnOfEmptyBase(draft, tree.commit, changelog);
    const { added, rerun, altered } = comparison;
    return [...new Set([...added, ...[...rerun, ...altered].map(({ changeset }) => changeset)])];
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code === 'merged-changeset') throw error;
    const [problem] = error.problems;
    if (problem) updateReport(draft, { warnings: [...draft.report.warnings, withoutBase(problem)] });
    return undefined;
  }
}

/** Right for the first pull request; else the folder or the changelog is not where git has it, as behind a link. */
function warnOfEmptyBase(draft: Draft, commit: string, { file }: Changelog): void {
  const warning: Problem = {
    code: 'base-unknown',
    message: `the base ${commit.slice(0, 7)} has no changesets in ${file}, so all count as new`,
    fix: 'if it has some, give working-directory and changelog-file as paths within the repository, not through links',
  };
  updateReport(draft, { warnings: [...draft.report.warnings, warning] });
}

function recordComparison(
  draft: Draft,
  changelog: Changelog,
  commit: string,
  comparison: ChangelogComparison,
): void {
  const { added, rerun } = comparison;
  const reasons = new Map<Changeset, PendingReason>([
    ...added.map((changeset) => [changeset, 'new'] as const),
    ...rerun.map(({ changeset, reason }) => [changeset, reason] as const),
  ]);
  updateReport(draft, {
    comparedWith: commit,
    pending: changelog.changesets.flatMap((changeset) => {
      const reason = reasons.get(changeset);
      return reason === undefined ? [] : [toReportedChangeset({ changeset, reason }, undefined)];
    }),
    problems: [...draft.report.problems, ...mergedProblems(comparison, changelog)],
    warnings: [...draft.report.warnings, ...mergedWarnings(comparison, changelog)],
  });
}

function brokenBase(problem: Problem): ExpectedError {
  return new ExpectedError({
    code: 'base-unknown',
    message: `the changelog of the base has problems itself: ${formatProblem(problem)}`,
    fix: 'correct it on the base, or look at this pull request by eye',
  });
}

function withoutBase({ message, fix }: Problem): Problem {
  const said = `merged changesets cannot be told from new ones, so all are judged as new: ${message}`;
  return { code: 'base-unknown', message: said, ...(fix === undefined ? {} : { fix }) };
}
