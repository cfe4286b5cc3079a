import type { Changeset } from '../../changelog/changeset.ts';
import { executableVersion } from '../../changelog/executable-comment.ts';
import type { Statement } from '../../changelog/statements.ts';
import { readTokens, type CodeToken } from './code-token.ts';
import { bodyStart } from './body-start.ts';
import { readCommand, type Command, type Scope } from './command.ts';
import { readDdlHead } from './ddl-head.ts';
import { findLockCalls } from './find-lock-calls.ts';
import { noTables } from './known-tables.ts';
import { bodyCommands } from './routine-body.ts';
import { tableHistory, historyAfter, type TableHistory } from './table-history.ts';
import { keyword } from './token-walk.ts';
import { transactionEffect, type TransactionEffect } from './transaction-effect.ts';

/** A changeset as rules see it: what a server of one version would be told to do. */
export interface Reading {
  readonly changeset: Changeset;
  /** The schema that is deployed to; undefined offline. */
  readonly schema: string | undefined;
  readonly statements: readonly ReadStatement[];
  readonly byVerb: ReadonlyMap<string, readonly Command[]>;
  /** The server version that comments are read for. */
  readonly serverVersion: number;
  /** What is known of tables, to the end of the changeset. */
  readonly history: TableHistory;
}

/** A statement and its commands; of INSERTs only the beginning is read, of plain ones nothing. */
export interface ReadStatement {
  readonly statement: Statement;
  readonly lockCalls: readonly CodeToken[];
  /** Its own comes first, then those in its body. */
  readonly commands: readonly Command[];
  readonly effect: TransactionEffect;
}

/** Every supported server runs executable comments up to this version. */
const OLDEST_SERVER = 80_019;
const COMMENT = /\/\*!\d{5,6}/g;
/** Judged by their text, as a file of data may have 20 MB of them: no rule has anything to say of a plain INSERT. */
const INSERT = /^(?:insert|replace)\b/i;
const PLAIN_INSERT =
  /^(?:insert|replace)\s+(?:ignore\s+)?into\s+(?:`[^`]+`|[a-z_][\w$]*)\s*(?:\(|values?\b|select\b|set\b)/i;
/** What may matter far behind: calls of lock functions, and executable comments. */
const SUSPICIOUS = /get_|release_|\/\*!/i;
/** `INSERT LOW_PRIORITY IGNORE INTO s . t`, and some more. */
const LONGEST_INSERT_HEAD = 12;
const STORED_PROGRAMS = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];

/** One reading for each group of servers that run the same; nearly always there is one. */
export function readChangeset(
  changeset: Changeset,
  schema: string | undefined,
  before: TableHistory = tableHistory(schema, undefined),
): readonly Reading[] {
  const versions = new Set([OLDEST_SERVER]);
  for (const { text } of changeset.sql.statements) {
    if (!text.includes('/*!')) continue;
    for (const [comment] of text.matchAll(COMMENT)) {
      versions.add(Math.max(OLDEST_SERVER, executableVersion(comment)));
    }
  }
  return [...versions].map((version) => readFor(version, changeset, schema, historyAfter(before)));
}

function readFor(
  serverVersion: number,
  changeset: Changeset,
  schema: string | undefined,
  history: TableHistory,
): Reading {
  const scope: Scope = { tables: noTables(schema), history, order: 0 };
  const statements = changeset.sql.statements.map((statement) =>
    readStatement(statement, serverVersion, scope),
  );
  return {
    changeset,
    schema,
    serverVersion,
    history,
    statements,
    byVerb: Map.groupBy(
      statements.flatMap(({ commands }) => commands),
      ({ verb }) => verb,
    ),
  };
}

function readStatement(statement: Statement, serverVersion: number, scope: Scope): ReadStatement {
  const { text } = statement;
  const isInsert = INSERT.test(text) && !SUSPICIOUS.test(text);
  // Whether an INSERT is into a temporary table matters only where there is one.
  if (isInsert && scope.tables.temporary.size === 0 && PLAIN_INSERT.test(text)) {
    return { statement, lockCalls: [], commands: [], effect: 'rows' };
  }
  const tokens = readTokens(statement, serverVersion, isInsert ? LONGEST_INSERT_HEAD : Infinity);
  const commands = readCommands(statement, tokens, scope);
  const effect = commands[0] ? transactionEffect(statement, commands[0]) : 'none';
  return { statement, lockCalls: findLockCalls(tokens), commands, effect };
}

function readCommands(statement: Statement, tokens: readonly CodeToken[], scope: Scope): readonly Command[] {
  const origin = { statement, isInBody: false, isConditional: false };
  const start = storedBodyStart(tokens);
  if (start === undefined) {
    return splitAtSemicolons(tokens).flatMap((part) => readCommand(part, origin, scope) ?? []);
  }
  // A body runs later and in another session: it knows no table of the changeset, and the changeset none of its.
  const { schema } = scope.tables;
  const inner: Scope = { tables: noTables(schema), history: tableHistory(schema, undefined), order: 0 };
  const body = bodyCommands(tokens.slice(start)).flatMap(
    ({ tokens: part, isConditional }) =>
      readCommand(part, { statement, isInBody: true, isConditional }, inner) ?? [],
  );
  return [readCommand(tokens.slice(0, start), origin, scope) ?? [], body].flat();
}

function storedBodyStart(tokens: readonly CodeToken[]): number | undefined {
  if (!['CREATE', 'ALTER'].includes(keyword(tokens, 0))) return undefined;
  const head = readDdlHead(tokens);
  return head && STORED_PROGRAMS.includes(head.object) ? bodyStart(tokens, head) : undefined;
}

/** Statements come one by one, but an executable comment may hide a `;` from what splits them. */
function splitAtSemicolons(tokens: readonly CodeToken[]): readonly (readonly CodeToken[])[] {
  if (!tokens.some((token) => token.text === ';')) return [tokens];
  const parts: CodeToken[][] = [[]];
  for (const token of tokens) {
    if (token.text === ';') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
