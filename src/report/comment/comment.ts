import { contractViolations, warningsToShow, warningViolations } from '../findings.ts';
import { blocks } from '../markdown/markdown-blocks.ts';
import { inline, linked, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Report } from '../report.ts';
import { changesets, toShown, type ShownChangeset } from './comment-changesets.ts';
import { MOST_ROWS, renderWithin, type CommentDetail } from './comment-detail.ts';
import { blockingFindings, excused, readers, warnings } from './comment-findings.ts';
import { footer } from './comment-footer.ts';
import { headline, whatIsPending } from './comment-headline.ts';
import type { CommentLinks } from './comment-links.ts';

/** GitHub refuses a comment of more than 65,536 characters. */
const COMMENT_LIMIT = 65_000;

export interface CommentOptions {
  /** The lines by which the comment is found again. */
  readonly marker: string;
  readonly links: CommentLinks;
  /** A remark on where the report comes from, where that is not this run. */
  readonly note?: string;
}

/** The comment under a pull request: verdict, what has to change, the plan with its SQL, and what a failure costs. */
export function renderComment(report: Report, options: CommentOptions, limit = COMMENT_LIMIT): string {
  const { marker, links } = options;
  if (isClean(report)) return `${marker}\n\n${blocks(cleanLine(report, links), note(options)).markdown}\n`;
  const shown = toShown(report, MOST_ROWS);
  return renderWithin(limit, (detail) => `${marker}\n\n${body(report, shown, options, detail).markdown}\n`);
}

/** Nothing to decide and nothing to look at: one line says so. */
function isClean(report: Report): boolean {
  const contracts = contractViolations(report).length;
  const remarks = warningsToShow(report).length + warningViolations(report).length + contracts;
  return report.result === 'ok' && report.pending.length === 0 && remarks === 0;
}

function cleanLine(report: Report, { run }: CommentLinks): Markdown {
  const more = run === undefined ? nothing : inline` <sub>(${linked(text('workflow run'), run)})</sub>`;
  return inline`${headline(report)}.${more}`;
}

function body(
  report: Report,
  shown: readonly ShownChangeset[],
  options: CommentOptions,
  detail: CommentDetail,
): Markdown {
  const { links } = options;
  return blocks(
    inline`### ${headline(report)}`,
    whatIsPending(report),
    readers(report, links, detail),
    blockingFindings(report, links, detail),
    warnings(report, links, detail),
    excused(report, links, detail),
    changesets(report, shown, links, detail),
    footer(report, links),
    note(options),
  );
}

function note({ note: words }: CommentOptions): Markdown {
  return words === undefined ? nothing : inline`<sub>${words}</sub>`;
}
