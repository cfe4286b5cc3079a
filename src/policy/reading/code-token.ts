import { codeTokens } from '../../sql/code-tokens.ts';
import type { LexableSql, Token } from '../../sql/statements.ts';

/** A token that a server executes. */
export interface CodeToken extends Token {
  /**
   * What the server could take it for: a keyword in upper case, or an operator; empty for quoted text and for a name
   * after a dot, as in `t.where` there is no WHERE.
   */
  readonly word: string;
}

/** The tokens that a server of a version executes, at most `limit` of them. */
export function readTokens(
  statement: LexableSql,
  serverVersion: number,
  limit = Infinity,
): readonly CodeToken[] {
  const tokens: CodeToken[] = [];
  let previous = '';
  for (const { kind, text, line } of codeTokens(statement, { serverVersion })) {
    const isKeyword = kind === 'word' && previous !== '.';
    const word = kind === 'operator' ? text : isKeyword ? text.toUpperCase() : '';
    tokens.push({ kind, text, line, word });
    if (tokens.length >= limit) break;
    previous = text;
  }
  return tokens;
}
