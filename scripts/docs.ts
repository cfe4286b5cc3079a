import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocs } from './docs/generated-docs.ts';

const root = join(import.meta.dirname, '..');

/** Writes what is generated in the documentation; a test fails where that was forgotten. */
for (const { path, render } of generatedDocs) {
  const file = join(root, path);
  writeFileSync(file, render(read));
  console.log(path);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
