import { describe, expect, test } from '@jest/globals';
import { planHash, type PlanIdentity } from '../../../src/changelog/plan.ts';
import { changesetOfSql } from '../policy/changeset-of.ts';

const plan: PlanIdentity = {
  environment: 'prod',
  serverUuid: '3e11fa47',
  schema: 'shop',
  selection: { contexts: ['prod'], labels: undefined },
  allowDestructive: false,
  resume: true,
  resumeInDoubt: undefined,
  pending: [{ changeset: changesetOfSql('SELECT 1'), reason: 'new', earlier: undefined }],
};

describe('the hash of a plan', () => {
  test('is another one for each answer on the statement in doubt, for each decides what runs', () => {
    const hashes = [undefined, 'done', 'not-done'] as const;
    expect(new Set(hashes.map((resumeInDoubt) => planHash({ ...plan, resumeInDoubt }))).size).toBe(3);
  });

  test('is the same with an answer to a question that is not asked', () => {
    const first = { ...plan, resume: false };
    expect(planHash({ ...first, resumeInDoubt: 'done' })).toBe(planHash(first));
  });

  test.each<[string, Partial<PlanIdentity>]>([
    ['environment', { environment: 'dev' }],
    ['server', { serverUuid: 'other' }],
    ['schema', { schema: 'other' }],
    ['context', { selection: { contexts: ['dev'], labels: undefined } }],
    ['gate', { allowDestructive: true }],
    ['resume', { resume: false }],
    ['changeset', { pending: [] }],
  ])('is another one for another %s', (_, other) => {
    expect(planHash({ ...plan, ...other })).not.toBe(planHash(plan));
  });
});
