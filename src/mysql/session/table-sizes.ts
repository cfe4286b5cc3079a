import { readRow, readRows, send, type Session } from './connection.ts';

/** A table as the target has it now: what the server estimates without counting. */
export interface TableSize {
  readonly name: string;
  readonly rows: number;
  /** Data and indexes. */
  readonly bytes: number;
}

/** Otherwise the numbers may be a day old, and those of a table that nobody analysed are missing. */
const ASK_NOW = 'SET SESSION information_schema_stats_expiry = 0';

const SELECT_SIZES = `SELECT TABLE_NAME AS name, CAST(COALESCE(TABLE_ROWS, 0) AS CHAR) AS table_rows,
  CAST(COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS CHAR) AS bytes
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'
    AND IF(@@lower_case_table_names = 0, TABLE_NAME, LOWER(TABLE_NAME)) MEMBER OF (CAST(? AS JSON))`;

/** The tables among these names that the schema has; SELECT on them is all that it takes. */
export async function readTableSizes(
  session: Session,
  names: readonly string[],
): Promise<readonly TableSize[]> {
  if (names.length === 0) return [];
  await send(session, ASK_NOW);
  const { folds } = await readRow<{ folds: number }>(session, 'SELECT @@lower_case_table_names AS folds');
  const asked = folds === 0 ? names : names.map((name) => name.toLowerCase());
  const rows = await readRows<{ name: string; table_rows: string; bytes: string }>(session, SELECT_SIZES, [
    session.schema,
    JSON.stringify(asked),
  ]);
  return rows.map(({ name, table_rows, bytes }) => ({
    name,
    rows: Number(table_rows),
    bytes: Number(bytes),
  }));
}

const SELECT_PARTS = `SELECT CAST(COALESCE(SUM(DATA_LENGTH), 0) AS CHAR) AS data_bytes,
    CAST(COALESCE(SUM(INDEX_LENGTH), 0) AS CHAR) AS index_bytes
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`;

/** Bytes of rows and of secondary indexes in the schema: a dump reads the first, a restore writes both. */
export async function readSchemaParts(
  session: Session,
): Promise<{ readonly dataBytes: number; readonly indexBytes: number }> {
  await send(session, ASK_NOW);
  const row = await readRow<{ data_bytes: string; index_bytes: string }>(session, SELECT_PARTS, [
    session.schema,
  ]);
  // Changesets run on this session.
  await send(session, 'SET SESSION information_schema_stats_expiry = DEFAULT');
  return { dataBytes: Number(row.data_bytes), indexBytes: Number(row.index_bytes) };
}

const SELECT_SCHEMA_SIZE = `SELECT CAST(COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) AS CHAR) AS bytes
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'`;

/** Bytes in all tables of the schema that this account can see: what a backup has to move. */
export async function readSchemaSize(session: Session): Promise<number> {
  const { bytes } = await readRow<{ bytes: string }>(session, SELECT_SCHEMA_SIZE, [session.schema]);
  return Number(bytes);
}
