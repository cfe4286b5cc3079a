import { codeTokens } from '../../sql/code-tokens.ts';
import type { Backslash } from '../../sql/lexical.ts';
import type { LexableSql, Token } from '../../sql/statements.ts';

const SETS_SQL_MODE = /^(?:\/\*!\d*\s*)?set\b[^]*sql_mode/i;
const NO_ESCAPES = /\bno_backslash_escapes\b/i;
const ASSIGNED = new Set(['=', ':=']);

/**
 * How a backslash reads after a statement of a dump. `mysqldump` sets `sql_mode` to literals and to what it kept in a
 * variable before; it never keeps or sets NO_BACKSLASH_ESCAPES without its name in the text.
 */
export function backslashAfter(statement: LexableSql, before: Backslash): Backslash {
  if (!SETS_SQL_MODE.test(statement.text.slice(0, 10_000))) return before;
  const tokens = [...codeTokens(statement)];
  return tokens.reduce((now, token, index) => {
    if (!isSessionMode(token, tokens[index - 1]) || !ASSIGNED.has(tokens[index + 1]?.text ?? '')) return now;
    return backslashOf(valueFrom(tokens, index + 2), now);
  }, before);
}

function isSessionMode(token: Token, previous: Token | undefined): boolean {
  if (/^(?:global|persist|persist_only)$/i.test(previous?.text ?? '')) return false;
  return /^(?:@@(?:(?:session|local)\.)?)?`?sql_mode`?$/i.test(token.text);
}

/** The tokens of one assigned value: up to the next comma outside parentheses. */
function valueFrom(tokens: readonly Token[], start: number): readonly Token[] {
  let depth = 0;
  const end = tokens.findIndex((token, index) => {
    if (index < start) return false;
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    return token.text === ',' && depth === 0;
  });
  return tokens.slice(start, end < 0 ? undefined : end);
}

function backslashOf(value: readonly Token[], now: Backslash): Backslash {
  const names = value.some((token) => NO_ESCAPES.test(token.text));
  const changes = value.some((token) => /^@@(?:(?:session|local)\.)?sql_mode$/i.test(token.text));
  if (names) return changes && /^replace$/i.test(value[0]?.text ?? '') ? 'escape' : 'literal';
  return changes ? now : 'escape';
}
