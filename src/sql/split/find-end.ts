import { backslashCommand } from './client-command.ts';
import { mayDoubt, whyDoubtful } from '../doubtful-quote.ts';
import { executableMarker, OLDEST_SERVER } from '../executable-comment.ts';
import { isIn, skipInert, table, type Backslash } from '../lexical.ts';
import type { SqlText } from '../sql-text.ts';
import type { TextMode } from '../text-mode.ts';

/** Where a statement ends, and where to go on after its delimiter. */
export interface Extent {
  readonly end: number;
  readonly next: number;
  /** It was reported that it does not end, or not for certain: what is in it counts no more. */
  readonly isBroken?: true;
}

/** How the part of the file is to be read in which a statement stands. */
export interface Reading {
  readonly text: SqlText;
  readonly delimiter: string;
  /** The reading that is taken, and what of it is certain. */
  readonly backslash: Backslash;
  readonly mode: TextMode;
  /** Told of every comment and quoted text inside the statement. */
  readonly onInert: (start: number, end: number) => void;
}

/** A walk from the first token of a statement to its end. */
interface Walk extends Reading {
  readonly start: number;
  readonly isDoubted: boolean;
  /** Where a server that skips the executable comment at `marker` would go on; -1 outside of one. */
  close: number;
  marker: number;
}

const STOPS = table('\'"`#-/\\$*');

/** Finds the end of the statement that begins at `start`, and reports what cannot be SQL on the way. */
export function findEnd(reading: Reading, start: number): Extent {
  const { text, delimiter, mode, backslash } = reading;
  const { sql } = text;
  const first = delimiter.charCodeAt(0);
  const walk: Walk = { ...reading, start, isDoubted: mayDoubt(mode, backslash), close: -1, marker: start };
  let at = start;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if (code === first && sql.startsWith(delimiter, at)) {
      return cutAtDelimiterLine(reading, start, at) ?? { end: at, next: at + delimiter.length };
    }
    if (!isIn(STOPS, code)) at++;
    else if (sql[at] !== '\\') {
      const end = pass(walk, at);
      if (typeof end !== 'number') return end;
      at = end;
    } else {
      reportBackslash(text, at);
      if (text.isFull()) return { end: sql.length, next: sql.length, isBroken: true };
      if (/g/i.test(sql.charAt(at + 1))) return { end: at, next: at + 2 };
      at += 2;
    }
  }
  // The client sends what is left at the end of the file, whatever the delimiter.
  return cutAtDelimiterLine(reading, start, at) ?? { end: at, next: at };
}

/** Reports quoted text or a comment that never ends; nothing after it can be read. */
export function unterminated(text: SqlText, at: number): Extent {
  const { sql } = text;
  const end = sql.length;
  if (sql.startsWith('/*', at))
    text.report(text.lineAt(at), 'the comment that begins here never ends', 'close it with */');
  else {
    const quote = sql[at] === '$' ? sql.slice(at, sql.indexOf('$', at + 1) + 1) : sql.charAt(at);
    const shown = quote.length > 40 ? `${quote.slice(0, 40)}…` : quote;
    text.report(text.lineAt(at), `the ${shown} that begins here is never closed`, `close it with ${shown}`);
  }
  return { end, next: end, isBroken: true };
}

/** Passes quoted text, a comment or a hint, or else one character; an extent where nothing more can be read. */
function pass(walk: Walk, at: number): number | Extent {
  const { text, backslash, mode } = walk;
  const { sql } = text;
  const isMarker = sql.startsWith('/*!', at);
  if (isMarker || walk.close >= 0) followExecutable(walk, at, isMarker);
  const end = skipInert(sql, at, backslash);
  if (end < 0) return cutAtDelimiterLine(walk, walk.start, sql.length) ?? unterminated(text, at);
  if (end === at) return at + 1;
  if (walk.close >= 0 && walk.close < end) reportAmbiguous(walk);
  const doubt = walk.isDoubted ? whyDoubtful(sql, at, end, mode) : undefined;
  if (doubt !== undefined) return reportDoubt(text, at, doubt);
  walk.onInert(at, end);
  return end;
}

/**
 * Servers that skip an executable comment stop at its first `*\/`, those that run it read quoted text and comments in
 * it: `/*!99999 SELECT '*\/ DROP TABLE t -- ' *\/` would hide the DROP.
 */
function followExecutable(walk: Walk, at: number, isMarker: boolean): void {
  const { sql } = walk.text;
  if (walk.close === at) walk.close = -1;
  else if (walk.close >= 0 && isMarker) reportAmbiguous(walk);
  else if (isMarker && executableMarker(sql, at)[1] > OLDEST_SERVER) {
    walk.close = walk.text.closeAfter(at);
    walk.marker = at;
    countVersion(walk.text, at);
  }
}

/** Each version makes another statement of it, and all of them have to be judged. */
const MOST_VERSIONS = 16;

function countVersion(text: SqlText, at: number): void {
  if (text.versions.has(executableMarker(text.sql, at)[1])) return;
  text.versions.add(executableMarker(text.sql, at)[1]);
  if (text.versions.size !== MOST_VERSIONS + 1) return;
  const message = `executable comments ask for more than ${MOST_VERSIONS} versions of the server`;
  text.report(text.lineAt(at), message, 'leave the versions out that no server of yours has');
}

function reportAmbiguous(walk: Walk): void {
  const message = 'servers disagree on where this executable comment ends';
  const fix = 'write no "*/" in quoted text or comments inside it, and no other one in it';
  walk.text.report(walk.text.lineAt(walk.marker), message, fix);
  walk.close = -1;
}

/** Reports quoted text whose end is not certain; nothing after it can be read. */
export function reportDoubt(text: SqlText, at: number, why: string): Extent {
  const message = `the server may see another end of the quoted text that begins here: ${why}`;
  const fix =
    "set sql_mode to a literal, or the character set to utf8mb4, above it; or write '' for a quote in it";
  text.report(text.lineAt(at), message, fix);
  return { end: text.sql.length, next: text.sql.length, isBroken: true };
}

const LINE_END = /\n[ \t]*delimiter[ \t]*$/i;
const DELIMITER_LINE = /(?<=\n)[ \t]*delimiter[ \t]+;[ \t\r]*(?:\n|$)/gi;

/** A statement under a changed delimiter that runs into `DELIMITER ;` has lost its own; what follows is read again. */
function cutAtDelimiterLine(reading: Reading, start: number, end: number): Extent | undefined {
  const { text, delimiter } = reading;
  if (delimiter === ';') return undefined;
  // The line is short: what stands before it need not be looked at.
  if (end < text.sql.length && !LINE_END.test(text.sql.slice(Math.max(start, end - 100), end)))
    return undefined;
  const cut = findDelimiterLine(reading, start, end);
  if (cut === undefined) return undefined;
  text.retract(text.lineAt(cut));
  const message = `the statement that begins here is not ended by the delimiter "${delimiter}"`;
  text.report(text.lineAt(start), message, `write ${delimiter} after it`);
  return { end: cut, next: cut, isBroken: true };
}

/** One that does not stand in quoted text or a comment, but for one that never ends. */
function findDelimiterLine({ text, backslash }: Reading, start: number, end: number): number | undefined {
  const { sql } = text;
  let at = start;
  for (const { index } of sql.slice(start, end).matchAll(DELIMITER_LINE)) {
    const line = start + index;
    while (at < line) {
      const past = skipInert(sql, at, backslash);
      if (past < 0) return line;
      at = Math.max(at + 1, past);
    }
    if (at === line) return line;
  }
  return undefined;
}

function reportBackslash(text: SqlText, at: number): void {
  const letter = text.sql.charAt(at + 1).trim();
  if (letter === 'N') return;
  const command = backslashCommand(letter);
  text.report(text.lineAt(at), `"${command.name}" is a command of the mysql client, not SQL`, command.fix);
}
