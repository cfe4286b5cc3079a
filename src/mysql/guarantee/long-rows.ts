import { formatSize } from '../../report/wording.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';
import { NEVER_RESTORED } from '../../backup/backup.ts';
import { isServerError } from '../session/server-error.ts';
import { qualified, quote } from '../session/names.ts';

/** An update is replayed with both images of its row in base64, as one statement. */
const SHARE = 3 / 8;
/** What the numbers and dates of a row take at most, and the head of the statement. */
const REST_BYTES = 300_000;
/** For all tables together: longer than that nobody waits for a plan. */
const MEASURE_MS = 2000;
const LEAST_MS = 100;

interface LongColumn {
  readonly tableName: string;
  readonly name: string;
  readonly dataType: string;
  /** Undefined bounds are those of JSON and geometries. */
  readonly most: number | string | null;
}

const SELECT_COLUMNS = `SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS name, LOWER(c.DATA_TYPE) AS dataType,
    IF(c.DATA_TYPE IN ('json', 'geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring',
      'multipolygon', 'geomcollection', 'geometrycollection'), 4294967295, c.CHARACTER_OCTET_LENGTH) AS most
  FROM information_schema.COLUMNS AS c JOIN information_schema.TABLES AS t USING (TABLE_SCHEMA, TABLE_NAME)
  WHERE c.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE' HAVING most IS NOT NULL
  ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;

/**
 * Rows that are there and too long for a replay, as exceptions from a lossless restore. Most tables cannot have such
 * rows by their columns; the others are measured, and where that takes too long it is not known.
 */
export async function readLongRows(session: Session): Promise<readonly string[]> {
  const { packet } = await readRow<{ packet: number | string }>(
    session,
    'SELECT @@GLOBAL.max_allowed_packet AS packet',
  );
  const limit = Math.floor(Number(packet) * SHARE);
  const columns = await readRows<LongColumn>(session, SELECT_COLUMNS, [session.schema]);
  const byTable = Map.groupBy(columns, ({ tableName }) => tableName);
  const deadline = performance.now() + MEASURE_MS;
  const found: string[] = [];
  for (const [table, list] of byTable) {
    const bound = list.reduce((sum, { most }) => sum + Number(most), REST_BYTES);
    if (bound <= limit || NEVER_RESTORED.includes(table)) continue;
    const longest = await measure(session, table, list, deadline - performance.now());
    if (longest === undefined || longest > limit) found.push(describe(table, longest, limit, Number(packet)));
  }
  return found;
}

/** Bytes of the longest row as far as text, documents and the like make it; undefined where it is not known. */
async function measure(
  session: Session,
  table: string,
  columns: readonly LongColumn[],
  ms: number,
): Promise<number | undefined> {
  const sizes = columns.map(({ name, dataType }) => {
    const size = dataType === 'json' ? `JSON_STORAGE_SIZE(${quote(name)})` : `LENGTH(${quote(name)})`;
    return `COALESCE(${size}, 0)`;
  });
  const hint = `/*+ MAX_EXECUTION_TIME(${Math.max(LEAST_MS, Math.ceil(ms))}) */`;
  const sql = `SELECT ${hint} MAX(${sizes.join(' + ')}) AS longest FROM ${qualified(session.schema, table)}`;
  try {
    const { longest } = await readRow<{ longest: number | string | null }>(session, sql);
    return Number(longest ?? 0);
  } catch (error) {
    if (isServerError(error)) return undefined;
    throw error;
  }
}

function describe(table: string, longest: number | undefined, limit: number, packet: number): string {
  const name = quote(table);
  const why = `a replay takes no row above ${formatSize(limit)} while max_allowed_packet is ${formatSize(packet)}`;
  return longest === undefined
    ? `everything, if others write to a row of ${name} that is too long, which was not measured: ${why}`
    : `everything, if others write to the longest rows of ${name}, which have up to ${formatSize(longest)}: ${why}`;
}
