import { isIntegerKind } from '../../pipeline/integer-range.ts';
import { compareIntegers } from '../../pipeline/judge-number.ts';
import { fieldOf, withoutKnown } from '../../pipeline/known-lines.ts';
import type { Dataset } from '../../pipeline/manifest.ts';
import type { Session } from '../connection.ts';
import { readRows } from '../connection.ts';
import { quoteName } from './incoming-table.ts';

/** Leaves out what staging has already, to the letter, so that it need not be sent. */
export interface UnchangedFilter {
  readonly filter: (lines: readonly string[]) => Promise<readonly string[]>;
}

/** Leaves nothing out. */
export const SEND_ALL: UnchangedFilter = { filter: (lines) => Promise.resolve(lines) };

/** Of these the server gives another text than they were sent as. */
const UNTOLD = ['json', 'binary', 'vector', 'double', 'float'];

/** A range of keys is read where the rows at hand fill at least such a part of it. */
const LEAST_DENSITY = 0.25;
/** A look that finds less than this part unchanged is not worth its time; after so many of them there are no more. */
const LEAST_GAIN = 0.1;
const MAX_VAIN_LOOKS = 3;

/**
 * Compares rows with those that staging has in the same range of keys: one query gives the lines that LOAD DATA would
 * need for them. Only a help: what it leaves in is compared again when it is merged. Without an integer as first column
 * of the key it leaves everything in, and with JSON, of which the server keeps the meaning but not the text.
 */
export async function unchangedFilter(session: Session, dataset: Dataset): Promise<UnchangedFilter> {
  const { columns, key, table } = dataset;
  const at = columns.findIndex(({ name }) => name === key[0]);
  const first = columns[at];
  const kinds = columns.map(({ type }) => type.kind);
  if (!first || !isIntegerKind(first.type.kind) || kinds.some((kind) => UNTOLD.includes(kind)))
    return SEND_ALL;
  const any = await readRows(session, `SELECT 1 AS found FROM ${quoteName(table)} LIMIT 1`);
  if (any.length === 0) return SEND_ALL;
  // Each line has its line feed, so that one that is cut off, where the text is longer than a packet, has none.
  const select = `SELECT GROUP_CONCAT(CONCAT_WS('\\t', ${columns.map((column) => asField(column.name, column.type.kind)).join(', ')}), '\\n'
    SEPARATOR '') AS found FROM ${quoteName(table)} WHERE ${quoteName(first.name)} BETWEEN ? AND ?`;
  let vainLooks = 0;
  return {
    async filter(lines) {
      if (vainLooks >= MAX_VAIN_LOOKS) return lines;
      const [least, greatest] = rangeOf(lines, at);
      if (lines.length < (Number(greatest) - Number(least)) * LEAST_DENSITY) return lines;
      // As text, so that no digit of a large number is lost.
      const [row] = await readRows<{ found: string | null }>(session, select, [least, greatest]);
      const rest = withoutKnown(lines, row?.found ?? '', at);
      if (rest.length > lines.length * (1 - LEAST_GAIN)) vainLooks += 1;
      return rest;
    },
  };
}

/** Of a file in order, up or down. Of another one it leaves lines out, which are sent then as if they were new. */
function rangeOf(lines: readonly string[], at: number): readonly [string, string] {
  const [first, last] = [fieldOf(lines[0] ?? '', at, 0), fieldOf(lines.at(-1) ?? '', at, 0)];
  return compareIntegers(first, last) <= 0 ? [first, last] : [last, first];
}

/**
 * The field of a line of LOAD DATA, as `lineWriter` writes it. NULL is told by the column alone: a text that grows beyond
 * a packet is NULL too, and then the line lacks a field, so that it is like no other.
 */
function asField(name: string, kind: string): string {
  const column = quoteName(name);
  // BIT and YEAR would be given as other texts.
  if (isIntegerKind(kind) || kind === 'boolean' || kind === 'year')
    return `IF(${column} IS NULL, '\\\\N', ${column} + 0)`;
  if (kind !== 'string') return `IF(${column} IS NULL, '\\\\N', ${column})`;
  const text = `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`;
  const escaped = [
    ['\\\\', '\\\\\\\\'],
    ['\\t', '\\\\t'],
    ['\\n', '\\\\n'],
  ].reduce((sql, [sign, escape]) => `REPLACE(${sql}, '${sign}', '${escape}')`, text);
  return `IF(${column} IS NULL, '\\\\N', ${escaped})`;
}
