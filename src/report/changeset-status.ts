import type { PendingReason } from '../changelog/plan/plan.ts';
import type { ChangesetStatus, Mode, Report, ReportedChangeset, Result } from './report.ts';

const ICONS: Readonly<Record<ChangesetStatus, string>> = {
  applied: '✅',
  skipped: '⏭️',
  'marked-ran': '☑️',
  failed: '❌',
  unknown: '❓',
  'not-run': '⏸️',
};

const REASONS: Readonly<Record<PendingReason, string>> = {
  new: '',
  changed: ', file changed',
  always: ', runs always',
};

/** `pending, file changed`: what became of a changeset; in a mode that only looks, why it is there. */
export function describeStatus({ mode, result }: Report, { status, reason }: ReportedChangeset): string {
  // What runs again in a pull request is nothing new.
  const word = mode === 'validate' && reason !== 'new' ? 'merged' : statusWord(mode, result, status);
  return `${word}${REASONS[reason]}`;
}

/** A restore undoes what took effect. */
function statusWord(mode: Mode, result: Result, status: ChangesetStatus): string {
  if (status === 'not-run' && mode === 'validate') return 'new';
  if (status === 'not-run' && (mode === 'status' || mode === 'update-sql')) return 'pending';
  if (result === 'restored' && (status === 'applied' || status === 'marked-ran')) return `${status}, undone`;
  return status;
}

/** The same with a sign that the eye finds in a long table. */
export function markStatus(report: Report, changeset: ReportedChangeset): string {
  const words = describeStatus(report, changeset);
  return words.startsWith(changeset.status) ? `${ICONS[changeset.status]} ${words}` : words;
}
