import type { PlanIdentity, PlanParts } from './plan-hash.ts';

/** Parts that somebody gave: of this version, or of another that has others. */
type GivenParts = Readonly<Record<string, string | undefined>>;

/** The plan that was reviewed, as far as it was given. */
export interface ExpectedPlan {
  readonly hash: string;
  readonly parts: GivenParts | undefined;
}

/** Why a plan is not the one that was reviewed, naming the parts that differ; undefined if it is that one. */
export function planDifference(plan: PlanIdentity, expected: ExpectedPlan): string | undefined {
  if (plan.hash === expected.hash) return undefined;
  const what = describeParts(plan.parts, expected.parts);
  return `the plan is ${plan.hash}, not the expected ${expected.hash}, so it changed since the review (${what})`;
}

function describeParts(parts: PlanParts, expected: GivenParts | undefined): string {
  if (expected === undefined) {
    const list = Object.entries(parts).map(([name, digits]) => `${name} ${digits}`);
    return `without expected-plan-parts it is not known what differs; the parts of this plan: ${list.join(', ')}`;
  }
  const names = new Set([...Object.keys(parts), ...Object.keys(expected)]);
  const ours: GivenParts = parts;
  const different = [...names].filter((name) => ours[name] !== expected[name]);
  return different.length === 0
    ? 'expected-plan-parts has the parts of this plan, so it is not of the plan with the expected hash'
    : `different: ${different.join(', ')}`;
}

const PART = /^[0-9a-f]{12}$/;
const MOST_PARTS = 100;

/** Reads the output `plan-parts`: a JSON object of names, each with 12 hex digits; undefined if the text is not that. */
export function parsePlanParts(text: string): GivenParts | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const isPart = ([name, digits]: readonly [string, unknown]): boolean =>
    /^[a-z-]{1,40}$/.test(name) && typeof digits === 'string' && PART.test(digits);
  if (entries.length === 0 || entries.length > MOST_PARTS || !entries.every(isPart)) return undefined;
  return Object.fromEntries(entries) as GivenParts;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
