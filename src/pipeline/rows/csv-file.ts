/** A CSV file that can be read any number of times, in a stream. */
export interface CsvFile {
  /** Relative to the working directory. */
  readonly file: string;
  /** On disk, compressed or not. */
  readonly bytes: number;
  /** SHA-256 of its bytes as they are now. */
  readonly digest: () => Promise<string>;
  readonly read: () => CsvReading;
}

/** One pass through a file. */
export interface CsvReading {
  /** The header is the first row of the first batch, which has rows; an empty file has no batches. */
  readonly batches: AsyncIterable<CsvBatch>;
  /** SHA-256 of the bytes that this pass has read; known when the batches are at their end. */
  readonly digest: () => string;
  /** Bytes on disk that were read so far. */
  readonly bytesRead: () => number;
}

/** Some thousand rows as they stand in the file; bounded in memory. */
export type CsvBatch = CsvRows | CsvLines;

/** Lines in valid UTF-8 without a quote, each a row with its line feed; they were not read yet. */
export interface CsvLines {
  readonly kind: 'lines';
  readonly bytes: Buffer;
  /** The number of the first one. */
  readonly firstLine: number;
}

/** Rows whose fields are known. */
export interface CsvRows {
  readonly kind: 'rows';
  readonly rows: readonly (readonly string[])[];
  /** Where each row begins, from 1; quoted line breaks count as lines. */
  readonly lines: readonly number[];
  /** What is special about a row, by its index; most have nothing. */
  readonly notes: ReadonlyMap<number, RowNote>;
}

export interface RowNote {
  /** For each field whether it stood in quotes; `undefined` where none did. */
  readonly quoted: readonly boolean[] | undefined;
  /** Lines of the file that it takes. */
  readonly lines: number;
  /** Why its text cannot be what its author meant: bytes that are not valid in the file's encoding. */
  readonly broken: string | undefined;
}
