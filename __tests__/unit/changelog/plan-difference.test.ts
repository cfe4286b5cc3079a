import { expect, test } from '@jest/globals';
import { parsePlanParts, planDifference } from '../../../src/changelog/plan/plan-difference.ts';
import { PLAN_PARTS, type PlanParts } from '../../../src/changelog/plan/plan-hash.ts';

const digits = (index: number): string => index.toString(16).padStart(12, '0');
const parts = Object.fromEntries(PLAN_PARTS.map((name, index) => [name, digits(index)])) as PlanParts;
const plan = { hash: `v2:${'a'.repeat(64)}`, parts };
const other = `v2:${'b'.repeat(64)}`;
const lead = `the plan is ${plan.hash}, not the expected ${other}, so it changed since the review`;

test('the plan that was reviewed differs in nothing, whatever parts were given with it', () => {
  expect(planDifference(plan, { hash: plan.hash, parts: undefined })).toBeUndefined();
  expect(planDifference(plan, { hash: plan.hash, parts: { gates: digits(99) } })).toBeUndefined();
});

test('parts that differ are named, and so are those that only one of the two has', () => {
  const { labels: _, ...fewer } = parts;
  const expected = { ...fewer, gates: digits(99), 'server-kind': digits(98) };
  expect(planDifference(plan, { hash: other, parts: expected })).toBe(
    `${lead} (different: labels, gates, server-kind)`,
  );
});

test('without parts those of this plan are listed', () => {
  const list = PLAN_PARTS.map((name, index) => `${name} ${digits(index)}`).join(', ');
  expect(planDifference(plan, { hash: other, parts: undefined })).toBe(
    `${lead} (without expected-plan-parts it is not known what differs; the parts of this plan: ${list})`,
  );
});

test('parts that belong to another hash are not taken for an explanation', () => {
  expect(planDifference(plan, { hash: other, parts })).toBe(
    `${lead} (expected-plan-parts has the parts of this plan, so it is not of the plan with the expected hash)`,
  );
});

test('what the output plan-parts gave is read back', () => {
  expect(parsePlanParts(JSON.stringify(parts))).toEqual(parts);
  expect(parsePlanParts(` ${JSON.stringify(parts, undefined, 2)}\n`)).toEqual(parts);
});

test.each([
  '',
  'x',
  '[]',
  '{}',
  'null',
  '7',
  '{"gates":"0"}',
  '{"gates":null}',
  '{"gates":["0123456789ab"]}',
  '{"__proto__":{}}',
])('nothing else is: %s', (text) => {
  expect(parsePlanParts(text)).toBeUndefined();
});
