import type { CodeToken } from './code-token.ts';
import { readColumn } from './column-definition.ts';
import type { DdlHead } from './ddl-head.ts';
import { afterParentheses, findKeyword, hasKeywords, keyword, splitAtCommas } from './token-walk.ts';

const NO_COLUMN = ['INDEX', 'KEY', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'FOREIGN', 'CHECK'];

/** Whether a CREATE TABLE takes its definition from another table: `LIKE t`, `(LIKE t)`. */
export function isLike(tokens: readonly CodeToken[], { next }: DdlHead): boolean {
  return keyword(tokens, next) === 'LIKE' || hasKeywords(tokens, next, '(', 'LIKE');
}

/** Whether a CREATE TABLE defines a primary key, as an element or at a column. */
export function hasPrimaryKey(tokens: readonly CodeToken[], { next }: DdlHead): boolean {
  if (keyword(tokens, next) !== '(') return false;
  const elements = splitAtCommas(tokens.slice(next + 1, afterParentheses(tokens, next) - 1));
  return elements.some((element) => {
    const word = keyword(element, 0);
    if (word === 'PRIMARY') return true;
    if (word === 'CONSTRAINT') return findKeyword(element, 1, ['PRIMARY']) > 0;
    return !NO_COLUMN.includes(word) && (readColumn(element)?.isPrimary ?? false);
  });
}
