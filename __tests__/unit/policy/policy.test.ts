import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../../src/sql/statements.ts';
import { tokenize } from '../../../src/sql/tokenize.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import type { Violation } from '../../../src/policy/violation.ts';
import { caseFiles, judge, readCaseFile, type CaseFile } from './case-files.ts';

/**
 * Each line says what is found in it, `DROP COLUMN nick;  -- expect: drop-column`; `excused` before a rule means that
 * the violation passes. A statement is judged alone; those from `-- changeset: …` to the next such line, together.
 * Headers: `-- schema: shop` is the target, `-- gates: changeset, run` are open.
 */
describe('every line of a policy case has the violations that it expects, and no other', () => {
  test.each(caseFiles)('%s', (name) => {
    const file = readCaseFile(name);
    const found = changesets(file).flatMap((statements) => judge(file, statements));
    expect(sorted(found.map(describeLine))).toEqual(expected(file));
  });

  test('every rule is expected somewhere', () => {
    const names = new Set(
      caseFiles.flatMap((name) => expected(readCaseFile(name))).map((line) => line.split(' ').at(-1)),
    );
    expect(rules.map((rule) => rule.name).filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('how a statement is written changes nothing about its violations', () => {
  const writings: readonly (readonly [
    string,
    (tokens: readonly string[], text: string) => string | undefined,
  ])[] = [
    ['comments between all tokens', (tokens) => tokens.join(' /* ; WHERE id = 1 */ ')],
    ['a line for each token', (tokens) => tokens.join(' -- TEMPORARY\r\n')],
    ['in an executable comment', (_, text) => (text.includes('*/') ? undefined : `/*!80000 ${text}\n*/`)],
    [
      'in an executable comment of the future',
      (_, text) => (text.includes('*/') ? undefined : `/*!99999 ${text}\n*/`),
    ],
    ['in the other case', (tokens) => tokens.map(inOtherCase).join(' ')],
  ];

  test.each(writings)('%s', (_, write) => {
    const rewritings = caseFiles.map(readCaseFile).flatMap((file) =>
      file.statements.flatMap((statement) => {
        const tokens = [...tokenize(statement)].map((token) => token.text);
        const text = write(tokens, statement.text);
        if (text === undefined || /\/\*!9/.test(statement.text)) return [];
        const [before, after] = [statement, { ...statement, text }].map((one) => rulesOf(judge(file, [one])));
        return [{ text, before, after }];
      }),
    );
    expect(rewritings.length).toBeGreaterThan(700);
    expect(rewritings.filter(({ before, after }) => before !== after)).toEqual([]);
  });
});

function changesets({ sql, statements }: CaseFile): readonly (readonly Statement[])[] {
  const starts = sql
    .split('\n')
    .flatMap((text, index) => (text.startsWith('-- changeset: ') ? [index + 1] : []));
  const groups = Map.groupBy(statements, ({ line }) => starts.findLast((start) => start < line) ?? -line);
  return [...groups].flatMap(([start, group]) =>
    start < 0 ? group.map((statement) => [statement]) : [group],
  );
}

function expected({ sql }: CaseFile): readonly string[] {
  const lines = sql.split('\n').flatMap((text, index) => {
    const [, list] = /-- expect: (.+)$/.exec(text) ?? [];
    return list?.split(',').map((entry) => `${index + 1} ${entry.trim()}`) ?? [];
  });
  return sorted(lines);
}

function describeLine({ at, rule, excused }: Violation): string {
  return `${at.line} ${excused === undefined ? '' : 'excused '}${rule}`;
}

function rulesOf(violations: readonly Violation[]): string {
  return sorted(violations.map(({ rule }) => rule)).join();
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].toSorted((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}

/** Keywords only: names are compared as they are written. */
function inOtherCase(text: string): string {
  if (/^[A-Z_]+$/.test(text)) return text.toLowerCase();
  return text;
}
