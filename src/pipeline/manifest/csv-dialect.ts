/** How a file writes its fields, as far as files differ in it. */
export interface CsvDialect {
  /** Stands between fields; one character. */
  readonly delimiter: string;
  /** Stands around fields that hold a delimiter or a line break; one character, or empty where none has a meaning. */
  readonly quote: string;
  /** Stands before a quote inside a quoted field: the quote itself, or one other character. */
  readonly escape: string;
  /** A label of the Encoding Standard, in lower case. */
  readonly encoding: string;
}

/** RFC 4180 in UTF-8. */
export const RFC_4180: CsvDialect = { delimiter: ',', quote: '"', escape: '"', encoding: 'utf-8' };
