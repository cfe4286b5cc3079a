import { endOfQuoted, skipInert, type Backslash } from './lexical.ts';
import type { TextMode } from './text-mode.ts';

const DOUBLE_QUOTE = '"';
const BACK_QUOTE = '`';
/** A second byte that is ASCII too: only these two decide where text ends. */
const SWALLOWED = /[\u0080-\uffff][\\`]/;

/** True if a mode asks for a second look at quoted text that was read with `backslash`. */
export function mayDoubt(mode: TextMode, backslash: Backslash): boolean {
  return mode.backslash !== backslash || mode.doubleQuotes !== 'string' || mode.characters !== 'plain';
}

/**
 * Why quoted text may end elsewhere for the server than at `end`, where it was taken to end; undefined where it does
 * not. `start` is the position of its quote.
 */
export function whyDoubtful(sql: string, start: number, end: number, mode: TextMode): string | undefined {
  const quote = sql.charAt(start);
  if (mode.characters === 'greedy' && SWALLOWED.test(sql.slice(start, end))) {
    return 'in the character set that was set for the client a backslash or back quote may be half a character';
  }
  if (quote === BACK_QUOTE || (quote !== "'" && quote !== DOUBLE_QUOTE)) return undefined;
  if (!sql.slice(start, end).includes('\\')) return undefined;
  const readings = readingsOf(quote, mode);
  if (readings.every((reading) => endOfQuoted(sql, start, reading) === end)) return undefined;
  if (quote === DOUBLE_QUOTE && mode.doubleQuotes !== 'string') {
    return 'under ANSI_QUOTES "…" is a name, in which a backslash escapes nothing';
  }
  return 'whether a backslash escapes depends on NO_BACKSLASH_ESCAPES';
}

function readingsOf(quote: string, { backslash, doubleQuotes }: TextMode): readonly Backslash[] {
  const inStrings = backslash === 'unknown' ? (['escape', 'literal'] as const) : [backslash];
  if (quote !== DOUBLE_QUOTE || doubleQuotes === 'string') return inStrings;
  // The client does not know ANSI_QUOTES, so both readings have to agree.
  return ['literal', ...inStrings];
}

/** The first quoted text of a statement that is doubtful in a mode, with why. */
export function findDoubt(
  sql: string,
  backslash: Backslash,
  mode: TextMode,
): { readonly at: number; readonly why: string } | undefined {
  for (let at = 0; at < sql.length;) {
    const end = skipInert(sql, at, backslash);
    if (end < 0) return undefined;
    const why = end > at ? whyDoubtful(sql, at, end, mode) : undefined;
    if (why !== undefined) return { at, why };
    at = Math.max(at + 1, end);
  }
  return undefined;
}
