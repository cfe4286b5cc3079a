import { expect, test } from '@jest/globals';
import { formatArtifactRef, parseArtifactRef } from '../../../src/github/artifact/artifact-ref.ts';

const sha256 = 'ab'.repeat(32);

test.each([
  { workflowRun: '8841', artifactId: 77, sha256 },
  { workflowRun: '8841', artifactId: 77, sha256: undefined },
])('a reference is read as it was written: %o', (ref) => {
  expect(parseArtifactRef(formatArtifactRef(ref))).toEqual(ref);
});

test.each([
  '',
  'artifact:',
  'artifact:8841',
  'artifact:8841/x',
  `file:/b#sha256=${sha256}`,
  'artifact:1/2#sha256=ab',
])('%p is no reference to an artifact', (ref) => {
  expect(parseArtifactRef(ref)).toBeUndefined();
});
