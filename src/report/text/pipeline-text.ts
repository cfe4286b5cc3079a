import { formatLocation } from '../../errors.ts';
import { failedChecks, type CheckOutcome, type PipelineOutcome } from '../../pipeline/pipeline-outcome.ts';
import type { Palette } from '../../wording/palette.ts';
import type { Report } from '../report.ts';
import { metricText, trend } from '../summary/summary-pipeline.ts';
import { alignColumns } from '../../wording/text-table.ts';
import { toVisibleLine } from '../../wording/visible.ts';
import { count, formatDuration, formatNumber } from '../wording.ts';

const MAX_REASON = 300;

/** A titled part of what a terminal shows. */
export interface TextBlock {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The stages of a pipeline for a terminal. */
export function pipelineBlocks({ pipeline }: Report, paint: Palette): readonly TextBlock[] {
  if (!pipeline) return [];
  return [
    { title: 'datasets', lines: datasetLines(pipeline, paint) },
    ...rejectedBlocks(pipeline),
    {
      title: pipeline.isCommitted ? 'transforms' : 'transforms (not in effect)',
      lines: transformLines(pipeline),
    },
    { title: 'checks', lines: checkLines(pipeline, paint) },
    ...failedChecks(pipeline).map((check) => ({
      title: `what makes ${toVisibleLine(check.name)} fail`,
      lines: exampleLines(check),
    })),
  ];
}

function datasetLines({ datasets, missing }: PipelineOutcome, paint: Palette): readonly string[] {
  const rows = datasets.map(({ dataset, rows: counts, files, durationMs }) => {
    const skipped = counts.late + counts.stale + counts.repeated;
    const known = files.filter(({ status }) => status === 'skipped').length;
    return [
      { text: toVisibleLine(dataset), paint: paint.bold },
      { text: `${formatNumber(counts.read)} read` },
      { text: `${formatNumber(counts.new)} new` },
      { text: `${formatNumber(counts.changed)} changed` },
      { text: `${formatNumber(counts.unchanged)} unchanged` },
      { text: `${formatNumber(skipped)} skipped` },
      {
        text: `${formatNumber(counts.rejected)} rejected`,
        ...(counts.rejected > 0 ? { paint: paint.red } : {}),
      },
      { text: formatDuration(durationMs) },
      { text: known > 0 ? `${count(known, 'file')} loaded before` : '', paint: paint.dim },
    ];
  });
  return [...alignColumns(rows), ...missing.map((name) => `${toVisibleLine(name)}: not loaded`)];
}

/** With where each stands, so that it can be corrected without a look at the database. */
function rejectedBlocks({ datasets }: PipelineOutcome): readonly TextBlock[] {
  return datasets
    .filter(({ rejectedExamples }) => rejectedExamples.length > 0)
    .map(({ dataset, rejectedExamples, rows }) => ({
      title:
        rejectedExamples.length < rows.rejected
          ? `rejected rows of ${toVisibleLine(dataset)}, the first ones; all are in ops_rejected_rows`
          : `rejected rows of ${toVisibleLine(dataset)}`,
      lines: rejectedExamples.map(
        ({ file, line, reason }) =>
          `${toVisibleLine(formatLocation({ file, line }))}: ${toVisibleLine(reason, MAX_REASON)}`,
      ),
    }));
}

function transformLines({ transforms }: PipelineOutcome): readonly string[] {
  return alignColumns(
    transforms.map(({ file, status, rowsAffected, versionsOpened, versionsClosed, durationMs }) => [
      { text: toVisibleLine(file) },
      { text: status },
      { text: rowsAffected === undefined ? '' : `${count(rowsAffected, 'row')} affected` },
      { text: versionsOpened === undefined ? '' : `${count(versionsOpened, 'version')} opened` },
      { text: versionsClosed === undefined ? '' : `${formatNumber(versionsClosed)} closed` },
      { text: durationMs === undefined ? '' : formatDuration(durationMs) },
    ]),
  );
}

function checkLines({ checks }: PipelineOutcome, paint: Palette): readonly string[] {
  return alignColumns(
    checks.map((check) => [
      { text: check.status, paint: checkPaint(check, paint) },
      { text: toVisibleLine(check.name), paint: paint.bold },
      { text: check.severity },
      { text: metricText(check) },
      { text: `threshold ${formatNumber(check.threshold)}` },
      { text: trend(check), paint: paint.dim },
    ]),
  );
}

function checkPaint({ status, severity }: CheckOutcome, paint: Palette): (text: string) => string {
  if (status === 'passed') return paint.green;
  return status === 'failed' && severity === 'error' ? paint.red : paint.yellow;
}

function exampleLines({ examples, query }: CheckOutcome): readonly string[] {
  const keys = examples
    ? alignColumns(
        [examples.columns, ...examples.rows].map((row) =>
          row.map((value) => ({ text: toVisibleLine(value) })),
        ),
      )
    : [];
  const further =
    query === undefined
      ? []
      : ['look further with:', ...query.split('\n').map((line) => `  ${toVisibleLine(line)}`)];
  return [...keys, ...further];
}
