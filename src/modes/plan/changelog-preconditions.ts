import type { Changelog } from '../../changelog/changeset.ts';
import { judgePreconditions, type Answer, type Question } from '../../changelog/precondition.ts';
import type { Problem } from '../../errors.ts';
import { updateReport, type Draft } from '../run/draft.ts';

/** Judges the preconditions of the whole changelog: whatever does not hold, but WARN, keeps the run from starting. */
export async function judgeChangelogPreconditions(
  draft: Draft,
  changelog: Changelog,
  ask: (question: Question) => Promise<Answer>,
): Promise<readonly Problem[]> {
  const verdict = await judgePreconditions(changelog.preconditions, ask);
  for (const note of verdict.notes) {
    updateReport(draft, { warnings: [...draft.report.warnings, { code: 'precondition', message: note }] });
  }
  if (verdict.kind === 'hold') return [];
  return [
    {
      code: 'precondition',
      message: `a precondition of the changelog does not hold: ${verdict.message}`,
      at: verdict.at,
      fix: 'bring the database to the state that the changelog asks for, or change the precondition',
    },
  ];
}
