import { allowanceForm, parseDirective } from './allowance.ts';
import { clientCommandOf } from './client-command.ts';
import { isDelimiterCommand, parseDelimiterLine } from './delimiter.ts';
import { findEnd, unterminated } from './find-end.ts';
import { endOfLine, isSpace, skipComment, type Backslash } from './lexical.ts';
import { backslashAfter } from './sql-mode.ts';
import { sqlText, type SqlText } from './sql-text.ts';
import type { Allowance, SplitSql, Statement } from './statements.ts';

/** Where the walk through a file stands; changed in place, statement by statement. */
interface Walk {
  readonly text: SqlText;
  readonly statements: Statement[];
  delimiter: string;
  backslash: Backslash;
  /** Those of the statement that comes next. */
  allowances: Allowance[];
}

const BEFORE_DELIMITER = /^(?:\s|\/\*.*?\*\/)*$/;

/** Reads all statements of a file, and all that is wrong with it. */
export function split(sql: string, file: string): SplitSql {
  const text = sqlText(sql, file);
  const walk: Walk = { text, statements: [], delimiter: ';', backslash: 'escape', allowances: [] };
  reportNul(text);
  let at = readLead(walk, 0);
  while (at < sql.length) at = readLead(walk, readStatement(walk, at));
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
  if (!BEFORE_DELIMITER.test(lineBefore(text.sql, at))) {
    const message = 'DELIMITER does not begin its line, so the mysql client does not see it';
    text.report(text.lineAt(at), message, 'put it on a line of its own');
  }
  return end;
}

/** Reads one statement from its first token, and gives the position after its delimiter. */
function readStatement(walk: Walk, start: number): number {
  const { text, delimiter, backslash, allowances } = walk;
  const line = text.lineAt(start);
  const reading = {
    text,
    delimiter,
    backslash,
    onInert: (from: number, to: number) => readInner(walk, from, to),
  };
  const { end, next } = findEnd(reading, start);
  const statement: Statement = {
    text: trimEnd(text.sql, start, end),
    line,
    allowances,
    ...(backslash === 'literal' && { backslash }),
  };
  walk.allowances = [];
  if (isSql(walk, statement)) walk.statements.push(statement);
  walk.backslash = backslashAfter(statement, backslash);
  return next;
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

function readDirective(walk: Walk, at: number, end: number): void {
  const { text } = walk;
  const { sql } = text;
  if (lineBefore(sql, at).trim() !== '') {
    readInner(walk, at, end);
    return;
  }
  const directive = parseDirective(sql.slice(at, end), text.lineAt(at));
  if (directive.kind === 'allowance') walk.allowances.push(directive.allowance);
  else if (directive.kind === 'problem')
    text.report(directive.line, directive.message, `write ${allowanceForm}`);
}

/** A directive that does not stand above a statement would be without effect; say so. */
function readInner(walk: Walk, at: number, end: number): void {
  const { text } = walk;
  if (!text.sql.startsWith('--', at)) return;
  const directive = parseDirective(text.sql.slice(at, end), text.lineAt(at));
  if (directive.kind === 'none') return;
  const fix = 'put it on a line of its own, directly above the statement';
  text.report(text.lineAt(at), 'a db-deploy comment stands inside or behind a statement', fix);
}

function lineBefore(sql: string, at: number): string {
  return at === 0 ? '' : sql.slice(sql.lastIndexOf('\n', at - 1) + 1, at);
}

/** Not `trimEnd`, which would take a no-break space that the server reads as a name. */
function trimEnd(sql: string, start: number, from: number): string {
  let end = from;
  while (end > start && isSpace(sql.charCodeAt(end - 1))) end--;
  return sql.slice(start, end);
}
