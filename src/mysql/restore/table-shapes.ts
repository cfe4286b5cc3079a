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

/** The tables of the side schema, as the backup has them. */
export async function readTableShapes(session: Session): Promise<ReadonlyMap<string, TableShape>> {
  const side = sideSchema(session.schema);
  const columns = new Map<string, ColumnRow[]>();
  for (const row of await readRows<ColumnRow>(session, SELECT_COLUMNS, [side])) {
    if (row.tableName === STATE_TABLE) continue;
    columns.set(row.tableName, [...(columns.get(row.tableName) ?? []), row]);
  }
  const keys = await readRows<{ tableName: string; name: string }>(session, SELECT_KEYS, [side]);
  return new Map(
    [...columns].map(([table, rows]) => {
      const key = keys
        .filter(({ tableName }) => tableName === table)
        .map(({ name }) => rows.findIndex((row) => row.name === name));
      const automatic = rows.flatMap(({ extra }, index) => (/on update/i.test(extra) ? [index] : []));
      const hasStoredGenerated = rows.some(({ extra }) => /STORED GENERATED/i.test(extra));
      return [table, { key, columns: rows.length, automatic: new Set(automatic), hasStoredGenerated }];
    }),
  );
}
