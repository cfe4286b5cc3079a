import { ExpectedError, type Problem } from '../../errors.ts';
import {
  describeServerError,
  isConnectionLost,
  isLockTimeout,
  isPrivilegeMissing,
  isRunnerError,
  isServerError,
  missingGrant,
} from '../../mysql/session/server-error.ts';

/** What the server or this machine refuses is foreseen as well: they say what is wrong better than a stack would. */
export function toProblems(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ExpectedError) return error.problems;
  if (isRunnerError(error)) {
    const message = `this machine refused: ${(error as Error).message}`;
    return [{ code: 'runner-error', message, fix: 'fix what it names on the runner, then run again' }];
  }
  if (!isServerError(error)) return undefined;
  const message = `the server refused: ${describeServerError(error)}`;
  if (isConnectionLost(error)) {
    return [
      {
        code: 'connection-lost',
        message: describeServerError(error),
        fix: 'see that the server runs, then run again',
      },
    ];
  }
  if (isPrivilegeMissing(error)) {
    return [{ code: 'missing-privilege', message, fix: missingGrant(error) }];
  }
  if (isLockTimeout(error)) {
    const why = `another session has locked a table that is needed, or alters it, and did not let go in time: ${describeServerError(error)}`;
    const fix =
      'end the session that holds the table (SHOW PROCESSLIST, performance_schema.metadata_locks), then run again';
    return [{ code: 'lock-held', message: why, fix }];
  }
  return [{ code: 'server-error', message, fix: 'correct what the server names, then run again' }];
}
