import { showValue } from '../binlog/column-value.ts';
import type { Column } from '../binlog/table-map.ts';

/** By position of the column its default as text; NULL where it has none. */
export type NewDefaults = ReadonlyMap<number, string | null>;

const PLAIN = /^[\x20-\x7e]*$/;

/**
 * True if a value in the log may be this default. Numbers and plain text are compared; of everything else, and of a
 * default that is an expression, it is not known.
 */
export function mayBeDefault(column: Column, value: Buffer | null, text: string | null): boolean {
  // Without a default: NULL, or what the type has for nothing outside strict mode.
  if (text === null) return value === null || value.every((byte) => byte === 0 || byte === 0x20);
  if (value === null) return false;
  const shown = showValue(column, value);
  if (shown.startsWith('"')) return !PLAIN.test(text) || value.includes(0) || shown === JSON.stringify(text);
  return !/^-?\d+$/.test(shown) || !/^-?\d+$/.test(text) || shown.startsWith('-') || shown === text;
}
