import type { Changeset } from '../../changelog/changeset.ts';
import { codeTokens } from '../../changelog/code-tokens.ts';
import { executableVersion } from '../../changelog/executable-comment.ts';
import type { Statement, Token } from '../../changelog/statements.ts';
import { bodyStart } from './body-start.ts';
import { readCommand, type Command, type Scope } from './command.ts';
import { readDdlHead } from './ddl-head.ts';
import { noTables } from './known-tables.ts';
import { bodyCommands } from './routine-body.ts';
import { keyword } from './token-walk.ts';

/** A changeset as rules see it: what a server of one version would be told to do. */
export interface Reading {
  readonly changeset: Changeset;
  /** The schema that is deployed to; undefined offline. */
  readonly schema: string | undefined;
  readonly statements: readonly ReadStatement[];
  readonly commands: readonly Command[];
}

/** A statement and its commands; plain INSERTs have none, as no rule has anything to say of one. */
export interface ReadStatement {
  readonly statement: Statement;
  readonly tokens: readonly Token[];
  readonly commands: readonly Command[];
}

/** Every supported server runs executable comments up to this version. */
const OLDEST_SERVER = 80_019;
const COMMENT = /\/\*!\d{5,6}/g;
/** Judged by its text, as a file of data may have 20 MB of it. */
const PLAIN_INSERT =
  /^(?:insert|replace)\s+(?:ignore\s+)?into\s+(?:`[^`]+`|[a-z_][\w$]*)\s*(?:\(|values?\b|select\b|set\b)/i;
const SUSPICIOUS = /get_|release_|\/\*!/i;
const STORED_PROGRAMS = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];

/** One reading for each group of servers that run the same; nearly always there is one. */
export function readChangeset(changeset: Changeset, schema: string | undefined): readonly Reading[] {
  const versions = new Set([OLDEST_SERVER]);
  for (const { text } of changeset.sql.statements) {
    if (!text.includes('/*!')) continue;
    for (const [comment] of text.matchAll(COMMENT)) {
      versions.add(Math.max(OLDEST_SERVER, executableVersion(comment)));
    }
  }
  return [...versions].map((version) => readFor(version, changeset, schema));
}

function readFor(serverVersion: number, changeset: Changeset, schema: string | undefined): Reading {
  const scope: Scope = { tables: noTables(schema), order: 0 };
  const statements = changeset.sql.statements.map((statement): ReadStatement => {
    // Whether an INSERT is into a temporary table matters only where there is one.
    if (scope.tables.temporary.size === 0 && isPlainInsert(statement))
      return { statement, tokens: [], commands: [] };
    const tokens = [...codeTokens(statement, { serverVersion })];
    return { statement, tokens, commands: readCommands(statement, tokens, scope, schema) };
  });
  return { changeset, schema, statements, commands: statements.flatMap(({ commands }) => commands) };
}

function isPlainInsert({ text }: Statement): boolean {
  return PLAIN_INSERT.test(text) && !SUSPICIOUS.test(text);
}

function readCommands(
  statement: Statement,
  tokens: readonly Token[],
  scope: Scope,
  schema: string | undefined,
): readonly Command[] {
  const origin = { statement, isInBody: false, isConditional: false };
  const start = storedBodyStart(tokens);
  if (start === undefined) {
    return splitAtSemicolons(tokens).flatMap((part) => readCommand(part, origin, scope) ?? []);
  }
  // A body runs later and in another session: it knows no table of the changeset, and the changeset none of its.
  const inner: Scope = { tables: noTables(schema), order: 0 };
  const body = bodyCommands(tokens.slice(start)).flatMap(
    ({ tokens: part, isConditional }) =>
      readCommand(part, { statement, isInBody: true, isConditional }, inner) ?? [],
  );
  return [readCommand(tokens.slice(0, start), origin, scope) ?? [], body].flat();
}

function storedBodyStart(tokens: readonly Token[]): number | undefined {
  if (!['CREATE', 'ALTER'].includes(keyword(tokens, 0))) return undefined;
  const head = readDdlHead(tokens);
  return head && STORED_PROGRAMS.includes(head.object) ? bodyStart(tokens, head) : undefined;
}

/** Statements come one by one, but an executable comment may hide a `;` from what splits them. */
function splitAtSemicolons(tokens: readonly Token[]): readonly (readonly Token[])[] {
  if (!tokens.some((token) => token.text === ';')) return [tokens];
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ';') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
