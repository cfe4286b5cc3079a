import { createHash } from 'node:crypto';
import type { Changelog, Changeset } from '../changeset.ts';
import { checksum } from '../../sql/checksum.ts';
import type { Expression, ExpressionNode } from '../expression.ts';
import type { History } from '../history.ts';
import type { InDoubtAnswer } from '../journal.ts';
import type { Plan } from './plan.ts';
import { isGroup, type Precondition, type PreconditionEntry } from '../precondition.ts';

/** What was asked of a run and decides what it does and what its failure would cost. */
export interface PlanRequest {
  readonly contexts: readonly string[];
  readonly labels: Expression | undefined;
  readonly allowDestructive: boolean;
  readonly backupKind: string;
  readonly onFailure: string;
  readonly onDataLoss: string | number;
  readonly restoreGuarantee: string;
  readonly resume: boolean;
  readonly resumeInDoubt: InDoubtAnswer | undefined;
}

/** Everything that makes a plan another plan: no time, commit, server or account, so that a review stays valid. */
export interface PlanFacts {
  readonly environment: string;
  readonly schema: string;
  readonly changelog: Changelog;
  readonly history: History;
  readonly pending: Plan['pending'];
  readonly request: PlanRequest;
}

/** What a plan consists of. Another part would make it another version of the hash. */
export const PLAN_PARTS = [
  ...(['environment', 'schema', 'history', 'contexts', 'labels', 'gates', 'allow-comments'] as const),
  ...(['backup', 'on-failure', 'on-data-loss', 'restore-guarantee', 'resume'] as const),
  ...(['changelog-preconditions', 'pending', 'preconditions', 'run-always', 'run-on-change'] as const),
] as const;

export type PlanPart = (typeof PLAN_PARTS)[number];

/** The first 12 hex digits of the SHA-256 of each part of a plan. */
export type PlanParts = Readonly<Record<PlanPart, string>>;

/** A plan by its hash, and each of its parts, so that a difference can be named. */
export interface PlanIdentity {
  /** `v2:` and 64 hex digits. */
  readonly hash: string;
  readonly parts: PlanParts;
}

/** What JSON writes in one way only, and no two values alike. */
type Canonical = string | number | boolean | readonly Canonical[];

const READERS: Readonly<Record<PlanPart, (facts: PlanFacts) => Canonical>> = {
  environment: ({ environment }) => environment,
  schema: ({ schema }) => schema,
  history: historyOf,
  contexts: ({ request }) => [...new Set(request.contexts.map((name) => name.trim().toLowerCase()))].sort(),
  labels: ({ request }) => (request.labels ? [expressionOf(request.labels.root)] : []),
  gates: (facts) => [
    facts.request.allowDestructive,
    those(facts, ({ allowDestructive }) => allowDestructive),
  ],
  'allow-comments': (facts) => ofEach(facts, allowancesOf),
  backup: ({ request }) => request.backupKind,
  'on-failure': ({ request }) => request.onFailure,
  'on-data-loss': ({ request }) => String(request.onDataLoss),
  'restore-guarantee': ({ request }) => request.restoreGuarantee,
  // An answer to a question that is not asked decides nothing.
  resume: ({ request }) => (request.resume ? [true, request.resumeInDoubt ?? ''] : [false]),
  'changelog-preconditions': ({ changelog }) => changelog.preconditions.map(preconditionOf),
  pending: ({ pending }) => pending.map(({ changeset: { author, id, sql } }) => [author, id, sql.checksum]),
  preconditions: (facts) => ofEach(facts, ({ preconditions }) => preconditions.map(preconditionOf)),
  'run-always': (facts) => those(facts, ({ runAlways }) => runAlways),
  'run-on-change': (facts) => those(facts, ({ runOnChange }) => runOnChange),
};

/** The hash of what was reviewed: `update` refuses any other with `expected-plan-hash`. */
export function identifyPlan(facts: PlanFacts): PlanIdentity {
  const digests = PLAN_PARTS.map(
    (name) => [name, sha256(['db-deploy plan part v2', name, READERS[name](facts)])] as const,
  );
  return {
    hash: `v2:${sha256(['db-deploy plan v2', ...digests])}`,
    parts: Object.fromEntries(digests.map(([name, digest]) => [name, digest.slice(0, 12)])) as PlanParts,
  };
}

function sha256(value: Canonical): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** A row that Liquibase wrote has no checksum until it is given that of the changelog. */
function historyOf({ history, changelog }: PlanFacts): Canonical {
  const current = new Map(changelog.changesets.map(({ key, sql }) => [key, sql.checksum]));
  return [...history].map(([key, row]) => {
    const found = row.checksum ?? current.get(key);
    return [row.author, row.id, row.execType, found === undefined ? [] : [found]];
  });
}

/** The pending changesets of which something is so, in an order that does not depend on that of the plan. */
function those({ pending }: PlanFacts, isSo: (changeset: Changeset) => boolean): Canonical {
  return byName(pending.filter(({ changeset }) => isSo(changeset))).map(({ author, id }) => [author, id]);
}

/** What each pending changeset has of something; those that have nothing are left out. */
function ofEach({ pending }: PlanFacts, read: (changeset: Changeset) => readonly Canonical[]): Canonical {
  return byName(pending).flatMap((changeset) => {
    const found = read(changeset);
    return found.length === 0 ? [] : [[changeset.author, changeset.id, found]];
  });
}

function byName(pending: Plan['pending']): readonly Changeset[] {
  const names = pending.map(
    ({ changeset }) => [JSON.stringify([changeset.author, changeset.id]), changeset] as const,
  );
  return names.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, changeset]) => changeset);
}

/** Not by their lines: a comment above them would move them. */
function allowancesOf({ sql }: Changeset): readonly Canonical[] {
  return sql.statements.flatMap(({ allowances }, index) =>
    allowances.map(({ rule, reason }) => [index + 1, rule, reason]),
  );
}

function preconditionOf({ condition, onFail, onError }: PreconditionEntry): Canonical {
  return [conditionOf(condition), onFail, onError];
}

function conditionOf(condition: Precondition): Canonical {
  if (isGroup(condition)) return [condition.kind, ...condition.conditions.map(conditionOf)];
  if (condition.kind === 'sqlCheck') {
    // As for the SQL of a changeset, comments and layout do not count.
    return [condition.kind, condition.expectedResult, checksum([{ text: condition.sql, line: 1 }])];
  }
  const attributes = Object.entries(condition) as [string, string | number | readonly string[] | undefined][];
  return attributes
    .flatMap(([name, value]): [string, Canonical][] => (value === undefined ? [] : [[name, value]]))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function expressionOf(node: ExpressionNode): Canonical {
  switch (node.kind) {
    case 'name':
      return ['name', node.name, node.required];
    case 'not':
      return ['not', expressionOf(node.operand)];
    case 'and':
    case 'or':
      return [node.kind, ...node.operands.map(expressionOf)];
  }
}
