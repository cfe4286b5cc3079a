import type { PendingReason } from '../changelog/plan.ts';
import type { ChangesetStatus, Report, ReportedChangeset } from './report.ts';

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

/** `✅ applied`, `pending, file changed`: what became of a changeset, in a mode that only looks what it is. */
export function describeStatus(report: Report, changeset: ReportedChangeset): string {
  const word = statusWord(report, changeset);
  return word === 'pending' || word === 'new'
    ? `${word}${REASONS[changeset.reason]}`
    : `${ICONS[changeset.status]} ${word}${REASONS[changeset.reason]}`;
}

/** The same in one or two words: a restore undoes what was applied. */
export function statusWord({ mode, result }: Report, { status }: ReportedChangeset): string {
  if (status === 'not-run' && mode === 'validate') return 'new';
  if (status === 'not-run' && (mode === 'status' || mode === 'update-sql')) return 'pending';
  if (result === 'restored' && status !== 'not-run' && status !== 'failed') return `${status}, undone`;
  return status;
}
