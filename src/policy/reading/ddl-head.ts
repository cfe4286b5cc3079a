import type { CodeToken } from './code-token.ts';
import { readName, readNames, type ObjectName } from './object-name.ts';
import { findKeyword, hasKeywords, keyword } from './token-walk.ts';

/** What a CREATE, ALTER, DROP or TRUNCATE is about: `CREATE TEMPORARY TABLE IF NOT EXISTS t`. */
export interface DdlHead {
  /** `TABLE`, `INDEX`, `DATABASE` …; SCHEMA reads as DATABASE and TABLES as TABLE. */
  readonly object: string;
  readonly isTemporary: boolean;
  readonly isUnique: boolean;
  /** It says OR REPLACE. */
  readonly isReplacing: boolean;
  /** It says IF EXISTS or IF NOT EXISTS. */
  readonly isConditional: boolean;
  readonly names: readonly ObjectName[];
  /** The table of an index or a trigger. */
  readonly on: ObjectName | undefined;
  /** The position after the first name. */
  readonly next: number;
}

const OBJECTS = [
  ...['TABLE', 'TABLES', 'VIEW', 'INDEX', 'DATABASE', 'SCHEMA', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT'],
  ...[
    'USER',
    'ROLE',
    'SERVER',
    'TABLESPACE',
    'LOGFILE',
    'INSTANCE',
    'RESOURCE',
    'REFERENCE',
    'LIBRARY',
    'PREPARE',
  ],
];
const ALIASES: Readonly<Record<string, string>> = { SCHEMA: 'DATABASE', TABLES: 'TABLE', TRUNCATE: 'TABLE' };
const LISTS = ['TABLE', 'VIEW'];

/** Reads the head of a DDL command; undefined where it names no kind of object. */
export function readDdlHead(tokens: readonly CodeToken[]): DdlHead | undefined {
  const at = objectAt(tokens);
  if (at === undefined) return undefined;
  const word = keyword(tokens, at);
  const object = ALIASES[word] ?? word;
  const modifiers = tokens.slice(1, at).map((_, index) => keyword(tokens, index + 1));
  const isConditional = keyword(tokens, at + 1) === 'IF';
  const named = isConditional ? at + (keyword(tokens, at + 2) === 'NOT' ? 4 : 3) : at + 1;
  const first = readName(tokens, named);
  const isList = keyword(tokens, 0) === 'DROP' && LISTS.includes(object);
  const next = first?.next ?? named;
  return {
    object,
    isTemporary: modifiers.includes('TEMPORARY'),
    isUnique: modifiers.includes('UNIQUE'),
    isReplacing: modifiers.includes('REPLACE'),
    isConditional,
    names: isList ? readNames(tokens, named) : first ? [first.name] : [],
    on: object === 'INDEX' || object === 'TRIGGER' ? readOn(tokens, next) : undefined,
    next,
  };
}

/** The position of the word for the kind of object, past `OR REPLACE`, `DEFINER = …`, `ALGORITHM = …`. */
function objectAt(tokens: readonly CodeToken[]): number | undefined {
  if (keyword(tokens, 0) === 'TRUNCATE' && keyword(tokens, 1) !== 'TABLE') return 0;
  for (let at = 1; at < tokens.length; at++) {
    const word = keyword(tokens, at);
    if (word === 'DEFINER' && keyword(tokens, at + 1) === '=') at = lastOfDefiner(tokens, at);
    else if (OBJECTS.includes(word)) return at;
    else if (word === '(' || word === ';') return undefined;
  }
  return undefined;
}

/** `DEFINER = event@localhost` has a user in it, no event. */
function lastOfDefiner(tokens: readonly CodeToken[], at: number): number {
  const user = at + 2;
  if (hasKeywords(tokens, user + 1, '(', ')')) return user + 2;
  const host = tokens[user + 1]?.text ?? '';
  if (host === '@') return user + 2;
  return host.startsWith('@') ? user + 1 : user;
}

function readOn(tokens: readonly CodeToken[], from: number): ObjectName | undefined {
  const at = findKeyword(tokens, from, ['ON']);
  return at < 0 ? undefined : readName(tokens, at + 1)?.name;
}
