import { ExpectedError } from '../../errors.ts';
import type { RowCounts } from '../../pipeline/ingest-outcome.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { recordChangedKeys } from '../pipeline/changed-keys.ts';
import { isConnectionLost, isServerError, isServerFull } from '../session/server-error.ts';
import { recordLoaded } from '../staging/checkpoint.ts';
import { NO_ROWS, notLoaded, readFiles, type DatasetLoad, type DatasetLoaded } from './dataset-load.ts';
import { quoteName } from '../staging/incoming-table.ts';
import type { FileTally } from './ingest-file.ts';
import { NotStraight } from '../staging/not-straight.ts';
import { heldRejections } from '../staging/rejected-rows.ts';
import { SEND_ALL } from '../staging/unchanged-rows.ts';
import { rowSender, type ChunkLimit, type RowSender } from './row-sender.ts';
import { rowAppender, type RowAppender } from './send-rows.ts';

/** What one transaction takes; twice as many rows as a chunk of a merge, which writes each of them twice. */
const MOST: ChunkLimit = { rows: 2_000_000, bytes: 100_000_000 };
/** About what a compressed file grows to. */
const UNPACKED = 8;

/**
 * The fast way into an empty staging table: rows go straight there by LOAD DATA LOCAL, in one transaction that is
 * committed once all files are judged, with the checkpoint and the loaded files. Nobody sees a row before, and a process
 * that dies before the COMMIT has changed nothing: the server undoes it all. Gives `undefined`, and has changed nothing,
 * where that cannot be: then the general way decides what is right, and says what is wrong.
 */
export async function loadStraight(load: DatasetLoad): Promise<DatasetLoaded | undefined> {
  const { session, dataset, method, options } = load;
  const limit = options.chunk ?? MOST;
  // Of several extracts the last one takes away what the others brought.
  if (dataset.deletes === 'close' && load.files.length > 1) return undefined;
  if (method !== 'load-data' || bytesOf(load) > limit.bytes) return undefined;
  const rejected = heldRejections(load.rejected);
  const appender = rowAppender(session, load.target);
  await send(session, 'START TRANSACTION');
  try {
    if (!(await isEmptyInnoDb(session, dataset.table))) throw new NotStraight('there are rows');
    const { tallies, checkpoint, problem } = await readFiles(load, straightSender(appender, limit), rejected);
    await appender.end();
    if (problem) {
      await send(session, 'ROLLBACK');
      await rejected.release();
      return { rows: tallies.map(notLoaded), deleted: 0, checkpoint: load.checkpoint, problem };
    }
    const rows = tallies.map(countsOf);
    if (rows.some((counts) => counts.new > 0)) await recordChangedKeys(session, dataset, keysIn(load));
    const files = load.files.map(({ csv, sha256 }) => ({ file: csv.file, sha256 }));
    await recordLoaded(session, dataset.name, files, checkpoint, options.runId);
    await rejected.release();
    await send(session, 'COMMIT');
    return { rows, deleted: 0, checkpoint, problem: undefined };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    await appender.end().catch(() => undefined);
    await send(session, 'ROLLBACK').catch(() => undefined);
    if (error instanceof ExpectedError) await rejected.release();
    if (!(error instanceof NotStraight) && (!isServerError(error) || isServerFull(error))) throw error;
    return undefined;
  }
}

function bytesOf({ files }: DatasetLoad): number {
  return files.reduce((total, { csv }) => total + csv.bytes * (csv.file.endsWith('.gz') ? UNPACKED : 1), 0);
}

/** Only InnoDB can undo what was loaded. Rows that others add later have other keys, or the server warns. */
async function isEmptyInnoDb(session: Session, table: string): Promise<boolean> {
  const engines = await readRows(
    session,
    "SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND ENGINE = 'InnoDB'",
    [session.schema, table],
  );
  const rows = await readRows(session, `SELECT 1 AS found FROM ${quoteName(table)} LIMIT 1`);
  return engines.length === 1 && rows.length === 0;
}

/** One range a file, so that it tells how many rows were sent. */
function straightSender({ append }: RowAppender, limit: ChunkLimit): RowSender {
  let [rows, bytes] = [0, 0];
  return rowSender(
    async (lines) => {
      rows += lines.rows;
      bytes += lines.bytes.length;
      if (rows > limit.rows || bytes > limit.bytes)
        throw new NotStraight('they are too many for one transaction');
      await append(lines);
    },
    SEND_ALL,
    { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
  );
}

function countsOf(tally: FileTally): RowCounts {
  const { read, late, repeated, rejected } = tally;
  const sent = tally.ranges.reduce((total, { first, last }) => total + last - first + 1, 0);
  return { ...NO_ROWS, read, new: sent, late, repeated, rejected };
}

/** The table was empty, so all of it is new. */
function keysIn({ dataset }: DatasetLoad): string {
  return `SELECT ${dataset.key.map((column) => quoteName(column)).join(', ')} FROM ${quoteName(dataset.table)}`;
}
