import type { Mismatch } from '../../changelog/plan/plan.ts';
import { formatLocation, type Problem } from '../../errors.ts';
import type { Violation } from '../../policy/violation.ts';
import { stateSentence } from '../database-state.ts';
import { describeStatus } from '../changeset-status.ts';
import {
  blockingViolations,
  excusedViolations,
  problemsToShow,
  warningsToShow,
  warningViolations,
} from '../findings.ts';
import { countReasons, keptOut } from '../filtered.ts';
import { formatStep, nextSteps } from '../next-steps.ts';
import { palette, type Palette } from '../../wording/palette.ts';
import { pipelineBlocks } from './pipeline-text.ts';
import type { ChangesetStatus, Report, ReportedChangeset } from '../report.ts';
import { describeRestoreCost } from '../summary/summary-backup.ts';
import { alignColumns } from '../../wording/text-table.ts';
import { verdict } from '../verdict.ts';
import { toVisibleLine } from '../../wording/visible.ts';
import { withoutCommands } from '../../wording/workflow-command.ts';
import { count, formatDuration, formatSize, formatTarget } from '../wording.ts';

/** A list in a terminal ends here; the report file has all of it. */
const MOST_ROWS = 1000;

/** The result of a mode for a terminal or a log, the verdict last, where the eye is; no line feed at the end. */
export function renderPlanText(report: Report, style: { readonly colour: boolean }): string {
  const paint = palette(style);
  const parts = [
    heading(report, paint),
    block('policy violations', violationLines(report, paint), paint),
    block(
      'problems',
      problemsToShow(report).flatMap((problem) => problemLines(problem, paint)),
      paint,
    ),
    block('changed after they were applied', report.mismatches.flatMap(mismatchLines), paint),
    block('changesets', changesetLines(report, paint), paint),
    block(
      'warnings',
      warningsToShow(report).flatMap((problem) => problemLines(problem, paint)),
      paint,
    ),
    ...pipelineBlocks(report, paint).map(({ title, lines }) => block(title, lines, paint)),
    filteredLines(report),
    block('backup', backupLines(report), paint),
    block(
      'next',
      nextSteps(report).map((step) => safe(formatStep(step))),
      paint,
    ),
    ending(report, paint),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => withoutCommands(lines.join('\n')))
    .join('\n\n');
}

/** Text of others on one line, in which nothing acts on the terminal. */
function safe(text: string): string {
  return toVisibleLine(text);
}

function heading({ mode, environment, target, planHash, runId }: Report, paint: Palette): readonly string[] {
  const server = target ? [`${safe(target.user)} on MySQL ${safe(target.serverVersion)}`] : [];
  const where =
    target || environment !== undefined ? ` on ${safe(formatTarget({ environment, target }))}` : '';
  return [
    [paint.bold(`${mode}${where}`), ...server].join(', as '),
    ...(planHash === undefined ? [] : [paint.dim(`plan hash  ${safe(planHash)}`)]),
    ...(runId === undefined ? [] : [paint.dim(`run        ${safe(runId)}`)]),
  ];
}

function block(title: string, lines: readonly string[], paint: Palette): readonly string[] {
  if (lines.length === 0) return [];
  const missing = lines.length - MOST_ROWS;
  const rest = missing > 0 ? [`  … and ${count(missing, 'more line')}`] : [];
  return [paint.bold(title), ...lines.slice(0, MOST_ROWS).map((line) => `  ${line}`), ...rest];
}

function problemLines({ at, message, fix }: Problem, paint: Palette): readonly string[] {
  const place = at ? `${safe(formatLocation(at))}: ` : '';
  return [`${place}${safe(message)}`, ...(fix === undefined ? [] : [`  ${paint.cyan('fix:')} ${safe(fix)}`])];
}

function violationLines(report: Report, paint: Palette): readonly string[] {
  const line = (violation: Violation, word: string): string =>
    `${word} ${paint.bold(violation.rule)} ${safe(formatLocation(violation.at))}: ${safe(violation.message)}`;
  const withFix = (violation: Violation, word: string): readonly string[] => [
    line(violation, word),
    `  ${paint.cyan('fix:')} ${safe(violation.fix)}`,
  ];
  return [
    ...blockingViolations(report).flatMap((violation) => withFix(violation, paint.red('error'))),
    ...warningViolations(report).flatMap((violation) => withFix(violation, paint.yellow('warning'))),
    ...excusedViolations(report).flatMap((violation) => [
      line(violation, paint.dim('excused')),
      `  because: ${safe(violation.excused ?? '')}`,
    ]),
  ];
}

function mismatchLines({ key, at, recorded, current }: Mismatch): readonly string[] {
  return [
    `${safe(formatLocation(at))}: ${safe(key)}`,
    `  when it ran  ${safe(recorded)}`,
    `  now          ${safe(current)}`,
  ];
}

function changesetLines(report: Report, paint: Palette): readonly string[] {
  const rows = report.pending.map((changeset) => [
    { text: describeStatus(report, changeset), paint: statusPaint(changeset.status, paint) },
    { text: safe(changeset.key), paint: paint.bold },
    { text: changeset.risk === 'low' ? '' : `${changeset.risk} risk`, paint: paint.yellow },
    { text: count(changeset.statements.length, 'statement') },
    { text: took(changeset) },
    { text: toVisibleLine(changeset.comment ?? '', 100), paint: paint.dim },
  ]);
  return alignColumns(rows);
}

function took({ durationMs }: ReportedChangeset): string {
  return durationMs === undefined ? '' : formatDuration(durationMs);
}

function statusPaint(status: ChangesetStatus, paint: Palette): (text: string) => string {
  switch (status) {
    case 'applied':
    case 'marked-ran':
      return paint.green;
    case 'failed':
    case 'unknown':
      return paint.red;
    case 'skipped':
    case 'not-run':
      return paint.yellow;
  }
}

function backupLines({ approval, backup, restore }: Report): readonly string[] {
  return [
    ...(approval
      ? [`approved by ${safe(approval.approvedBy)} in environment ${safe(approval.environment)}`]
      : []),
    ...(backup
      ? [`${safe(backup.ref)} (${formatSize(backup.bytes)}, kept for ${count(backup.retentionDays, 'day')})`]
      : []),
    ...(restore
      ? [
          `restored ${safe(restore.ref)} in ${formatDuration(restore.durationMs)}; ${describeRestoreCost(restore)}`,
        ]
      : []),
  ];
}

function filteredLines({ filtered, mode }: Report): readonly string[] {
  if (filtered.length === 0 || mode === 'verify') return [];
  const kept = keptOut(filtered).slice(0, MOST_ROWS);
  return [
    `not in the plan: ${countReasons(filtered)}`,
    ...kept.map(({ key, detail }) => `  ${safe(key)}: ${safe(detail)}`),
  ];
}

function ending(report: Report, paint: Palette): readonly string[] {
  const { exitCode, headline } = verdict(report);
  const line = safe(headline);
  return [
    safe(stateSentence(report.state)),
    paint.bold(exitCode === 0 ? paint.green(line) : paint.red(line)),
  ];
}
