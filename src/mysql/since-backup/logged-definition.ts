import { codeTokens } from '../../sql/code-tokens.ts';
import type { Token } from '../../sql/statements.ts';
import type { LoggedStatement } from '../binlog/query-event.ts';
import type { RowChange } from '../binlog/rows-event.ts';

/** A name in a statement, without its quotes. */
export interface LoggedName {
  /** Undefined where the name is not qualified. */
  readonly schema: string | undefined;
  readonly name: string;
}

/** What a statement of the log defines, as far as its first words say. */
export interface LoggedDefinition {
  /** In upper case. */
  readonly verb: string;
  /** `TABLE`, `VIEW`, `INDEX` …, in upper case; SCHEMA reads as DATABASE. Undefined where no such word comes. */
  readonly object: string | undefined;
  readonly isTemporary: boolean;
  /** IF NOT EXISTS. */
  readonly isConditional: boolean;
  /** The object, or the objects of a list. */
  readonly names: readonly LoggedName[];
  /** The table of an index or a trigger. */
  readonly on: LoggedName | undefined;
  /** When a trigger fires. */
  readonly time: 'BEFORE' | 'AFTER' | undefined;
  /** On what a trigger fires. */
  readonly fires: RowChange | undefined;
  /** Tables that foreign keys of the statement refer to. */
  readonly references: readonly LoggedName[];
  /** Every name that stands anywhere in the statement. */
  readonly mentioned: readonly string[];
  /** Keywords and unquoted names in upper case, a blank between them; quoted names and text are emptied. */
  readonly code: string;
}

const OBJECTS = [
  ...['TABLE', 'TABLES', 'VIEW', 'INDEX', 'DATABASE', 'SCHEMA', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'],
  ...['LIBRARY', 'USER', 'ROLE', 'SERVER', 'TABLESPACE', 'LOGFILE', 'INSTANCE', 'RESOURCE', 'REFERENCE'],
];
const ALIASES: Readonly<Record<string, string>> = { SCHEMA: 'DATABASE', TABLES: 'TABLE', TRUNCATE: 'TABLE' };

/** Reads a statement with the lexer of the changelog, as its session read it. */
export function readLoggedDefinition(statement: LoggedStatement): LoggedDefinition {
  const { sql: text, backslash = 'escape' } = statement;
  const tokens = [...codeTokens({ text, line: 1, backslash })];
  const names = new Names(tokens, statement.doubleQuotes !== 'strings');
  const verb = names.word(0);
  const at = objectAt(names);
  const word = at === undefined ? '' : names.word(at);
  const object = at === undefined ? undefined : (ALIASES[word] ?? word);
  const head = at === undefined ? undefined : readHead(names, at);
  return {
    verb,
    object,
    isTemporary: tokens.slice(1, at ?? 1).some((_, index) => names.word(index + 1) === 'TEMPORARY'),
    isConditional: head?.isConditional ?? false,
    names: listed(names, verb, object, head?.first ?? 1),
    on: object === 'INDEX' || object === 'TRIGGER' ? readOn(names, head?.first ?? 1) : undefined,
    ...(object === 'TRIGGER' ? readTime(names, head?.first ?? 1) : { time: undefined, fires: undefined }),
    references: tokens.flatMap((_, index) =>
      names.word(index) === 'REFERENCES' ? (names.read(index + 1)?.name ?? []) : [],
    ),
    mentioned: tokens.flatMap((_, index) => names.partAt(index) ?? []),
    code: tokens.map((token, index) => codeOf(token, names.word(index))).join(' '),
  };
}

function codeOf({ kind }: Token, word: string): string {
  if (kind === 'name' || kind === 'dquoted') return '``';
  return kind === 'string' ? "''" : word;
}

/** Tokens as words and as names. */
class Names {
  readonly tokens: readonly Token[];
  readonly #isQuotedName: boolean;

  constructor(tokens: readonly Token[], isQuotedName: boolean) {
    this.tokens = tokens;
    this.#isQuotedName = isQuotedName;
  }

  /** A keyword or an operator in upper case; nothing that is quoted is one. */
  word(index: number): string {
    const token = this.tokens[index];
    if (!token) return '';
    return token.kind === 'word' || token.kind === 'operator' || token.kind === 'number'
      ? token.text.toUpperCase()
      : '';
  }

  /** One part of a name. */
  partAt(index: number): string | undefined {
    const token = this.tokens[index];
    if (!token) return undefined;
    const { kind, text } = token;
    if (kind === 'word') return text;
    if (kind !== 'name' && (kind !== 'dquoted' || !this.#isQuotedName)) return undefined;
    const quote = text.charAt(0);
    return text.slice(1, -1).replaceAll(quote + quote, quote);
  }

  /** A whole name and the position after it. */
  read(index: number): { readonly name: LoggedName; readonly next: number } | undefined {
    const first = this.partAt(index);
    if (first === undefined) return undefined;
    const second = this.word(index + 1) === '.' ? this.partAt(index + 2) : undefined;
    return second === undefined
      ? { name: { schema: undefined, name: first }, next: index + 1 }
      : { name: { schema: first, name: second }, next: index + 3 };
  }
}

/** Past `OR REPLACE`, `DEFINER = …`, `ALGORITHM = …`. */
function objectAt(names: Names): number | undefined {
  if (names.word(0) === 'TRUNCATE') return names.word(1) === 'TABLE' ? 1 : 0;
  for (let at = 1; at < names.tokens.length; at += 1) {
    const word = names.word(at);
    if (word === 'DEFINER' && names.word(at + 1) === '=') at = lastOfDefiner(names, at);
    else if (OBJECTS.includes(word)) return at;
    else if (word === '(' || word === ';') return undefined;
  }
  return undefined;
}

/** `DEFINER = event@localhost` has a user in it and not an event. */
function lastOfDefiner(names: Names, at: number): number {
  const user = at + 2;
  if (names.word(user + 1) === '(') return user + 2;
  const host = names.tokens[user + 1]?.text ?? '';
  if (host === '@') return user + 2;
  return host.startsWith('@') ? user + 1 : user;
}

function readHead(names: Names, at: number): { readonly first: number; readonly isConditional: boolean } {
  if (names.word(at + 1) !== 'IF') return { first: at + 1, isConditional: false };
  return names.word(at + 2) === 'NOT'
    ? { first: at + 4, isConditional: true }
    : { first: at + 3, isConditional: false };
}

/** DROP has a list, and RENAME pairs of which both count. */
function listed(names: Names, verb: string, object: string | undefined, from: number): readonly LoggedName[] {
  const isList = object === 'TABLE' || object === 'VIEW';
  const found: LoggedName[] = [];
  for (let at = from; ;) {
    const read = names.read(at);
    if (!read) return found;
    found.push(read.name);
    const follows = names.word(read.next);
    const goesOn =
      isList &&
      ((verb === 'DROP' && follows === ',') || (verb === 'RENAME' && [',', 'TO'].includes(follows)));
    if (!goesOn) return found;
    at = read.next + 1;
  }
}

function readOn(names: Names, from: number): LoggedName | undefined {
  for (let at = from; at < names.tokens.length; at += 1) {
    if (names.word(at) === 'ON') return names.read(at + 1)?.name;
  }
  return undefined;
}

const FIRES: Readonly<Record<string, RowChange>> = { INSERT: 'insert', UPDATE: 'update', DELETE: 'delete' };

function readTime(names: Names, from: number): Pick<LoggedDefinition, 'time' | 'fires'> {
  for (let at = from; at < names.tokens.length; at += 1) {
    const word = names.word(at);
    if (word === 'BEFORE' || word === 'AFTER') return { time: word, fires: FIRES[names.word(at + 1)] };
  }
  return { time: undefined, fires: undefined };
}
