import type { Problem } from '../errors.ts';
import type { Log } from '../report/log.ts';
import type { Report } from '../report/report.ts';
import { tell, type Draft } from './draft.ts';

const RESTORED = 'not as it was after this restore: ';

/** Records what of the rows a restore does not bring back, before it swaps. */
export function tellExceptions(
  { draft, log }: { readonly draft: Draft; readonly log: Log },
  exceptions: readonly string[],
): void {
  const known = new Set(draft.report.warnings.map(({ message }) => message));
  const warnings = exceptions
    .map((why): Problem => ({ code: 'not-exact', message: `${RESTORED}${why}` }))
    .filter(({ message }) => !known.has(message));
  for (const { message } of warnings) log({ level: 'warning', event: 'not-exact', message });
  tell(draft, { warnings: [...draft.report.warnings, ...warnings] });
}

/** Exceptions of the restore among warnings. */
export function restoreExceptions({ warnings }: Pick<Report, 'warnings'>): readonly Problem[] {
  return warnings.filter(({ code, message }) => code === 'not-exact' && message.startsWith(RESTORED));
}

/** What of the rows a restore did not bring back, each completing `except that …`; everything else was compared. */
export function exceptionsOf(report: Pick<Report, 'warnings'>): readonly string[] {
  return restoreExceptions(report).map(({ message }) => message.slice(RESTORED.length));
}
