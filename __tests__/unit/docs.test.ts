import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { generatedDocs } from '../../scripts/docs/generated-docs.ts';

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
}

test.each(generatedDocs)('$path is what `npm run docs` writes', ({ path, render }) => {
  expect(read(path)).toBe(render(read));
});
