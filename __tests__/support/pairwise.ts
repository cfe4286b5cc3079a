import { seededRandom } from './seeded-random.ts';

/** The factors of a cell by name, each with how many levels it has. */
export type Factors = Readonly<Record<string, number>>;
/** A level of each factor. */
export type Cell = Readonly<Record<string, number>>;

function pairsOf(cell: Cell, names: readonly string[]): readonly string[] {
  return names.flatMap((one, at) =>
    names.slice(at + 1).map((two) => `${one}=${cell[one]} ${two}=${cell[two]}`),
  );
}

/** Every pair of levels of two factors. */
export function allPairs(factors: Factors): ReadonlySet<string> {
  const names = Object.keys(factors);
  const pairs = new Set<string>();
  for (const [at, one] of names.entries())
    for (const two of names.slice(at + 1))
      for (let a = 0; a < (factors[one] ?? 0); a += 1)
        for (let b = 0; b < (factors[two] ?? 0); b += 1) pairs.add(`${one}=${a} ${two}=${b}`);
  return pairs;
}

/** The pairs of these that a list of cells leaves out. */
export function missingPairs(factors: Factors, cells: readonly Cell[]): ReadonlySet<string> {
  const missing = new Set(allPairs(factors));
  for (const cell of cells) for (const pair of pairsOf(cell, Object.keys(factors))) missing.delete(pair);
  return missing;
}

function pinned(pair: string): Cell {
  return Object.fromEntries(pair.split(' ').map((each) => [each.split('=')[0], Number(each.split('=')[1])]));
}

/**
 * Cells that cover every pair of levels, or as many as fit into `most` cells. Greedy: each cell holds a pair that is
 * missing, and of some random ones the one that covers most.
 */
export function pairwise(factors: Factors, seed: number, most: number): readonly Cell[] {
  const random = seededRandom(seed);
  const names = Object.keys(factors);
  const missing = new Set(allPairs(factors));
  const cells: Cell[] = [];
  while (missing.size > 0 && cells.length < most) {
    const list = [...missing];
    let best: Cell = {};
    let bestGain = -1;
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const levels = names.map((name) => [name, Math.floor(random() * (factors[name] ?? 0))] as const);
      const cell = {
        ...Object.fromEntries(levels),
        ...pinned(list[Math.floor(random() * list.length)] ?? ''),
      };
      const gain = pairsOf(cell, names).filter((pair) => missing.has(pair)).length;
      if (gain > bestGain) [best, bestGain] = [cell, gain];
    }
    cells.push(best);
    for (const pair of pairsOf(best, names)) missing.delete(pair);
  }
  return cells;
}
