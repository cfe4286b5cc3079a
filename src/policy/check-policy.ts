import type { Changeset } from '../changelog/changeset.ts';
import { badAllowances, findAllowance } from './allowances.ts';
import { judgeGates, type Gates } from './gates.ts';
import { learnChangeset, noDefinitions, type Definitions } from './reading/known-definitions.ts';
import { readChangeset } from './reading/reading.ts';
import type { PresentTables } from './reading/present-tables.ts';
import { tableHistory, type TableHistory } from './reading/table-history.ts';
import type { Finding, Rule } from './rule.ts';
import { tablesAfter } from './tables-after.ts';
import type { Violation } from './violation.ts';

/**
 * Judges one changeset by all rules; what is excused is reported too, with the reason. `before` is what the changelog
 * defines before it, `tables` what is known of the target then.
 */
export function checkPolicy(
  rules: readonly Rule[],
  changeset: Changeset,
  gates: Gates,
  before: Definitions = noDefinitions(),
  tables?: TableHistory,
): readonly Violation[] {
  const readings = readChangeset(changeset, gates.schema, before, tables);
  const violations = rules.flatMap((rule) => {
    const findings = readings.flatMap((reading) => rule.check(reading));
    return distinct(findings).map((finding) => judge(rule, finding, changeset, gates));
  });
  return [...violations, ...badAllowances(rules, changeset)].sort(
    (left, right) => left.at.line - right.at.line,
  );
}

/**
 * Judges those changesets of a changelog that are wanted, each by what the ones before it define, and where the target
 * is known by its tables as the wanted ones before it leave them.
 */
export function checkChangesets(
  rules: readonly Rule[],
  changelog: readonly Changeset[],
  wanted: readonly Changeset[],
  gates: Gates,
  present?: PresentTables,
): readonly Violation[] {
  const keys = new Set(wanted.map(({ key }) => key));
  const before = noDefinitions();
  let tables = tableHistory(gates.schema, present);
  return changelog.flatMap((changeset) => {
    const isWanted = keys.has(changeset.key);
    const violations = isWanted ? checkPolicy(rules, changeset, gates, before, tables) : [];
    // Without a target nothing is known of tables, whatever changesets make of them.
    if (isWanted && present) tables = tablesAfter(changeset, gates, tables, present.serverVersion);
    learnChangeset(before, changeset);
    return violations;
  });
}

/** Whether it keeps the changeset from running. */
export function isBlocking(violation: Violation): boolean {
  return violation.severity === 'error' && violation.excused === undefined;
}

function judge(rule: Rule, finding: Finding, changeset: Changeset, gates: Gates): Violation {
  const allowance = findAllowance(rule, finding);
  const common = {
    rule: rule.name,
    severity: rule.severity,
    changeset: changeset.key,
    at: { file: changeset.sql.path, line: finding.line },
  };
  const { message, fix } = finding;
  if (rule.excusable) return { ...common, message, fix, excused: allowance?.reason };
  const ignored = allowance ? `; the allow comment in line ${allowance.line} cannot excuse it` : '';
  if (!rule.destructive) return { ...common, message: `${message}${ignored}`, fix, excused: undefined };
  const { state, opening, excused } = judgeGates(changeset, gates);
  if (excused !== undefined) return { ...common, message, fix, excused };
  return {
    ...common,
    message: `${message}: ${state}${ignored}`,
    fix: `${fix}; if the loss is meant, ${opening}`,
    excused,
  };
}

/** Readings for several servers find the same things. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  return [...new Map(findings.map((finding) => [`${finding.line} ${finding.message}`, finding])).values()];
}
