import { setTimeout as sleep } from 'node:timers/promises';
import type { RowCounts } from '../../pipeline/ingest-outcome.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import type { Log } from '../../log/log.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { describeServerError, isConnectionLost, isDeadlock, isLockTimeout } from '../session/server-error.ts';
import { recordChangedKeys } from '../pipeline/changed-keys.ts';
import { INCOMING, quoteName, ROW } from '../staging/incoming-table.ts';
import type { DatasetLoad } from './dataset-load.ts';
import { requireGoing, type FileTally } from './ingest-file.ts';
import { requireExtract } from './deleted-rows.ts';
import { requireDistinctKeys } from './distinct-keys.ts';
import { mergeRows, type MergeCounts, type RowRange } from '../staging/merge-rows.ts';

const TRIES = 5;

/**
 * Merges what waits on the server into staging, a transaction for each range. `record` is part of the last one. A
 * process that dies before it has loaded some rows and says so of none: the next run finds them unchanged.
 */
export async function loadFiles(
  load: DatasetLoad,
  tallies: readonly FileTally[],
  record: () => Promise<void>,
): Promise<readonly RowCounts[]> {
  const { session, dataset } = load;
  const { log, signal } = load.options;
  const any = await readRows(session, `SELECT 1 AS found FROM ${quoteName(dataset.table)} LIMIT 1`);
  const ranges = tallies.flatMap((tally) => tally.ranges);
  await requireDistinctKeys(load, ranges);
  await requireExtract(load, tallies);
  const all: RowCounts[] = [];
  for (const tally of tallies) {
    const merged: MergeCounts[] = [];
    for (const range of tally.ranges) {
      requireGoing(signal, 'rows that were merged before stay; the checkpoint is where it was');
      const isEmpty = any.length === 0 && range === ranges[0];
      const recordLast = range === ranges.at(-1) ? record : undefined;
      merged.push(await mergeInTransaction(session, dataset, range, isEmpty, recordLast, log));
    }
    all.push(countsOf(tally, merged));
  }
  if (ranges.length === 0) await inTransaction(session, dataset, record, log);
  return all;
}

async function mergeInTransaction(
  session: Session,
  dataset: Dataset,
  range: RowRange,
  isStagingEmpty: boolean,
  record: (() => Promise<void>) | undefined,
  log: Log,
): Promise<MergeCounts> {
  return inTransaction(
    session,
    dataset,
    async () => {
      const counts = await mergeRows(session, dataset, range, isStagingEmpty);
      if (counts.new + counts.changed > 0) await recordChangedKeys(session, dataset, keysIn(dataset, range));
      await record?.();
      return counts;
    },
    log,
  );
}

/** The keys that were merged; some of them may have been there as they are. */
function keysIn({ key }: Dataset, { first, last }: RowRange): string {
  const columns = key.map((column) => quoteName(column)).join(', ');
  return `SELECT ${columns} FROM ${INCOMING} WHERE ${ROW} BETWEEN ${first} AND ${last}`;
}

/** A deadlock or a lock that is not given undoes the transaction and it is tried again; all else ends the run. */
async function inTransaction<T>(
  session: Session,
  dataset: Dataset,
  work: () => Promise<T>,
  log: Log,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    await send(session, 'START TRANSACTION');
    try {
      const result = await work();
      await send(session, 'COMMIT');
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) await send(session, 'ROLLBACK').catch(() => undefined);
      if (!(isDeadlock(error) || isLockTimeout(error)) || attempt === TRIES) throw error;
      log({
        level: 'warning',
        event: 'ingest-retry',
        message: `dataset ${dataset.name}: ${describeServerError(error)}; trying again (${attempt} of ${TRIES - 1})`,
      });
      await sleep(100 * 2 ** attempt);
    }
  }
}

function countsOf(tally: FileTally, merged: readonly MergeCounts[]): RowCounts {
  const { read, late, repeated, rejected } = tally;
  const sum = (key: keyof MergeCounts): number => merged.reduce((total, counts) => total + counts[key], 0);
  return {
    read,
    new: sum('new'),
    changed: sum('changed'),
    unchanged: tally.unchanged + sum('unchanged'),
    late,
    stale: sum('stale'),
    repeated,
    rejected,
  };
}
