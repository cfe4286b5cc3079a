import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ZOO } from '../support/zoo.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/exact-values.md'), 'utf8');

test.each(ZOO.map(({ name }) => name))('docs/exact-values.md has a row for %s', (name) => {
  const charset = /^c_(?!enum)(.*)$/.exec(name)?.[1];
  expect(page).toContain(charset === undefined ? `\`${name}\`` : ` ${charset}`);
});
