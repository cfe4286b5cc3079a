import { readRows, type Session } from '../connection.ts';
import { sideSchema, STATE_TABLE } from './names.ts';
import type { TableShape } from './own-writes.ts';

interface ColumnRow {
  readonly tableName: string;
  readonly name: string;
  readonly extra: string;
}

const SELECT_COLUMNS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, EXTRA AS extra
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`;
const SELECT_KEYS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name
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
  const keys = await readRows<{ tableName: string; name: string }>(session, SELECT_KEYS, [side]);
  // Of the live schema as well: the run may have made a key and changed rows through it.
  const referenced = await readRows<{ tableName: string; name: string }>(session, SELECT_REFERENCED, [
    ...[side, session.schema],
  ]);
  const positions = (table: string, names: typeof keys, rows: readonly ColumnRow[]): readonly number[] =>
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
        referenced: new Set(positions(table, referenced, rows)),
      };
      return [table, shape];
    }),
  );
}
