import { describe, expect, test } from '@jest/globals';
import { judgeApproval, type ApprovalRequest, type Review } from '../../../src/report/approval.ts';

function approvedBy(by: string, overrides: Partial<Review> = {}): Review {
  return { isApproved: true, environments: ['prod'], by, isBot: false, comment: '', ...overrides };
}

const reviewers = { kind: 'reviewers' } as const;
const none = { kind: 'none' } as const;
const request: ApprovalRequest = { environment: 'prod', actors: ['octocat'], attempt: 1 };

describe('an approval', () => {
  test('is that of somebody other than the actor', () => {
    const reviews = [approvedBy('octocat'), approvedBy('hubot', { comment: 'go' })];
    expect(judgeApproval(reviews, reviewers, request)).toEqual({
      approval: { environment: 'prod', approvedBy: 'hubot', comment: 'go' },
      problems: [],
      warnings: [],
    });
  });

  test.each<[string, readonly Review[], RegExp]>([
    ['of nobody', [], /^nobody approved this run for environment prod$/],
    ['of the actor', [approvedBy('octocat')], /^only octocat approved this run/],
    ['of the actor in other letters', [approvedBy('OctoCat')], /^only OctoCat approved this run/],
    ['of another environment', [approvedBy('hubot', { environments: ['dev'] })], /^nobody approved/],
    ['that is a rejection', [approvedBy('hubot', { isApproved: false })], /^nobody approved/],
    ['of a program', [approvedBy('hubot[bot]', { isBot: true })], /^nobody approved/],
  ])('%s is none', (_, reviews, message) => {
    const { approval, problems } = judgeApproval(reviews, reviewers, request);
    expect(approval).toBeUndefined();
    expect(problems).toEqual([
      { code: 'not-approved', message: expect.stringMatching(message), fix: expect.any(String) },
    ]);
  });

  test('is not that of who started this attempt, either', () => {
    const actors = ['octocat', 'hubot'];
    expect(judgeApproval([approvedBy('hubot')], reviewers, { ...request, actors }).approval).toBeUndefined();
  });

  test('of an environment whatever its letters counts', () => {
    expect(
      judgeApproval([approvedBy('hubot')], reviewers, { ...request, environment: 'PROD' }).problems,
    ).toEqual([]);
  });

  test('without required reviewers passes with a warning that says how to set them up', () => {
    const { approval, warnings } = judgeApproval([approvedBy('hubot')], none, request);
    expect(approval?.approvedBy).toBe('hubot');
    expect(warnings).toMatchObject([
      { fix: expect.stringContaining('add required reviewers to environment prod') },
    ]);
  });

  test('that cannot be there because nobody is asked is refused with the way to set one up', () => {
    const [problem] = judgeApproval([], none, request).problems;
    expect(problem?.message).toContain('the environment has no required reviewers');
    expect(problem?.fix).toMatch(/add required reviewers to environment prod .*expected-plan-hash/);
  });
});

test.each([[[]], [['github-actions[bot]']], [['octocat', 'deployer[bot]']]])(
  'a run of %j is refused: nobody knows who caused it',
  (actors) => {
    const { approval, problems } = judgeApproval([approvedBy('hubot')], reviewers, { ...request, actors });
    expect(approval).toBeUndefined();
    expect(problems).toMatchObject([{ message: expect.stringContaining('a program started this run') }]);
  },
);

describe('a re-run', () => {
  const again = { ...request, attempt: 2 };

  test('that waited for somebody else passes', () => {
    const reviews = [approvedBy('hubot'), approvedBy('hubot')];
    expect(judgeApproval(reviews, reviewers, again).problems).toEqual([]);
  });

  test('is refused where only an earlier attempt was approved', () => {
    expect(judgeApproval([approvedBy('hubot')], reviewers, again).problems).toMatchObject([
      { message: expect.stringContaining('an approval of an earlier attempt does not count') },
    ]);
  });

  test('is refused where an actor approved an attempt: GitHub does not say which', () => {
    const reviews = [approvedBy('hubot'), approvedBy('octocat')];
    expect(judgeApproval(reviews, reviewers, again).problems).toMatchObject([
      { message: expect.stringContaining('attempt 2'), fix: expect.stringContaining('start a new run') },
    ]);
  });

  test.each([none, { kind: 'unknown', why: 'GitHub answered 403' } as const])(
    'is refused where nothing is known to have made it wait: %j',
    (protection) => {
      expect(judgeApproval([approvedBy('hubot')], protection, again).approval).toBeUndefined();
    },
  );
});
