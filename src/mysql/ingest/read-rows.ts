import { ExpectedError, refuse } from '../../errors.ts';
import type { CsvBatch, CsvFile, CsvLines, RowNote } from '../../pipeline/rows/csv-file.ts';
import { checkCsvHeader, type Layout } from '../../pipeline/rows/csv-header.ts';
import { rowJudge, type RowJudge, type RowValues } from '../../pipeline/rows/judge-row.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { maskedRow, type MaskedRow } from '../../pipeline/rows/masked-row.ts';
import type { StagingTable } from '../staging/staging-table.ts';

/** One row of a file after it was judged. */
export interface JudgedRow {
  readonly line: number;
  /** Lines of the file that it takes. */
  readonly lines: number;
  /** Its values in the server's form; of a rejected row those that are right, the others NULL. Valid until the next row. */
  readonly values: Readonly<RowValues>;
  /** Why it is rejected. */
  readonly reasons: readonly string[] | undefined;
  /** The row for people, masked, and each of its lines. */
  readonly raw: () => MaskedRow;
}

/** Takes a line as it stands in the file, from its first byte to its line feed; false where it has to be judged. */
export type TakeLine = (bytes: Buffer, from: number, to: number, line: number) => boolean;

/**
 * Reads a file to its end; `use` gets each row, `pause` is awaited after some thousand of them. `taker` may give what is
 * asked before a line is read as a row.
 */
export async function readRowsOf(
  file: CsvFile,
  dataset: Dataset,
  table: StagingTable,
  sha256: string,
  use: (row: JudgedRow) => void,
  pause: (bytesRead: number) => Promise<void>,
  taker?: (layout: Layout) => TakeLine | undefined,
): Promise<void> {
  const reading = file.read();
  let layout: Layout | undefined;
  let judge: RowJudge | undefined;
  let take: TakeLine | undefined;
  const values: RowValues = [];
  const give = (fields: readonly string[], note: RowNote | undefined, line: number): void => {
    const reasons = judge!(fields, note, values);
    const raw = (): MaskedRow => maskedRow(fields, dataset, layout!, note);
    use({ line, lines: note?.lines ?? 1, values, reasons, raw });
  };
  for await (const batch of reading.batches) {
    const begin = layout ? 0 : 1;
    if (!layout) {
      layout = readHeader(batch, dataset, file.file);
      judge = rowJudge(dataset, layout, table.storage);
      take = taker?.(layout);
    }
    if (batch.kind === 'lines') readLines(batch, dataset, layout, take, give);
    else
      for (let index = begin; index < batch.rows.length; index += 1)
        give(batch.rows[index]!, batch.notes.get(index), batch.lines[index]!);
    await pause(reading.bytesRead());
  }
  if (!layout) throw empty(file.file);
  if (reading.digest() !== sha256) throw changedMeanwhile(file.file);
}

type Give = (fields: readonly string[], note: RowNote | undefined, line: number) => void;

const LINE_FEED = 10;

function readLines(
  { bytes, firstLine }: CsvLines,
  { dialect }: Dataset,
  { width }: Layout,
  take: TakeLine | undefined,
  give: Give,
): void {
  let line = firstLine;
  for (let from = 0; from < bytes.length; line += 1) {
    const to = bytes.indexOf(LINE_FEED, from);
    if (take?.(bytes, from, to, line) !== true) {
      const text = bytes.toString('utf8', from, to);
      const row = text.endsWith('\r') ? text.slice(0, -1) : text;
      // A blank line is a row only where a row has one field.
      if (row !== '' || width === 1) give(row.split(dialect.delimiter), undefined, line);
    }
    from = to + 1;
  }
}

function readHeader(batch: CsvBatch, dataset: Dataset, file: string): Layout {
  if (batch.kind === 'lines') throw new Error('a file begins with rows');
  const broken = batch.notes.get(0)?.broken;
  if (broken !== undefined) {
    refuse([{ code: 'invalid-csv', message: `header: ${broken}`, at: { file, line: 1 }, fix: 'correct it' }]);
  }
  const { layout, problems } = checkCsvHeader(batch.rows[0]!, dataset, file);
  refuse(problems);
  return layout;
}

function empty(file: string): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: `${file} is empty: it has not even a header`,
    at: { file, line: 1 },
    fix: 'see that its export succeeded; a file without rows has a header',
  });
}

function changedMeanwhile(file: string): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: `${file} changed while it was read; nothing of it was loaded`,
    at: { file, line: 1 },
    fix: 'write it under another name and rename it when it is complete, then run again',
  });
}
