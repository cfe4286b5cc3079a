import type { CodeToken } from './code-token.ts';
import { isNamePart, unquote } from './object-name.ts';

const LOCK_FUNCTIONS = ['get_lock', 'release_lock', 'release_all_locks'];

/** Calls of the functions that the deploy lock lives by; the server knows them in back quotes too. */
export function findLockCalls(tokens: readonly CodeToken[]): readonly CodeToken[] {
  return tokens.filter(
    (token, at) =>
      tokens[at + 1]?.word === '(' &&
      isNamePart(token) &&
      tokens[at - 1]?.word !== '.' &&
      LOCK_FUNCTIONS.includes(unquote(token).toLowerCase()),
  );
}
