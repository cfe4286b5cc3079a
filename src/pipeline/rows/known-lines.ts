import { compareIntegers } from '../manifest/judge-number.ts';
import type { LineBlock } from './line-block.ts';

const [TAB, LINE_FEED] = [9, 10];

/** A line by its first byte and the place of its line feed. */
type IsNeeded = (bytes: Buffer, from: number, to: number) => boolean;

/**
 * The lines that are not among those found, each of which ends in a line feed; what is cut off is never trusted. Files
 * are mostly in the order of their keys, as the server's answer is: so both are walked through side by side, by the
 * whole number in the field `at`, and only what differs there is looked up. `isNeeded` keeps a line although it was found.
 */
export function withoutKnown(lines: LineBlock, found: Buffer, at: number, isNeeded?: IsNeeded): LineBlock {
  const { bytes } = lines;
  const end = found.lastIndexOf(LINE_FEED) + 1;
  const passed = new Set<string>();
  let cursor = 0;
  const pass = (): void => {
    const next = found.indexOf(LINE_FEED, cursor);
    passed.add(found.toString('latin1', cursor, next));
    cursor = next + 1;
  };
  /** Whether the line is the one that was found here; else what was found before it is passed. */
  const isHere = (from: number, to: number): boolean => {
    let key: string | undefined;
    while (cursor < end) {
      if (isSame(bytes, from, to, found, cursor, end)) {
        cursor += to - from + 1;
        return true;
      }
      key ??= fieldOf(bytes, at, from);
      const order = compareIntegers(fieldOf(found, at, cursor), key);
      if (order > 0) return false;
      pass();
      if (order === 0) return false;
    }
    return false;
  };
  const rest: [from: number, to: number][] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(LINE_FEED, from);
    if (!isHere(from, to) || isNeeded?.(bytes, from, to) === true) rest.push([from, to]);
    from = to + 1;
  }
  if (rest.length === 0) return { bytes: bytes.subarray(0, 0), rows: 0 };
  for (const line of found.toString('latin1', cursor, end).split('\n')) passed.add(line);
  const kept = rest.filter(
    ([from, to]) => !passed.has(bytes.toString('latin1', from, to)) || isNeeded?.(bytes, from, to) === true,
  );
  return { bytes: Buffer.concat(kept.map(([from, to]) => bytes.subarray(from, to + 1))), rows: kept.length };
}

/** Lines are short, and mostly the same to their ends: a call to compare them would cost more. */
function isSame(
  bytes: Buffer,
  from: number,
  to: number,
  found: Buffer,
  cursor: number,
  end: number,
): boolean {
  const next = cursor + to - from;
  if (next >= end || found[next] !== LINE_FEED) return false;
  for (let here = from, there = cursor; here < to; here += 1, there += 1)
    if (bytes[here] !== found[there]) return false;
  return true;
}

/** The field with that number, from 0, of the line of LOAD DATA that begins at `start`; for fields of ASCII. */
export function fieldOf(bytes: Buffer, at: number, start: number): string {
  let from = start;
  for (let skipped = 0; skipped < at; skipped += 1) from = bytes.indexOf(TAB, from) + 1;
  let to = from;
  while (to < bytes.length && bytes[to] !== TAB && bytes[to] !== LINE_FEED) to += 1;
  return bytes.toString('latin1', from, to);
}
