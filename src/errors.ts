/** Where something stands in the user's files: a path relative to the working directory and a line from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

/** Every kind of failure that was foreseen; each has a message that says what, and a fix that says what next. */
export type ErrorCode =
  | 'invalid-input'
  | 'invalid-changelog'
  | 'invalid-sql'
  | 'invalid-manifest'
  | 'invalid-contract'
  | 'contract-not-enforced'
  | 'invalid-csv'
  | 'ingest-failed'
  | 'rejected-rows'
  | 'transform-failed'
  | 'check-failed'
  | 'not-deployed'
  | 'outside-working-directory'
  | 'file-unreadable'
  | 'runner-error'
  | 'connection-failed'
  | 'connection-lost'
  | 'access-denied'
  | 'unsupported-server'
  | 'missing-privilege'
  | 'lock-held'
  | 'lock-lost'
  | 'superseded'
  | 'unfinished-run'
  | 'checksum-mismatch'
  | 'policy'
  | 'plan-changed'
  | 'not-approved'
  | 'precondition'
  | 'ambiguous-history'
  | 'history-row-without-changeset'
  | 'statement-failed'
  | 'statement-in-doubt'
  | 'server-error'
  | 'no-client-tools'
  | 'backup-failed'
  | 'restore-failed'
  | 'restore-incomplete'
  | 'data-loss'
  | 'not-lossless'
  | 'not-exact'
  | 'backup-damaged'
  | 'backup-unavailable'
  | 'wrong-backup'
  | 'wrong-passphrase'
  | 'interrupted'
  | 'publish-failed'
  | 'merged-changeset'
  | 'base-unknown'
  | 'untrusted-head';

/** One thing that is wrong, as data: reports hold lists of these. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at?: Location;
  readonly fix?: string;
}

/** A run that cannot start or go on, for reasons that were foreseen: all its problems at once, never a stack. */
export class ExpectedError extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'ExpectedError';
    this.problems = problems;
  }

  get code(): ErrorCode {
    return this.problems[0]!.code;
  }
}

/** Throws all problems as one error, if there are any. */
export function refuse(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new ExpectedError(first, ...rest);
}

/** `changelog/changelog.yml:8`, the form that editors and terminals make clickable. */
export function formatLocation(at: Location): string {
  return `${at.file}:${at.line}`;
}

/** `changelog/changelog.yml:8: unknown key "auther"`. */
export function formatProblem(problem: Problem): string {
  return problem.at ? `${formatLocation(problem.at)}: ${problem.message}` : problem.message;
}
