import { INTEGER_KINDS } from '../../pipeline/manifest/integer-range.ts';
import type { Column } from '../../pipeline/manifest/manifest.ts';

/** A name as the server reads it in every `sql_mode`. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

const EXACT_KINDS: readonly string[] = [...INTEGER_KINDS, 'decimal', 'boolean', 'year'];
const NUMBER = /^[+-]?\d{1,65}(?:\.\d{1,30})?$/;

/** Rows, or per cent of them, for which a condition holds. */
export function countWhere(table: string, condition: string, isPercent: boolean): string {
  return isPercent
    ? `SELECT COALESCE(100 * COUNT(CASE WHEN ${condition} THEN 1 END) / NULLIF(COUNT(*), 0), 0) FROM ${quoteName(table)}`
    : `SELECT COUNT(*) FROM ${quoteName(table)} WHERE ${condition}`;
}

/** Keys, without NULL in them, that stand in several rows; as per cent, of all rows. */
export function countDuplicates(table: string, columns: readonly Column[], isPercent: boolean): string {
  const where = columns.map(({ name }) => `${quoteName(name)} IS NOT NULL`).join(' AND ');
  const key = columns.map(exact).join(', ');
  const twins = `SELECT 1 FROM ${quoteName(table)} WHERE ${where} GROUP BY ${key} HAVING COUNT(*) > 1`;
  const number = `SELECT COUNT(*) FROM (${twins}) AS d`;
  return isPercent
    ? `SELECT COALESCE(100 * (${number}) / NULLIF(COUNT(*), 0), 0) FROM ${quoteName(table)}`
    : number;
}

/** A condition that holds where the value is one of these, to the letter. */
export function isOneOf(column: Column, values: readonly string[]): string {
  const isExact = EXACT_KINDS.includes(column.type.kind);
  const literals = values.flatMap((value) =>
    isExact ? (NUMBER.test(value) ? value : []) : `${literal(value)} COLLATE utf8mb4_bin`,
  );
  return literals.length === 0 ? 'FALSE' : `${exact(column)} IN (${literals.join(', ')})`;
}

/** A condition that holds where the pattern is found in the value. */
export function isLike({ name }: Column, pattern: string): string {
  return `REGEXP_LIKE(CAST(${quoteName(name)} AS CHAR CHARACTER SET utf8mb4), ${literal(pattern)}, 'c')`;
}

function exact({ name, type }: Column): string {
  return EXACT_KINDS.includes(type.kind)
    ? quoteName(name)
    : `CAST(${quoteName(name)} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin`;
}

/** In hexadecimal digits, which no `sql_mode` reads otherwise. */
function literal(text: string): string {
  return `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;
}
