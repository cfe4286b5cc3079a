import type { RowNote } from './csv-file.ts';
import type { Layout } from './csv-header.ts';
import type { Dataset } from '../manifest/manifest.ts';

/** A row as CSV, for people. */
export interface MaskedRow {
  readonly row: string;
  /** The same line by line, as many as the row takes in its file. */
  readonly lines: readonly string[];
}

const MASK = '***';
const MAX_RAW = 4000;

/**
 * A rejected row as CSV. What the manifest calls sensitive is masked; so is all that cannot be told apart from it: fields
 * of unknown columns, and every field where their number is wrong or their text is damaged.
 */
export function maskedRow(
  fields: readonly string[],
  { columns, dialect }: Dataset,
  { width, positions }: Layout,
  note: RowNote | undefined,
): MaskedRow {
  const hasSecrets = columns.some(({ sensitive }) => sensitive);
  const isAligned = fields.length === width && note?.broken === undefined;
  const shown = new Set(positions.filter((_, index) => !columns[index]!.sensitive));
  const row = fields
    .map((field, position) => (!hasSecrets || (isAligned && shown.has(position)) ? quoted(field) : MASK))
    .join(dialect.delimiter);
  const lines = row.split('\n');
  const { lines: expected = 1 } = note ?? {};
  // Lines that were masked with their field.
  while (lines.length < expected) lines.push(MASK);
  return { row: cut(row), lines: lines.slice(0, expected).map((line) => cut(line)) };

  function quoted(field: string): string {
    const isSpecial = field.includes(dialect.delimiter) || /["\r\n]/.test(field);
    return isSpecial ? `"${field.replaceAll('"', '""')}"` : field;
  }
}

function cut(text: string): string {
  return text.length > MAX_RAW ? `${text.slice(0, MAX_RAW).toWellFormed()}…` : text;
}
