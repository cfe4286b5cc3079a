import type { Connection, RowDataPacket } from 'mysql2/promise';
import { quoteName } from '../session/quote-name.ts';
import type { ColumnInfo } from './column-form.ts';

/** Columns whose stored values the session of a load would not compute again, with why that is said. */
export async function findChangingColumns(
  connection: Connection,
  table: string,
  stored: readonly ColumnInfo[],
  expressions: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const column of stored) {
    const expression = expressions.get(column.name);
    if (expression === undefined || (await mayChange(connection, table, column, expression)))
      found.push(column.name);
  }
  return found;
}

/** What cannot be asked counts as a change. */
async function mayChange(
  connection: Connection,
  table: string,
  column: ColumnInfo,
  expression: string,
): Promise<boolean> {
  const { kept, made } = comparable(column, expression);
  const sql = `SELECT 1 FROM ${quoteName(table)} WHERE NOT (${kept} <=> ${made}) LIMIT 1`;
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows.length > 0;
  } catch {
    return true;
  }
}

/** The value that is stored, and the one that the expression has now, as they would be stored in one type. */
function comparable(
  column: ColumnInfo,
  expression: string,
): { readonly kept: string; readonly made: string } {
  const name = quoteName(column.name);
  const { dataType, columnType, characterSet } = column;
  const size = /\(([\d, ]+)\)/.exec(columnType)?.[0] ?? '';
  const isUnsigned = /\bunsigned\b/i.test(columnType);
  const cast = (type: string) => ({ kept: name, made: `CAST((${expression}) AS ${type})` });
  if (characterSet !== null && dataType !== 'enum' && dataType !== 'set' && dataType !== 'json')
    return {
      kept: `CAST(${name} AS BINARY)`,
      made: `CAST(CONVERT((${expression}) USING ${characterSet}) AS BINARY)`,
    };
  switch (dataType) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return cast(isUnsigned ? 'UNSIGNED' : 'SIGNED');
    case 'decimal':
      return cast(`DECIMAL${size}`);
    case 'double':
      return cast('DOUBLE');
    case 'float':
      return cast('FLOAT');
    case 'date':
    case 'datetime':
    case 'time':
      return cast(`${dataType.toUpperCase()}${size}`);
    default:
      return { kept: name, made: `(${expression})` };
  }
}
