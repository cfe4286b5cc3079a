import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { TableProof } from '../../backup/backup.ts';
import { quoteName } from '../session/quote-name.ts';
import { selectLostTypes } from './json-types.ts';
import { formOf } from './column-form.ts';
import { jsonColumns, type TableForm } from './table-form.ts';

/** A place in which tables are compared: a snapshot of the live schema, or a schema into which they were loaded. */
export interface ProofSource {
  readonly connection: Connection;
  /** In back-quotes. */
  readonly schema: string;
}

/** NULL, which a table that was changed since the snapshot gives, is equal to nothing. */
export async function readChecksum(
  { connection, schema }: ProofSource,
  table: string,
): Promise<string | undefined> {
  const sql = `CHECKSUM TABLE ${schema}.${quoteName(table)}`;
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  const checksum = rows[0]?.['Checksum'] as string | number | null | undefined;
  return checksum === null || checksum === undefined ? undefined : String(checksum);
}

/** Sums by column: of the columns that are written, or of the lost types of documents. */
export async function readSums(
  { connection, schema }: ProofSource,
  form: TableForm,
  of: 'columns' | 'documents',
): Promise<Readonly<Record<string, string>>> {
  const columns = of === 'columns' ? form.columns : jsonColumns(form);
  if (columns.length === 0) return {};
  const sums = columns.map(({ name, select }) => {
    const value = of === 'columns' ? select : selectLostTypes(`t.${quoteName(name)}`);
    return `CAST(COALESCE(SUM(CRC32(${value})), 0) AS CHAR)`;
  });
  const [rows] = await connection.query<RowDataPacket[]>({
    sql: `SELECT ${sums.join(', ')} FROM ${schema}.${quoteName(form.name)} AS t`,
    rowsAsArray: true,
  });
  // Bytes where the session has its results without a character set.
  const values = (rows[0] ?? []) as unknown as readonly (string | Buffer)[];
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index]?.toString() ?? '']));
}

/**
 * A sum over rows, of stored generated columns too. It is for tables of which CHECKSUM TABLE differs between equal ones.
 */
export async function readRowSum({ connection, schema }: ProofSource, form: TableForm): Promise<string> {
  const columns = [...form.columns, ...form.stored.map((column) => formOf(column))];
  const values = columns.map(({ select }) => `COALESCE(CRC32(${select}), 'NULL')`);
  const [rows] = await connection.query<RowDataPacket[]>({
    sql: `SELECT CONCAT(COUNT(*), ' ', COALESCE(SUM(CRC32(CONCAT_WS(',', ${values.join(', ')}))), 0))
      FROM ${schema}.${quoteName(form.name)} AS t`,
    rowsAsArray: true,
  });
  return String((rows[0] as unknown as readonly (string | Buffer)[])[0]);
}

/** How a loaded table differs from what was backed up, in a few words; undefined where it is equal. */
export async function findDifference(
  source: ProofSource,
  form: TableForm,
  proof: TableProof,
): Promise<string | undefined> {
  const documents = proof.documents ? await readSums(source, form, 'documents') : {};
  const changed = Object.entries(proof.documents ?? {}).filter(([name, sum]) => documents[name] !== sum);
  if (changed.length > 0) return `types in the documents of ${listNames(changed.map(([name]) => name))}`;
  if (proof.rows === undefined) {
    const checksum = await readChecksum(source, form.name);
    if (checksum !== undefined && checksum === proof.checksum) return undefined;
  } else if ((await readRowSum(source, form)) === proof.rows) return undefined;
  if (!proof.columns) return 'its rows';
  const columns = await readSums(source, form, 'columns');
  const differing = Object.entries(proof.columns).filter(([name, sum]) => columns[name] !== sum);
  if (differing.length > 0) return `column ${listNames(differing.map(([name]) => name))}`;
  if (form.stored.length === 0) return 'its rows';
  // All that was written is equal: what is left is computed by the server.
  return `${STORED} ${listNames(form.stored.map(({ name }) => name))}`;
}

export const STORED = 'generated column';

function listNames(names: readonly string[]): string {
  return names.map((name) => quoteName(name)).join(', ');
}
