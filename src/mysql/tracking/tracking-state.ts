import { readRows, type Session } from '../session/connection.ts';
import { TRACKING_TABLES } from './tracking-definitions.ts';

const SELECT_COLUMNS = `SELECT TABLE_NAME AS name, COLUMN_NAME AS col, CHARACTER_MAXIMUM_LENGTH AS length
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?
  AND TABLE_NAME IN ('DATABASECHANGELOG', 'DATABASECHANGELOGLOCK', 'ops_migration_runs',
    'ops_migration_statements', 'ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints',
    'ops_loaded_files', 'ops_rejected_rows')`;

const SELECT_KEYS = `SELECT INDEX_NAME AS name, UPPER(COLUMN_NAME) AS col, SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOG' AND NON_UNIQUE = 0 ORDER BY 1, SEQ_IN_INDEX`;

/**
 * Which tracking tables there are, with their columns (in upper case, with the number of characters that they can hold;
 * null where they hold no text) and, of the history, the unique keys.
 */
export type TrackingState = ReadonlyMap<
  string,
  {
    readonly columns: ReadonlyMap<string, number | null>;
    readonly keys: ReadonlyMap<string, readonly string[]>;
  }
>;

/** Reads which tracking tables exist, with SELECT alone. */
export async function readTrackingState(session: Session): Promise<TrackingState> {
  const rows = await readRows<{ name: string; col: string; length: number | null }>(session, SELECT_COLUMNS, [
    session.schema,
  ]);
  const tables = new Map<string, Map<string, number | null>>();
  for (const row of rows) {
    // Where lower_case_table_names is on, the server gives the name in lower case.
    const name = nameOf(row.name);
    const columns = tables.get(name) ?? new Map<string, number | null>();
    tables.set(name, columns.set(row.col.toUpperCase(), row.length));
  }
  const historyKeys = await readHistoryKeys(session);
  return new Map(
    [...tables].map(([name, columns]) => [
      name,
      { columns, keys: name === 'DATABASECHANGELOG' ? historyKeys : new Map<string, readonly string[]>() },
    ]),
  );
}

function nameOf(found: string): string {
  const known = [...TRACKING_TABLES.keys()];
  return known.find((table) => table.toLowerCase() === found.toLowerCase()) ?? found;
}

/** Columns of each unique key by its name; one over a part of a column is none that can be relied on. */
async function readHistoryKeys(session: Session): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readRows<{ name: string; col: string | null; prefix: number | null }>(
    session,
    SELECT_KEYS,
    [session.schema],
  );
  const keys = new Map<string, string[]>();
  for (const { name, col, prefix } of rows) {
    const column = prefix === null ? (col ?? '') : `${col}(${prefix})`;
    keys.set(name, [...(keys.get(name) ?? []), column]);
  }
  return keys;
}
