import { MOST_ROWS, renderWithin, type Detail } from '../markdown/detail.ts';
import { blockingViolations, failedChangeset, problemsToShow, warningsToShow } from '../findings.ts';
import { blocks, list, section } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import { nextSteps, type NextStep } from '../next-steps.ts';
import type { Report, Result } from '../report.ts';
import { aboutRun } from './summary-about.ts';
import { safetyNet } from './summary-backup.ts';
import { changesetTable, filteredChangesets } from './summary-changesets.ts';
import { excusedTable, failedSql, mismatchTable, problemList, violationTable } from './summary-findings.ts';
import { pipelineStages } from './summary-pipeline.ts';
import { changesetSql, renderSql, type RenderedSql } from './summary-sql.ts';
import { timeline } from './timeline.ts';
import { verdict } from '../verdict.ts';
import { formatNumber } from '../wording.ts';

/** GitHub drops a step summary of more than 1 MiB as a whole; some room is left for the masking of secrets. */
const SUMMARY_LIMIT = 1_000_000;

const ICONS: Readonly<Record<Result, string>> = {
  ok: '✅',
  blocked: '⛔',
  failed: '❌',
  restored: '↩️',
  'restore-failed': '🚨',
  unknown: '❓',
};

/** The step summary: state of the database, verdict, what is wrong and what to do, then the plan and its SQL. */
export function renderSummary(report: Report, limit = SUMMARY_LIMIT): string {
  const sql = renderSql(report.pending, MOST_ROWS);
  return renderWithin(limit, (detail) => `${summary(report, sql, detail).markdown}\n`);
}

function summary(report: Report, sql: readonly RenderedSql[], detail: Detail): Markdown {
  const { headline, details } = report.state;
  return blocks(
    inline`### ${ICONS[report.result]} ${text(headline, detail.text)}`,
    inline`**${title(report)}**: ${text(verdict(report).headline, detail.text)}`,
    text(details.join(' '), detail.text),
    wrong(report, detail),
    section('What to do next', list(nextSteps(report).map((step) => stepItem(step, detail)))),
    worthALook(report, detail),
    pipelineStages(report, detail),
    safetyNet(report, detail),
    section(
      `${changesetTitle(report)} (${formatNumber(report.pending.length)})`,
      changesetTable(report, detail),
      detail.rows < MOST_ROWS ? nothing : timeline(report),
      changesetSql(sql, detail),
    ),
    section('Warnings', problemList(warningsToShow(report), detail)),
    filteredChangesets(report, detail),
    aboutRun(report, detail),
  );
}

function stepItem({ says, inputs = [] }: NextStep, detail: Detail): Markdown {
  const given = inputs.map(([name, value]) => code(`${name}: ${value}`, 500).markdown).join(' ');
  return given === '' ? text(says, detail.text) : inline`${text(says, detail.text)}: ${{ markdown: given }}`;
}

function title({ mode, environment }: Report): string {
  return environment === undefined ? mode : `${mode} on ${environment}`;
}

function wrong(report: Report, detail: Detail): Markdown {
  return blocks(
    section('Problems', problemList(problemsToShow(report), detail), failedSql(failedChangeset(report))),
    blockingViolations(report).length > 0
      ? section('Policy violations', violationTable(report, detail))
      : nothing,
    section('Changed after they were applied', mismatchTable(report, detail)),
  );
}

/** What stops nothing comes after what to do. */
function worthALook(report: Report, detail: Detail): Markdown {
  return blocks(
    blockingViolations(report).length > 0
      ? nothing
      : section('Policy warnings', violationTable(report, detail)),
    section('Excused violations', excusedTable(report, detail)),
  );
}

function changesetTitle({ mode, result, pending }: Report): string {
  if (mode === 'validate')
    return pending.every(({ reason }) => reason === 'new') ? 'New changesets' : 'Changesets that will run';
  return mode === 'update' && result !== 'blocked' ? 'Changesets' : 'Pending changesets';
}
