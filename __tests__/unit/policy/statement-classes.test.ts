import { describe, expect, test } from '@jest/globals';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import { noDefinitions } from '../../../src/policy/reading/known-definitions.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import { statementClasses } from '../../../src/policy/statement-classes.ts';
import { changesetOfSql } from './changeset-of.ts';
import { exampleTables } from './present-tables.ts';

const gates = { allowDestructive: false };

describe('the table of statements says what the rules do', () => {
  test.each(statementClasses.map((one) => [one.statement, one] as const))(
    '%s',
    (_, { verdict, example, ...row }) => {
      const found = checkPolicy(rules, changesetOfSql(`${example};`), gates);
      const names = found.map(({ rule }) => rule);
      if (verdict === 'harmless') expect(names).toEqual([]);
      else expect(row.rules).toEqual(expect.arrayContaining(names.slice(0, 1)));
      if (verdict === 'refused') {
        const strict = rules.filter(({ excusable, destructive }) => !excusable && !destructive);
        expect(strict.map(({ name }) => name)).toContain(names[0]);
      }
    },
  );

  test('no counter is in it twice', () => {
    const counters = statementClasses.flatMap((one) => one.counters);
    expect(counters.length).toBe(new Set(counters).size);
  });
});

describe('the table of rules', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s finds something in its example',
    (name, rule) => {
      const changeset = changesetOfSql(`${rule.example};`);
      const found = checkPolicy(rules, changeset, gates, noDefinitions(), exampleTables(rule));
      expect(found.filter((one) => one.rule === name).map(({ severity }) => severity)).toEqual([
        rule.severity,
      ]);
    },
  );

  test('nothing that is destructive, and nothing that reaches outside, can be excused by a comment', () => {
    const strict = rules.filter(({ excusable }) => !excusable).map(({ name }) => name);
    const destructive = rules.filter((rule) => rule.destructive).map(({ name }) => name);
    expect(strict).toEqual(expect.arrayContaining(destructive));
    expect(strict).toEqual(
      expect.arrayContaining(['session-control', 'server-change', 'other-schema', 'tracking-tables']),
    );
    expect(
      rules
        .filter(({ severity }) => severity === 'error')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(strict.toSorted());
  });
});
