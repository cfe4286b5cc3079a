import type { LexableSql, Token } from './statements.ts';
import { tokensOf } from './tokenize.ts';

/** For which server; without a version every executable comment counts as run. */
export interface CodeOptions {
  /** As comments write it: 80019 is 8.0.19. */
  readonly serverVersion?: number;
}

/**
 * What the server executes: hints are left out and `/*!80000 … *\/` is opened up into the tokens inside it. An
 * unversioned reader has to judge both readings of a comment whose version some servers do not have.
 */
export function* codeTokens(statement: LexableSql, options: CodeOptions = {}): Generator<Token, void> {
  for (const token of tokensOf(statement, options.serverVersion ?? Infinity)) {
    if (token.kind !== 'hint') yield token;
  }
}
