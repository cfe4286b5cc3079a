import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../src/sql/statements.ts';
import { judge, readCaseFile } from './case-files.ts';

/** Two lists of single statements that were written before the rules were tried on them; they decide. */
const harmful = readCaseFile('corpus-harmful.sql');
const harmless = readCaseFile('corpus-harmless.sql');

function isReported(statement: Statement): boolean {
  return judge(harmful, [statement]).some(({ excused }) => excused === undefined);
}

describe('the corpus', () => {
  test('of 170 harmful statements and more, none is silent', () => {
    expect(harmful.statements.length).toBeGreaterThanOrEqual(170);
    const silent = harmful.statements.filter((statement) => !isReported(statement));
    expect(silent.map(({ text }) => text)).toEqual([]);
  });

  test('of 63 harmless statements and more, at most three are reported', () => {
    expect(harmless.statements.length).toBeGreaterThanOrEqual(63);
    const reported = harmless.statements.filter(isReported);
    expect(reported.map(({ text }) => text).slice(3)).toEqual([]);
  });
});
