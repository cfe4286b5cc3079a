import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { isRunnerError, isServerError, isUnreachable } from '../../../src/mysql/session/server-error.ts';

function systemError(code: string, errno: number, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, errno, syscall });
}

test('a file that is not there is not called a refusal of the server', async () => {
  const error: unknown = await readFile('/no/such/file').catch((caught: unknown) => caught);
  expect([isServerError(error), isUnreachable(error), isRunnerError(error)]).toEqual([false, false, true]);
});

test.each([
  ['EROFS', -30, 'open'],
  ['EACCES', -13, 'mkdir'],
  ['ENOSPC', -28, 'write'],
  ['EMFILE', -24, 'open'],
])('%s is what the machine refuses', (code, errno, syscall) => {
  const error = systemError(code, errno, syscall);
  expect([isServerError(error), isRunnerError(error)]).toEqual([false, true]);
});

test.each([
  ['ECONNREFUSED', -111, 'connect'],
  ['ECONNRESET', -104, 'read'],
  ['ENOENT', -2, 'connect'],
  ['EHOSTUNREACH', -113, 'connect'],
])('%s of a connection is the server that cannot be reached', (code, errno, syscall) => {
  const error = systemError(code, errno, syscall);
  expect([isServerError(error), isUnreachable(error), isRunnerError(error)]).toEqual([true, true, false]);
});

test('an error number of the server is the server', () => {
  const error = Object.assign(new Error('no'), { code: 'ER_NO_SUCH_TABLE', errno: 1146 });
  expect([isServerError(error), isRunnerError(error)]).toEqual([true, false]);
});
