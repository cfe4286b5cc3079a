import type { Problem } from '../errors.ts';
import type { Backslash } from './lexical.ts';

/**
 * `word`: unquoted identifier or keyword; `name`: back-quoted; `string`: '…', N'…' or $$…$$; `dquoted`: "…" (a
 * string, or a name under ANSI_QUOTES); `variable`: @x, @'x' (also the host of an account), @@global.x;
 * `executable-comment`: a whole `/*! … *\/`; `hint`: a whole `/*+ … *\/`.
 */
export type TokenKind =
  'word' | 'name' | 'string' | 'dquoted' | 'number' | 'variable' | 'operator' | 'executable-comment' | 'hint';

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the file, to the byte. */
  readonly text: string;
  /** From 1, in the file. */
  readonly line: number;
}

/** A comment `-- db-deploy:allow <rule> <reason>` above a statement. */
export interface Allowance {
  readonly rule: string;
  readonly reason: string;
  readonly line: number;
}

export interface Statement {
  /** What is sent to the server: without its delimiter and what stands before it, inner comments included. */
  readonly text: string;
  /** Line of its first token in the file, from 1. */
  readonly line: number;
  readonly allowances: readonly Allowance[];
  /** Absent means `escape`; `literal` after a `SET sql_mode` with NO_BACKSLASH_ESCAPES in the same file. */
  readonly backslash?: Backslash;
  /** `name` after a `SET sql_mode` with ANSI_QUOTES in the same file: there `"…"` is a name. */
  readonly doubleQuotes?: 'name';
}

/** What a lexer has to know of a statement. */
export type LexableSql = Pick<Statement, 'text' | 'line' | 'backslash'>;

export interface SplitSql {
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
}
