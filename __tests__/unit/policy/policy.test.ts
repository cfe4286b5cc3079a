import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../src/changelog/statements.ts';
import { splitStatements } from '../../../src/changelog/statements.ts';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import { changesetOf } from './changeset-of.ts';

const FOLDER = new URL('../../cases/policy/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));

/**
 * Each line says what is found in it, `DROP COLUMN nick;  -- expect: drop-column`; `excused` before a rule means that
 * the violation passes. A statement is judged alone; those from `-- changeset: …` to the next such line, together.
 * Headers: `-- schema: shop` is the target, `-- gates: changeset, run` are open.
 */
describe('every line of a policy case has the violations that it expects, and no other', () => {
  test.each(FILES)('%s', (name) => {
    const sql = readFileSync(new URL(name, FOLDER), 'utf8');
    expect(found(sql, name)).toEqual(expected(sql));
  });

  test('every rule is expected somewhere', () => {
    const all = FILES.map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('\n');
    const names = new Set(expected(all).map((line) => line.split(' ').at(-1)));
    expect(rules.map((rule) => rule.name).filter((name) => !names.has(name))).toEqual([]);
  });
});

function expected(sql: string): readonly string[] {
  const lines = sql.split('\n').flatMap((text, index) => {
    const [, list] = /-- expect: (.+)$/.exec(text) ?? [];
    return list?.split(',').map((entry) => `${index + 1} ${entry.trim()}`) ?? [];
  });
  return sorted(lines);
}

function found(sql: string, name: string): readonly string[] {
  const { statements, problems } = splitStatements(sql, name);
  expect(problems).toEqual([]);
  const gates = header(sql, 'gates')?.split(', ') ?? [];
  const schema = header(sql, 'schema');
  const violations = changesets(sql, statements).flatMap((group) =>
    checkPolicy(rules, changesetOf(group, { allowDestructive: gates.includes('changeset') }), {
      allowDestructive: gates.includes('run'),
      ...(schema !== undefined && { schema }),
    }),
  );
  return sorted(
    violations.map(({ at, rule, excused }) => `${at.line} ${excused === undefined ? '' : 'excused '}${rule}`),
  );
}

function changesets(sql: string, statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const starts = sql
    .split('\n')
    .flatMap((text, index) => (text.startsWith('-- changeset: ') ? [index + 1] : []));
  const groups = Map.groupBy(statements, ({ line }) => starts.findLast((start) => start < line) ?? -line);
  return [...groups.values()].flatMap((group) =>
    group[0]!.line < (starts[0] ?? Infinity) ? group.map((one) => [one]) : [group],
  );
}

function header(sql: string, name: string): string | undefined {
  return new RegExp(`^-- ${name}: (.+)$`, 'm').exec(sql)?.[1];
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].toSorted((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}
