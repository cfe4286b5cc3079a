import type { Problem } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import type { Report } from '../../report/report.ts';
import type { ComparedRows } from '../../report/restore-state.ts';
import type { Comparison } from '../../mysql/exact/compare-rows.ts';
import { updateReport, type Draft } from '../run/draft.ts';

const RESTORED = 'not as it was after this restore: ';

/** Records what of the rows a restore does not bring back, before it swaps. */
export function recordExceptions(
  { draft, log }: { readonly draft: Draft; readonly log: Log },
  exceptions: readonly string[],
  comparison?: Comparison,
): void {
  draft.compared = comparison ?? draft.compared;
  const known = new Set(draft.report.warnings.map(({ message }) => message));
  const warnings = exceptions
    .map((why): Problem => ({ code: 'not-exact', message: `${RESTORED}${why}` }))
    .filter(({ message }) => !known.has(message));
  for (const { message } of warnings) log({ level: 'warning', event: 'not-exact', message });
  updateReport(draft, { warnings: [...draft.report.warnings, ...warnings] });
}

/** Exceptions of the restore among warnings. */
export function restoreExceptions({ warnings }: Pick<Report, 'warnings'>): readonly Problem[] {
  return warnings.filter(({ code, message }) => code === 'not-exact' && message.startsWith(RESTORED));
}

/** What this process knows of the rows that a restore brought back; without it nobody can say that they are as they were. */
export function comparedRows({ report, compared }: Draft): ComparedRows {
  const exceptions = restoreExceptions(report).map(({ message }) => message.slice(RESTORED.length));
  return { compared: compared?.by ?? 'elsewhere', exceptions };
}
