import { isSpace, skipComment } from '../lexical.ts';
import { endOfFirst, type BlockToken } from './end-of-first.ts';
import type { LexableSql } from '../statements.ts';
import { nextToken, tokenCursor } from '../tokenize.ts';

/** A statement of a block: from its first token, executable comments included, to before its `;`. */
export interface BlockPart {
  readonly start: number;
  readonly end: number;
}

/** What a block holds, or where and why its statements cannot be told apart. */
export type SplitBlock =
  | { readonly parts: readonly BlockPart[] }
  | { readonly at: number; readonly message: string; readonly fix: string };

/** What a statement can begin with. */
const VERBS = new Set(
  (
    'ALTER ANALYZE BEGIN BINLOG CACHE CALL CHANGE CHECK CHECKSUM CLONE COMMIT CREATE DEALLOCATE DELETE DESC DESCRIBE DO ' +
    'DROP EXECUTE EXPLAIN FLUSH GET GRANT HANDLER HELP IMPORT INSERT INSTALL KILL LOAD LOCK OPTIMIZE PREPARE PURGE ' +
    'RELEASE RENAME REPAIR REPLACE RESET RESIGNAL RESTART REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW SHUTDOWN SIGNAL ' +
    'START STOP TABLE TRUNCATE UNINSTALL UNLOCK UPDATE USE VALUES WITH XA'
  ).split(' '),
);

/**
 * Splits what stands under another delimiter than `;`. The `mysql` client sends it in one packet, and the server takes
 * one statement after the other from it, each up to the `;` that its grammar allows. A `;` in the body of a routine
 * ends nothing. What cannot be followed stays one statement, which the server refuses if it is not.
 */
export function splitBlock(block: Pick<LexableSql, 'text' | 'backslash'>): SplitBlock {
  const { text } = block;
  const whole = { parts: [{ start: 0, end: text.length }] };
  if (!text.includes(';')) return whole;
  const tokens = blockTokens(block);
  const parts: BlockPart[] = [];
  let start = 0;
  for (let from = 0; from < tokens.length;) {
    if (!beginsStatement(tokens, from)) return mayBeBody(tokens, from) ? whole : unknownAt(start);
    const at = endOfFirst(tokens, from);
    const end = tokens[at];
    let next = at + 1;
    while (tokens[next]?.text === ';') next++;
    if (!end || next >= tokens.length) break;
    if (end.isInComment) return hiddenAt(end.start);
    if (at > from) parts.push({ start, end: end.start });
    start = skipToStatement(text, end.start + 1);
    from = next;
  }
  return { parts: [...parts, { start, end: text.length }] };
}

function beginsStatement(tokens: readonly BlockToken[], from: number): boolean {
  let at = from;
  while (tokens[at]?.text === '(') at++;
  return VERBS.has(tokens[at]?.word ?? '');
}

/** What stands before may be a routine whose body was not followed to its end. */
function mayBeBody(tokens: readonly BlockToken[], from: number): boolean {
  if (from === 0) return true;
  return tokens.slice(0, from).some(({ word }) => ['CREATE', 'ALTER', 'BEGIN'].includes(word));
}

function unknownAt(at: number): SplitBlock {
  const message = 'what begins here, behind a ";" in a block under another delimiter, is not a statement';
  return { at, message, fix: 'end each statement of the block with its delimiter' };
}

function hiddenAt(at: number): SplitBlock {
  const message = 'an executable comment holds the end of one statement and the beginning of the next';
  return { at, message, fix: 'give each statement a comment of its own' };
}

function blockTokens(block: Pick<LexableSql, 'text' | 'backslash'>): readonly BlockToken[] {
  const tokens: BlockToken[] = [];
  const cursor = tokenCursor(block, Infinity);
  let previous = '';
  while (nextToken(cursor)) {
    const { kind, start, end, isInComment } = cursor;
    if (kind === 'hint') continue;
    // Quoted text may be long, and is never asked for.
    const text = end - start > 64 ? '' : block.text.slice(start, end);
    const word = kind === 'word' && previous !== '.' ? text.toUpperCase() : '';
    tokens.push({ kind, text, word, start, isInComment });
    previous = text;
  }
  return tokens;
}

/** Past blanks, comments and empty statements, to a token or an executable comment. */
function skipToStatement(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (isSpace(text.charCodeAt(at)) || text.charAt(at) === ';') at++;
    else {
      const end = skipComment(text, at);
      if (end <= at) return at;
      at = end;
    }
  }
  return at;
}
