import type { Changeset } from '../changelog/changeset.ts';
import { badAllowances, findAllowance } from './allowances.ts';
import { judgeGates, type Gates } from './gates.ts';
import { readChangeset } from './reading/reading.ts';
import type { TableHistory } from './reading/table-history.ts';
import type { Finding, Rule } from './rule.ts';
import type { Violation } from './violation.ts';

/**
 * Judges one changeset by all rules; what is excused is reported too, with the reason. `tables` is what is known of
 * the target before it.
 */
export function checkPolicy(
  rules: readonly Rule[],
  changeset: Changeset,
  gates: Gates,
  tables?: TableHistory,
): readonly Violation[] {
  const readings = readChangeset(changeset, gates.schema, tables);
  const violations = rules.flatMap((rule) => {
    const findings = readings.flatMap((reading) => rule.check(reading));
    return distinct(findings).map((finding) => judge(rule, finding, changeset, gates));
  });
  return [...violations, ...badAllowances(rules, changeset)].sort(
    (left, right) => left.at.line - right.at.line,
  );
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
  if (!rule.destructive) return { ...common, message, fix, excused: allowance?.reason };
  const { state, opening, excused } = judgeGates(changeset, gates);
  if (excused !== undefined) return { ...common, message, fix, excused };
  const ignored = allowance ? `; the allow comment in line ${allowance.line} cannot excuse it` : '';
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
