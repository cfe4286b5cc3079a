import { recordLoaded } from '../staging/checkpoint.ts';
import { notLoaded, readFiles, type DatasetLoad, type DatasetLoaded } from './dataset-load.ts';
import { deleteMissing, prepareDeletes } from './deleted-rows.ts';
import { createIncoming, dropIncoming } from '../staging/incoming-table.ts';
import { loadFiles } from './load-files.ts';
import { CHUNK, rowSender } from './row-sender.ts';
import { sendRows } from './send-rows.ts';
import { SEND_ALL, unchangedFilter } from '../staging/unchanged-rows.ts';

/** The general way: rows wait in a temporary table until all files are judged, and are merged from there. */
export async function loadThroughIncoming(load: DatasetLoad): Promise<DatasetLoaded> {
  const { session, dataset, table, target, method, options } = load;
  await createIncoming(session, table);
  // What is missing in a full extract is found among all of its rows, also those that did not change.
  const isExtract = dataset.deletes === 'close';
  const sender = rowSender(
    (lines, first) => sendRows(session, target, method, lines, first),
    isExtract
      ? SEND_ALL
      : await unchangedFilter(
          session,
          dataset,
          table,
          load.files.map(({ csv }) => csv),
        ),
    options.chunk ?? CHUNK,
  );
  const { tallies, checkpoint, problem } = await readFiles(load, sender, load.rejected);
  if (problem) {
    await dropIncoming(session);
    return { rows: tallies.map(notLoaded), deleted: 0, checkpoint: load.checkpoint, problem };
  }
  await prepareDeletes(load);
  let deleted = 0;
  const files = load.files.map(({ csv, sha256 }) => ({ file: csv.file, sha256 }));
  const record = async (): Promise<void> => {
    deleted = await deleteMissing(load, tallies);
    await recordLoaded(session, dataset.name, files, checkpoint, options.runId);
  };
  const rows = await loadFiles(load, tallies, record);
  await dropIncoming(session);
  return { rows, deleted, checkpoint, problem: undefined };
}
