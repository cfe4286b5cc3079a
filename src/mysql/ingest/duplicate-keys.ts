import { ExpectedError } from '../../errors.ts';
import { isIntegerKind } from '../../pipeline/manifest/integer-range.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { seenKeys } from '../../pipeline/rows/seen-keys.ts';
import { seenNumbers } from '../../pipeline/rows/seen-numbers.ts';
import type { FileIngest } from './ingest-file.ts';
import type { JudgedRow } from './read-rows.ts';

/** Finds rows of one file that have the key of an earlier one, in memory that does not grow with the file. */
export interface TwinFinder {
  /** Whether the key may have stood before: such a row is held back until the file is read a second time. */
  readonly mayBeTwin: (row: JudgedRow) => boolean;
  /** The same for a row of which the key is known: the values of its columns with NUL between them. */
  readonly mayBeTwinKey: (key: string, line: number) => boolean;
  /** The same for a key that is one whole number of at most `EXACT_DIGITS` digits; `undefined` for other keys. */
  readonly mayBeTwinNumber: ((key: number, line: number) => boolean) | undefined;
  readonly hasHeld: () => boolean;
  /** For each row in the second reading. */
  readonly resolve: (row: JudgedRow) => TwinVerdict;
}

/** `other`: nothing was ever doubted about it. `first`: held back by mistake, it has no twin before it. */
export type TwinVerdict = 'other' | 'first' | 'repeated' | { readonly conflictsWith: number };

interface Held {
  /** Of the first row with this key that was held back. */
  readonly heldAt: number;
  /** What stood first, once the second reading has met it. */
  first?: { readonly at: number; readonly line: string };
}

/** Keys that are held at once; a file with more twins than this was put together by mistake. */
const MOST_HELD = 500_000;

/** Of a file that has about so many rows. */
export function duplicateFinder(
  dataset: Dataset,
  lineOf: FileIngest['lineOf'],
  file: string,
  expectedRows: number,
): TwinFinder {
  const positions = dataset.key.map((name) => dataset.columns.findIndex((column) => column.name === name));
  const kind = dataset.columns[positions[0]!]?.type.kind ?? 'string';
  const isNumber = positions.length === 1 && isIntegerKind(kind);
  const numbers = isNumber ? seenNumbers(expectedRows) : undefined;
  const seen = numbers ?? seenKeys(expectedRows);
  const held = new Map<string, Held>();
  const keyOf = ({ values }: JudgedRow): string => {
    let key = values[positions[0]!]!;
    for (let index = 1; index < positions.length; index += 1) key += `\0${values[positions[index]!]!}`;
    return key;
  };
  const hold = (key: string, line: number): true => {
    if (!held.has(key)) held.set(detached(key), { heldAt: line });
    if (held.size > MOST_HELD) throw tooManyTwins(dataset, file);
    return true;
  };
  const mayBeTwinKey = (key: string, line: number): boolean => seen.add(key) && hold(key, line);
  return {
    mayBeTwin: (row) => mayBeTwinKey(keyOf(row), row.line),
    mayBeTwinKey,
    mayBeTwinNumber: numbers && ((key, line) => numbers.addNumber(key) && hold(String(key), line)),
    hasHeld: () => held.size > 0,
    resolve(row) {
      const twin = held.get(keyOf(row));
      if (!twin) return 'other';
      const line = lineOf(row.values);
      if (!twin.first) {
        twin.first = { at: row.line, line: detached(line) };
        return twin.heldAt === row.line ? 'first' : 'other';
      }
      return twin.first.line === line ? 'repeated' : { conflictsWith: twin.first.at };
    },
  };
}

/** A copy: a part of a text would keep all of it in memory. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

function tooManyTwins({ key }: Dataset, file: string): ExpectedError {
  return new ExpectedError({
    code: 'invalid-csv',
    message: `more than ${MOST_HELD} keys (${key.join(', ')}) stand in ${file} more than once`,
    at: { file, line: 1 },
    fix: 'see whether the file was put together from several; leave one row a key in it',
  });
}
