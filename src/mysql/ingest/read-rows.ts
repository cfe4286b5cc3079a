import { ExpectedError, refuse } from '../../errors.ts';
import type { CsvBatch, CsvFile } from '../../pipeline/csv-file.ts';
import { checkCsvHeader, type Layout } from '../../pipeline/csv-header.ts';
import { rowJudge, type RowJudge, type RowValues } from '../../pipeline/judge-row.ts';
import type { Dataset } from '../../pipeline/manifest.ts';
import { maskedRow, type MaskedRow } from '../../pipeline/masked-row.ts';
import type { StagingTable } from './staging-table.ts';

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

/** Reads a file to its end; `use` gets each row, `pause` is awaited after some thousand of them. */
export async function readRowsOf(
  file: CsvFile,
  dataset: Dataset,
  table: StagingTable,
  sha256: string,
  use: (row: JudgedRow) => void,
  pause: (bytesRead: number) => Promise<void>,
): Promise<void> {
  const reading = file.read();
  let layout: Layout | undefined;
  let judge: RowJudge | undefined;
  const values: RowValues = [];
  for await (const batch of reading.batches) {
    const begin = layout ? 0 : 1;
    layout ??= readHeader(batch, dataset, file.file);
    judge ??= rowJudge(dataset, layout, table.storage);
    for (let index = begin; index < batch.rows.length; index += 1) {
      const fields = batch.rows[index]!;
      const note = batch.notes.get(index);
      const reasons = judge(fields, note, values);
      const shape = layout;
      const raw = (): MaskedRow => maskedRow(fields, dataset, shape, note);
      use({ line: batch.lines[index]!, lines: note?.lines ?? 1, values, reasons, raw });
    }
    await pause(reading.bytesRead());
  }
  if (!layout) throw empty(file.file);
  if (reading.digest() !== sha256) throw changedMeanwhile(file.file);
}

function readHeader(batch: CsvBatch, dataset: Dataset, file: string): Layout {
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
