import { NEVER_RESTORED } from '../../backup/backup.ts';
import { readRows, type Session } from '../session/connection.ts';
import { quoteName } from '../session/quote-name.ts';
import {
  formOf,
  isGenerated,
  isStoredGenerated,
  isTextExact,
  type ColumnForm,
  type ColumnInfo,
} from './column-form.ts';
import { selectLostTypes } from './json-types.ts';

/** How the rows of a table are read and written exactly. */
export interface TableForm {
  readonly name: string;
  /** Those that are written, in their order. */
  readonly columns: readonly ColumnForm[];
  /** Computed when a row is written and kept: loaded rows have what the loading session makes of them. */
  readonly stored: readonly ColumnInfo[];
  /** True if CHECKSUM TABLE differs between equal tables of this kind. */
  readonly isChecksumVague: boolean;
  /** True if a dump carries every value of it. */
  readonly isTextExact: boolean;
  /** The most that text and bytes of one row take. */
  readonly mostBytes: number;
}

const SELECT_COLUMNS = `SELECT c.TABLE_NAME AS tableName, c.COLUMN_NAME AS name, LOWER(c.DATA_TYPE) AS dataType,
    CAST(c.COLUMN_TYPE AS CHAR) AS columnType, c.CHARACTER_SET_NAME AS characterSet, c.EXTRA AS extra,
    CAST(COALESCE(c.CHARACTER_OCTET_LENGTH, 0) AS DOUBLE) AS octets
  FROM information_schema.COLUMNS AS c JOIN information_schema.TABLES AS t USING (TABLE_SCHEMA, TABLE_NAME)
  WHERE c.TABLE_SCHEMA = ? AND t.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;

/** It counts the hidden column of a multi-valued index, and bytes of an ARCHIVE table that are not its values. */
const SELECT_VAGUE = `SELECT TABLE_NAME AS name FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = ? AND EXPRESSION LIKE '% array)%'
  UNION SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND ENGINE = 'ARCHIVE'`;

/** The tables of a schema that are backed up, by name. */
export async function readTableForms(
  session: Session,
  schema: string,
): Promise<ReadonlyMap<string, TableForm>> {
  const rows = await readRows<ColumnRow>(session, SELECT_COLUMNS, [schema]);
  const found = await readRows<{ name: string }>(session, SELECT_VAGUE, [schema, schema]);
  const vague = new Set(found.map(({ name }) => name));
  const byTable = Map.groupBy(rows, ({ tableName }) => tableName);
  const left = new Set(NEVER_RESTORED.flatMap((name) => [name, name.toLowerCase()]));
  const forms = [...byTable]
    .filter(([table]) => !left.has(table))
    .map(([table, columns]) => toForm(table, columns, vague.has(table)));
  return new Map(forms.map((form) => [form.name, form]));
}

type ColumnRow = ColumnInfo & { readonly tableName: string; readonly octets: number };

function toForm(name: string, columns: readonly ColumnRow[], isChecksumVague: boolean): TableForm {
  return {
    name,
    isChecksumVague,
    columns: columns.filter((column) => !isGenerated(column)).map((column) => formOf(column)),
    stored: columns
      .filter((column) => isStoredGenerated(column))
      .map((column) => ({ ...column, table: name })),
    isTextExact: columns.every((column) => isTextExact(column)),
    mostBytes: columns.reduce((sum, { octets }) => sum + octets, 0),
  };
}

/** The columns that hold documents. */
export function jsonColumns({ columns }: TableForm): readonly ColumnForm[] {
  return columns.filter(({ literal }) => literal === 'json');
}

/** Reads all rows of a table: the columns that are written, then the lost types of each document. */
export function selectRows(form: TableForm): string {
  const list = [
    ...form.columns.map(({ select }) => select),
    ...jsonColumns(form).map(({ name }) => selectLostTypes(`t.${quoteName(name)}`)),
  ];
  // A table may have only generated columns.
  return `SELECT ${list.join(', ') || '1'} FROM ${quoteName(form.name)} AS t`;
}
