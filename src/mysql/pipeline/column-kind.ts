/** How values of a column are compared. */
export type ColumnKind = 'text' | 'exact' | 'float' | 'double' | 'day' | 'time' | 'other';

/** By the name of the column, in lower case. */
export type ColumnKinds = ReadonlyMap<string, ColumnKind>;

const KINDS: Readonly<Record<string, ColumnKind>> = {
  ...{ char: 'text', varchar: 'text', tinytext: 'text', text: 'text', mediumtext: 'text', longtext: 'text' },
  ...{ enum: 'text', set: 'text', tinyint: 'exact', smallint: 'exact', mediumint: 'exact', int: 'exact' },
  ...{ bigint: 'exact', decimal: 'exact', year: 'exact', bit: 'exact', float: 'float', double: 'double' },
  ...{ date: 'day', datetime: 'day', timestamp: 'day', time: 'time' },
};

/** The kind of a type that the server names. */
export function columnKind(dataType: string): ColumnKind {
  return KINDS[dataType.toLowerCase()] ?? 'other';
}

/** A column so that two values are equal exactly if they are the same: case, accents and blanks at the end included. */
export function exact(column: string, kind: ColumnKind | undefined): string {
  return kind === 'text' ? `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_0900_bin` : column;
}

const NUMBER = /^[+-]?\d{1,35}(?:\.\d{1,30})?$/;
const FLOAT = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: Readonly<Record<string, string>> = { true: '1', false: '0' };

/** A text of the manifest as a value that the column is compared with; `undefined` where it can have no such value. */
export function asKind(
  text: string,
  kind: ColumnKind | undefined,
): { readonly sql: string; readonly value: string } | undefined {
  switch (kind) {
    case 'exact': {
      const value = WORDS[text.toLowerCase()] ?? text;
      return NUMBER.test(value) ? { sql: 'CAST(? AS DECIMAL(65, 30))', value } : undefined;
    }
    case 'float':
    case 'double':
      return FLOAT.test(text) ? { sql: `CAST(? AS ${kind.toUpperCase()})`, value: text } : undefined;
    case 'day':
      return { sql: 'CAST(? AS DATETIME(6))', value: text };
    case 'time':
      return { sql: 'CAST(? AS TIME(6))', value: text };
    case 'text':
      return { sql: 'CONVERT(? USING utf8mb4) COLLATE utf8mb4_0900_bin', value: text };
    case 'other':
    case undefined:
      return { sql: '?', value: text };
  }
}
