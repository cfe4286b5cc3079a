import { formatLocation } from '../../errors.ts';
import { failedChecks, type CheckOutcome, type PipelineOutcome } from '../../pipeline/pipeline-outcome.ts';
import type { Detail } from '../markdown/detail.ts';
import { atMost, blocks, details, section, table } from '../markdown/markdown-blocks.ts';
import { code, inline, nothing, sqlBlock, text, type Markdown } from '../markdown/markdown.ts';
import type { Report } from '../report.ts';
import { clamp } from '../../wording/visible.ts';
import { formatDuration, formatNumber } from '../wording.ts';

/** What each stage of a pipeline did: a table for datasets, transforms and checks, and what to look at. */
export function pipelineStages({ pipeline }: Report, detail: Detail): Markdown {
  if (!pipeline) return nothing;
  return blocks(
    section('Datasets', datasetTable(pipeline, detail), rejectedTable(pipeline, detail)),
    section(`Transforms${fate(pipeline)}`, transformTable(pipeline, detail)),
    section('Checks', checkTable(pipeline, detail), failures(pipeline, detail)),
  );
}

function fate({ isCommitted, transforms }: PipelineOutcome): string {
  if (transforms.every(({ status }) => status === 'not-run')) return '';
  if (isCommitted === undefined) return ' (nobody knows whether they are in effect)';
  return isCommitted ? '' : ' (rolled back)';
}

function datasetTable({ datasets, missing }: PipelineOutcome, detail: Detail): Markdown {
  const header = [
    ...[
      'dataset',
      'files',
      'rows read',
      'new',
      'changed',
      'unchanged',
      'skipped',
      'rejected',
      'checkpoint',
      'time',
    ],
  ];
  const rows = datasets.map(({ dataset, files, rows: counts, watermarkAfter, durationMs, problem }) => {
    const known = files.filter(({ status }) => status === 'skipped').length;
    return [
      inline`${code(dataset)}${problem ? inline` (nothing loaded)` : nothing}`,
      text(`${files.length}${known > 0 ? `, ${known} of them loaded before` : ''}`),
      text(formatNumber(counts.read)),
      text(formatNumber(counts.new)),
      text(formatNumber(counts.changed)),
      text(formatNumber(counts.unchanged)),
      // Read, and by rule not loaded: late, older than what is there, or the same row twice.
      text(formatNumber(counts.late + counts.stale + counts.repeated)),
      counts.rejected > 0 ? inline`**${formatNumber(counts.rejected)}**` : text('0'),
      code(watermarkAfter ?? '', detail.text),
      text(formatDuration(durationMs)),
    ];
  });
  const open = missing
    .filter((name) => !datasets.some(({ dataset }) => dataset === name))
    .map((name) => [inline`${code(name)} (not loaded)`]);
  return table(header, [...rows, ...open]);
}

function rejectedTable({ datasets }: PipelineOutcome, detail: Detail): Markdown {
  const examples = datasets.flatMap(({ dataset, rejectedExamples }) =>
    rejectedExamples.map((row) => ({ ...row, dataset })),
  );
  const { shown, rest } = atMost(examples, Math.min(detail.rows, 20));
  const rows = shown.map(({ file, line, reason }) => [
    code(formatLocation({ file, line })),
    text(reason, detail.text),
  ]);
  if (rows.length === 0) return nothing;
  return blocks(
    inline`Rejected rows, the first ones; all are in ${code('ops_rejected_rows')}:`,
    table(['where', 'reason'], rows),
    rest,
  );
}

function transformTable({ transforms }: PipelineOutcome, detail: Detail): Markdown {
  const header = ['transform', 'outcome', 'rows affected', 'versions opened', 'versions closed', 'time'];
  const number = (value: number | undefined): Markdown =>
    text(value === undefined ? '' : formatNumber(value));
  return table(
    header,
    transforms.map((transform) => [
      code(transform.file, detail.text),
      text(transform.status),
      number(transform.rowsAffected),
      number(transform.versionsOpened),
      number(transform.versionsClosed),
      text(transform.durationMs === undefined ? '' : formatDuration(transform.durationMs)),
    ]),
  );
}

const CHECK_ICONS: Readonly<Record<CheckOutcome['status'], string>> = {
  passed: '✅',
  failed: '❌',
  'not-run': '–',
};

function checkTable({ checks }: PipelineOutcome, detail: Detail): Markdown {
  const { shown, rest } = atMost(checks, detail.rows);
  const header = ['', 'check', 'severity', 'metric', 'threshold', 'trend', 'where'];
  const rows = shown.map((check) => [
    text(check.status === 'failed' && check.severity === 'warning' ? '⚠️' : CHECK_ICONS[check.status]),
    code(check.name, detail.text),
    text(check.severity),
    text(metricText(check)),
    text(formatNumber(check.threshold)),
    text(trend(check)),
    code(formatLocation(check.at), detail.text),
  ]);
  return blocks(table(header, rows), rest);
}

/** The metric as a person reads it. */
export function metricText({ status, metric, isMetricHidden }: CheckOutcome): string {
  if (status === 'not-run') return '';
  if (isMetricHidden) return '***';
  return metric === undefined ? 'no number' : formatNumber(metric);
}

/** How the metric moved since the last run: `+3`, `=`, or nothing where there was none. */
export function trend({ metric, previous }: CheckOutcome): string {
  if (metric === undefined || previous === undefined) return '';
  const change = Number((metric - previous).toPrecision(12));
  if (change === 0) return '=';
  return change > 0 ? `+${formatNumber(change)}` : `-${formatNumber(-change)}`;
}

function failures(pipeline: PipelineOutcome, detail: Detail): Markdown {
  const { shown, rest } = atMost(failedChecks(pipeline), Math.min(detail.rows, 50));
  return blocks(...shown.map((check) => failure(check, detail)), rest);
}

function failure({ name, examples, query }: CheckOutcome, detail: Detail): Markdown {
  const keys =
    examples && examples.rows.length > 0
      ? table(
          examples.columns,
          examples.rows.map((row) => row.map((value) => code(value, detail.text))),
        )
      : nothing;
  const further =
    query !== undefined && detail.sqlBytes > 0
      ? details('Look further', sqlBlock(clamp(query, 4000)))
      : nothing;
  if (keys.markdown === '' && further.markdown === '') return nothing;
  return blocks(inline`What makes ${code(name)} fail, at most ten of it:`, keys, further);
}
