import { OLDEST_SERVER } from './executable-comment.ts';
import { setAssignments, type SetAssignment } from './set-assignments.ts';
import type { LexableSql, Token } from './statements.ts';
import { readCharacterSet, readSqlMode, type Beginning, type TextMode } from './text-mode.ts';
import { nextToken, tokenCursor } from './tokenize.ts';

/** A change of the session's `sql_mode` whose value cannot be read from the file. */
export interface UnreadModeChange {
  readonly line: number;
  /** As it is written, shortened. */
  readonly text: string;
}

type ModeChange =
  | { readonly kind: 'literal'; readonly sqlMode: string }
  | { readonly kind: 'default' }
  | ({ readonly kind: 'unread' } & UnreadModeChange);

const SETS = /^(?:\/\*!|set(?![\w$]))/i;
const NAMES_A_MODE = /^['"`]?([a-z_, ]*?)['"`]?$/i;
const SET_VAR = /\bset_var\s*\(\s*`?sql_mode/i;
const CLIENT_CHARACTER_SET = ['names', 'character set', 'character_set_client'];
/** The server compares names of variables without accents: `ſql_mode` is `sql_mode`. */
const ASCII = /^[\0-\x7f]*$/;
const SHOWN = 80;
const UNKNOWN = { backslash: 'unknown', doubleQuotes: 'unknown' } as const;

/** How the session reads text after a statement. */
export function modeAfter(statement: LexableSql, before: TextMode, beginning: Beginning): TextMode {
  const [all, oldest] = readings(statement);
  if (!all) return before;
  if (!oldest) return all.reduce((mode, assignment) => applyTo(mode, assignment, beginning), before);
  // Servers between the two may run some of the comments and not others.
  return [...all, ...oldest].reduce(uncertainAfter, before);
}

/**
 * The first change of the session's `sql_mode` in a statement that is neither a literal nor DEFAULT: a variable, a
 * number, an expression, a hint, or a literal in a comment that not every server runs.
 */
export function unreadModeChange(statement: LexableSql): UnreadModeChange | undefined {
  const lists = readings(statement);
  for (const assignment of lists.flat()) {
    const change = modeChange(assignment);
    if (change?.kind === 'unread') return change;
    if (change && lists.length > 1) return { line: assignment.line, text: textOf(assignment) };
  }
  return SET_VAR.test(statement.text) ? hintWithMode(statement) : undefined;
}

/** What a statement assigns; two lists where servers that skip an executable comment assign something else. */
function readings(statement: LexableSql): readonly (readonly SetAssignment[])[] {
  if (!SETS.test(statement.text)) return [];
  const all = setAssignments(statement);
  if (!statement.text.includes('/*!')) return [all];
  const oldest = setAssignments(statement, { serverVersion: OLDEST_SERVER });
  return describeAll(all) === describeAll(oldest) ? [all] : [all, oldest];
}

function describeAll(list: readonly SetAssignment[]): string {
  return list.map((assignment) => `${assignment.scope} ${textOf(assignment, Infinity)}`).join(', ');
}

/** The assignment was made or not. */
function uncertainAfter(mode: TextMode, assignment: SetAssignment): TextMode {
  const isMode = modeChange(assignment) !== undefined;
  return {
    ...(isMode ? UNKNOWN : { backslash: mode.backslash, doubleQuotes: mode.doubleQuotes }),
    characters: setsCharacters(assignment) ? 'greedy' : mode.characters,
  };
}

function applyTo(mode: TextMode, assignment: SetAssignment, beginning: Beginning): TextMode {
  const { scope, value } = assignment;
  if (scope !== 'session') return mode;
  const characters = setsCharacters(assignment) ? readCharacterSet(literalName(value)) : mode.characters;
  const change = modeChange(assignment);
  switch (change?.kind) {
    case undefined:
      return { ...mode, characters };
    case 'literal':
      return { ...readSqlMode(change.sqlMode), characters };
    case 'default':
      return { ...readSqlMode(beginning.defaultSqlMode), characters };
    case 'unread':
      return { ...UNKNOWN, characters };
  }
}

function setsCharacters({ scope, name }: SetAssignment): boolean {
  return scope === 'session' && (CLIENT_CHARACTER_SET.includes(name) || !ASCII.test(name));
}

function modeChange(assignment: SetAssignment): ModeChange | undefined {
  const { scope, name, value, line } = assignment;
  const names = name.split('.');
  if (scope !== 'session' || !(names.includes('sql_mode') || !ASCII.test(name))) return undefined;
  const sqlMode = name === 'sql_mode' ? literalMode(value) : undefined;
  if (sqlMode === undefined) return { kind: 'unread', line, text: textOf(assignment) };
  return sqlMode === 'DEFAULT' && value[0]?.kind === 'word'
    ? { kind: 'default' }
    : { kind: 'literal', sqlMode };
}

/** One string or name with nothing in it that is read differently in some mode. */
function literalMode(value: readonly Token[]): string | undefined {
  const [token, more] = value;
  if (!token || more || !['string', 'dquoted', 'word', 'name'].includes(token.kind)) return undefined;
  return NAMES_A_MODE.exec(token.text)?.[1]?.toUpperCase();
}

/** `utf8mb4` or `'utf8mb4'`, with or without a COLLATE behind it. */
function literalName([token, next]: readonly Token[]): string | undefined {
  if (!token || (next && !/^collate$/i.test(next.text))) return undefined;
  return /^['"`]?(\w+)['"`]?$/.exec(token.text)?.[1];
}

function textOf({ name, value }: SetAssignment, limit = SHOWN): string {
  const text = `${name} = ${value.map((token) => token.text).join(' ')}`;
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function hintWithMode(statement: LexableSql): UnreadModeChange | undefined {
  const cursor = tokenCursor(statement, Infinity);
  while (nextToken(cursor)) {
    const text = cursor.sql.slice(cursor.start, cursor.end);
    if (cursor.kind !== 'hint' || !SET_VAR.test(text)) continue;
    const lines = statement.text.slice(0, cursor.start).split('\n').length;
    return { line: statement.line + lines - 1, text: text.slice(0, SHOWN) };
  }
  return undefined;
}
