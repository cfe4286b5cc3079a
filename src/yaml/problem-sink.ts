import type { ErrorCode, Problem } from '../errors.ts';

/** Notes what is wrong at a line of a file and what would be right; `undefined` stands for what could not be read. */
export type ProblemSink = (line: number, message: string, fix: string) => undefined;

/** Adds the problems of one file to a list. */
export function problemSink(
  problems: Problem[],
  file: string,
  code: ErrorCode = 'invalid-changelog',
): ProblemSink {
  return (line, message, fix) => {
    problems.push({ code, message, at: { file, line }, fix });
  };
}

/** Says in front of every message which part of the file it is about: `changeSet 004: …`. */
export function addProblemAbout(addProblem: ProblemSink, where: string): ProblemSink {
  return (line, message, fix) => addProblem(line, `${where}: ${message}`, fix);
}
