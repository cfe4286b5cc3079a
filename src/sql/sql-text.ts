import type { Problem } from '../errors.ts';

/** The text of a SQL file with its lines, and what was found wrong in it. */
export interface SqlText {
  readonly sql: string;
  /** The line of a position, from 1. */
  lineAt(at: number): number;
  report(line: number, message: string, fix: string): void;
  /** Takes back what was reported from a line on, because that part is read again. */
  retract(line: number): void;
  /** The position of the first `*\/` from `at` on, or -1. */
  closeAfter(at: number): number;
  /** Those newer than the oldest server that executable comments ask for, as they are met. */
  readonly versions: Set<number>;
  /** So much is wrong that the rest is not worth reading. */
  isFull(): boolean;
  /** In the order of their lines. */
  problems(): readonly Problem[];
}

/** A file that is not SQL at all would have a problem on every line. */
const MOST_PROBLEMS = 100;

/** Wraps the text of one file; positions are asked for in about the order of the file, so lines are counted once. */
export function sqlText(sql: string, file: string): SqlText {
  let found: { readonly line: number; readonly problem: Problem }[] = [];
  let counted = 0;
  let line = 1;
  let lineEnd = sql.indexOf('\n');
  let close: number | undefined;
  return {
    sql,
    lineAt(at) {
      if (at < counted) [counted, line, lineEnd] = [0, 1, sql.indexOf('\n')];
      for (; lineEnd >= 0 && lineEnd < at; lineEnd = sql.indexOf('\n', counted)) {
        line++;
        counted = lineEnd + 1;
      }
      return line;
    },
    closeAfter(at) {
      if (close === undefined || (close >= 0 && close < at)) close = sql.indexOf('*/', at);
      return close;
    },
    versions: new Set(),
    isFull: () => found.length >= MOST_PROBLEMS,
    report(where, message, fix) {
      if (found.length >= MOST_PROBLEMS) return;
      found.push({ line: where, problem: { code: 'invalid-sql', message, at: { file, line: where }, fix } });
    },
    retract(from) {
      found = found.filter((entry) => entry.line < from);
    },
    problems: () => found.toSorted((a, b) => a.line - b.line).map((entry) => entry.problem),
  };
}
