import { codeTokens } from '../code-tokens.ts';
import type { LexableSql } from '../statements.ts';

const FUNCTIONS = ['ROW_COUNT', 'FOUND_ROWS'];
const VARIABLES = /^@@(?:session\.|local\.)?`?(?:warning_count|error_count)`?$/i;
const ANYWHERE = /row_count|found_rows|warning_count|error_count|diagnostics|warnings/i;

/**
 * True if a statement may read what the one before it left for it alone: ROW_COUNT(), FOUND_ROWS(), warnings and
 * errors. Between the two nothing may be sent on their session, not even a COMMIT or a ping.
 */
export function readsDiagnostics(statement: LexableSql, changeset: readonly LexableSql[]): boolean {
  const tokens = [...codeTokens(statement)].map(({ kind, text }) => ({
    kind,
    text: text.replaceAll('`', '').toUpperCase(),
  }));
  const [first, second, third] = tokens.map(({ text }) => text);
  if (first === 'SHOW' && ['WARNINGS', 'ERRORS', 'COUNT'].includes(second ?? '')) return true;
  if (first === 'GET' && [second, third].includes('DIAGNOSTICS')) return true;
  // What a prepared statement reads stands in a text somewhere in the file.
  if (first === 'EXECUTE') return changeset.some(({ text }) => ANYWHERE.test(text));
  return tokens.some(
    ({ kind, text }, at) =>
      (kind === 'variable' && VARIABLES.test(text)) ||
      (FUNCTIONS.includes(text) && tokens[at + 1]?.text === '('),
  );
}
