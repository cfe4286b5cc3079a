import type { Layout } from './csv-header.ts';
import type { Dataset } from './manifest.ts';

const MASK = '***';
const MAX_RAW = 4000;

/**
 * A rejected row as CSV, for people. What the manifest calls sensitive is masked; so is all that cannot be told apart
 * from it: fields of unknown columns, and every field where their number is wrong or their quotes are broken.
 */
export function maskedRow(
  fields: readonly string[],
  { columns }: Dataset,
  { width, positions }: Layout,
  isBroken: boolean,
): string {
  const hasSecrets = columns.some(({ sensitive }) => sensitive);
  const isAligned = fields.length === width && !isBroken;
  const shown = new Set(positions.filter((_, index) => !columns[index]!.sensitive));
  let raw = '';
  for (const [position, field] of fields.entries()) {
    const isShown = !hasSecrets || (isAligned && shown.has(position));
    raw += `${position === 0 ? '' : ','}${isShown ? quoted(field) : MASK}`;
    if (raw.length > MAX_RAW) return `${raw.slice(0, MAX_RAW).toWellFormed()}…`;
  }
  return raw;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
