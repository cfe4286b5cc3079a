import { describe, expect, test } from '@jest/globals';
import { FIRST_LINE, HOLDS, SECOND_LINE, type Case } from '../../../scripts/model/cases.ts';
import { explore, type Explored } from '../../../scripts/model/explore.ts';
import { GUARDS } from '../../../scripts/model/guards.ts';

/** More than any of the cases has; `npm run model` goes further. */
const MOST = 100_000;

function run(each: Case): Explored {
  return explore({ ...each, maxStates: MOST, lookFor: each.breaks });
}

describe('the protocol of docs/protocol.md, over every interleaving', () => {
  test.each(HOLDS)('$name: whatever happens once from outside, nothing breaks', (each) => {
    expect(run(each)).toMatchObject({ isComplete: true, broken: undefined });
  });

  test.each(FIRST_LINE)('without $name it breaks', (each) => {
    expect(run(each).broken?.invariant).toMatch(each.breaks!);
  });

  test.each(SECOND_LINE)(
    '$name holds where the first line of defence is gone, and without it that breaks',
    (each) => {
      expect(run(each).broken?.invariant).toMatch(each.breaks!);
      const without = each.without.filter((guard) => guard !== each.name);
      expect(run({ ...each, without })).toMatchObject({ isComplete: true, broken: undefined });
    },
  );

  test('every guard has a case that breaks without it', () => {
    const covered = [...FIRST_LINE, ...SECOND_LINE].map(({ name }) => name);
    expect(covered.toSorted()).toEqual(GUARDS.toSorted());
  });
});
