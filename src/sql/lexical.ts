/** How a backslash reads in quoted text; `literal` under the sql_mode NO_BACKSLASH_ESCAPES. */
export type Backslash = 'escape' | 'literal';

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACK_QUOTE = 96;
const BACKSLASH = 92;
const DOLLAR = 36;
const HASH = 35;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const BANG = 33;
const PLUS = 43;

const SPACE = table(' \t\n\v\f\r');
const DIGIT = table('0123456789');
const NAME = table('0123456789$_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** A lookup table of ASCII characters, for loops that look at every character of a large file. */
export function table(characters: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const character of characters) codes[character.charCodeAt(0)] = 1;
  return codes;
}

/** Whether such a table has a character; for what is past its end and for no character (NaN) it is false, fast. */
export function isIn(codes: Uint8Array, code: number): boolean {
  return code < 128 && codes[code] === 1;
}

/** What MySQL takes for a blank; a no-break space is none, it is part of a name. */
export function isSpace(code: number): boolean {
  return isIn(SPACE, code);
}

export function isDigit(code: number): boolean {
  return isIn(DIGIT, code);
}

/** What an unquoted name may consist of. */
export function isNameCharacter(code: number): boolean {
  return isIn(NAME, code) || code > 127;
}

/**
 * The end of the quoted text, comment or hint that begins at `start`: `start` itself where none begins there, -1
 * where it never ends. `/*! … *\/` is code, so it is not skipped.
 */
export function skipInert(sql: string, start: number, backslash: Backslash): number {
  switch (sql.charCodeAt(start)) {
    case QUOTE:
    case DOUBLE_QUOTE:
    case BACK_QUOTE:
      return endOfQuoted(sql, start, backslash);
    case DOLLAR:
      return endOfDollarQuoted(sql, start);
    case SLASH:
      return sql.startsWith('/*+', start) ? endOfBlock(sql, start) : skipComment(sql, start);
    default:
      return skipComment(sql, start);
  }
}

/** The end of the comment that begins at `start`, in the same terms; neither `/*!` nor `/*+` begins one. */
export function skipComment(sql: string, start: number): number {
  switch (sql.charCodeAt(start)) {
    case HASH:
      return endOfLine(sql, start);
    case DASH:
      return isDashComment(sql, start) ? endOfLine(sql, start) : start;
    case SLASH: {
      if (sql.charCodeAt(start + 1) !== STAR) return start;
      const third = sql.charCodeAt(start + 2);
      return third === BANG || third === PLUS ? start : endOfBlock(sql, start);
    }
    default:
      return start;
  }
}

/** The position of the line feed that ends the line, or of the end of the text. */
export function endOfLine(sql: string, start: number): number {
  const end = sql.indexOf('\n', start);
  return end < 0 ? sql.length : end;
}

/** The end of a `/*! … *\/`, or -1: quoted text and comments in it are lexed, as the server does when it runs it. */
export function endOfExecutable(sql: string, start: number, backslash: Backslash): number {
  let at = start + 3;
  while (at < sql.length) {
    if (sql.charCodeAt(at) === STAR && sql.charCodeAt(at + 1) === SLASH) return at + 2;
    const end = skipInert(sql, at, backslash);
    if (end < 0) return -1;
    at = end === at ? at + 1 : end;
  }
  return -1;
}

/** Two dashes begin a comment only before a blank, a control character or the end; `5--1` is a double minus. */
function isDashComment(sql: string, start: number): boolean {
  if (sql.charCodeAt(start + 1) !== DASH) return false;
  const third = sql.charCodeAt(start + 2);
  return Number.isNaN(third) || third <= 32 || third === 127;
}

/** The end of the block comment that begins at `start`, or -1. */
export function endOfBlock(sql: string, start: number): number {
  const end = sql.indexOf('*/', start + 2);
  return end < 0 ? -1 : end + 2;
}

/**
 * The end of the text in quotes that begins at `start`, or -1. A doubled quote is part of the text; a backslash never
 * escapes in a back-quoted name.
 */
export function endOfQuoted(sql: string, start: number, backslash: Backslash): number {
  const quote = sql.charCodeAt(start);
  const escapes = backslash === 'escape' && quote !== BACK_QUOTE;
  for (let at = start + 1; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code === quote) {
      if (sql.charCodeAt(at + 1) !== quote) return at + 1;
      at++;
    } else if (code === BACKSLASH && escapes) {
      at++;
    }
  }
  return -1;
}

/** `$$ … $$` and `$tag$ … $tag$`, as MySQL 9 reads the bodies of external routines; `a$$` is a name. */
function endOfDollarQuoted(sql: string, start: number): number {
  if (start > 0 && isNameCharacter(sql.charCodeAt(start - 1))) return start;
  let at = start + 1;
  while (isNameCharacter(sql.charCodeAt(at)) && sql.charCodeAt(at) !== DOLLAR) at++;
  if (sql.charCodeAt(at) !== DOLLAR) return start;
  const tag = sql.slice(start, at + 1);
  const end = sql.indexOf(tag, at + 1);
  return end < 0 ? -1 : end + tag.length;
}
