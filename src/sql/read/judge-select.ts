import { codeTokens } from '../code-tokens.ts';
import type { LexableSql, Token } from '../statements.ts';

/** What keeps a statement from being one harmless SELECT, in words that follow its name. */
export interface SelectFlaw {
  readonly message: string;
  readonly fix: string;
}

/** A READ ONLY transaction does not keep these from being called; in back quotes the server knows them as well. */
const LOCK_FUNCTIONS = ['GET_LOCK', 'RELEASE_LOCK', 'RELEASE_ALL_LOCKS'];

/** Judges by its tokens whether a statement only asks. */
export function judgeSelect(statement: LexableSql): SelectFlaw | undefined {
  const tokens = [...codeTokens(statement)];
  const names = tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text.toUpperCase());
  if (names[0] !== 'SELECT' && names[0] !== 'WITH') {
    const begin = names[0] ?? statement.text.slice(0, 1);
    return { message: `is no SELECT: it begins with "${begin}"`, fix: 'write one SELECT' };
  }
  const lock = calledLockFunction(tokens);
  if (lock !== undefined) {
    return { message: `calls ${lock}`, fix: 'leave it out: it could take the deploy lock away' };
  }
  if (names.includes('INTO')) {
    return { message: 'writes with INTO', fix: 'leave INTO out: it may only ask' };
  }
  return undefined;
}

/** The function among the tokens, if there is one, that could take or release a named lock. */
export function calledLockFunction(tokens: readonly Pick<Token, 'text'>[]): string | undefined {
  return LOCK_FUNCTIONS.find((name) =>
    tokens.some(
      ({ text }, at) => text.replaceAll('`', '').toUpperCase() === name && tokens[at + 1]?.text === '(',
    ),
  );
}
