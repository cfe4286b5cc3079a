import type { Changeset } from '../changelog/changeset.ts';
import { closest, didYouMean } from '../yaml/did-you-mean.ts';
import type { Allowance } from '../sql/statements.ts';
import type { Finding, Rule } from './rule.ts';
import type { Violation } from './violation.ts';

/** The allow comment, above any statement that a finding is about, which names the rule. */
export function findAllowance(rule: Rule, { statements }: Finding): Allowance | undefined {
  for (const { allowances } of statements) {
    const found = allowances.find((allowance) => allowance.rule === rule.name);
    if (found) return found;
  }
  return undefined;
}

/** Allow comments that cannot do what whoever wrote them meant: their rule does not exist, or cannot be excused. */
export function badAllowances(rules: readonly Rule[], changeset: Changeset): readonly Violation[] {
  return changeset.sql.statements.flatMap(({ allowances }) =>
    allowances.flatMap((allowance) => {
      const rule = rules.find(({ name }) => name === allowance.rule);
      if (rule?.excusable) return [];
      return [
        {
          rule: 'allow-comment' as const,
          severity: 'error' as const,
          changeset: changeset.key,
          at: { file: changeset.sql.path, line: allowance.line },
          ...(rule ? ofStrict(rule) : ofUnknown(rules, allowance)),
          excused: undefined,
        },
      ];
    }),
  );
}

function ofStrict({ name, destructive }: Rule): Pick<Violation, 'message' | 'fix'> {
  if (!destructive) {
    return {
      message: `a comment cannot allow "${name}": nothing excuses it`,
      fix: 'remove the comment, and do outside of a deploy what the rule refuses',
    };
  }
  return {
    message: `a comment cannot allow "${name}": it is destructive`,
    fix: 'remove the comment; both gates open it: allowDestructive: true on the changeset and allow-destructive: true for the run',
  };
}

function ofUnknown(rules: readonly Rule[], { rule }: Allowance): Pick<Violation, 'message' | 'fix'> {
  const names = rules.filter(({ excusable }) => excusable).map(({ name }) => name);
  const meant = closest(rule, names);
  return {
    message: `the allow comment names no rule: "${rule}"`,
    fix: meant === undefined ? `name one of ${names.join(', ')}` : didYouMean(meant),
  };
}
