import { codeTokens } from '../../sql/code-tokens.ts';
import type { LexableSql } from '../../sql/statements.ts';

/** A row in which the server reports how it fared with one table. */
interface MessageRow {
  readonly Table: string;
  readonly Op: string;
  readonly Msg_type: string;
  readonly Msg_text: string | null;
}

/** These answer failures as rows, and `ALTER TABLE … CHECK PARTITION`; CALL and EXECUTE may run any of them. */
const ANSWERS_ROWS = ['ALTER', 'ANALYZE', 'CACHE', 'CALL', 'CHECK', 'EXECUTE', 'LOAD', 'OPTIMIZE', 'REPAIR'];
const COLUMNS = ['Table', 'Op', 'Msg_type', 'Msg_text'];
const SHOWN = 5;

/** A statement failed though the server raised no error. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
  readonly errno: number | undefined;
  readonly code: string | undefined;

  constructor(message: string) {
    super(message);
    // It did not get its metadata lock, so it may be tried again like any other.
    const isTimeout = message.includes('Lock wait timeout exceeded');
    this.errno = isTimeout ? 1205 : undefined;
    this.code = isTimeout ? 'ER_LOCK_WAIT_TIMEOUT' : undefined;
  }
}

/**
 * Why a statement failed that the server answered with rows, as OPTIMIZE, ANALYZE, CHECK, REPAIR and CHECKSUM do even
 * where a table does not exist; undefined where it did not. `answer` is what the driver gave: rows, or a list of them.
 */
export function resultProblem(statement: LexableSql, answer: unknown): ResultError | undefined {
  const [verb, ...more] = firstWords(statement);
  if (verb === 'CHECKSUM') return checksumProblem(more, answer);
  if (verb === undefined || !ANSWERS_ROWS.includes(verb)) return undefined;
  const rows = messageRows(answer);
  const failed = rows.filter(({ Msg_type }) => Msg_type.toLowerCase() === 'error');
  if (failed.length === 0) return undefined;
  const shown = failed
    .slice(0, SHOWN)
    .map(({ Table, Op, Msg_text }) => `${Op} of ${Table}: ${Msg_text ?? ''}`);
  const rest = failed.length > SHOWN ? ` and ${failed.length - SHOWN} more` : '';
  return new ResultError(`the server answered with an error row: ${shown.join('; ')}${rest}`);
}

/** Throws what `resultProblem` finds. */
export function refuseFailedRows(statement: LexableSql, answer: unknown): void {
  const problem = resultProblem(statement, answer);
  if (problem) throw problem;
}

/** NULL where the table does not exist or cannot be read; with QUICK also where its engine keeps none. */
function checksumProblem(words: readonly string[], answer: unknown): ResultError | undefined {
  if (words.includes('QUICK')) return undefined;
  const missing = rowSets(answer)
    .flat()
    .filter((row): row is { Table: string } => isRow(row) && 'Checksum' in row && row['Checksum'] === null);
  if (missing.length === 0) return undefined;
  const names = missing.slice(0, SHOWN).map(({ Table }) => Table);
  return new ResultError(`the server gave no checksum of ${names.join(', ')}`);
}

function messageRows(answer: unknown): readonly MessageRow[] {
  return rowSets(answer)
    .flat()
    .filter((row): row is MessageRow => {
      if (!isRow(row) || Object.keys(row).length !== COLUMNS.length) return false;
      return COLUMNS.every((column) => column in row) && typeof row['Msg_type'] === 'string';
    });
}

/** One list of rows, or several and an OK packet from a CALL. */
function rowSets(answer: unknown): readonly (readonly unknown[])[] {
  if (!Array.isArray(answer)) return [];
  const isMany = answer.some((part) => Array.isArray(part));
  return isMany ? answer.filter((part): part is readonly unknown[] => Array.isArray(part)) : [answer];
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === 'object' && row !== null;
}

/** Enough for `CHECKSUM TABLE t, u QUICK`, whose last word counts. */
function firstWords(statement: LexableSql): readonly string[] {
  const words: string[] = [];
  for (const { kind, text } of codeTokens(statement)) {
    if (kind === 'word') words.push(text.toUpperCase());
    if (words[0] !== 'CHECKSUM') break;
  }
  return words;
}
