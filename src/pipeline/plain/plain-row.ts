import type { Layout } from '../rows/csv-header.ts';
import type { ColumnStorage } from '../rows/judge-value.ts';
import type { Dataset } from '../manifest/manifest.ts';
import { plainColumn, type PlainColumn } from './plain-column.ts';

/**
 * Turns a line of a file without quotes into a line of LOAD DATA byte by byte, where every field needs no more than to be
 * copied: nearly every line of nearly every export. What it does not take is judged in the usual way, as a text.
 */
export interface PlainRows {
  /** Writes the line and gives the place behind it; -1 where the line has to be judged. Its fields are valid until the next. */
  readonly copy: (bytes: Buffer, from: number, to: number, out: Buffer, at: number) => number;
  /** Where in what was written each column begins, and behind the last one where the next would. */
  readonly starts: Int32Array;
  /** Room that a line of so many bytes may take. */
  readonly roomFor: (length: number) => number;
}

const [NUL, TAB, LINE_FEED, RETURN, BACKSLASH, N] = [0, 9, 10, 13, 92, 78];
const [IS_DELIMITER, IS_SPECIAL, IS_LONG] = [1, 2, 3];
/** More digits than a padded decimal or a datetime grows by. */
const GROWTH = 40;

/** `undefined` where no line can be taken. */
export function plainRows(
  dataset: Dataset,
  { width, positions }: Layout,
  storage: readonly ColumnStorage[],
): PlainRows | undefined {
  const { columns, dialect } = dataset;
  const delimiter = dialect.delimiter.charCodeAt(0);
  if (dialect.delimiter.length !== 1 || delimiter > 127 || delimiter === BACKSLASH) return undefined;
  const copiers = columns.map((column, index) => plainColumn(column, storage[index]!, dataset));
  if (!copiers.every((copier) => copier !== undefined)) return undefined;
  const split = splitter(delimiter, width);
  const copyAll = columnCopier(dataset, positions, copiers, split.fields);
  return {
    copy(bytes, from, to, out, at) {
      const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
      const found = split.split(bytes, from, end);
      return found === 'special' ? -1 : copyAll.copy(bytes, out, at, found === 'ascii');
    },
    starts: copyAll.starts,
    roomFor: (length) => length + columns.length * GROWTH,
  };
}

function splitter(delimiter: number, width: number) {
  const classes = new Uint8Array(256).fill(IS_LONG, 128);
  for (const special of [NUL, TAB, LINE_FEED, RETURN, BACKSLASH]) classes[special] = IS_SPECIAL;
  classes[delimiter] = IS_DELIMITER;
  /** Where each field begins, as if a delimiter stood behind the last one. */
  const fields = new Int32Array(width + 1);
  const split = (bytes: Buffer, from: number, to: number): 'ascii' | 'text' | 'special' => {
    let field = 1;
    let isAscii = true;
    fields[0] = from;
    for (let at = from; at < to; at += 1) {
      const kind = classes[bytes[at]!]!;
      if (kind === 0) continue;
      if (kind === IS_DELIMITER) {
        if (field === width) return 'special';
        fields[field++] = at + 1;
      } else if (kind === IS_LONG) isAscii = false;
      else return 'special';
    }
    fields[width] = to + 1;
    return field === width ? (isAscii ? 'ascii' : 'text') : 'special';
  };
  return { fields, split };
}

function columnCopier(
  { columns, nullText }: Dataset,
  positions: readonly number[],
  copiers: readonly PlainColumn[],
  fields: Int32Array,
) {
  const nothing = Buffer.from(nullText);
  const required = columns.map((column) => column.required);
  const starts = new Int32Array(columns.length + 1);
  const isNull = (bytes: Buffer, from: number, to: number): boolean => {
    if (to - from !== nothing.length) return false;
    for (let at = 0; at < nothing.length; at += 1) if (bytes[from + at] !== nothing[at]) return false;
    return true;
  };
  const copy = (bytes: Buffer, out: Buffer, at: number, isAscii: boolean): number => {
    let place = at;
    for (let index = 0; index < copiers.length; index += 1) {
      const position = positions[index]!;
      const from = fields[position]!;
      const to = fields[position + 1]! - 1;
      if (index > 0) out[place++] = TAB;
      starts[index] = place;
      if (isNull(bytes, from, to)) {
        if (required[index]) return -1;
        out[place++] = BACKSLASH;
        out[place++] = N;
      } else place = copiers[index]!(bytes, from, to, out, place, isAscii);
      if (place < 0) return -1;
    }
    starts[copiers.length] = place + 1;
    return place;
  };
  return { copy, starts };
}
