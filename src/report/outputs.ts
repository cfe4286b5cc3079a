import { failedChecks, rejectedCount, type CheckOutcome } from '../pipeline/pipeline-outcome.ts';
import type { Report, ReportedChangeset } from './report.ts';
import { clamp } from '../wording/visible.ts';
import { toSafeJson } from '../wording/workflow-command.ts';

/** An output lists no more changesets than this. */
const MOST_CHANGESETS = 100;
/** GitHub takes 1 MB of outputs from a job, counted in UTF-16: two lists of this many characters leave room. */
const LONGEST_LIST = 100_000;

/**
 * The step outputs that a report can fill. `pending` is what has not run when the run is over, `applied` what it ran
 * and was not undone.
 */
export function outputs(report: Report): Readonly<Record<string, string>> {
  const isUndone = report.result === 'restored';
  const applied = isUndone ? [] : report.pending.filter(hasRun);
  const pending = isUndone ? report.pending : report.pending.filter((changeset) => !hasRun(changeset));
  const known: Readonly<Record<string, string | undefined>> = {
    result: report.result,
    'database-state': report.state.live,
    'run-id': report.runId,
    'plan-hash': report.planHash,
    'plan-parts': report.planParts && toSafeJson(report.planParts),
    'pending-count': String(pending.length),
    pending: toList(pending.slice(0, MOST_CHANGESETS).map(toEntry)),
    'applied-count': String(applied.length),
    applied: toList(
      applied.slice(0, MOST_CHANGESETS).map((changeset) => ({
        ...toEntry(changeset),
        status: changeset.status,
        durationMs: changeset.durationMs ?? null,
      })),
    ),
    'sql-file': report.sqlFile,
    'backup-ref': report.backup?.ref,
    'backup-sha256': report.backup?.sha256,
    restored: String(isUndone || report.isRestored),
    'rejected-count': report.pipeline && String(rejectedCount(report.pipeline)),
    'failed-checks': report.pipeline && toList(failedChecks(report.pipeline).map(toCheck)),
  };
  const filled = Object.entries(known).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(filled) as Record<string, string>;
}

function hasRun({ status }: ReportedChangeset): boolean {
  return status === 'applied' || status === 'marked-ran';
}

function toEntry({ id, author, sqlFile, risk, contexts, labels, statements }: ReportedChangeset): object {
  return {
    id: clamp(id, 255),
    author: clamp(author, 255),
    file: clamp(sqlFile, 1000),
    risk,
    contexts: clamp(contexts, 1000),
    labels: labels.slice(0, 50).map((label) => clamp(label, 255)),
    statements: statements.length,
  };
}

function toCheck({ name, severity, metric, threshold }: CheckOutcome): object {
  return { name: clamp(name, 255), severity, metric: metric ?? null, threshold };
}

/** JSON of as many entries, from the first, as there is room for. */
function toList(entries: readonly object[]): string {
  const written: string[] = [];
  let length = 2;
  for (const entry of entries) {
    const json = toSafeJson(entry);
    length += json.length + 1;
    if (length > LONGEST_LIST) break;
    written.push(json);
  }
  return `[${written.join(',')}]`;
}
