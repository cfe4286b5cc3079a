import type { CsvBatch, CsvRows } from '../rows/csv-file.ts';

/** The rows of a batch as texts, also of one that was not read yet; the header has so many fields. */
export function csvRows(batch: CsvBatch, delimiter: string, width: number): CsvRows {
  if (batch.kind === 'rows') return batch;
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  for (const [at, text] of batch.bytes
    .toString('utf8', 0, batch.bytes.length - 1)
    .split('\n')
    .entries()) {
    const row = text.endsWith('\r') ? text.slice(0, -1) : text;
    // A blank line is a row only where a row has one field.
    if (row === '' && width !== 1) continue;
    rows.push(row.split(delimiter));
    lines.push(batch.firstLine + at);
  }
  return { kind: 'rows', rows, lines, notes: new Map() };
}
