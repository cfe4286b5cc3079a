import { ExpectedError } from '../../errors.ts';
import type { Dataset } from '../../pipeline/manifest.ts';
import { readRows, type Session } from '../connection.ts';
import { INCOMING, quoteName, ROW } from './incoming-table.ts';
import type { RowRange } from './merge-rows.ts';

/**
 * Texts that differ may be equal to the table: under most collations `a` is `A`. Two such keys of one file would
 * overwrite each other, so they are looked for where the key has a text in it.
 */
export async function requireDistinctKeys(
  session: Session,
  dataset: Dataset,
  ranges: readonly RowRange[],
): Promise<void> {
  const { columns, key, name, table, at } = dataset;
  const hasText = columns.some((column) => key.includes(column.name) && column.type.kind === 'string');
  const [first, last] = [ranges.at(0)?.first, ranges.at(-1)?.last];
  if (!hasText || first === undefined || last === undefined) return;
  const list = key.map((column) => quoteName(column)).join(', ');
  const twins = await readRows(
    session,
    `SELECT COUNT(*) AS n FROM ${INCOMING} WHERE ${ROW} BETWEEN ? AND ? GROUP BY ${list} HAVING n > 1 LIMIT 1`,
    [first, last],
  );
  if (twins.length === 0) return;
  throw new ExpectedError({
    code: 'ingest-failed',
    message: `dataset ${name}: several rows have keys that table ${table} cannot tell apart (${key.join(', ')}: they differ in case, accents or blanks alone)`,
    at,
    fix: 'give the columns of its key a collation that can, such as utf8mb4_0900_bin, or correct the rows',
  });
}
