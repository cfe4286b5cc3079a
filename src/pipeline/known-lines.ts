import { compareIntegers } from './judge-number.ts';

const [TAB, LINE_FEED] = [9, 10];

/**
 * The lines that are not among those found, each of which ends in a line feed; what is cut off is never trusted. Files
 * are mostly in the order of their keys, as the server's answer is: so both are walked through side by side, by the
 * whole number in the field `at`, and only what differs there is looked up.
 */
export function withoutKnown(lines: readonly string[], found: string, at: number): readonly string[] {
  const end = found.lastIndexOf('\n') + 1;
  const passed = new Set<string>();
  let cursor = 0;
  const pass = (): void => {
    const next = found.indexOf('\n', cursor) + 1;
    passed.add(found.slice(cursor, next - 1));
    cursor = next;
  };
  const rest = lines.filter((line) => {
    let key: string | undefined;
    while (cursor < end) {
      const next = cursor + line.length;
      if (found.charCodeAt(next) === LINE_FEED && next < end && found.startsWith(line, cursor)) {
        cursor = next + 1;
        return false;
      }
      key ??= fieldOf(line, at, 0);
      const order = compareIntegers(fieldOf(found, at, cursor), key);
      if (order > 0) return true;
      pass();
      if (order === 0) return true;
    }
    return true;
  });
  if (rest.length === 0) return rest;
  for (const line of found.slice(cursor, end).split('\n')) passed.add(line);
  return passed.size === 0 ? rest : rest.filter((line) => !passed.has(line));
}

/** The field with that number, from 0, of the line of LOAD DATA that begins at `start`. */
export function fieldOf(text: string, at: number, start: number): string {
  let from = start;
  for (let skipped = 0; skipped < at; skipped += 1) from = text.indexOf('\t', from) + 1;
  let to = from;
  while (to < text.length && text.charCodeAt(to) !== TAB && text.charCodeAt(to) !== LINE_FEED) to += 1;
  return text.slice(from, to);
}
