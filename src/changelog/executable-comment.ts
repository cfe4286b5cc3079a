import { endOfExecutable, type Backslash } from './lexical.ts';

/** 8.0.19, the oldest supported server; executable comments up to this version are run everywhere. */
export const OLDEST_SERVER = 80019;

/** The version that an executable comment asks for, 80019 for 8.0.19; 0 where it asks for none. */
export function executableVersion(comment: string): number {
  return Number(/^\/\*!(\d{5,6})/.exec(comment)?.[1] ?? 0);
}

/** The SQL in an executable comment. */
export function executableBody(comment: string): string {
  return comment.replace(/^\/\*!(?:\d{5,6})?/, '').replace(/\*\/$/, '');
}

/**
 * Whether servers disagree on where an executable comment ends: one that skips it stops at the first `*\/`, one that
 * runs it reads quoted text and comments in it. `/*!99999 SELECT '*\/ DROP TABLE t -- ' *\/` would hide the DROP.
 */
export function isAmbiguous(sql: string, start: number, backslash: Backslash): boolean {
  if (executableVersion(sql.slice(start, start + 9)) <= OLDEST_SERVER) return false;
  const skipped = sql.indexOf('*/', start);
  return skipped >= 0 && endOfExecutable(sql, start, backslash) !== skipped + 2;
}
