import { readRows, type Session } from '../session/connection.ts';
import { sideSchema, STATE_TABLE } from '../session/names.ts';
import type { NewDefaults } from './new-defaults.ts';
import type { TableShape, TextKey } from './own-writes.ts';

interface ColumnRow {
  readonly tableName: string;
  readonly name: string;
  readonly extra: string;
  readonly columnType: string;
  /** Of text; NULL for everything else. */
  readonly characterSet: string | null;
  readonly collation: string | null;
  readonly pads: 'PAD SPACE' | 'NO PAD' | null;
}

interface KeyRow {
  readonly tableName: string;
  readonly name: string;
  readonly prefix: number | string | null;
}

const SELECT_COLUMNS = `SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS name, c.EXTRA AS extra,
    CAST(c.COLUMN_TYPE AS CHAR) AS columnType,
    c.CHARACTER_SET_NAME AS characterSet, c.COLLATION_NAME AS collation, o.PAD_ATTRIBUTE AS pads
  FROM information_schema.COLUMNS AS c LEFT JOIN information_schema.COLLATIONS AS o USING (COLLATION_NAME)
  WHERE c.TABLE_SCHEMA = ? ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;
const SELECT_KEYS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, SUB_PART AS prefix
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND INDEX_NAME = 'PRIMARY'
  ORDER BY TABLE_NAME, SEQ_IN_INDEX`;

const SELECT_REFERENCED = `SELECT DISTINCT REFERENCED_TABLE_NAME AS tableName, REFERENCED_COLUMN_NAME AS name
  FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA IN (?, ?)`;

/** The tables of the side schema, as the backup has them. */
export async function readTableShapes(session: Session): Promise<ReadonlyMap<string, TableShape>> {
  const side = sideSchema(session.schema);
  const columns = new Map<string, ColumnRow[]>();
  for (const row of await readRows<ColumnRow>(session, SELECT_COLUMNS, [side])) {
    if (row.tableName === STATE_TABLE) continue;
    columns.set(row.tableName, [...(columns.get(row.tableName) ?? []), row]);
  }
  const keys = await readRows<KeyRow>(session, SELECT_KEYS, [side]);
  // Of the live schema as well: the run may have made a key and changed rows through it.
  const referenced = await readRows<{ tableName: string; name: string }>(session, SELECT_REFERENCED, [
    ...[side, session.schema],
  ]);
  const positions = (
    table: string,
    names: typeof referenced,
    rows: readonly ColumnRow[],
  ): readonly number[] =>
    names
      .filter(({ tableName }) => tableName === table)
      .map(({ name }) => rows.findIndex((row) => row.name === name))
      .filter((index) => index >= 0)
      // A key may have its columns in another order than the table; a row image has those of the table.
      .toSorted((left, right) => left - right);
  return new Map(
    [...columns].map(([table, rows]) => {
      const key = positions(table, keys, rows);
      const automatic = rows.flatMap(({ extra }, index) => (/on update/i.test(extra) ? [index] : []));
      const hasStoredGenerated = rows.some(({ extra }) => /STORED GENERATED/i.test(extra));
      const shape: TableShape = {
        ...{ key, columns: rows.length, automatic: new Set(automatic), hasStoredGenerated },
        ...{ textKeys: textKeysOf(table, keys, rows), weights: new Map(), counter: counterOf(rows) },
        referenced: new Set(positions(table, referenced, rows)),
      };
      return [table, shape];
    }),
  );
}

function textKeysOf(
  table: string,
  keys: readonly KeyRow[],
  rows: readonly ColumnRow[],
): ReadonlyMap<number, TextKey> {
  const found = new Map<number, TextKey>();
  for (const { tableName, name, prefix } of keys) {
    const index = rows.findIndex((row) => row.name === name);
    const row = rows[index];
    if (tableName !== table || !row || row.characterSet === null || row.collation === null) continue;
    // ENUM and SET are in the log by number.
    if (row.collation === 'binary' || /^(?:enum|set)\b/i.test(row.columnType)) continue;
    const { characterSet, collation } = row;
    found.set(index, {
      ...{ characterSet, collation, pads: row.pads ?? 'NO PAD' },
      prefix: prefix === null ? undefined : Number(prefix),
    });
  }
  return found;
}

function counterOf(rows: readonly ColumnRow[]): TableShape['counter'] {
  const index = rows.findIndex(({ extra }) => /auto_increment/i.test(extra));
  const row = rows[index];
  return row && /int/i.test(row.columnType)
    ? { index, isUnsigned: /unsigned/i.test(row.columnType) }
    : undefined;
}

const SELECT_DIFFERENT = `SELECT DISTINCT was.TABLE_NAME AS name FROM information_schema.COLUMNS AS was
  LEFT JOIN information_schema.COLUMNS AS live ON live.TABLE_SCHEMA = ? AND live.TABLE_NAME = was.TABLE_NAME
    AND live.ORDINAL_POSITION = was.ORDINAL_POSITION AND live.COLUMN_NAME = was.COLUMN_NAME
    AND live.COLUMN_TYPE = was.COLUMN_TYPE AND live.COLLATION_NAME <=> was.COLLATION_NAME
    AND live.GENERATION_EXPRESSION = was.GENERATION_EXPRESSION AND live.IS_NULLABLE = was.IS_NULLABLE
    AND TRIM(REPLACE(live.EXTRA, 'DEFAULT_GENERATED', '')) = TRIM(REPLACE(was.EXTRA, 'DEFAULT_GENERATED', ''))
  WHERE was.TABLE_SCHEMA = ? AND live.COLUMN_NAME IS NULL`;
const SELECT_DEFAULTS = `SELECT was.TABLE_NAME AS name, was.ORDINAL_POSITION - 1 AS position,
    live.COLUMN_DEFAULT AS text
  FROM information_schema.COLUMNS AS was JOIN information_schema.COLUMNS AS live ON live.TABLE_SCHEMA = ?
    AND live.TABLE_NAME = was.TABLE_NAME AND live.ORDINAL_POSITION = was.ORDINAL_POSITION
  WHERE was.TABLE_SCHEMA = ?
    AND (NOT CAST(live.COLUMN_DEFAULT AS BINARY) <=> CAST(was.COLUMN_DEFAULT AS BINARY)
      OR NOT live.EXTRA <=> was.EXTRA)`;
const SELECT_BOTH = `SELECT was.TABLE_NAME AS name FROM information_schema.TABLES AS was
  JOIN information_schema.TABLES AS live ON live.TABLE_SCHEMA = ? AND live.TABLE_NAME = was.TABLE_NAME
  WHERE was.TABLE_SCHEMA = ?`;

/**
 * Tables whose columns are now what they are in the backup, or have others behind them or other defaults, and which one
 * statement at most may have changed: what two of them did in between could not be seen any more. Gives the defaults
 * that are new.
 */
export async function readUnchangedTables(
  session: Session,
  changes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, NewDefaults>> {
  const schemas = [session.schema, sideSchema(session.schema)];
  const different = await readRows<{ name: string }>(session, SELECT_DIFFERENT, schemas);
  const both = await readRows<{ name: string }>(session, SELECT_BOTH, schemas);
  const changed = new Set(different.map(({ name }) => name));
  const defaults = await readRows<{ name: string; position: number | string; text: string | null }>(
    session,
    SELECT_DEFAULTS,
    schemas,
  );
  const byTable = Map.groupBy(defaults, ({ name }) => name);
  return new Map(
    both
      .map(({ name }) => name)
      .filter((name) => !changed.has(name) && (changes.get(name) ?? 0) <= 1)
      .map((name) => [
        name,
        new Map((byTable.get(name) ?? []).map(({ position, text }) => [Number(position), text])),
      ]),
  );
}
