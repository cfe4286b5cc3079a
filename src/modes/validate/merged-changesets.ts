import type { Changelog } from '../../changelog/changeset.ts';
import type { AlteredChangeset, ChangelogComparison } from '../../changelog/plan/compare.ts';
import type { Problem } from '../../errors.ts';
import { redactText } from '../../redaction/redact.ts';

/** What a pull request may not do to merged changesets: databases that ran them would refuse it. */
export function mergedProblems(
  { edited, removed }: ChangelogComparison,
  changelog: Changelog,
): readonly Problem[] {
  return [
    ...edited.map(({ changeset, line }): Problem => ({
      code: 'merged-changeset',
      message: `changeset ${changeset.key} is merged already, and its statements are changed here`,
      at: { file: changeset.sqlFile, line },
      fix: 'put the file back as it was, and make the change in a new changeset; databases that ran it would refuse the edit',
    })),
    ...removed.map(({ key, sqlFile }): Problem => ({
      code: 'merged-changeset',
      message: `changeset ${key} (${sqlFile}) is merged already, and is gone here`,
      at: { file: changelog.file, line: 1 },
      fix: 'put it back; to undo what it did, add a new changeset',
    })),
  ];
}

/** What it may do, and what nobody would find by the SQL alone. */
export function mergedWarnings(
  { altered, reordered, preconditions }: ChangelogComparison,
  changelog: Changelog,
): readonly Problem[] {
  const warnings: Problem[] = altered.map(describeAltered);
  if (reordered) {
    const [first, second] = reordered;
    warnings.push({
      code: 'merged-changeset',
      message: `changeset ${first.key} stands before ${second.key} now: new databases run merged changesets in another order than those that have them`,
      at: first.at,
      fix: 'put them back in their order, unless each works without the others',
    });
  }
  if (preconditions) {
    const [before, after] = [preconditions.before, preconditions.after].map((words) => words || 'none');
    warnings.push({
      code: 'merged-changeset',
      message: redactText(`the preconditions of the changelog are ${after}; they were ${before}`),
      at: { file: changelog.file, line: 1 },
      fix: 'see that each database which has to be deployed to still meets them',
    });
  }
  return warnings;
}

function describeAltered({ changeset, settings, line }: AlteredChangeset): Problem {
  const { key, at, sqlFile } = changeset;
  const said = redactText(settings.join('; '));
  if (line === undefined) {
    return {
      code: 'merged-changeset',
      message: `changeset ${key} is merged already, and is declared otherwise here: ${said}`,
      at,
      fix: 'see what that means where it ran, and where it did not; a change of what ran is a new changeset',
    };
  }
  return {
    code: 'merged-changeset',
    message: `changeset ${key} is merged already, and its statements are changed here, which validCheckSum lets pass: only databases without it run the new ones${said === '' ? '' : ` (${said})`}`,
    at: { file: sqlFile, line },
    fix: 'see that both texts leave the same behind, or put the file back and add a new changeset',
  };
}
