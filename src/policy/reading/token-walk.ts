import type { CodeToken } from './code-token.ts';

/** The keyword or operator at a position; empty past the end too. */
export function keyword(tokens: readonly CodeToken[], at: number): string {
  return tokens[at]?.word ?? '';
}

/** Whether these keywords stand one after the other from a position on. */
export function hasKeywords(tokens: readonly CodeToken[], at: number, ...words: readonly string[]): boolean {
  return words.every((word, index) => keyword(tokens, at + index) === word);
}

/** The position after the parenthesis that closes the one at `open`. */
export function afterParentheses(tokens: readonly CodeToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === '(') depth++;
    if (word === ')' && --depth === 0) return at + 1;
  }
  return tokens.length;
}

/** The first position from `from` on, outside parentheses, where one of the keywords stands; -1 if none does. */
export function findKeyword(tokens: readonly CodeToken[], from: number, words: readonly string[]): number {
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (words.includes(word)) return at;
    if (word === '(') at = afterParentheses(tokens, at) - 1;
  }
  return -1;
}

/** The keywords outside parentheses, each with its position. */
export function* outerKeywords(
  tokens: readonly CodeToken[],
  from = 0,
): Generator<readonly [string, number], void> {
  for (let at = from; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word !== '') yield [word, at];
    if (word === '(') at = afterParentheses(tokens, at) - 1;
  }
}

/** The parts between commas that stand outside parentheses. */
export function splitAtCommas(tokens: readonly CodeToken[]): readonly (readonly CodeToken[])[] {
  const parts: (readonly CodeToken[])[] = [];
  let start = 0;
  for (const [word, at] of outerKeywords(tokens)) {
    if (word !== ',') continue;
    parts.push(tokens.slice(start, at));
    start = at + 1;
  }
  parts.push(tokens.slice(start));
  return parts.filter((part) => part.length > 0);
}
