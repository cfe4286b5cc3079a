import type { Problem } from '../../errors.ts';
import type { Violation } from '../../policy/violation.ts';
import {
  blockingViolations,
  contractViolations,
  excusedViolations,
  isOfContract,
  problemsToShow,
  warningsToShow,
  warningViolations,
} from '../findings.ts';
import { atMost, blocks, details, list, section } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Report } from '../report.ts';
import { count } from '../wording.ts';
import type { CommentDetail } from './comment-detail.ts';
import { placeLink, type CommentLinks } from './comment-links.ts';

/** What keeps the plan from running, each with the way to correct it. */
export function blockingFindings(report: Report, links: CommentLinks, detail: CommentDetail): Markdown {
  const items = [
    ...ofChangesets(blockingViolations(report)).map((violation) => violationItem(violation, links, detail)),
    ...report.mismatches.map(
      ({ key, at }) =>
        inline`${code(key)}, ${placeLink(at, links)}: its SQL is not what ran on the target<br>**Fix:** put the file back as it was, and make the change in a new changeset`,
    ),
    ...problemsToShow(report).map((problem) => problemItem(problem, links, detail)),
  ];
  return section('What has to change first', cutList(items, detail));
}

/** Changes of data contracts: those that block, those that cannot be judged, and those that a major version excuses. */
export function readers(report: Report, links: CommentLinks, detail: CommentDetail): Markdown {
  const items = contractViolations(report).map(({ rule, at, message, fix, excused: reason }) => {
    const next =
      reason === undefined
        ? inline`**Fix:** ${text(fix, detail.text)}`
        : inline`**Meant:** ${text(reason, detail.text)}`;
    return inline`**${rule}** in ${placeLink(at, links)}: ${text(message, detail.text)}<br>${next}`;
  });
  return section('Who reads this may break', cutList(items, detail));
}

function ofChangesets(violations: readonly Violation[]): readonly Violation[] {
  return violations.filter((violation) => !isOfContract(violation));
}

/** What a person should look at though it stops nothing. */
export function warnings(report: Report, links: CommentLinks, detail: CommentDetail): Markdown {
  const items = [
    ...ofChangesets(warningViolations(report)).map((violation) => violationItem(violation, links, detail)),
    ...warningsToShow(report).map((problem) => problemItem(problem, links, detail)),
  ];
  return section('Worth a look', cutList(items, detail));
}

/** Violations that pass, each with the reason for which it does. */
export function excused({ ...report }: Report, links: CommentLinks, detail: CommentDetail): Markdown {
  const found = ofChangesets(excusedViolations(report));
  const items = found.map(
    (violation) =>
      inline`${head(violation, links)}: ${text(violation.message, detail.text)}<br>**Excused:** ${text(violation.excused ?? '', detail.text)}`,
  );
  return details(inline`${count(found.length, 'excused violation')}`, cutList(items, detail));
}

function violationItem(violation: Violation, links: CommentLinks, detail: CommentDetail): Markdown {
  const { message, fix } = violation;
  return inline`${head(violation, links)}: ${text(message, detail.text)}<br>**Fix:** ${text(fix, detail.text)}`;
}

function head({ rule, changeset, at }: Violation, links: CommentLinks): Markdown {
  return inline`**${rule}** in ${code(changeset ?? '')}, ${placeLink(at, links)}`;
}

function problemItem({ at, message, fix }: Problem, links: CommentLinks, detail: CommentDetail): Markdown {
  const place = at ? inline`${placeLink(at, links)}: ` : nothing;
  const next = fix === undefined ? nothing : inline`<br>**Fix:** ${text(fix, detail.text)}`;
  return inline`${place}${text(message, detail.text)}${next}`;
}

function cutList(items: readonly Markdown[], detail: CommentDetail): Markdown {
  const { shown, rest } = atMost(items, Math.min(detail.rows, 50));
  return blocks(list(shown), rest);
}
