import { OLDEST_SERVER } from './executable-comment.ts';
import { setAssignments, type SetAssignment } from './set-assignments.ts';
import type { LexableSql, Token } from './statements.ts';
import { readCharacterSet, readSqlMode, type Beginning, type TextMode } from './text-mode.ts';

type ModeChange =
  { readonly kind: 'literal'; readonly sqlMode: string } | { readonly kind: 'default' | 'unread' };

/** What begins with a comment that is run, or with a hint where none is looked for, may be a SET too. */
const SETS = /^(?:\/\*[!+]|set(?![\w$]))/i;
const NAMES_A_MODE = /^['"`]?([a-z_, ]*?)['"`]?$/i;
const CLIENT_CHARACTER_SET = ['names', 'character set', 'character_set_client'];
const UNKNOWN = { backslash: 'unknown', doubleQuotes: 'unknown' } as const;

/** How the session reads text after a statement. */
export function modeAfter(statement: LexableSql, before: TextMode, beginning: Beginning): TextMode {
  const [all, oldest] = readings(statement);
  if (!all) return before;
  if (!oldest) return all.reduce((mode, assignment) => applyTo(mode, assignment, beginning), before);
  // Servers between the two may run some of the comments and not others.
  return [...all, ...oldest].reduce(uncertainAfter, before);
}

/** True if a value that `sql_mode` is set to can be read from the file: one string or name, or DEFAULT. */
export function isReadableMode(value: readonly Token[]): boolean {
  return literalMode(value) !== undefined;
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
  const texts = list.map(({ scope, name, value }) => [scope, name, ...value.map(({ text }) => text)]);
  return JSON.stringify(texts);
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
  return scope === 'session' && CLIENT_CHARACTER_SET.includes(name);
}

function modeChange(assignment: SetAssignment): ModeChange | undefined {
  const { scope, name, value } = assignment;
  if (scope !== 'session' || !name.split('.').includes('sql_mode')) return undefined;
  const sqlMode = name === 'sql_mode' ? literalMode(value) : undefined;
  if (sqlMode === undefined) return { kind: 'unread' };
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
