import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newDraft } from '../../../src/modes/run/draft.ts';
import { comparedRows } from '../../../src/modes/restore/row-exceptions.ts';
import { restoredRun } from '../../../src/report/restore-state.ts';

const SOURCE = join(import.meta.dirname, '../../../src');

test('only one function says that a database is as it was before a run', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const saying = files.filter((name) =>
    /database is as it was (?:before|at|\$)/i.test(readFileSync(join(SOURCE, name), 'utf8')),
  );
  expect(saying).toEqual(['report/restore-state.ts']);
});

test('it does not say so where this process compared no rows', () => {
  const draft = newDraft('update', undefined, '1-1', new Date(0));
  const { headline, certainty } = restoredRun(comparedRows(draft), undefined);
  expect(headline).not.toContain('as it was before');
  expect(certainty).toBe('partial');
});
