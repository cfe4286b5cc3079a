import type { Token } from '../../changelog/statements.ts';

/**
 * What the server could take for a keyword or an operator at a position, in upper case; empty for quoted text and for
 * a name after a dot: in `t.where` there is no WHERE.
 */
export function keyword(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  if (!token) return '';
  if (token.kind === 'operator') return token.text;
  if (token.kind !== 'word' || tokens[at - 1]?.text === '.') return '';
  return token.text.toUpperCase();
}

/** Whether these keywords stand one after the other from a position on. */
export function hasKeywords(tokens: readonly Token[], at: number, ...words: readonly string[]): boolean {
  return words.every((word, index) => keyword(tokens, at + index) === word);
}

/** The position after the parenthesis that closes the one at `open`. */
export function afterParentheses(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === '(') depth++;
    if (word === ')' && --depth === 0) return at + 1;
  }
  return tokens.length;
}

/** The first position from `from` on, outside parentheses, where one of the keywords stands; -1 if none does. */
export function findKeyword(tokens: readonly Token[], from: number, words: readonly string[]): number {
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (words.includes(word)) return at;
    if (word === '(') at = afterParentheses(tokens, at) - 1;
  }
  return -1;
}

/** The keywords outside parentheses, each with its position. */
export function* outerKeywords(
  tokens: readonly Token[],
  from = 0,
): Generator<readonly [string, number], void> {
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word !== '') yield [word, at];
    if (word === '(') at = afterParentheses(tokens, at) - 1;
  }
}

/** The parts between commas that stand outside parentheses. */
export function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: (readonly Token[])[] = [];
  let start = 0;
  for (const [word, at] of outerKeywords(tokens)) {
    if (word !== ',') continue;
    parts.push(tokens.slice(start, at));
    start = at + 1;
  }
  parts.push(tokens.slice(start));
  return parts.filter((part) => part.length > 0);
}
