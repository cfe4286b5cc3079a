import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import { isIntegerKind } from '../../pipeline/manifest/integer-range.ts';
import { compareIntegers } from '../../pipeline/manifest/judge-number.ts';
import { fieldOf, withoutKnown } from '../../pipeline/rows/known-lines.ts';
import type { LineBlock } from '../../pipeline/rows/line-block.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { seenKeys } from '../../pipeline/rows/seen-keys.ts';
import type { Session } from '../session/connection.ts';
import { readRows } from '../session/connection.ts';
import { quoteName } from './incoming-table.ts';
import type { StagingTable, TableColumn } from './staging-table.ts';

/** Leaves out what staging has already, to the letter, so that it need not be sent. */
export interface UnchangedFilter {
  readonly filter: (lines: LineBlock) => Promise<LineBlock>;
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
export async function unchangedFilter(
  session: Session,
  dataset: Dataset,
  staging: StagingTable,
  files: readonly CsvFile[],
): Promise<UnchangedFilter> {
  const { columns, key, table } = dataset;
  const at = columns.findIndex(({ name }) => name === key[0]);
  const first = columns[at];
  const kinds = columns.map(({ type }) => type.kind);
  if (!first || !isIntegerKind(first.type.kind) || kinds.some((kind) => UNTOLD.includes(kind)))
    return SEND_ALL;
  const any = await readRows(session, `SELECT 1 AS found FROM ${quoteName(table)} LIMIT 1`);
  if (any.length === 0) return SEND_ALL;
  const fields = columns.map(({ type }, index) => asField(staging.columns[index]!, type.kind)).join(', ');
  // Each line has its line feed, so that one that is cut off, where the text is longer than a packet, has none.
  const select = `SELECT CAST(GROUP_CONCAT(CONCAT_WS('\\t', ${fields}), '\\n'
    SEPARATOR '') AS BINARY) AS found FROM ${quoteName(table)} WHERE ${quoteName(first.name)} BETWEEN ? AND ?`;
  const sent = files.length > 1 ? sentKeys(dataset, files) : undefined;
  let vainLooks = 0;
  const look = async (lines: LineBlock): Promise<LineBlock> => {
    const [least, greatest] = rangeOf(lines, at);
    if (lines.rows < (Number(greatest) - Number(least)) * LEAST_DENSITY) return lines;
    // As text, so that no digit of a large number is lost.
    const [row] = await readRows<{ found: Buffer | null }>(session, select, [least, greatest]);
    const rest = withoutKnown(lines, row?.found ?? NOTHING, at, sent?.mayHave);
    if (rest.rows > lines.rows * (1 - LEAST_GAIN)) vainLooks += 1;
    return rest;
  };
  return {
    async filter(lines) {
      // From then on nothing is left out any more, so nothing has to be remembered.
      if (vainLooks >= MAX_VAIN_LOOKS) return lines;
      const rest = await look(lines);
      sent?.add(rest);
      return rest;
    },
  };
}

const NOTHING = Buffer.alloc(0);
/** About what a row takes. */
const ROW_BYTES = 40;

/**
 * Keys of rows that are on their way. A row of a later file that staging has as it is must follow another version of it
 * from an earlier file, or that one would stay.
 */
function sentKeys({ columns, key }: Dataset, files: readonly CsvFile[]) {
  const expected = files.reduce((total, { bytes }) => total + bytes, 0) / ROW_BYTES;
  const seen = seenKeys(expected);
  const positions = key.map((name) => columns.findIndex((column) => column.name === name));
  const keyOf = (bytes: Buffer, from: number): string =>
    positions.map((position) => fieldOf(bytes, position, from)).join('\t');
  return {
    /** It is asked once, and remembers the key as well, which is no harm. */
    mayHave: (bytes: Buffer, from: number): boolean => seen.add(keyOf(bytes, from)),
    add: ({ bytes }: LineBlock): void => {
      for (let from = 0; from < bytes.length; from = bytes.indexOf(LINE_FEED, from) + 1)
        seen.add(keyOf(bytes, from));
    },
  };
}

const LINE_FEED = 10;

/** Of a file in order, up or down. Of another one it leaves lines out, which are sent then as if they were new. */
function rangeOf({ bytes }: LineBlock, at: number): readonly [string, string] {
  const lastLine = bytes.lastIndexOf(LINE_FEED, bytes.length - 2) + 1;
  const [first, last] = [fieldOf(bytes, at, 0), fieldOf(bytes, at, lastLine)];
  return compareIntegers(first, last) <= 0 ? [first, last] : [last, first];
}

/**
 * The field of a line of LOAD DATA, as `lineWriter` writes it. NULL is told by the column alone: a text that grows beyond
 * a packet is NULL too, and then the line lacks a field, so that it is like no other.
 */
function asField({ name, dataType, columnType, isNullable }: TableColumn, kind: string): string {
  const column = quoteName(name);
  const orNull = (text: string): string =>
    isNullable === 'NO' ? text : `IF(${column} IS NULL, '\\\\N', ${text})`;
  // They would be given as other texts.
  if (dataType === 'bit' || dataType === 'year' || columnType.includes('zerofill'))
    return orNull(`${column} + 0`);
  if (kind !== 'string') return orNull(column);
  const text = `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`;
  const escaped = [
    ['\\\\', '\\\\\\\\'],
    ['\\t', '\\\\t'],
    ['\\n', '\\\\n'],
  ].reduce((sql, [sign, escape]) => `REPLACE(${sql}, '${sign}', '${escape}')`, text);
  return orNull(escaped);
}
