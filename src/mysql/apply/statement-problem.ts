import type { Changeset } from '../../changelog/changeset.ts';
import { ExpectedError, type Location, type Problem } from '../../errors.ts';
import { redactServerMessage } from '../../redaction/redact.ts';
import type { FailedStatement } from '../../report/report.ts';
import {
  describeServerError,
  isLockTimeout,
  isPrivilegeMissing,
  missingGrant,
} from '../session/server-error.ts';

/** What the server, or one of our own checks, had against a statement, with its line in the SQL file. */
export function statementProblem(changeset: Changeset, number: number, error: unknown): Problem {
  const statement = changeset.sql.statements[number - 1];
  const at = placeOf(changeset, number);
  if (error instanceof ExpectedError) return { at, ...error.problems[0]! };
  const words = redactServerMessage(describeServerError(error), statement?.text ?? '', statement?.backslash);
  // The server counts lines within the statement; people look at the file.
  const lineInStatement = Number(/ at line (\d+)$/.exec(words)?.[1] ?? 1);
  return {
    code: 'statement-failed',
    message: `changeset ${changeset.key} statement ${number} of ${changeset.sql.statements.length}: ${words}`,
    at: { ...at, line: at.line + lineInStatement - 1 },
    fix: statementFix(error),
  };
}

/** The same of a CALL. */
export function callProblem(changeset: Changeset, number: number, error: unknown): Problem {
  const problem = statementProblem(changeset, number, error);
  return {
    ...problem,
    message: `${problem.message}; what the routine committed before that is in effect`,
    fix: 'look at what it did; then run mode: update with resume: true and resume-in-doubt: done (leave it) or not-done (call it again)',
  };
}

/** The same of a statement that writes to a table without rollback. */
export function lastingProblem(changeset: Changeset, number: number, error: unknown): Problem {
  const problem = statementProblem(changeset, number, error);
  return {
    ...problem,
    message: `${problem.message}; it writes to a table whose engine has no rollback, so rows that it wrote before that stay`,
    fix: 'look at what it wrote; then run mode: update with resume: true and resume-in-doubt: done (leave it) or not-done (send it again)',
  };
}

/** The run was cancelled, and the server answered that the statement is done. */
export function partialProblem(changeset: Changeset, number: number): Problem {
  return {
    code: 'interrupted',
    message: `changeset ${changeset.key} statement ${number} was ended while it ran, and the server says that it is done: it may have done a part of its work`,
    at: placeOf(changeset, number),
    fix: 'look at what it did; then run mode: update with resume: true and resume-in-doubt: done or not-done',
  };
}

/** The statement is in effect, and only its journal row is missing. */
export function unrecordedProblem(changeset: Changeset, number: number, error: unknown): Problem {
  return {
    code: 'statement-failed',
    message: `changeset ${changeset.key} statement ${number} took effect, but could not be recorded as done: ${describeServerError(error)}`,
    at: placeOf(changeset, number),
    fix: 'correct the cause, then run mode: update with resume: true and resume-in-doubt: done',
  };
}

/** The connection broke while this statement ran, or before it was sent. */
export function lostProblem(changeset: Changeset, number: number, error: unknown): Problem {
  return {
    code: 'connection-lost',
    message: `changeset ${changeset.key}: the connection to the server was lost: ${describeServerError(error)}`,
    at: placeOf(changeset, number),
    fix: 'run mode: update again when the server answers: it says how to go on',
  };
}

/** The statement's number and the line of its problem, as the report has them. */
export function stoppedAt(changeset: Changeset, number: number, { at }: Problem): FailedStatement {
  const line = at?.file === changeset.sql.path ? at.line : placeOf(changeset, number).line;
  return { number, line };
}

function placeOf({ sql }: Changeset, number: number): Location {
  return { file: sql.path, line: sql.statements[number - 1]?.line ?? 1 };
}

function statementFix(error: unknown): string {
  if (isLockTimeout(error)) return 'end the session that blocks, or raise lock-timeout, then run again';
  if (isPrivilegeMissing(error)) return missingGrant(error);
  return 'correct the SQL file, then run again';
}

/** The journal takes no row any more, as on a server that was made read-only: what is known is still said. */
export function unrecorded(problem: Problem, error: unknown): Problem {
  return {
    ...problem,
    message: `${problem.message}; that could not be recorded (${describeServerError(error)}), so the next run finds it out`,
  };
}
