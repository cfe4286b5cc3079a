import type { Detail } from '../markdown/detail.ts';
import { atMost, blocks, details, table } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import { markStatus } from '../changeset-status.ts';
import { countReasons, keptOut } from '../filtered.ts';
import type { Report, ReportedChangeset } from '../report.ts';
import { count, formatDuration, formatNumber } from '../wording.ts';

const HEADER = ['#', 'changeset', 'status', 'risk', 'contexts', 'labels', 'SQL', 'took', 'comment'];

/** The plan in its order; where rows are left out, what failed is still there. */
export function changesetTable(report: Report, detail: Detail): Markdown {
  const numbered = report.pending.map((changeset, index) => ({ changeset, number: index + 1 }));
  const shown = numbered.filter(
    ({ changeset, number }) =>
      number <= detail.rows || changeset.status === 'failed' || changeset.status === 'unknown',
  );
  const rest = atMost(numbered, shown.length).rest;
  return blocks(
    table(
      HEADER,
      shown.map(({ changeset, number }) => changesetRow(report, changeset, number, detail)),
    ),
    rest,
  );
}

function changesetRow(
  report: Report,
  changeset: ReportedChangeset,
  number: number,
  detail: Detail,
): readonly Markdown[] {
  const { key, risk, contexts, labels, statements, sqlFile, durationMs, comment } = changeset;
  return [
    text(formatNumber(number)),
    code(key),
    text(markStatus(report, changeset)),
    risk === 'high' ? inline`**high**` : text(risk),
    code(contexts),
    code(labels.join(', ')),
    inline`${count(statements.length, 'statement')} in ${code(sqlFile)}`,
    durationMs === undefined ? nothing : text(formatDuration(durationMs)),
    text(comment ?? '', detail.text),
  ];
}

/** What is not in the plan: a count of what already ran, and the reason of each that contexts or labels keep out. */
export function filteredChangesets({ filtered, mode }: Report, detail: Detail): Markdown {
  const kept = keptOut(filtered);
  if (filtered.length === 0 || (mode === 'verify' && kept.length === 0)) return nothing;
  const title = `Not in the plan: ${countReasons(filtered)}`;
  if (kept.length === 0) return text(title);
  const { shown, rest } = atMost(kept, detail.rows);
  const rows = shown.map(({ key, detail: why }) => [code(key), text(why, detail.text)]);
  return details(title, blocks(table(['changeset', 'why'], rows), rest));
}
