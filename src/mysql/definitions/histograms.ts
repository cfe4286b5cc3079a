import type { Histograms } from '../../backup/backup.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import { qualified, quote } from '../session/names.ts';

const SELECT_HISTOGRAMS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name,
    CAST(JSON_EXTRACT(HISTOGRAM, '$."number-of-buckets-specified"') AS CHAR) AS buckets
  FROM information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = ? ORDER BY 1, 2`;
const DEFAULT_BUCKETS = 100;

/** Reads the histograms of a schema. */
export async function readHistograms(session: Session): Promise<readonly Histograms[]> {
  const rows = await readRows<{ tableName: string; name: string; buckets: string | null }>(
    session,
    SELECT_HISTOGRAMS,
    [session.schema],
  );
  return [...Map.groupBy(rows, ({ tableName }) => tableName)].map(([table, columns]) => {
    const byBuckets = Map.groupBy(columns, ({ buckets }) => Number(buckets ?? DEFAULT_BUCKETS));
    return {
      table,
      columns: [...byBuckets].map(([buckets, list]) => [buckets, list.map(({ name }) => name)]),
    };
  });
}

/** Makes those of restored tables again, from the rows that are there now; gives the tables of which that failed. */
export async function remakeHistograms(
  session: Session,
  histograms: readonly Histograms[],
  restored: ReadonlySet<string>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { table, columns } of histograms.filter((each) => restored.has(each.table))) {
    for (const [buckets, names] of columns) {
      const list = names.map((name) => quote(name)).join(', ');
      const sql = `ANALYZE LOCAL TABLE ${qualified(session.schema, table)} UPDATE HISTOGRAM ON ${list} WITH ${buckets} BUCKETS`;
      const rows = (await send(session, sql).catch(() => [])) as unknown as readonly { Msg_type: string }[];
      if (rows.length === 0 || rows.some(({ Msg_type: type }) => type === 'Error')) failed.push(table);
    }
  }
  return [...new Set(failed)];
}
