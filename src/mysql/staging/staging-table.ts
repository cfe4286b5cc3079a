import { ExpectedError } from '../../errors.ts';
import type { ColumnStorage } from '../../pipeline/rows/judge-value.ts';
import type { Column, Dataset } from '../../pipeline/manifest/manifest.ts';
import { readRows, type Session } from '../session/connection.ts';
import { readCharacterSets } from './character-sets.ts';
import { describeType, holdsType, toStorage } from './column-storage.ts';

/** A column of the staging table as the server describes it. */
export interface TableColumn {
  readonly name: string;
  /** `varchar`, `decimal`, … */
  readonly dataType: string;
  /** `decimal(12,2) unsigned` */
  readonly columnType: string;
  readonly characterSet: string | null;
  readonly collation: string | null;
  readonly maxLength: number | string | null;
  readonly maxBytes: number | string | null;
  readonly precision: number | string | null;
  readonly scale: number | string | null;
  readonly fractionDigits: number | null;
  readonly isNullable: 'YES' | 'NO';
  readonly defaultValue: string | null;
  readonly extra: string;
}

/** The staging table of a dataset, after it was found to fit the manifest. */
export interface StagingTable {
  /** One for each column of the dataset, in its order. */
  readonly columns: readonly TableColumn[];
  readonly storage: readonly ColumnStorage[];
}

const SELECT_COLUMNS = `SELECT COLUMN_NAME AS name, LOWER(DATA_TYPE) AS dataType, COLUMN_TYPE AS columnType,
    CHARACTER_SET_NAME AS characterSet, COLLATION_NAME AS collation, CHARACTER_MAXIMUM_LENGTH AS maxLength,
    CHARACTER_OCTET_LENGTH AS maxBytes,
    NUMERIC_PRECISION AS \`precision\`, NUMERIC_SCALE AS scale, DATETIME_PRECISION AS fractionDigits,
    IS_NULLABLE AS isNullable, COLUMN_DEFAULT AS defaultValue, EXTRA AS extra
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;

const SELECT_UNIQUE_KEYS = `SELECT INDEX_NAME AS name, COLUMN_NAME AS col, SUB_PART AS prefix
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX`;

/** Reads the table that a dataset goes to; throws one problem with all that is between it and the manifest. */
export async function readStagingTable(session: Session, dataset: Dataset): Promise<StagingTable> {
  const { table } = dataset;
  const found = await readRows<TableColumn>(session, SELECT_COLUMNS, [session.schema, table]);
  if (found.length === 0) {
    throw misfit(dataset, `there is no table ${table} that this user may see`, CREATE_FIRST);
  }
  const byName = new Map(found.map((column) => [column.name.toLowerCase(), column]));
  const differences = [
    ...dataset.columns.flatMap((column) => compareColumn(column, byName.get(column.name.toLowerCase()))),
    ...findUnfilled(dataset, found),
    ...(await compareKeys(session, dataset, found)),
  ];
  if (differences.length > 0) {
    const message = `table ${table} is not what the manifest says: ${differences.join('; ')}`;
    throw misfit(dataset, message, 'change the table with a changeset, or the manifest');
  }
  const columns = dataset.columns.map(({ name }) => byName.get(name.toLowerCase())!);
  const characterSets = await readCharacterSets(
    session,
    columns.map(({ characterSet }) => characterSet),
  );
  return { columns, storage: columns.map((column) => toStorage(column, characterSets)) };
}

const CREATE_FIRST = 'create it with a changeset (mode: update), or grant its privileges';

function misfit(dataset: Dataset, message: string, fix: string): ExpectedError {
  return new ExpectedError({
    code: 'ingest-failed',
    message: `dataset ${dataset.name}: ${message}`,
    at: dataset.at,
    fix,
  });
}

function compareColumn(column: Column, found: TableColumn | undefined): readonly string[] {
  if (!found) return [`column ${column.name} is missing`];
  if (/GENERATED/i.test(found.extra) && !/DEFAULT_GENERATED/i.test(found.extra)) {
    return [`column ${found.name} is generated`];
  }
  const differences = holdsType(column, found)
    ? []
    : [`column ${found.name} is ${found.columnType}, which ${describeType(column)} does not fit into`];
  if (!column.required && found.isNullable === 'NO') {
    differences.push(`column ${found.name} is NOT NULL but not required in the manifest`);
  }
  return differences;
}

/** Columns that nothing would fill. */
function findUnfilled(dataset: Dataset, found: readonly TableColumn[]): readonly string[] {
  const names = new Set(dataset.columns.map(({ name }) => name.toLowerCase()));
  return found
    .filter(({ name }) => !names.has(name.toLowerCase()))
    .filter(
      ({ isNullable, defaultValue, extra }) =>
        isNullable === 'NO' && defaultValue === null && !/auto_increment|GENERATED/i.test(extra),
    )
    .map(({ name }) => `column ${name} has no default and is not in the manifest`);
}

/**
 * An upsert finds its row by any unique key, so there may be one alone, and it must be the dataset's. A surrogate key that
 * the server counts up is never given, so it finds nothing.
 */
async function compareKeys(
  session: Session,
  { table, key }: Dataset,
  found: readonly TableColumn[],
): Promise<readonly string[]> {
  const rows = await readRows<{ name: string; col: string | null; prefix: number | null }>(
    session,
    SELECT_UNIQUE_KEYS,
    [session.schema, table],
  );
  const keys = new Map<string, string[]>();
  for (const { name, col, prefix } of rows) {
    const column = prefix === null ? (col ?? 'an expression').toLowerCase() : `${col}(${prefix})`;
    keys.set(name, [...(keys.get(name) ?? []), column]);
  }
  const wanted = sortedList(key.map((name) => name.toLowerCase()));
  const surrogate = found.find(({ extra }) => /auto_increment/i.test(extra))?.name.toLowerCase();
  const isWanted = (columns: readonly string[]): boolean => sortedList(columns) === wanted;
  const others = [...keys].filter(([, columns]) => !isWanted(columns) && sortedList(columns) !== surrogate);
  return [
    ...([...keys.values()].some(isWanted) ? [] : [`it has no unique key (${key.join(', ')})`]),
    ...others.map(([name, columns]) => `it has another unique key, ${name} (${columns.join(', ')})`),
  ];
}

function sortedList(columns: readonly string[]): string {
  return columns.toSorted().join(', ');
}
