import type { AlterClause } from './alter-clauses.ts';
import type { CodeToken } from './code-token.ts';
import { outerKeywords } from './token-walk.ts';

/** The engine that a clause asks for, in upper case; the last one counts. */
export function engineOf(clause: AlterClause): string | undefined {
  if (clause.kind !== 'other') return undefined;
  let engine: string | undefined;
  for (const [word, at] of outerKeywords(clause.tokens)) {
    if (word === 'ENGINE') engine = valueOf(clause.tokens, at);
  }
  return engine;
}

/** What `ALGORITHM = …` says, in upper case. */
export function algorithmOf(clauses: readonly AlterClause[]): string | undefined {
  const clause = clauses.find(({ tokens }) => tokens[0]?.text.toUpperCase() === 'ALGORITHM');
  return clause && valueOf(clause.tokens, 0);
}

/** What `LOCK = …` says, in upper case. */
export function lockOf(clauses: readonly AlterClause[]): string | undefined {
  const clause = clauses.find(({ tokens }) => tokens[0]?.text.toUpperCase() === 'LOCK');
  return clause && valueOf(clause.tokens, 0);
}

/** The value of an option, in upper case: `ENGINE = InnoDB`, `ENGINE InnoDB`, `ENGINE='InnoDB'`. */
export function valueOf(tokens: readonly CodeToken[], at: number): string | undefined {
  const value = tokens[at + 1]?.text === '=' ? tokens[at + 2] : tokens[at + 1];
  return value?.text.replace(/^['"`]|['"`]$/g, '').toUpperCase();
}
