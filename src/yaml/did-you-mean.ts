/** The fix for what is probably misspelt. */
export function didYouMean(meant: string): string {
  return `did you mean "${meant}"?`;
}

/** The candidate that was probably meant by a misspelt word, if one is close enough. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let meant: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [meant, least] = [candidate, distance];
  }
  return meant;
}

/** Insertions, deletions, replacements and swaps of neighbours; `limit` where there are that many or more. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const replaced = above[column - 1]! + (isSame ? 0 : 1);
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = isSwap ? before[column - 2]! + 1 : replaced;
      current.push(Math.min(replaced, swapped, above[column]! + 1, current[column - 1]! + 1));
    }
    [before, above] = [above, current];
  }
  return above[right.length]!;
}
