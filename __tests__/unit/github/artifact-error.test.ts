import { expect, test } from '@jest/globals';
import { ExpectedError } from '../../../src/errors.ts';
import { describeArtifactError } from '../../../src/github/artifact/artifact-error.ts';

test('an error of the blob storage without a message is told by its status, code and name', () => {
  const error = Object.assign(new Error(''), { name: 'RestError', statusCode: 503, code: 'ServerBusy' });
  const { problems } = describeArtifactError(error, 'keep', 'the backup cannot be kept');
  expect(problems).toMatchObject([
    {
      code: 'backup-failed',
      message: 'the backup cannot be kept: RestError 503 ServerBusy; nothing was changed',
    },
  ]);
});

test.each([
  [
    'keep',
    'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict',
    /run it again/,
  ],
  ['keep', 'Artifact storage quota has been hit. Unable to upload any new artifacts.', /used up/],
  ['fetch', 'Resource not accessible by integration', /actions: read/],
  ['fetch', 'No artifacts found for ID: 7', /expired/],
  ['fetch', 'Artifact download failed after 5 retries.', /githubstatus/],
] as const)('to %s: %p has a fix', (task, message, fix) => {
  const { problems } = describeArtifactError(new Error(message), task, 'it');
  expect(problems[0]?.fix).toMatch(fix);
});

test('a signed address is not shown', () => {
  const error = new Error('getaddrinfo https://blob.example/a?sig=secret&se=1 failed');
  expect(describeArtifactError(error, 'keep', 'it').message).not.toContain('secret');
});

test('what was toProblems passes as it is', () => {
  const error = new ExpectedError({ code: 'backup-damaged', message: 'it is damaged' });
  expect(describeArtifactError(error, 'fetch', 'it')).toBe(error);
});
