import { formatLocation, type Location, type Problem } from '../../errors.ts';
import type { Violation } from '../../policy/violation.ts';
import type { Detail } from '../markdown/detail.ts';
import { blockingViolations, excusedViolations, warningViolations } from '../findings.ts';
import { atMost, blocks, list, table } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, sqlBlock, text, type Markdown } from '../markdown/markdown.ts';
import type { Report, ReportedChangeset } from '../report.ts';
import { clamp } from '../../wording/visible.ts';

/** Problems with their place and fix, one an item. */
export function problemList(problems: readonly Problem[], detail: Detail): Markdown {
  const { shown, rest } = atMost(problems, detail.rows);
  return blocks(list(shown.map((problem) => problemItem(problem, detail))), rest);
}

function problemItem({ at, message, fix }: Problem, detail: Detail): Markdown {
  const place = at ? inline`${where(at)}: ` : nothing;
  const next = fix === undefined ? nothing : inline`<br>**Fix:** ${text(fix, detail.text)}`;
  return inline`${place}${text(message, detail.text)}${next}`;
}

function where(at: Location): Markdown {
  return code(formatLocation(at));
}

/** What blocks first, then what only warns; the excused ones have a table of their own. */
export function violationTable(report: Report, detail: Detail): Markdown {
  const violations = [...blockingViolations(report), ...warningViolations(report)];
  const { shown, rest } = atMost(violations, detail.rows);
  const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'fix'];
  return blocks(
    table(
      header,
      shown.map((violation) => [...violationCells(violation, detail), text(violation.fix, detail.text)]),
    ),
    rest,
  );
}

/** Violations that pass, each with the reason for which it does. */
export function excusedTable(report: Report, detail: Detail): Markdown {
  const { shown, rest } = atMost(excusedViolations(report), detail.rows);
  const header = ['severity', 'rule', 'changeset', 'where', 'finding', 'excused because'];
  return blocks(
    table(
      header,
      shown.map((violation) => [
        ...violationCells(violation, detail),
        text(violation.excused ?? '', detail.text),
      ]),
    ),
    rest,
  );
}

function violationCells(violation: Violation, detail: Detail): readonly Markdown[] {
  const { severity, rule, changeset, at, message } = violation;
  const isBlocking = severity === 'error' && violation.excused === undefined;
  return [
    isBlocking ? inline`**${severity}**` : text(severity),
    code(rule),
    changeset === undefined ? text('a contract') : code(changeset),
    where(at),
    text(message, detail.text),
  ];
}

/** Changesets whose SQL is not what ran, with both checksums. */
export function mismatchTable({ mismatches }: Report, detail: Detail): Markdown {
  const { shown, rest } = atMost(mismatches, detail.rows);
  const rows = shown.map(({ key, at, recorded, current }) => [
    code(key),
    where(at),
    code(recorded),
    code(current),
  ]);
  return blocks(table(['changeset', 'where', 'checksum when it ran', 'checksum now'], rows), rest);
}

/** The statement at which the run stopped, in full as far as that is sensible. */
export function failedSql(changeset: ReportedChangeset | undefined): Markdown {
  const failed = changeset?.failedStatement;
  const statement = changeset?.statements.find(({ number }) => number === failed?.number);
  if (!changeset || !failed || !statement) return nothing;
  const at = { file: changeset.sqlFile, line: failed.line };
  return blocks(
    inline`Statement ${statement.number} of ${changeset.statements.length} of ${code(changeset.key)}, ${where(at)}:`,
    sqlBlock(clamp(statement.sql, 4000)),
  );
}
