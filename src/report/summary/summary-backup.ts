import type { Detail } from '../markdown/detail.ts';
import { table } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Report, ReportedApproval, ReportedBackup, ReportedRestore } from '../report.ts';
import { count, formatDuration, formatSize } from '../wording.ts';

/** Who said yes, which backup there is, and what its restore cost. */
export function safetyNet({ approval, backup, restore }: Report, detail: Detail): Markdown {
  const facts: readonly (readonly [string, Markdown])[] = [
    ['approved by', approval ? approvedBy(approval, detail) : nothing],
    ['backup', backup ? kept(backup) : nothing],
    ['SHA-256', backup && !backup.ref.includes(backup.sha256) ? code(backup.sha256) : nothing],
    ['restored', restore ? restored(restore, backup) : nothing],
    ['cost', restore ? text(describeRestoreCost(restore)) : nothing],
    ['what was there before', restore ? before(restore) : nothing],
  ];
  const rows = facts.filter(([, fact]) => fact.markdown !== '').map(([name, fact]) => [text(name), fact]);
  return table(['Backup and approval', ''], rows);
}

function approvedBy({ approvedBy: name, environment, comment }: ReportedApproval, detail: Detail): Markdown {
  const words = comment === '' ? nothing : inline`: ${text(comment, detail.text)}`;
  return inline`${code(name)} in environment ${code(environment)}${words}`;
}

function kept({ ref, bytes, retentionDays, durationMs }: ReportedBackup): Markdown {
  const facts = `${formatSize(bytes)}, taken in ${formatDuration(durationMs)}, kept for ${count(retentionDays, 'day')}`;
  return inline`${code(ref, 500)} (${facts})`;
}

/** A long reference twice in one table would hide what differs. */
function restored({ ref, durationMs }: ReportedRestore, backup: ReportedBackup | undefined): Markdown {
  const which = ref === backup?.ref ? inline`this backup` : code(ref, 500);
  return inline`${which} in ${formatDuration(durationMs)}`;
}

function before({ aside }: ReportedRestore): Markdown {
  return aside === undefined
    ? text('was dropped: the backup was loaded in place')
    : inline`schema ${code(aside)}`;
}

/** `writers waited 120 ms; 3 transactions of others were undone`. */
export function describeRestoreCost({
  blockedMs,
  keptTransactions,
  undoneTransactions,
  aside,
}: ReportedRestore): string {
  const waited =
    blockedMs === undefined
      ? 'how long writers waited is not known'
      : aside === undefined
        ? `the schema was incomplete for ${formatDuration(blockedMs)}`
        : `writers waited ${formatDuration(blockedMs)}`;
  if (keptTransactions === 0 && undoneTransactions === 0) return `${waited}; nobody else had written`;
  const wait =
    keptTransactions === undefined
      ? waited
      : `${waited}; ${count(keptTransactions, 'transaction')} of others ${keptTransactions === 1 ? 'was' : 'were'} kept`;
  if (undoneTransactions === undefined) return `${wait}; whether writes of others were undone is not known`;
  const were = undoneTransactions === 1 ? 'was' : 'were';
  return `${wait}; ${count(undoneTransactions, 'transaction')} of others ${were} undone`;
}
