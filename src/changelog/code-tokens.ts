import { executableBody, executableVersion } from './executable-comment.ts';
import type { LexableSql, Token } from './statements.ts';
import { tokenize } from './tokenize.ts';

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
  for (const token of tokenize(statement)) {
    if (token.kind === 'hint') continue;
    if (token.kind === 'executable-comment') yield* codeTokens(inside(statement, token, options), options);
    else yield token;
  }
}

function inside(statement: LexableSql, token: Token, options: CodeOptions): LexableSql {
  const runs = executableVersion(token.text) <= (options.serverVersion ?? Infinity);
  return { ...statement, text: runs ? executableBody(token.text) : '', line: token.line };
}
