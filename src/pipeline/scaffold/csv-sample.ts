import type { CsvDialect } from '../manifest/csv-dialect.ts';

/** A column of a CSV file as far as it was read. */
export interface SampleColumn {
  /** As the header has it. */
  readonly title: string;
  readonly values: readonly string[];
  /** Rows in which a text that may mean NULL stands in quotes, so that it does not. */
  readonly quoted: ReadonlySet<number>;
}

/** The first rows of a CSV file. */
export interface CsvSample {
  /** Relative to the working directory. */
  readonly file: string;
  readonly dialect: CsvDialect;
  readonly columns: readonly SampleColumn[];
  readonly rows: number;
  /** Rows with another number of fields than the header, which are not among the values. */
  readonly misshapen: number;
  readonly isWhole: boolean;
}

/** Texts by which files say that there is no value, the usual one first. */
export const NULL_TEXTS = [
  ...['', 'NA', 'N/A', 'NULL', 'null', String.raw`\N`, 'NaN', 'nan', 'None', '?', '-'],
] as const;

/** How values of all columns are written. */
export interface SampleNotation {
  readonly nullText: string;
  readonly decimal: '.' | ',';
  /** Undefined where days are in ISO 8601. */
  readonly dateFormat: string | undefined;
}

/** The values of a column that are not NULL, each once. */
export function distinctValues({ values, quoted }: SampleColumn, nullText: string): ReadonlySet<string> {
  const distinct = new Set(values);
  const isNull = distinct.has(nullText) && ![...quoted].some((row) => values[row] === nullText);
  if (isNull) distinct.delete(nullText);
  return distinct;
}

/** How many rows have no value. */
export function countNulls({ values, quoted }: SampleColumn, nullText: string): number {
  let count = 0;
  for (const [row, value] of values.entries()) if (value === nullText && !quoted.has(row)) count += 1;
  return count;
}

/** `all 323 rows`, `the first 10,000 rows`. */
export function describeRows({ rows, isWhole }: CsvSample): string {
  const number = String(rows).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${isWhole ? 'all' : 'the first'} ${number} ${rows === 1 ? 'row' : 'rows'}`;
}
