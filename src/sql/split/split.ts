import { allowanceForm, parseDirective } from './allowance.ts';
import { clientCommandOf } from './client-command.ts';
import { isDelimiterCommand, parseDelimiterLine } from './delimiter.ts';
import { findDoubt, mayDoubt } from '../doubtful-quote.ts';
import { findEnd, reportDoubt, unterminated } from './find-end.ts';
import { findFormattedSql } from './formatted-sql.ts';
import { endOfLine, isSpace, skipComment, type Backslash } from '../lexical.ts';
import { splitBlock, type BlockPart } from './split-block.ts';
import { modeAfter } from '../sql-mode.ts';
import { sqlText, type SqlText } from '../sql-text.ts';
import type { Allowance, SplitSql, Statement } from '../statements.ts';
import { beginningMode, DEFAULT_BEGINNING, type Beginning, type TextMode } from '../text-mode.ts';

/** A comment of ours inside a statement or block. */
interface InnerDirective {
  readonly start: number;
  readonly end: number;
}

/** Where the walk through a file stands; changed in place, statement by statement. */
interface Walk {
  readonly text: SqlText;
  readonly beginning: Beginning;
  readonly statements: Statement[];
  delimiter: string;
  mode: TextMode;
  /** Those of the statement that comes next. */
  allowances: Allowance[];
  /** In the statement that is being read. */
  inner: InnerDirective[];
}

/**
 * Splits a SQL file into statements where the `mysql` client would. On purpose it differs in this:
 * - a comment belongs to the statement that it stands before, not to the one that it trails, and is not sent alone;
 * - text is sent as it stands: CRLF is kept, no blank is added after a comment;
 * - what the client gets wrong is read as the server reads it: a comment with `*` in it before `DELIMITER`, a line of
 *   a statement that begins with a column named `delimiter`, a hint over several lines, `/*! 1 *\/*2`, `$$\$$`, a
 *   backslash at the end of a line, `DELIMITER` in quoted text behind an executable comment;
 * - a block under another delimiter is split where the server takes one statement after the other from it;
 * - what the client would do itself (`source`, `\G`) or would send broken is a problem, not a surprise.
 */
export function splitStatements(
  sql: string,
  file: string,
  beginning: Beginning = DEFAULT_BEGINNING,
): SplitSql {
  return split(sql.startsWith('\ufeff') ? sql.slice(1) : sql, file, beginning);
}

/** Reads all statements of a file, and all that is wrong with it. */
function split(sql: string, file: string, beginning: Beginning): SplitSql {
  const text = sqlText(sql, file);
  const mode = beginningMode(beginning);
  const walk: Walk = { text, beginning, statements: [], delimiter: ';', mode, allowances: [], inner: [] };
  if (findFormattedSql(text)) return { statements: [], problems: text.problems() };
  reportNul(text);
  let at = readLead(walk, 0);
  while (at < sql.length && !text.isFull()) at = readLead(walk, readStatement(walk, at));
  for (const { line, rule } of walk.allowances) {
    text.report(
      line,
      `"db-deploy:allow ${rule}" stands above no statement`,
      'put it directly above the statement',
    );
  }
  if (walk.statements.length === 0 && text.problems().length === 0) {
    text.report(1, 'the file holds no SQL statement', 'write one, or remove the changeset');
  }
  return { statements: walk.statements, problems: text.problems() };
}

function reportNul(text: SqlText): void {
  const at = text.sql.indexOf('\0');
  const fix = "save it as UTF-8 text; in a string write the byte as X'00'";
  if (at >= 0) text.report(text.lineAt(at), 'the file contains a NUL byte', fix);
}

/** Passes everything before a statement: blanks, comments, empty statements and `DELIMITER` lines. */
function readLead(walk: Walk, from: number): number {
  const { sql } = walk.text;
  let at = from;
  while (at < sql.length) {
    if (isSpace(sql.charCodeAt(at))) at++;
    else if (sql.startsWith(walk.delimiter, at)) at += walk.delimiter.length;
    else if (isDelimiterCommand(sql, at)) at = readDelimiter(walk, at);
    else {
      const end = skipComment(sql, at);
      if (end === at) return at;
      if (end < 0) return unterminated(walk.text, at).next;
      readDirective(walk, at, end);
      at = end;
    }
  }
  return at;
}

function readDelimiter(walk: Walk, at: number): number {
  const { text } = walk;
  const end = endOfLine(text.sql, at);
  const read = parseDelimiterLine(text.sql.slice(at, end));
  if (read.kind === 'delimiter') walk.delimiter = read.delimiter;
  else text.report(text.lineAt(at), read.message, read.fix);
  if (!beginsItsLine(text.sql, at)) {
    const message = 'DELIMITER does not begin its line, so the mysql client does not see it';
    text.report(text.lineAt(at), message, 'put it on a line of its own');
  }
  return end;
}

/** Only blanks and block comments stand before it, as the client has it. */
function beginsItsLine(sql: string, at: number): boolean {
  let from = lineStart(sql, at);
  while (from < at) {
    if (isSpace(sql.charCodeAt(from))) from++;
    else if (sql.startsWith('/*', from)) from = sql.indexOf('*/', from + 2) + 2;
    else return false;
    if (from === 1) return false;
  }
  return true;
}

/** Reads one statement or block from its first token, and gives the position after its delimiter. */
function readStatement(walk: Walk, start: number): number {
  const { text, delimiter, mode } = walk;
  // Where it is not known, both readings have to come to the same.
  const backslash = mode.backslash === 'unknown' ? 'escape' : mode.backslash;
  walk.inner = [];
  const onInert = (from: number, to: number): void => keepDirective(walk, from, to);
  const { end, next, isBroken = false } = findEnd({ text, delimiter, backslash, mode, onInert }, start);
  const sql = trimEnd(text.sql, start, end);
  const parts = isBroken ? [{ start: 0, end: sql.length }] : partsOf(walk, sql, start, backslash);
  for (const part of parts) {
    if (part.start > 0)
      reportChangedDoubt(walk, sql.slice(part.start, part.end), start + part.start, backslash);
    addStatement(walk, sql.slice(part.start, part.end), start + part.start, backslash);
  }
  for (const directive of walk.inner) reportInner(walk, directive);
  return next;
}

/** Under `;` each statement is its own; under another delimiter the server may take several from the text. */
function partsOf(walk: Walk, sql: string, start: number, backslash: Backslash): readonly BlockPart[] {
  const whole = [{ start: 0, end: sql.length }];
  if (walk.delimiter === ';') return whole;
  const block = splitBlock({ text: sql, backslash });
  if ('parts' in block) return block.parts;
  const { text } = walk;
  text.report(text.lineAt(start + block.at), block.message, block.fix);
  return whole;
}

/** In a block the mode may have changed since the end of the block was looked for. */
function reportChangedDoubt({ text, mode }: Walk, sql: string, start: number, backslash: Backslash): void {
  const doubt = mayDoubt(mode, backslash) ? findDoubt(sql, backslash, mode) : undefined;
  if (doubt) reportDoubt(text, start + doubt.at, doubt.why);
}

function addStatement(walk: Walk, sql: string, start: number, backslash: Backslash): void {
  const { text, mode, beginning } = walk;
  takeInnerAllowances(walk, start);
  const statement: Statement = {
    text: trimEnd(sql, 0, sql.length),
    line: text.lineAt(start),
    allowances: walk.allowances,
    ...(backslash === 'literal' && { backslash }),
    ...(mode.doubleQuotes === 'name' && { doubleQuotes: mode.doubleQuotes }),
  };
  walk.allowances = [];
  if (isSql(walk, statement)) walk.statements.push(statement);
  walk.mode = modeAfter(statement, mode, beginning);
}

function isSql(walk: Walk, statement: Statement): boolean {
  const { text, delimiter } = walk;
  const command = clientCommandOf(statement.text);
  if (command) {
    text.report(statement.line, `"${command.name}" is a command of the mysql client, not SQL`, command.fix);
    return false;
  }
  if (/^end(?![\w$])/i.test(statement.text)) {
    const fix = 'write DELIMITER // before the routine, // after its END, then DELIMITER ;';
    text.report(statement.line, `a BEGIN … END block was cut at a "${delimiter}" inside it`, fix);
  }
  return true;
}

/** Reads a comment between two statements. */
function readDirective(walk: Walk, at: number, end: number): void {
  const { text } = walk;
  if (!text.sql.startsWith('--', at)) return;
  if (!standsAlone(text.sql, at)) {
    reportInner(walk, { start: at, end });
    return;
  }
  const directive = parseDirective(text.sql.slice(at, end), text.lineAt(at));
  if (directive.kind === 'allowance') walk.allowances.push(directive.allowance);
  else if (directive.kind === 'problem')
    text.report(directive.line, directive.message, `write ${allowanceForm}`);
}

function keepDirective(walk: Walk, start: number, end: number): void {
  const { sql } = walk.text;
  if (!sql.startsWith('--', start) || !sql.slice(start, end).includes('db-deploy:')) return;
  walk.inner.push({ start, end });
}

/** In a block, comments that end where a statement begins, but for blanks and comments, are that statement's. */
function takeInnerAllowances(walk: Walk, start: number): void {
  const { sql } = walk.text;
  const isAbove = ({ end }: InnerDirective): boolean => {
    let at = end;
    while (at < start && (isSpace(sql.charCodeAt(at)) || skipComment(sql, at) > at)) {
      at = Math.max(at + 1, skipComment(sql, at));
    }
    return at === start;
  };
  const above = walk.inner.filter((directive) => directive.end <= start && isAbove(directive));
  walk.inner = walk.inner.filter((directive) => !above.includes(directive));
  for (const { start: from, end } of above) readDirective(walk, from, end);
}

/** A directive that does not stand above a statement would be without effect; say so. */
function reportInner(walk: Walk, { start, end }: InnerDirective): void {
  const { text } = walk;
  const directive = parseDirective(text.sql.slice(start, end), text.lineAt(start));
  if (directive.kind === 'none') return;
  const fix = 'put it on a line of its own, directly above the statement';
  text.report(text.lineAt(start), 'a db-deploy comment stands inside or behind a statement', fix);
}

function standsAlone(sql: string, at: number): boolean {
  return sql.slice(lineStart(sql, at), at).trim() === '';
}

function lineStart(sql: string, at: number): number {
  return at === 0 ? 0 : sql.lastIndexOf('\n', at - 1) + 1;
}

/** Not `trimEnd`, which would take a no-break space that the server reads as a name. */
function trimEnd(sql: string, start: number, from: number): string {
  let end = from;
  while (end > start && isSpace(sql.charCodeAt(end - 1))) end--;
  return sql.slice(start, end);
}
