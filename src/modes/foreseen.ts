import { ExpectedError, type Problem } from '../errors.ts';
import {
  describeServerError,
  isConnectionLost,
  isLockTimeout,
  isPrivilegeMissing,
  isServerError,
  missingGrant,
} from '../mysql/server-error.ts';

/** The server's refusals are foreseen as well: it says what is wrong better than a stack would. */
export function foreseen(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ExpectedError) return error.problems;
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
    return [{ code: 'lock-held', message, fix: 'end the session that holds the table, then run again' }];
  }
  return [{ code: 'server-error', message, fix: 'mend what the server names, then run again' }];
}
