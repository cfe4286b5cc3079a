import type { Changeset } from '../../changelog/changeset.ts';
import { executableVersion } from '../../sql/executable-comment.ts';
import type { Statement } from '../../sql/statements.ts';
import { readTokens, type CodeToken } from './code-token.ts';
import { bodyStart } from './body-start.ts';
import { readCommand, type Command, type Scope } from './command.ts';
import { copyOf, learnDefinition, noDefinitions, type Definitions } from './known-definitions.ts';
import { readDdlHead } from './ddl-head.ts';
import { calledPrograms, programBody } from './called-programs.ts';
import { findCalls } from './find-calls.ts';
import { readHints, type Hint } from './hints.ts';
import { isOwnTable } from './own-tables.ts';
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
  /** The functions that it calls, wherever they stand: name and line. */
  readonly calls: readonly CodeToken[];
  /** What its optimizer hints set: `SET_VAR(sql_mode = '')`, each with its tokens. */
  readonly hints: readonly Hint[];
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
  /^insert\s+(?:ignore\s+)?into\s+(?:`([^`]+)`|([a-z_][\w$]*))\s*(?:\(|values?\b|select\b|set\b)/i;
/** What may matter far behind: functions that reach outside, an upsert, a second statement, executable comments and hints. */
const SUSPICIOUS =
  /;|\/\*[!+]|duplicate|load_file|(?:get|release|keyring|replication|failover|tokens|firewall|log|masking|service|wait_for|pos)_/i;
/** `INSERT LOW_PRIORITY IGNORE INTO s . t`, and some more. */
const LONGEST_INSERT_HEAD = 12;
const STORED_PROGRAMS = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'];
/** Programs that call one another are followed this far. */
const DEEPEST_CALL = 8;

/** One reading for each group of servers that run the same; nearly always there is one. */
export function readChangeset(
  changeset: Changeset,
  schema: string | undefined,
  definitions: Definitions = noDefinitions(),
  before: TableHistory = tableHistory(schema, undefined),
): readonly Reading[] {
  const versions = new Set([OLDEST_SERVER]);
  for (const { text } of changeset.sql.statements) {
    if (!text.includes('/*!')) continue;
    for (const [comment] of text.matchAll(COMMENT)) {
      versions.add(Math.max(OLDEST_SERVER, executableVersion(comment)));
    }
  }
  return [...versions].map((version) =>
    readFor(version, changeset, schema, { definitions: copyOf(definitions), history: historyAfter(before) }),
  );
}

function readFor(
  serverVersion: number,
  changeset: Changeset,
  schema: string | undefined,
  known: Pick<Scope, 'definitions' | 'history'>,
): Reading {
  const { history } = known;
  const scope: Scope = { ...known, tables: noTables(schema), order: 0 };
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
  const isInsert = INSERT.test(statement.text) && !SUSPICIOUS.test(statement.text);
  if (isInsert && isPlainInsert(statement, scope)) {
    return { statement, calls: [], hints: [], commands: [], effect: 'rows' };
  }
  const tokens = readTokens(statement, serverVersion, isInsert ? LONGEST_INSERT_HEAD : Infinity);
  const calls = findCalls(tokens);
  const commands = readCommands(statement, tokens, calls, scope);
  const effect = commands[0] ? transactionEffect(statement, commands[0]) : 'none';
  return { statement, calls, hints: readHints(statement), commands, effect };
}

/** Where there is a temporary table, it matters which one rows go into; functions of the changelog may do anything. */
function isPlainInsert({ text }: Statement, { tables, definitions }: Scope): boolean {
  if (tables.temporary.size > 0) return false;
  if ([...definitions.programs.keys()].some((key) => key.startsWith('FUNCTION'))) return false;
  const [, quoted, plain] = PLAIN_INSERT.exec(text) ?? [];
  const name = quoted ?? plain;
  return name !== undefined && !isOwnTable(name);
}

function readCommands(
  statement: Statement,
  tokens: readonly CodeToken[],
  calls: readonly CodeToken[],
  scope: Scope,
): readonly Command[] {
  const origin = { statement, isInBody: false, isConditional: false, via: undefined };
  const commands: Command[] = [];
  // An executable comment, or another delimiter, may make several commands of one statement.
  for (let rest = tokens; rest.length > 0;) {
    const start = storedBodyStart(rest);
    if (start !== undefined) return [...commands, ...readProgram(statement, rest, start, scope)];
    const end = rest.findIndex(({ text }) => text === ';');
    const command = readCommand(rest.slice(0, end < 0 ? undefined : end), origin, scope);
    if (command) commands.push(command, ...calledCommands(command, calls, scope, []));
    rest = end < 0 ? [] : rest.slice(end + 1);
  }
  return commands;
}

/** A routine, trigger or event, and the commands of its body; what comes behind it is read with these. */
function readProgram(
  statement: Statement,
  tokens: readonly CodeToken[],
  start: number,
  scope: Scope,
): readonly Command[] {
  const origin = { statement, isInBody: false, isConditional: false, via: undefined };
  // A body runs later and in another session: it knows no table of the changeset, and the changeset none of its.
  const tables = noTables(scope.tables.schema);
  const history = tableHistory(tables.schema, undefined);
  const inner: Scope = { tables, history, definitions: scope.definitions, order: 0 };
  const head = readCommand(tokens.slice(0, start), origin, scope) ?? [];
  learnDefinition(scope.definitions, tokens);
  const isHandled = hasContinueHandler(tokens);
  const body = bodyCommands(tokens.slice(start)).flatMap((part) => {
    const isConditional = part.isConditional || isHandled;
    const command = readCommand(part.tokens, { ...origin, isInBody: true, isConditional }, inner);
    return command ? [command, ...calledCommands(command, findCalls(part.tokens), inner, [])] : [];
  });
  return [head, body].flat();
}

/** What the routines do that a command calls, as far as the changelog defines them. */
function calledCommands(
  command: Command,
  calls: readonly CodeToken[],
  scope: Scope,
  path: readonly string[],
): readonly Command[] {
  if (scope.definitions.programs.size === 0 || path.length > DEEPEST_CALL) return [];
  return calledPrograms(command, calls).flatMap((program) => {
    const { key, name } = program;
    const body = path.includes(key) ? undefined : programBody(scope.definitions, program, command.line);
    return (body ?? []).flatMap(({ tokens }) => {
      const origin = { statement: command.statement, isInBody: true, isConditional: true, via: name };
      const called = readCommand(tokens, origin, scope);
      return called ? [called, ...calledCommands(called, findCalls(tokens), scope, [...path, key])] : [];
    });
  });
}

/** After an error that it handles the body goes on: a table may not be the one that it meant to make. */
function hasContinueHandler(tokens: readonly CodeToken[]): boolean {
  return tokens.some((_, at) => keyword(tokens, at) === 'CONTINUE' && keyword(tokens, at + 1) === 'HANDLER');
}

function storedBodyStart(tokens: readonly CodeToken[]): number | undefined {
  if (!['CREATE', 'ALTER'].includes(keyword(tokens, 0))) return undefined;
  const head = readDdlHead(tokens);
  return head && STORED_PROGRAMS.includes(head.object) ? bodyStart(tokens, head) : undefined;
}
