import { quoteName } from '../session/quote-name.ts';

/** A column as `information_schema` describes it. */
export interface ColumnInfo {
  readonly table: string;
  readonly name: string;
  /** `varchar`, `float`, … */
  readonly dataType: string;
  /** With everything: `enum('a','b')`. */
  readonly columnType: string;
  /** Of its text; NULL for what is not text. */
  readonly characterSet: string | null;
  /** `STORED GENERATED`, `auto_increment`, … */
  readonly extra: string;
}

/** How a value is written so that the server reads the same value again. */
export type LiteralKind = 'number' | 'quoted' | 'binary' | 'json';

/** A column in a SELECT whose answers are exact, and the literal that is made of them. */
export interface ColumnForm {
  readonly name: string;
  readonly select: string;
  readonly literal: LiteralKind;
}

/** Character sets of which every value has its twin in utf8mb4, in which a dump is written. */
const EXACT_CHARACTER_SETS: ReadonlySet<string> = new Set([
  'utf8mb4',
  'utf8mb3',
  'ascii',
  'latin1',
  'binary',
]);
const INTEGERS = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'];
const AS_THEY_ARE: ReadonlySet<string> = new Set([...INTEGERS, 'decimal', 'year']);
const NUMBERED: ReadonlySet<string> = new Set(['enum', 'set', 'bit']);
const TEMPORAL: ReadonlySet<string> = new Set(['date', 'time', 'datetime', 'timestamp']);

/** True if the server computes the column; such a column is not written. */
export function isGenerated({ extra }: Pick<ColumnInfo, 'extra'>): boolean {
  return /\bGENERATED\b/i.test(extra) && !/DEFAULT_GENERATED/i.test(extra);
}

/** True if the value of the column is computed when the row is written, and kept. */
export function isStoredGenerated({ extra }: Pick<ColumnInfo, 'extra'>): boolean {
  return /\bSTORED GENERATED\b/i.test(extra);
}

/** The form of a column that is written. */
export function formOf({ name, dataType }: Pick<ColumnInfo, 'name' | 'dataType'>): ColumnForm {
  const quoted = quoteName(name);
  // As a number -0 becomes 0; as text it does not. Six digits are all that a FLOAT prints by itself.
  if (dataType === 'float') return { name, select: `CAST(${quoted} AS DOUBLE)`, literal: 'quoted' };
  if (dataType === 'double') return { name, select: quoted, literal: 'quoted' };
  // By number: ENUM has an index 0 that prints like a member '', and `+ 0` would be a DOUBLE.
  if (NUMBERED.has(dataType)) return { name, select: `CAST(${quoted} AS UNSIGNED)`, literal: 'number' };
  if (AS_THEY_ARE.has(dataType)) return { name, select: quoted, literal: 'number' };
  if (TEMPORAL.has(dataType)) return { name, select: quoted, literal: 'quoted' };
  return { name, select: quoted, literal: dataType === 'json' ? 'json' : 'binary' };
}

/** True if what `mysqldump` writes of the column is read as the same value again, in the session of a load. */
export function isTextExact(column: ColumnInfo): boolean {
  const { dataType, columnType, characterSet } = column;
  if (isStoredGenerated(column)) return false;
  if (isGenerated(column)) return true;
  if (dataType === 'float' || dataType === 'double' || dataType === 'json') return false;
  // In hex a row is twice as long, and what is longer than a packet cannot be loaded.
  if (/^(?:medium|long)(?:text|blob)$/.test(dataType)) return false;
  if (dataType === 'enum' && /[(,]''[,)]/.test(columnType)) return false;
  return characterSet === null || EXACT_CHARACTER_SETS.has(characterSet);
}
