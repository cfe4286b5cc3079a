import type { Problem } from '../../errors.ts';
import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import type { IngestedFile, IngestOutcome, RowCounts } from '../../pipeline/ingest-outcome.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import type { Log } from '../../log/log.ts';
import { readRow, type Session } from '../session/connection.ts';
import { isLoaded, readCheckpoint } from '../staging/checkpoint.ts';
import { NO_ROWS, type DigestedFile } from './dataset-load.ts';
import { describeIngestError } from './ingest-error.ts';
import { setIngestSession } from './ingest-session.ts';
import { loadStraight } from './load-straight.ts';
import { loadThroughIncoming } from './load-through-incoming.ts';
import { rejectedRows } from '../staging/rejected-rows.ts';
import type { ChunkLimit } from './row-sender.ts';
import { findSendMethod, sendTarget } from './send-rows.ts';
import { readStagingTable } from '../staging/staging-table.ts';

/** What a terminal can show while a dataset is read. */
export interface IngestProgress {
  readonly dataset: string;
  readonly file: string;
  /** Of this file, so far. */
  readonly rows: number;
  /** Of this file on disk. */
  readonly bytesRead: number;
  readonly bytes: number;
}

export interface IngestOptions {
  readonly runId: string;
  readonly log: Log;
  /** Takes what does not end the load, but should be known. */
  readonly warn?: (problem: Problem) => void;
  readonly progress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
  /** How much one transaction takes. */
  readonly chunk?: ChunkLimit;
}

/**
 * Loads the CSV files of one dataset into its staging table. All files are judged before anybody can see a
 * row, so with too many rejected rows nothing is loaded: then the outcome has a `problem`, and the rejected rows are recorded
 * all the same. Throws where it cannot go on: a missing table, a broken file, a lost connection. Changes the session's
 * settings, see `ingest-session.ts`.
 */
export async function ingestDataset(
  session: Session,
  dataset: Dataset,
  files: readonly CsvFile[],
  options: IngestOptions,
): Promise<IngestOutcome> {
  try {
    const outcome = await ingest(session, dataset, files, options);
    recordOutcome(outcome, options.log);
    return outcome;
  } catch (error) {
    throw describeIngestError(error, dataset);
  }
}

async function ingest(
  session: Session,
  dataset: Dataset,
  files: readonly CsvFile[],
  options: IngestOptions,
): Promise<IngestOutcome> {
  const started = performance.now();
  await setIngestSession(session);
  const table = await readStagingTable(session, dataset);
  const before = await readCheckpoint(session, dataset.name);
  warnOfFuture(dataset, before, options, await readNow(session));
  const digested = await digestFiles(session, dataset, files);
  const wanted = digested.filter(({ isKnown }) => !isKnown);
  const rejected = rejectedRows(session, options.runId, dataset.name);
  const known = { dataset: dataset.name, table: dataset.table, watermarkBefore: before };
  const finish = (
    rows: readonly RowCounts[],
    rest: Pick<IngestOutcome, 'deleted' | 'watermarkAfter' | 'method' | 'problem'>,
  ): IngestOutcome => ({
    ...known,
    files: describeFiles(digested, rows, rest.problem !== undefined),
    rows: rows.reduce((total, counts) => add(total, counts), NO_ROWS),
    rejectedExamples: rejected.examples,
    ...rest,
    durationMs: performance.now() - started,
  });
  if (wanted.length === 0)
    return finish([], { deleted: 0, watermarkAfter: before, method: undefined, problem: undefined });

  const method = await findSendMethod(session);
  const target = await sendTarget(session, dataset, table);
  const hasLatest = digested.at(-1) === wanted.at(-1);
  const common = { session, dataset, table, target, files: wanted, hasLatest, rejected, method, options };
  const load = { ...common, checkpoint: before };
  const { rows, deleted, checkpoint, problem } =
    (await loadStraight(load)) ?? (await loadThroughIncoming(load));
  warnOfDuration(dataset, options, performance.now() - started);
  warnOfFuture(dataset, before === checkpoint ? undefined : checkpoint, options, await readNow(session));
  return finish(rows, { deleted, watermarkAfter: checkpoint, method, problem });
}

async function readNow(session: Session): Promise<string> {
  const { now } = await readRow<{ now: string }>(session, 'SELECT CAST(UTC_TIMESTAMP(6) AS CHAR) AS now');
  return now;
}

/** A day of grace: clocks differ, and so do zones that somebody forgot to write. */
function warnOfFuture(
  dataset: Dataset,
  checkpoint: string | undefined,
  { warn }: IngestOptions,
  now: string,
): void {
  const kind = dataset.columns.find(({ name }) => name === dataset.watermark)?.type.kind;
  if (checkpoint === undefined || !(kind === 'date' || kind === 'datetime')) return;
  const tomorrow = new Date(Date.parse(`${now.slice(0, 19).replace(' ', 'T')}Z`) + DAY).toISOString();
  if (checkpoint <= tomorrow.replace('T', ' ')) return;
  const skips = dataset.late === 'skip' ? ', and "late: skip" leaves out every row before it' : '';
  warn?.({
    code: 'ingest-failed',
    message: `dataset ${dataset.name}: its checkpoint ${checkpoint} is in the future${skips}`,
    at: dataset.at,
    fix: `correct the row that has it as ${dataset.watermark}, then set ops_checkpoints.last_watermark to the greatest right one`,
  });
}

const DAY = 86_400_000;

function warnOfDuration({ name, maxDuration, at }: Dataset, { warn }: IngestOptions, took: number): void {
  if (maxDuration === undefined || took <= maxDuration) return;
  warn?.({
    code: 'ingest-failed',
    message: `dataset ${name}: its load took ${Math.round(took / 1000)} s, more than its maxDuration of ${maxDuration / 1000} s`,
    at,
    fix: 'find out what is slower than usual, or raise maxDuration',
  });
}

/** A pass over each file for its digest, about a hundredth of what loading takes, so that a known one is not parsed. */
async function digestFiles(
  session: Session,
  dataset: Dataset,
  files: readonly CsvFile[],
): Promise<readonly DigestedFile[]> {
  const digested: DigestedFile[] = [];
  for (const csv of files) {
    const sha256 = await csv.digest();
    const isTwin = digested.some((other) => other.sha256 === sha256);
    digested.push({ csv, sha256, isKnown: isTwin || (await isLoaded(session, dataset.name, sha256)) });
  }
  return digested;
}

function describeFiles(
  digested: readonly DigestedFile[],
  rows: readonly RowCounts[],
  isRefused: boolean,
): readonly IngestedFile[] {
  let next = 0;
  return digested.map(({ csv, sha256, isKnown }) => {
    const counts = isKnown ? undefined : rows[next++];
    const status = isKnown ? 'skipped' : isRefused ? 'refused' : 'loaded';
    return { file: csv.file, status, sha256, bytes: csv.bytes, rows: counts ?? NO_ROWS };
  });
}

function add(left: RowCounts, right: RowCounts): RowCounts {
  const keys = Object.keys(NO_ROWS) as (keyof RowCounts)[];
  return Object.fromEntries(keys.map((key) => [key, left[key] + right[key]])) as unknown as RowCounts;
}

function recordOutcome(outcome: IngestOutcome, log: Log): void {
  const { dataset, table, files, rows, deleted, durationMs, problem } = outcome;
  const skipped = files.filter(({ status }) => status === 'skipped').length;
  const counted = Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  const parts = [
    ...(counted.length > 0 ? counted : ['no rows']),
    ...(deleted ? [`${deleted} deleted`] : []),
    ...(skipped > 0 ? [`${skipped} of ${files.length} files loaded before`] : []),
  ];
  log({
    level: 'info',
    event: problem ? 'dataset-refused' : 'dataset-loaded',
    message: `dataset ${dataset} into ${table}: ${parts.join(', ')}${problem ? '; nothing was loaded' : ''}`,
    durationMs: Math.round(durationMs),
  });
}
