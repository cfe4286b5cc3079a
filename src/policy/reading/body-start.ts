import type { CodeToken } from './code-token.ts';
import type { DdlHead } from './ddl-head.ts';
import { readName } from './object-name.ts';
import { afterParentheses, findKeyword, hasKeywords, keyword } from './token-walk.ts';

/** Words between the parameters and the body of a routine. */
const CHARACTERISTICS = [
  ...['RETURNS', 'COMMENT', 'LANGUAGE', 'SQL', 'NOT', 'DETERMINISTIC', 'CONTAINS', 'NO', 'READS', 'MODIFIES'],
  ...['DATA', 'SECURITY', 'DEFINER', 'INVOKER'],
];
/** Words that may follow the first one of the type after RETURNS. */
const TYPE_WORDS = [
  ...['UNSIGNED', 'SIGNED', 'ZEROFILL', 'CHARACTER', 'CHAR', 'CHARSET', 'COLLATE', 'SET', 'BINARY', 'ASCII'],
  ...['UNICODE', 'BYTE', 'PRECISION', 'VARYING', 'VARCHAR', 'VARCHARACTER', 'VARBINARY'],
];
const BEFORE_A_NAME = ['CHARSET', 'COLLATE', 'LANGUAGE'];

/** Where the body of a CREATE or ALTER begins; undefined for what has no body in SQL. */
export function bodyStart(tokens: readonly CodeToken[], head: DdlHead): number | undefined {
  const start = startAfterHead(tokens, head);
  return start !== undefined && start < tokens.length ? start : undefined;
}

function startAfterHead(tokens: readonly CodeToken[], head: DdlHead): number | undefined {
  switch (head.object) {
    case 'TRIGGER':
      return triggerBody(tokens, head.next);
    case 'EVENT': {
      const at = findKeyword(tokens, head.next, ['DO']);
      return at < 0 ? undefined : at + 1;
    }
    case 'PROCEDURE':
    case 'FUNCTION':
      return keyword(tokens, head.next) === '(' ? routineBody(tokens, head.next) : undefined;
    default:
      return undefined;
  }
}

function triggerBody(tokens: readonly CodeToken[], from: number): number | undefined {
  const each = findKeyword(tokens, from, ['EACH']);
  if (each < 0) return undefined;
  const start = each + 2;
  if (!['FOLLOWS', 'PRECEDES'].includes(keyword(tokens, start))) return start;
  return readName(tokens, start + 1)?.next;
}

function routineBody(tokens: readonly CodeToken[], parameters: number): number | undefined {
  let at = afterParentheses(tokens, parameters);
  let isType = false;
  while (at < tokens.length) {
    const word = keyword(tokens, at);
    const isCharacteristic = CHARACTERISTICS.includes(word);
    if (word === 'LANGUAGE' && !hasKeywords(tokens, at + 1, 'SQL')) return undefined;
    if (word === '(') at = afterParentheses(tokens, at);
    else if (word === 'RETURNS') at += 2;
    else if (isCharacteristic || (isType && TYPE_WORDS.includes(word)) || tokens[at]?.kind === 'string') at++;
    else return at;
    if (isCharacteristic) isType = word === 'RETURNS';
    if (BEFORE_A_NAME.includes(word) || isCharacterSet(tokens, at)) at++;
  }
  return undefined;
}

/** The position is past `CHARACTER SET`, so a name comes next. */
function isCharacterSet(tokens: readonly CodeToken[], at: number): boolean {
  return keyword(tokens, at - 1) === 'SET' && ['CHARACTER', 'CHAR'].includes(keyword(tokens, at - 2));
}
