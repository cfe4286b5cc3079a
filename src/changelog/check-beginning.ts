import type { Problem } from '../errors.ts';
import type { Changeset } from './changeset.ts';
import { findDoubt, mayDoubt } from '../sql/doubtful-quote.ts';
import { modeAfter } from '../sql/sql-mode.ts';
import type { Statement } from '../sql/statements.ts';
import { beginningMode, type Beginning, type TextMode } from '../sql/text-mode.ts';
import { nextToken, tokenCursor } from '../sql/tokenize.ts';

/**
 * The first place of a changeset where a session that begins like this reads text in another way than it was judged:
 * quoted text that ends elsewhere, or `"…"` that is a name and not a string. Nothing of the changeset may then run.
 */
export function checkBeginning(
  { key, sql }: Pick<Changeset, 'key' | 'sql'>,
  beginning: Beginning,
): Problem | undefined {
  let mode = beginningMode(beginning);
  for (const statement of sql.statements) {
    const found = findDifference(statement, mode);
    if (found) {
      const modes = beginning.sqlMode === '' ? 'empty' : beginning.sqlMode;
      return {
        code: 'invalid-sql',
        message: `changeset ${key}: a session on this server reads the quoted text that begins here in another way than it was judged (sql_mode ${modes}, character set ${beginning.characterSet}): ${found.why}`,
        at: { file: sql.path, line: lineOf(statement, found.at) },
        fix: "begin the file with SET sql_mode = '…' and SET NAMES utf8mb4, so that it is judged as it is read; or write the text so that it is read in one way only",
      };
    }
    mode = modeAfter(statement, mode, beginning);
  }
  return undefined;
}

function findDifference(
  statement: Statement,
  mode: TextMode,
): { readonly at: number; readonly why: string } | undefined {
  const { text, backslash = 'escape', doubleQuotes = 'string' } = statement;
  const isOther = mode.doubleQuotes !== 'unknown' && mode.doubleQuotes !== doubleQuotes;
  const at = isOther ? findDoubleQuoted(statement) : undefined;
  if (at !== undefined) {
    const why = `with ANSI_QUOTES "…" is a name, without it a string; it was taken for a ${doubleQuotes}`;
    return { at, why };
  }
  return mayDoubt(mode, backslash) ? findDoubt(text, backslash, mode) : undefined;
}

function findDoubleQuoted(statement: Statement): number | undefined {
  if (!statement.text.includes('"')) return undefined;
  const cursor = tokenCursor(statement, Infinity);
  while (nextToken(cursor)) if (cursor.kind === 'dquoted') return cursor.start;
  return undefined;
}

function lineOf({ text, line }: Statement, at: number): number {
  let lines = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) lines++;
  return line + lines;
}
