const SHORTEST = 3;

/** The number behind the highest of these ids and file names, as wide as the widest of them. */
export function nextNumber(names: readonly string[]): string {
  const numbers = names.flatMap((name) => /^\d{1,15}(?=$|[_.-])/.exec(name)?.[0] ?? []);
  const highest = Math.max(0, ...numbers.map(Number));
  const width = Math.max(SHORTEST, ...numbers.map((number) => number.length));
  return String(highest + 1).padStart(width, '0');
}

/** What is said of a change as part of a file name. */
export function fileWords(text: string): string {
  const words = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');
  return words.replaceAll(/^_+|_+$/g, '').slice(0, 60) || 'change';
}
