import type { Location, Problem } from '../../errors.ts';
import type { IngestedFile, IngestOutcome, RejectedRow, RowCounts } from '../../pipeline/ingest-outcome.ts';
import type { CheckSeverity } from '../../pipeline/manifest/manifest.ts';
import type {
  CheckOutcome,
  ExampleKeys,
  PipelineOutcome,
  TransformOutcome,
} from '../../pipeline/pipeline-outcome.ts';
import {
  about,
  choice,
  count,
  listOf,
  number,
  object,
  orNull,
  text,
  yesOrNo,
  type Json,
  type Schema,
} from './json-schema.ts';

const rows = object<RowCounts>(
  {
    read: about('Each of them is counted once more below.', count),
    new: count,
    changed: count,
    unchanged: count,
    late: count,
    stale: count,
    repeated: count,
    rejected: count,
  },
  {},
);

const file = object<IngestedFile>(
  {
    file: text,
    status: choice<IngestedFile['status']>({ loaded: true, skipped: true, refused: true }),
    sha256: text,
    bytes: count,
    rows,
  },
  {},
);

const rejected = object<RejectedRow>(
  { file: text, line: count, reason: text, raw: about('Sensitive values are masked.', text) },
  {},
);

const transform = object<TransformOutcome>(
  {
    file: text,
    status: choice<TransformOutcome['status']>({ done: true, failed: true, 'not-run': true }),
    rowsAffected: about(
      'Rows inserted, changed or deleted, summed over its statements; a row that an upsert changes counts once.',
      orNull(count),
    ),
    durationMs: orNull(count),
    versionsOpened: orNull(count),
    versionsClosed: orNull(count),
  },
  {},
);

const examples = object<ExampleKeys>({ columns: listOf(text), rows: listOf(listOf(text)) }, {});

/** The section of a pipeline, with the schemas of the report that it shares. */
export function pipelineSchema(
  location: Schema<Json<Location>>,
  problem: Schema<Json<Problem>>,
): Schema<Json<PipelineOutcome>> {
  const dataset = object<IngestOutcome>(
    {
      dataset: text,
      table: text,
      files: listOf(file),
      rows,
      rejectedExamples: about('The first few; all are in ops_rejected_rows.', listOf(rejected)),
      watermarkBefore: orNull(text),
      watermarkAfter: orNull(text),
      method: orNull(choice<'load-data' | 'batches'>({ 'load-data': true, batches: true })),
      durationMs: count,
      problem: orNull(problem),
    },
    { deleted: about('Rows of staging that a full extract lacks.', count) },
  );
  const check = object<CheckOutcome>(
    {
      name: text,
      at: location,
      severity: choice<CheckSeverity>({ error: true, warning: true }),
      threshold: about('Above it the check fails.', number),
      status: choice<CheckOutcome['status']>({ passed: true, failed: true, 'not-run': true }),
      metric: orNull(number),
      previous: about('The metric of the last run.', orNull(number)),
      examples: about('Up to ten rows that make it fail.', orNull(examples)),
      query: about('To look further.', orNull(text)),
      durationMs: orNull(count),
    },
    { isMetricHidden: about('It gave a number, which may be a sensitive value.', yesOrNo) },
  );
  return object<PipelineOutcome>(
    {
      manifestFile: text,
      datasets: listOf(dataset),
      missing: about('Datasets that were not loaded to their end.', listOf(text)),
      transforms: listOf(transform),
      checks: listOf(check),
      isCommitted: about(
        'Whether what transforms built is in effect; null while nobody knows.',
        orNull(yesOrNo),
      ),
    },
    {},
  );
}
