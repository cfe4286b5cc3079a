import type { LexableSql } from '../../sql/statements.ts';
import { tokensOf } from '../../sql/tokenize.ts';
import { readTokens, type CodeToken } from './code-token.ts';
import { afterParentheses, keyword } from './token-walk.ts';

/** One optimizer hint with what stands in its parentheses. */
export interface Hint {
  /** In upper case. */
  readonly name: string;
  readonly tokens: readonly CodeToken[];
  readonly line: number;
}

/** The optimizer hints of a statement, `/*+ SET_VAR(a = 1) *\/`. */
export function readHints(statement: LexableSql): readonly Hint[] {
  if (!statement.text.includes('/*+')) return [];
  return [...tokensOf(statement, Infinity)].flatMap(({ kind, text, line }) =>
    kind === 'hint' ? hintsIn({ ...statement, text: text.slice(3, -2), line }) : [],
  );
}

function hintsIn(inside: LexableSql): readonly Hint[] {
  const tokens = readTokens(inside, Infinity);
  return tokens.flatMap((token, at) => {
    if (keyword(tokens, at + 1) !== '(') return [];
    const inner = tokens.slice(at + 2, afterParentheses(tokens, at + 1) - 1);
    return [{ name: token.word, tokens: inner, line: token.line }];
  });
}
