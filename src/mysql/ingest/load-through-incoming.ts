import { recordLoaded } from './checkpoint.ts';
import { notLoaded, readFiles, type DatasetLoad, type DatasetLoaded } from './dataset-load.ts';
import { createIncoming, dropIncoming } from './incoming-table.ts';
import { loadFiles } from './load-files.ts';
import { CHUNK, rowSender } from './row-sender.ts';
import { sendRows } from './send-rows.ts';
import { unchangedFilter } from './unchanged-rows.ts';

/** The general way: rows wait in a temporary table until all files are judged, and are merged from there. */
export async function loadThroughIncoming(load: DatasetLoad): Promise<DatasetLoaded> {
  const { session, dataset, table, target, method, options } = load;
  await createIncoming(session, table);
  const sender = rowSender(
    (lines, first) => sendRows(session, target, method, lines, first),
    await unchangedFilter(session, dataset),
    options.chunk ?? CHUNK,
  );
  const { tallies, checkpoint, problem } = await readFiles(load, sender, load.rejected);
  if (problem) {
    await dropIncoming(session);
    return { rows: tallies.map(notLoaded), checkpoint: load.checkpoint, problem };
  }
  const files = load.files.map(({ csv, sha256 }) => ({ file: csv.file, sha256 }));
  const record = (): Promise<void> => recordLoaded(session, dataset.name, files, checkpoint, options.runId);
  const rows = await loadFiles(load, tallies, record);
  await dropIncoming(session);
  return { rows, checkpoint, problem: undefined };
}
