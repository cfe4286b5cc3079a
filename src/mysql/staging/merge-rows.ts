import type { ResultSetHeader } from 'mysql2/promise';
import type { Column, Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRow, type Session } from '../session/connection.ts';
import { columnList, INCOMING, quoteName, ROW } from './incoming-table.ts';

/** Rows of the incoming table, by their numbers, both ends included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** What became of rows that were merged. */
export interface MergeCounts {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly stale: number;
}

/**
 * Upserts a range of incoming rows into staging, as part of the caller's transaction, and counts what it did. Where the
 * key has no version, a row older than what staging has never overwrites it.
 */
export async function mergeRows(
  session: Session,
  dataset: Dataset,
  range: RowRange,
  isStagingEmpty: boolean,
): Promise<MergeCounts> {
  const values = [range.first, range.last];
  const known = isStagingEmpty
    ? { existing: 0, stale: 0 }
    : await readRow<{ existing: number | string; stale: number | string }>(
        session,
        countSql(dataset),
        values,
      );
  const [result] = await session.connection.execute<ResultSetHeader>(upsertSql(dataset), values);
  // `Duplicates` are the rows that were updated to other values than they had.
  const [, records, duplicates] = /Records: (\d+)\s+Duplicates: (\d+)/.exec(result.info) ?? [];
  if (records === undefined) throw new Error(`the server counted nothing: ${result.info}`);
  const [existing, stale, changed] = [Number(known.existing), Number(known.stale), Number(duplicates)];
  return {
    new: Number(records) - Math.max(existing, changed),
    changed,
    unchanged: Math.max(0, existing - stale - changed),
    stale,
  };
}

/** What decides which of two rows of a key is the newer one: a column that is not itself part of the key. */
function decidingColumn({ key, watermark, columns }: Dataset): Column | undefined {
  return watermark === undefined || key.includes(watermark)
    ? undefined
    : columns.find(({ name }) => name === watermark);
}

/** Texts are ordered by their characters, as `watermarkOrder` does, whatever the collation. */
function ordered({ name, type }: Column, of: string): string {
  const column = `${of}.${quoteName(name)}`;
  return type.kind === 'string' ? `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_0900_bin` : column;
}

function countSql(dataset: Dataset): string {
  const deciding = decidingColumn(dataset);
  const stale = deciding
    ? `COALESCE(SUM(${ordered(deciding, 'incoming')} < ${ordered(deciding, 'staging')}), 0)`
    : '0';
  const join = dataset.key.map((name) => `staging.${quoteName(name)} = incoming.${quoteName(name)}`);
  return `SELECT COUNT(*) AS existing, ${stale} AS stale
    FROM ${INCOMING} AS incoming JOIN ${quoteName(dataset.table)} AS staging ON ${join.join(' AND ')}
    WHERE incoming.${ROW} BETWEEN ? AND ?`;
}

/** Assignments run from left to right, so the watermark, which the others are compared by, is the last. */
function upsertSql(dataset: Dataset): string {
  const table = quoteName(dataset.table);
  const deciding = decidingColumn(dataset);
  const others = dataset.columns
    .map(({ name }) => name)
    .filter((name) => !dataset.key.includes(name))
    .toSorted((left, right) => Number(left === dataset.watermark) - Number(right === dataset.watermark));
  const assign = others.map((other) => {
    const name = quoteName(other);
    if (!deciding) return `${table}.${name} = incoming.${name}`;
    const isNewer = `${ordered(deciding, 'incoming')} >= ${ordered(deciding, table)}`;
    return `${table}.${name} = IF(${isNewer}, incoming.${name}, ${table}.${name})`;
  });
  // A table of keys alone has nothing to change.
  const nothing = `${table}.${quoteName(dataset.key[0]!)} = ${table}.${quoteName(dataset.key[0]!)}`;
  const select = dataset.columns.map(({ name }) => `incoming.${quoteName(name)}`).join(', ');
  return `INSERT INTO ${table} (${columnList(dataset)})
    SELECT ${select} FROM ${INCOMING} AS incoming WHERE incoming.${ROW} BETWEEN ? AND ? ORDER BY incoming.${ROW}
    ON DUPLICATE KEY UPDATE ${assign.length > 0 ? assign.join(', ') : nothing}`;
}
