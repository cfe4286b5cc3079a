import { ExpectedError, type Location } from '../../errors.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRows, type Session } from '../session/connection.ts';
import type { DatasetLoad } from './dataset-load.ts';
import { INCOMING, quoteName, ROW } from '../staging/incoming-table.ts';
import type { RowRange } from '../staging/merge-rows.ts';
import { readRowsOf } from './read-rows.ts';

/** The spelling of one key, as the server's text of each of its columns. */
type Spelling = readonly string[];

/** Two spellings that the table takes for one key, the later one first; the other one is in a file or in the table. */
interface SameKeys {
  readonly spellings: readonly [Spelling, Spelling];
  readonly isInTable: boolean;
}

/**
 * Texts that differ may be equal to the table: under most collations `a` is `A`. Two such keys would overwrite each
 * other, whatever file or run each of them comes from, so they are looked for among all rows that wait, and between
 * those and the table. The same bytes are another version of one row.
 */
export async function requireDistinctKeys(load: DatasetLoad, ranges: readonly RowRange[]): Promise<void> {
  const { session, dataset } = load;
  const texts = dataset.key.filter((name) => isText(dataset, name));
  const [first, last] = [ranges.at(0)?.first, ranges.at(-1)?.last];
  if (texts.length === 0 || first === undefined || last === undefined) return;
  const found =
    (await findWaiting(session, dataset, texts, [first, last])) ??
    (await findInTable(session, dataset, texts, [first, last]));
  if (found) throw sameKeys(dataset, found, await locate(load, found.spellings));
}

function isText({ columns }: Dataset, name: string): boolean {
  return columns.some((column) => column.name === name && column.type.kind === 'string');
}

async function findWaiting(
  session: Session,
  { key }: Dataset,
  texts: readonly string[],
  range: readonly [number, number],
): Promise<SameKeys | undefined> {
  const list = key.map((name) => quoteName(name)).join(', ');
  const exact = texts.map((name) => `CAST(${quoteName(name)} AS BINARY)`).join(', ');
  const [row] = await readRows<{ first: number; last: number }>(
    session,
    `SELECT MIN(${ROW}) AS first, MAX(${ROW}) AS last FROM ${INCOMING} WHERE ${ROW} BETWEEN ? AND ?
      GROUP BY ${list} HAVING COUNT(DISTINCT ${exact}) > 1 LIMIT 1`,
    [...range],
  );
  if (!row) return undefined;
  const spellings = await readRows<Record<string, string>>(
    session,
    `SELECT ${key.map((name, at) => `CAST(${quoteName(name)} AS CHAR) AS k${at}`).join(', ')} FROM ${INCOMING}
      WHERE ${ROW} IN (?, ?) ORDER BY ${ROW} DESC`,
    [row.first, row.last],
  );
  const [later = {}, earlier = later] = spellings;
  return { spellings: [Object.values(later), Object.values(earlier)], isInTable: false };
}

async function findInTable(
  session: Session,
  { key, table }: Dataset,
  texts: readonly string[],
  range: readonly [number, number],
): Promise<SameKeys | undefined> {
  const join = key.map((name) => `t.${quoteName(name)} = i.${quoteName(name)}`).join(' AND ');
  const differs = texts.map(
    (name) => `CAST(t.${quoteName(name)} AS BINARY) <> CAST(i.${quoteName(name)} AS BINARY)`,
  );
  const shown = ['i', 't'].flatMap((from) =>
    key.map((name, at) => `CAST(${from}.${quoteName(name)} AS CHAR) AS ${from}${at}`),
  );
  const [row] = await readRows<Record<string, string>>(
    session,
    `SELECT ${shown.join(', ')} FROM ${INCOMING} AS i JOIN ${quoteName(table)} AS t ON ${join}
      WHERE i.${ROW} BETWEEN ? AND ? AND (${differs.join(' OR ')}) LIMIT 1`,
    [...range],
  );
  if (!row) return undefined;
  const values = Object.values(row);
  return { spellings: [values.slice(0, key.length), values.slice(key.length)], isInTable: true };
}

/** Where the spellings stand first; the files are read once more, which only a refusal has to pay for. */
async function locate(
  { files, dataset, table }: DatasetLoad,
  spellings: readonly Spelling[],
): Promise<readonly (Location | undefined)[]> {
  const positions = dataset.key.map((name) => dataset.columns.findIndex((column) => column.name === name));
  const found = new Map<string, Location>();
  for (const { csv, sha256 } of files) {
    await readRowsOf(
      csv,
      dataset,
      table,
      sha256,
      ({ values, line, reasons }) => {
        if (reasons) return;
        const key = JSON.stringify(positions.map((at) => values[at]));
        if (!found.has(key) && spellings.some((spelling) => JSON.stringify(spelling) === key))
          found.set(key, { file: csv.file, line });
      },
      () => Promise.resolve(),
    );
  }
  return spellings.map((spelling) => found.get(JSON.stringify(spelling)));
}

function sameKeys(
  dataset: Dataset,
  { spellings, isInTable }: SameKeys,
  places: readonly (Location | undefined)[],
): ExpectedError {
  const { key, name, table, at, columns } = dataset;
  const isSensitive = columns.some((column) => column.sensitive && key.includes(column.name));
  const [here, there] = spellings.map((spelling, index) => {
    const place = places[index];
    const where = place ? `${place.file}:${place.line}` : `table ${table}`;
    return isSensitive ? where : `${JSON.stringify(spelling.join(', '))} (${where})`;
  });
  return new ExpectedError({
    code: 'ingest-failed',
    message: `dataset ${name}: several rows have keys that table ${table} cannot tell apart (${key.join(', ')}: they differ in case, accents or blanks alone): ${here} and ${there}${isInTable ? ', loaded before' : ''}`,
    at: places[0] ?? at,
    fix: 'give the columns of its key a collation that can, such as utf8mb4_0900_bin, or correct the rows',
  });
}
