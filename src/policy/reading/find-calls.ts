import type { CodeToken } from './code-token.ts';
import { isNamePart } from './object-name.ts';

/** What stands where a function is called; the server knows them in back quotes too. */
export function findCalls(tokens: readonly CodeToken[]): readonly CodeToken[] {
  return tokens.filter(
    (token, at) => tokens[at + 1]?.word === '(' && isNamePart(token) && tokens[at - 1]?.word !== '.',
  );
}
