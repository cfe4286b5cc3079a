import type { Statement } from '../../sql/statements.ts';
import type { CodeToken } from './code-token.ts';
import { readChangedRows, type ChangedRows, type RowContext } from './changed-rows.ts';
import { readAlterClauses, type AlterClause } from './alter-clauses.ts';
import { readDdlHead, type DdlHead } from './ddl-head.ts';
import { learnDefinition, type Definitions } from './known-definitions.ts';
import { isMadeAt, isNewAt, isTemporaryAt, learnTables, type KnownTables } from './known-tables.ts';
import { namedObjects } from './named-objects.ts';
import { isNewColumnAt, learnColumns } from './new-columns.ts';
import { readName, type ObjectName } from './object-name.ts';
import { readNamedQueries } from './query-shape.ts';
import { learnHistory, type TableHistory } from './table-history.ts';
import { findKeyword, hasKeywords, keyword, splitAtCommas } from './token-walk.ts';

/** What the tokens of a command say. */
export interface ParsedCommand {
  /** From its verb on. */
  readonly tokens: readonly CodeToken[];
  readonly verb: string;
  readonly ddl: DdlHead | undefined;
  /** Of an ALTER TABLE. */
  readonly clauses: readonly AlterClause[];
  /** Of an UPDATE or DELETE. */
  readonly rows: ChangedRows | undefined;
  /** Of a RENAME TABLE: old and new names. */
  readonly renames: readonly (readonly [ObjectName, ObjectName])[];
}

/** One thing that a server is told to do: a statement, or a command inside the body of a routine. */
export interface Command extends ParsedCommand {
  readonly statement: Statement;
  readonly line: number;
  readonly isInBody: boolean;
  /** It stands in a branch, a loop or a handler. */
  readonly isConditional: boolean;
  /** The stored program that runs it, where the statement only calls that. */
  readonly via: string | undefined;
  /** What it writes to, changes, creates or drops. */
  readonly objects: readonly ObjectName[];
  /** Of a CALL: the changelog defines the routine, and what it does is among the commands. */
  readonly isKnownCall: boolean;
  /** Its place among the commands of the same scope. */
  readonly order: number;
  readonly tables: KnownTables;
  readonly history: TableHistory;
}

/** Where commands come from and in which order: a changeset, or one body. */
export interface Scope {
  readonly tables: KnownTables;
  readonly history: TableHistory;
  readonly definitions: Definitions;
  order: number;
}

export type Origin = Pick<Command, 'statement' | 'isInBody' | 'isConditional' | 'via'>;

const DDL = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE'];
const RUNS = ['SELECT', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE', 'TABLE', 'VALUES', '('];

/** Reads a command and lets its scope learn from it; undefined where there are no tokens. */
export function readCommand(all: readonly CodeToken[], origin: Origin, scope: Scope): Command | undefined {
  const { queries } = readNamedQueries(all, new Map());
  const { definitions } = scope;
  const facts: RowContext['facts'] = ({ name }) => definitions.tables.get(name.toLowerCase());
  const parsed = parse(fromVerb(all), { queries, facts });
  const first = parsed.tokens[0];
  if (!first) return undefined;
  const command: Command = {
    ...origin,
    ...parsed,
    // All that matters of these is read, and a file of data may have 20 MB of them.
    tokens: parsed.rows ? [] : parsed.tokens,
    line: first.line,
    objects: namedObjects(parsed),
    isKnownCall: isKnownCall(parsed, definitions),
    order: ++scope.order,
    tables: scope.tables,
    history: scope.history,
  };
  learnPresent(command);
  learnColumns(scope.tables, command.order, command);
  learnTables(scope.tables, command.order, command);
  if (!origin.isInBody) learnDefinition(definitions, parsed.tokens);
  return command;
}

/** A temporary table hides one of the same name, which stays as it is. */
function learnPresent(command: Command): void {
  const { ddl, isInBody, isConditional } = command;
  const table = ddl?.object === 'INDEX' ? ddl.on : ddl?.names[0];
  if (table && isTemporary(command, table)) return;
  learnHistory(command.history, { ...command, isCertain: !isInBody && !isConditional });
}

function parse(tokens: readonly CodeToken[], context: RowContext): ParsedCommand {
  const verb = keyword(tokens, 0);
  const ddl = DDL.includes(verb) ? readDdlHead(tokens) : undefined;
  const isAlterTable = verb === 'ALTER' && ddl?.object === 'TABLE';
  return {
    tokens,
    verb,
    ddl,
    clauses: isAlterTable ? readAlterClauses(tokens.slice(ddl.next)) : [],
    rows: readChangedRows(tokens, context),
    renames: verb === 'RENAME' && /^TABLES?$/.test(keyword(tokens, 1)) ? readRenames(tokens) : [],
  };
}

/** Nobody else sees it, so nobody loses anything by what happens to it. */
export function isTemporary(command: Command, name: ObjectName): boolean {
  return isTemporaryAt(command.tables, command.order, name);
}

/** The table was made by this changeset, so nobody depends on it and it holds no rows of others. */
export function isNew(command: Command, name: ObjectName): boolean {
  return isNewAt(command.tables, command.order, name);
}

/** The same for the view, routine, trigger or event that a CREATE, ALTER or DROP is about. */
export function isMade(command: Command, name: ObjectName): boolean {
  return isMadeAt(command.tables, command.order, command.ddl?.object ?? '', name);
}

/** What it writes to, temporary tables aside. */
export function writtenObjects(command: Command): readonly ObjectName[] {
  return command.objects.filter((name) => !isTemporary(command, name));
}

/** The column was added by this changeset, so it holds no values of others. */
export function isNewColumn(command: Command, table: ObjectName, column: string): boolean {
  return isNewColumnAt(command.tables, command.order, table, column);
}

/**
 * The tables of which an UPDATE or DELETE takes whatever rows there are, without those that lose nothing by it:
 * the table, or each column that gets a value, was made here.
 */
export function unrestrictedTables(command: Command): readonly ObjectName[] {
  return (command.rows?.unrestricted ?? []).flatMap(({ table, columns }) => {
    const isOwn = columns?.every((column) => isNewColumn(command, table, column)) ?? false;
    return isOwn || isNew(command, table) ? [] : [table];
  });
}

/** Past `WITH … AS (…)`, and past an EXPLAIN ANALYZE, which runs what it explains. */
function fromVerb(tokens: readonly CodeToken[]): readonly CodeToken[] {
  const verb = keyword(tokens, 0);
  const isRunning = /^(?:EXPLAIN|DESCRIBE|DESC)$/.test(verb) && hasKeywords(tokens, 1, 'ANALYZE');
  if (verb !== 'WITH' && !isRunning) return tokens;
  const at = findKeyword(tokens, 1, isRunning ? [...RUNS, 'WITH'] : RUNS.slice(0, 3));
  if (at < 0) return tokens;
  return isRunning ? fromVerb(tokens.slice(at)) : tokens.slice(at);
}

function readRenames(tokens: readonly CodeToken[]): Command['renames'] {
  return splitAtCommas(tokens.slice(2)).flatMap((part) => {
    const from = readName(part, 0);
    const to = from && keyword(part, from.next) === 'TO' ? readName(part, from.next + 1) : undefined;
    return from && to ? [[from.name, to.name] as const] : [];
  });
}

function isKnownCall({ verb, tokens }: ParsedCommand, { programs }: Definitions): boolean {
  if (verb !== 'CALL') return false;
  return programs.has(`PROCEDURE ${readName(tokens, 1)?.name.name.toLowerCase() ?? ''}`);
}
