import { describe, expect, test } from '@jest/globals';
import { stateOfRows } from '../../../src/changelog/journal.ts';
import { stateSentence } from '../../../src/report/database-state.ts';
import { leftInTheMiddle, supersededBy } from '../../../src/report/deploy-state.ts';
import { rolledBack } from '../../../src/report/restore-state.ts';
import { aRestore } from '../../support/builders.ts';

const AT = '2026-11-22T09:00:00.000Z';

describe('a state', () => {
  test('of journal rows is in doubt unless every statement is known to be done', () => {
    expect(stateOfRows([{ status: 'done' }, { status: 'done' }])).toBe('half-applied');
    for (const status of ['started', 'unknown'] as const)
      expect(stateOfRows([{ status: 'done' }, { status }])).toBe('in-doubt');
  });

  test('in doubt is never certain, whoever found it', () => {
    for (const state of [leftInTheMiddle('in-doubt', 'a:1'), supersededBy('in-doubt', 'x')])
      expect(state).toMatchObject({ live: 'in-doubt', certainty: 'partial' });
    expect(supersededBy('unknown', 'x').certainty).toBe('unknown');
  });

  test('after a rollback that kept the writes of others names what is not as it was', () => {
    const restore = aRestore({ keptTransactions: 2 });
    const exceptions = ['`t`: its clock columns', '`u`: its rows'];
    const state = rolledBack({ compared: 'values', exceptions }, restore, AT, undefined);
    expect(state.certainty).toBe('partial');
    for (const exception of exceptions) expect(stateSentence(state)).toContain(exception);
    expect(state.headline).toContain('2 transactions of others since then are kept');
    const old = rolledBack({ compared: 'nothing', exceptions: [] }, restore, AT, undefined);
    expect(old.headline).toContain('without a comparison of its rows');
    const exact = rolledBack({ compared: 'values', exceptions: [] }, restore, AT, undefined);
    expect(exact).toMatchObject({
      certainty: 'certain',
      headline: `What deploys did since ${AT} is undone, and 2 transactions of others since then are kept.`,
    });
  });
});
