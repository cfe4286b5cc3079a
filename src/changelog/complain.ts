import type { ErrorCode, Problem } from '../errors.ts';

/** Notes what is wrong at a line of a file and what would be right; `undefined` stands for what could not be read. */
export type Complain = (line: number, message: string, fix: string) => undefined;

/** Adds the problems of one file to a list. */
export function complainTo(
  problems: Problem[],
  file: string,
  code: ErrorCode = 'invalid-changelog',
): Complain {
  return (line, message, fix) => {
    problems.push({ code, message, at: { file, line }, fix });
  };
}

/** Says in front of every message which part of the file it is about: `changeSet 004: …`. */
export function complainAbout(complain: Complain, where: string): Complain {
  return (line, message, fix) => complain(line, `${where}: ${message}`, fix);
}
