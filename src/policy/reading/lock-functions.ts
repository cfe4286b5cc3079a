import type { Token } from '../../changelog/statements.ts';
import { isNamePart, unquote } from './object-name.ts';

const LOCK_FUNCTIONS = ['get_lock', 'release_lock', 'release_all_locks'];

/** Calls of the functions that the deploy lock lives by; the server knows them in back quotes too. */
export function lockCalls(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(
    (token, at) =>
      tokens[at + 1]?.text === '(' &&
      isNamePart(token) &&
      tokens[at - 1]?.text !== '.' &&
      LOCK_FUNCTIONS.includes(unquote(token).toLowerCase()),
  );
}
