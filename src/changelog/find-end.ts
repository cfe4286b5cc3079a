import { backslashCommand } from './client-command.ts';
import { isAmbiguous } from './executable-comment.ts';
import { isIn, skipInert, table, type Backslash } from './lexical.ts';
import type { SqlText } from './sql-text.ts';

/** Where a statement ends, and where to go on after its delimiter. */
export interface Extent {
  readonly end: number;
  readonly next: number;
}

/** How the part of the file is to be read in which a statement stands. */
export interface Reading {
  readonly text: SqlText;
  readonly delimiter: string;
  readonly backslash: Backslash;
  /** Told of every comment and quoted text inside the statement. */
  readonly onInert: (start: number, end: number) => void;
}

const STOPS = table('\'"`#-/\\$');

/** Finds the end of the statement that begins at `start`, and reports what cannot be SQL on the way. */
export function findEnd(reading: Reading, start: number): Extent {
  const { text, delimiter } = reading;
  const { sql } = text;
  const first = delimiter.charCodeAt(0);
  let at = start;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if (code === first && sql.startsWith(delimiter, at)) {
      return cutAtDelimiterLine(reading, start, at) ?? { end: at, next: at + delimiter.length };
    }
    if (!isIn(STOPS, code)) at++;
    else if (sql[at] !== '\\') {
      const end = pass(reading, at);
      if (end < 0) return cutAtDelimiterLine(reading, start, sql.length) ?? unterminated(text, at);
      at = end;
    } else {
      reportBackslash(text, at);
      if (/g/i.test(sql.charAt(at + 1))) return { end: at, next: at + 2 };
      at += 2;
    }
  }
  if (delimiter === ';') return { end: at, next: at };
  return cutAtDelimiterLine(reading, start, at) ?? unended(reading, start, { end: at, next: at });
}

/** Reports quoted text or a comment that never ends; nothing after it can be read. */
export function unterminated(text: SqlText, at: number): Extent {
  const { sql } = text;
  const end = sql.length;
  if (sql.startsWith('/*', at))
    text.report(text.lineAt(at), 'the comment that begins here never ends', 'close it with */');
  else {
    const quote = sql[at] === '$' ? sql.slice(at, sql.indexOf('$', at + 1) + 1) : sql.charAt(at);
    text.report(text.lineAt(at), `the ${quote} that begins here is never closed`, `close it with ${quote}`);
  }
  return { end, next: end };
}

/** Passes quoted text, a comment or a hint, or else one character; -1 for what never ends. */
function pass(reading: Reading, at: number): number {
  const { text, backslash } = reading;
  if (text.sql.startsWith('/*!', at) && isAmbiguous(text.sql, at, backslash)) {
    const message = 'servers disagree on where this executable comment ends';
    text.report(text.lineAt(at), message, 'write no "*/" in quoted text or comments inside it');
  }
  const end = skipInert(text.sql, at, backslash);
  if (end > at) reading.onInert(at, end);
  return end === at ? at + 1 : end;
}

/** A statement under a changed delimiter that runs into `DELIMITER ;` has lost its own; what follows is read again. */
function cutAtDelimiterLine(reading: Reading, start: number, end: number): Extent | undefined {
  const { text, delimiter } = reading;
  if (delimiter === ';') return undefined;
  const statement = text.sql.slice(start, end);
  if (end < text.sql.length && !/\n[ \t]*delimiter[ \t]*$/i.test(statement)) return undefined;
  const index = statement.search(/(?<=\n)[ \t]*delimiter[ \t]+;[ \t\r]*(?:\n|$)/i);
  if (index < 0) return undefined;
  const cut = start + index;
  text.retract(text.lineAt(cut));
  return unended(reading, start, { end: cut, next: cut });
}

function unended(reading: Reading, start: number, extent: Extent): Extent {
  const { text, delimiter } = reading;
  const message = `the statement that begins here is not ended by the delimiter "${delimiter}"`;
  text.report(text.lineAt(start), message, `write ${delimiter} after it`);
  return extent;
}

function reportBackslash(text: SqlText, at: number): void {
  const letter = text.sql.charAt(at + 1).trim();
  if (letter === 'N') return;
  const command = backslashCommand(letter);
  text.report(text.lineAt(at), `"${command.name}" is a command of the mysql client, not SQL`, command.fix);
}
