import { ExpectedError } from '../../errors.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRows, send, write } from '../session/connection.ts';
import { recordChangedKeys } from '../pipeline/changed-keys.ts';
import type { DatasetLoad } from './dataset-load.ts';
import { INCOMING, quoteName, ROW } from '../staging/incoming-table.ts';
import type { FileTally } from './ingest-file.ts';

/** Makes room for a quick answer to which rows of staging an extract has. */
export async function prepareDeletes({ session, dataset }: DatasetLoad): Promise<void> {
  if (dataset.deletes === 'keep') return;
  const key = businessKey(dataset)
    .map((name) => quoteName(name))
    .join(', ');
  await send(session, `ALTER TABLE ${INCOMING} ADD INDEX (${key})`);
}

/** Throws, before anything is merged, where an extract without rows would delete all that there is. */
export async function requireExtract(load: DatasetLoad, tallies: readonly FileTally[]): Promise<void> {
  const { session, dataset, hasLatest } = load;
  const last = tallies.at(-1);
  if (dataset.deletes === 'keep' || !hasLatest || !last || last.rejected > 0 || last.ranges.length > 0)
    return;
  const any = await readRows(session, `SELECT 1 AS found FROM ${quoteName(dataset.table)} LIMIT 1`);
  if (any.length > 0 || tallies.some(({ ranges }) => ranges.length > 0)) throw emptyExtract(dataset);
}

/**
 * Deletes from staging what the last extract lacks, with all its versions, as part of the caller's transaction, and notes
 * the keys as changed. A row that was rejected may be any, so then nothing is deleted, and a warning says so.
 */
export async function deleteMissing(load: DatasetLoad, tallies: readonly FileTally[]): Promise<number> {
  const { session, dataset } = load;
  const last = tallies.at(-1);
  if (dataset.deletes === 'keep' || !last || !load.hasLatest) return 0;
  if (last.rejected > 0) {
    load.options.warn?.({
      code: 'rejected-rows',
      message: `dataset ${dataset.name}: ${last.rejected} rows of the last file were rejected and may be any, so nothing is taken for deleted`,
      at: dataset.at,
      fix: 'correct the rows that ops_rejected_rows lists for this run and load the extract again',
    });
    return 0;
  }
  const [first, end] = [last.ranges.at(0)?.first, last.ranges.at(-1)?.last];
  if (first === undefined || end === undefined) return 0;
  const missing = missingRows(dataset, first, end);
  const key = dataset.key.map((name) => `s.${quoteName(name)}`).join(', ');
  await recordChangedKeys(session, dataset, `SELECT ${key} ${missing}`);
  return (await write(session, `DELETE s ${missing}`)).affectedRows;
}

/** What makes a thing itself, whatever its version. */
function businessKey({ key, watermark }: Dataset): readonly string[] {
  const names = key.filter((name) => name !== watermark);
  return names.length === 0 ? key : names;
}

function missingRows(dataset: Dataset, first: number, end: number): string {
  const join = businessKey(dataset).flatMap((name) => {
    const [here, there] = [`i.${quoteName(name)}`, `s.${quoteName(name)}`];
    const isText = dataset.columns.some((column) => column.name === name && column.type.kind === 'string');
    // The first comparison may use the index, the second one tells spellings apart.
    return [`${here} = ${there}`, ...(isText ? [`CAST(${here} AS BINARY) = CAST(${there} AS BINARY)`] : [])];
  });
  return `FROM ${quoteName(dataset.table)} AS s WHERE NOT EXISTS (
    SELECT 1 FROM ${INCOMING} AS i WHERE ${join.join(' AND ')} AND i.${ROW} BETWEEN ${first} AND ${end})`;
}

function emptyExtract(dataset: Dataset): ExpectedError {
  return new ExpectedError({
    code: 'ingest-failed',
    message: `dataset ${dataset.name}: the last file has no rows, and "deletes: close" would delete all of ${dataset.table}`,
    at: dataset.at,
    fix: 'see that its export succeeded; to empty the table delete its rows by hand',
  });
}
