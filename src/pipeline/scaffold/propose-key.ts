import { countNulls, type SampleColumn } from './csv-sample.ts';
import type { ProposedColumn } from './proposal.ts';

const KINDS = ['int', 'bigint', 'string', 'date', 'datetime', 'time'];
const NAMED = /(?:^|_)(?:id|key|no|nr|num|number|code|uuid|guid|sku|isbn|ean)$|(?:Id|ID|No|Nr|Key|Code)$|^id/;
/** Characters of a text in an index. */
const MOST_CHARACTERS = 700;
/** Of more columns there are too many pairs and triples to try. */
const MOST_COLUMNS = 12;

interface Candidate {
  readonly column: ProposedColumn;
  readonly sample: SampleColumn;
  readonly at: number;
}

/**
 * The first column, else the first two or three together, whose values were never NULL and never the same. One of them
 * is called like a key, where there is such a column; a time alone is unique by accident.
 */
export function proposeKey(
  columns: readonly ProposedColumn[],
  samples: readonly SampleColumn[],
  nullText: string,
): readonly string[] {
  // Of no row everything is unique.
  if ((samples[0]?.values.length ?? 0) === 0) return [];
  const candidates = columns
    .map((column, at) => ({ column, sample: samples[at]!, at }))
    .filter(({ column, sample }) => isPossible(column) && countNulls(sample, nullText) === 0)
    .toSorted((left, right) => rank(left) - rank(right) || left.at - right.at)
    .slice(0, MOST_COLUMNS);
  const isCalledSo = (chosen: readonly Candidate[]): boolean =>
    chosen.some((candidate) => rank(candidate) <= 1);
  const isMore = (chosen: readonly Candidate[]): boolean =>
    chosen.length > 1 || chosen.some((candidate) => rank(candidate) !== TIMES);
  const key = findUnique(candidates, isCalledSo) ?? findUnique(candidates, isMore) ?? [];
  return key.toSorted((left, right) => left.at - right.at).map(({ column }) => column.name);
}

function findUnique(
  candidates: readonly Candidate[],
  isWanted: (chosen: readonly Candidate[]) => boolean,
): readonly Candidate[] | undefined {
  for (const size of [1, 2, 3]) {
    for (const chosen of combinations(candidates, size)) {
      const characters = chosen.reduce((sum, { column }) => sum + (column.maxLength ?? 0), 0);
      if (
        characters <= MOST_CHARACTERS &&
        isWanted(chosen) &&
        areUnique(chosen.map(({ sample }) => sample))
      ) {
        return chosen;
      }
    }
  }
  return undefined;
}

function isPossible({ type, maxLength }: ProposedColumn): boolean {
  return KINDS.includes(type.kind) && (type.kind !== 'string' || maxLength !== undefined);
}

const TIMES = 3;

/** What is called like a key comes first, then the first column, numbers, times, texts. */
function rank({ column: { name, type }, at }: Candidate): number {
  if (['date', 'datetime', 'time'].includes(type.kind)) return TIMES;
  if (NAMED.test(name)) return 0;
  if (at === 0) return 1;
  return type.kind === 'string' ? 4 : 2;
}

function* combinations<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [at, item] of items.entries()) {
    for (const rest of combinations(items.slice(at + 1), size - 1)) yield [item, ...rest];
  }
}

function areUnique(columns: readonly SampleColumn[]): boolean {
  const seen = new Set<string>();
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row += 1) {
    // Blanks at the end and cases are left out, so that no collation and no CHAR finds two the same.
    const key = columns.map(({ values }) => values[row]!.trimEnd().toLowerCase()).join('\u0000');
    if (seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}
