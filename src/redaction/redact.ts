import type { Backslash } from '../sql/lexical.ts';
import { secretForms } from './secret-forms.ts';
import { judgeTokens, type JudgedToken } from './secret-literals.ts';

const REDACTED = "'<redacted>'";

/**
 * SQL for the eyes of people: passwords and their hashes are gone, and nothing else, so that a reviewer sees all of
 * what runs. For `backslash` see `Statement`.
 */
export function redactSql(sql: string, backslash: Backslash = 'escape'): string {
  const pieces: string[] = [];
  let end = 0;
  for (const token of judgeTokens(sql, backslash)) {
    // Comment by comment: an open quote in one must not take the statement behind it along.
    if (token.start > end) pieces.push(redactText(sql.slice(end, token.start)));
    pieces.push(redactToken(sql.slice(token.start, token.end), token));
    end = token.end;
  }
  return [...pieces, redactText(sql.slice(end))].join('');
}

function redactToken(written: string, { isSecret, isString }: JudgedToken): string {
  if (isSecret) return REDACTED;
  // A string may hold SQL itself, for a PREPARE; its own quotes are not those of a password.
  return isString ? written.slice(0, 1) + redactText(written.slice(1, -1)) + written.slice(-1) : written;
}

/** The same for a message in which SQL may stand, cut off anywhere: of the server, a child process, a comment. */
export function redactText(text: string): string {
  if (text.length < 4 || !/password|identified|replace|\bby\b|:\/\//i.test(text)) return text;
  return text
    .replace(IN_ADDRESS, '$1<redacted>@')
    .replace(AFTER_KEYWORD, (_, before: string) => before + REDACTED);
}

/** `mysql://user:password@host`; up to the last `@`, because a password may hold one. */
const IN_ADDRESS = /(\b[a-z][\w+.-]{0,30}:\/\/[^\s'"`:@/]{0,200}:)[^\s'"`]{0,1000}@/gi;

/** Blanks are bounded: a message of blanks alone must not keep the expression busy. */
const AFTER_KEYWORD = new RegExp(
  [
    '((?:',
    String.raw`(?<!\b(?:terminated|enclosed|escaped|starting|order|group|partition)\s{1,9})\bby(?:\s{1,9}password)?\s{0,9}`,
    String.raw`|\bidentified\s{1,9}with\s{1,9}\S{1,99}\s{1,9}as\s{0,9}`,
    String.raw`|password(?:\s{1,9}for\s{1,9}\S{1,99})?\s{0,9}(?:[:=(]=?)?\s{0,9}(?:password\s{0,9}\(\s{0,9})?`,
    String.raw`|\breplace\s{1,9}`,
    '))(?:',
    // A string in a string: its quotes are doubled or escaped.
    String.raw`(\\["']|''|"")(?!\s|$)[^]*?(?:\2|$)`,
    String.raw`|'(?:[^'\\]|\\[^]|''(?! at line ))*'`,
    String.raw`|"(?:[^"\\]|\\[^]|"")*"`,
    String.raw`|['"][^\n]*`,
    String.raw`|0x[0-9a-f]+`,
    ')',
  ].join(''),
  'gi',
);

/**
 * The server's words about a statement. When there is a secret in that, the excerpt of its text which a syntax error
 * quotes is dropped: it may begin or end in the middle of the secret.
 */
export function redactServerMessage(message: string, sql: string, backslash: Backslash = 'escape'): string {
  const secrets = judgeTokens(sql, backslash)
    .filter(({ isSecret }) => isSecret)
    .map(({ start, end }) => sql.slice(start, end).replace(/^n?['"]|['"]$/gi, ''));
  if (secrets.length === 0) return redactText(message);
  const known = secrets.filter((secret) => secret.length > 2);
  return redactText(redactValues(message.replace(/near '[^]*' at line/, `near ${REDACTED} at line`), known));
}

/** Text without any of the secrets, in whatever form they stand in it. */
export function redactValues(text: string, secrets: readonly string[]): string {
  return valueRedactor(secrets)(text);
}

/** The same for many texts. */
export function valueRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secretForms(secrets);
  if (forms.length === 0) return (text) => text;
  const any = new RegExp(
    forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'),
    'g',
  );
  return (text) => text.replace(any, '***');
}
