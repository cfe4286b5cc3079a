import { executableMarker } from './executable-comment.ts';
import {
  endOfBlock,
  endOfExecutable,
  isDigit,
  isNameCharacter,
  isIn,
  isSpace,
  skipComment,
  skipInert,
  table,
  type Backslash,
} from './lexical.ts';
import type { LexableSql, Token, TokenKind } from './statements.ts';

/** A position that walks from token to token; it is changed in place, so that 20 MB of SQL make no objects. */
export interface TokenCursor {
  readonly sql: string;
  readonly backslash: Backslash;
  /** The server whose executable comments are opened up into the tokens in them; undefined: each is one token. */
  readonly serverVersion: number | undefined;
  /** The position is inside an executable comment that was opened. They do not nest: the first end ends it. */
  isInComment: boolean;
  kind: TokenKind;
  start: number;
  end: number;
}

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACK_QUOTE = 96;
const DOLLAR = 36;
const AT = 64;
const DOT = 46;
const SLASH = 47;
const STAR = 42;

const OPERATORS = ['<=>', '->>', '<=', '>=', '<>', '!=', '<<', '>>', ':=', '||', '&&', '->'] as const;
const OPERATOR_STARTS = table(OPERATORS.map((operator) => operator[0]).join(''));
const EXPONENT = /\d+(?:\.\d*)?[eE][+-]?\d+/y;
const HEX_OR_BITS = /0(?:x[0-9a-fA-F]+|b[01]+)(?![\w$\u0080-\uffff])/y;
const DECIMAL = /\d*\.?\d*(?:[eE][+-]?\d+)?/y;

/**
 * The tokens of a statement, lexed as they are asked for. `a.b` is three tokens and `_utf8mb4'…'` two, as the server
 * allows a blank between them; `N'…'`, `x'…'`, `@x`, `@'x'` and `@@global.x` are one, as it does not.
 */
export function tokenize(statement: LexableSql): Generator<Token, void> {
  return tokensOf(statement, undefined);
}

/** The same, with the executable comments opened up that a server of this version runs. */
export function* tokensOf(statement: LexableSql, serverVersion: number | undefined): Generator<Token, void> {
  const { text } = statement;
  const cursor = tokenCursor(statement, serverVersion);
  let { line } = statement;
  let lineEnd = text.indexOf('\n');
  while (nextToken(cursor)) {
    for (; lineEnd >= 0 && lineEnd < cursor.start; lineEnd = text.indexOf('\n', lineEnd + 1)) line++;
    yield { kind: cursor.kind, text: text.slice(cursor.start, cursor.end), line };
  }
}

/** A cursor before the first token; with a version it opens the executable comments that such a server runs. */
export function tokenCursor(
  statement: Pick<LexableSql, 'text' | 'backslash'>,
  serverVersion?: number,
): TokenCursor {
  const { text: sql, backslash = 'escape' } = statement;
  return { sql, backslash, serverVersion, isInComment: false, kind: 'word', start: 0, end: 0 };
}

/** Moves to the next token; false after the last one. */
export function nextToken(cursor: TokenCursor): boolean {
  const { sql } = cursor;
  const start = skipBlanks(cursor, cursor.end);
  if (start >= sql.length) return false;
  cursor.start = start;
  cursor.end = readToken(cursor, start);
  return true;
}

function skipBlanks(cursor: TokenCursor, from: number): number {
  const { sql } = cursor;
  let at = from;
  for (;;) {
    while (isSpace(sql.charCodeAt(at))) at++;
    const end = skipOpened(cursor, at) ?? skipComment(sql, at);
    if (end === at) return at;
    at = end < 0 ? sql.length : end;
  }
}

/** Passes the ends of an executable comment that is run, or all of one that is not; undefined where there is none. */
function skipOpened(cursor: TokenCursor, at: number): number | undefined {
  const { sql, serverVersion } = cursor;
  const code = sql.charCodeAt(at);
  if (serverVersion === undefined || (code !== SLASH && code !== STAR)) return undefined;
  if (cursor.isInComment && sql.startsWith('*/', at)) {
    cursor.isInComment = false;
    return at + 2;
  }
  if (!sql.startsWith('/*!', at)) return undefined;
  const [marker, version] = executableMarker(sql, at);
  if (version > serverVersion) return endOfBlock(sql, at);
  cursor.isInComment = true;
  return at + marker;
}

function readToken(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  const code = sql.charCodeAt(start);
  switch (code) {
    case QUOTE:
      return readInert(cursor, start, 'string');
    case DOUBLE_QUOTE:
      return readInert(cursor, start, 'dquoted');
    case BACK_QUOTE:
      return readInert(cursor, start, 'name');
    case DOLLAR:
      return readDollar(cursor, start);
    case AT:
      return readVariable(cursor, start);
    case DOT:
      return readDot(cursor, start);
    case SLASH:
      return readSlash(cursor, start);
  }
  if (isDigit(code)) return readDigit(cursor, start);
  return isNameCharacter(code) ? readWord(cursor, start) : readOperator(cursor, start);
}

/** After `t.` everything is a name: `t.1e5` has no number in it. */
function readDigit(cursor: TokenCursor, start: number): number {
  const isName = cursor.sql.charCodeAt(start - 1) === DOT && followsName(cursor.sql, start - 1);
  return isName ? readWord(cursor, start) : readNumber(cursor, start);
}

function readDot(cursor: TokenCursor, start: number): number {
  const isNumber = isDigit(cursor.sql.charCodeAt(start + 1)) && !followsName(cursor.sql, start);
  return isNumber ? readNumber(cursor, start) : readOperator(cursor, start);
}

function readDollar(cursor: TokenCursor, start: number): number {
  const isWord = skipInert(cursor.sql, start, cursor.backslash) === start;
  return isWord ? readWord(cursor, start) : readInert(cursor, start, 'string');
}

function followsName(sql: string, at: number): boolean {
  const before = sql.charCodeAt(at - 1);
  return before === BACK_QUOTE || isNameCharacter(before);
}

function readInert(cursor: TokenCursor, start: number, kind: TokenKind): number {
  cursor.kind = kind;
  const end = skipInert(cursor.sql, start, cursor.backslash);
  return end < 0 ? cursor.sql.length : end;
}

function readWord(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  let at = start + 1;
  while (isNameCharacter(sql.charCodeAt(at))) at++;
  cursor.kind = 'word';
  if (at !== start + 1 || sql.charCodeAt(at) !== QUOTE) return at;
  if (!'nNxXbB'.includes(sql.charAt(start))) return at;
  return readInert(cursor, at, 'nN'.includes(sql.charAt(start)) ? 'string' : 'number');
}

function readNumber(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  let at = start;
  while (isDigit(sql.charCodeAt(at))) at++;
  cursor.kind = 'number';
  const code = sql.charCodeAt(at);
  if (code !== DOT && !isNameCharacter(code)) return at;
  for (const form of [HEX_OR_BITS, EXPONENT]) {
    const end = endOfMatch(form, sql, start);
    if (end > start) return end;
  }
  return code === DOT ? endOfMatch(DECIMAL, sql, start) : readWord(cursor, start);
}

function readVariable(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  cursor.kind = 'variable';
  if ('\'"`'.includes(sql[start + 1] ?? ' ')) return readInert(cursor, start + 1, 'variable');
  const isSystem = sql[start + 1] === '@';
  const end = isSystem ? endOfPath(cursor, start + 2) : endOfUserVariable(sql, start + 1);
  return end > start + (isSystem ? 2 : 1) ? end : readOperator(cursor, start);
}

function endOfUserVariable(sql: string, start: number): number {
  let at = start;
  while (isNameCharacter(sql.charCodeAt(at)) || sql.charCodeAt(at) === DOT) at++;
  return at;
}

/** Names with dots between them, each plain or back-quoted; `start` where no name begins. */
function endOfPath({ sql, backslash }: TokenCursor, start: number): number {
  let end = start;
  for (let at = start; ; at = end + 1) {
    let next = at;
    if (sql.charCodeAt(at) === BACK_QUOTE) next = Math.max(at, skipInert(sql, at, backslash));
    else while (isNameCharacter(sql.charCodeAt(next))) next++;
    if (next === at) return end;
    end = next;
    if (sql.charCodeAt(end) !== DOT) return end;
  }
}

function readSlash(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  if (sql.startsWith('/*+', start)) return readInert(cursor, start, 'hint');
  if (!sql.startsWith('/*!', start)) return readOperator(cursor, start);
  cursor.kind = 'executable-comment';
  const end = endOfExecutable(sql, start, cursor.backslash);
  return end < 0 ? sql.length : end;
}

function readOperator(cursor: TokenCursor, start: number): number {
  const { sql } = cursor;
  cursor.kind = 'operator';
  if (!isIn(OPERATOR_STARTS, sql.charCodeAt(start))) return start + 1;
  return start + (OPERATORS.find((operator) => sql.startsWith(operator, start))?.length ?? 1);
}

function endOfMatch(form: RegExp, sql: string, start: number): number {
  form.lastIndex = start;
  return form.test(sql) ? form.lastIndex : start;
}
