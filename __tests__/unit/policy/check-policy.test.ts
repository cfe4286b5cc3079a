import { describe, expect, test } from '@jest/globals';
import { checkPolicy, isBlocking } from '../../../src/policy/check-policy.ts';
import { noDefinitions } from '../../../src/policy/reading/known-definitions.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import type { Violation } from '../../../src/policy/violation.ts';
import { changesetOfSql } from './changeset-of.ts';
import { exampleTables } from './present-tables.ts';

const DROP = 'SET @a = 1;\nDROP TABLE users;';

function judgeDrop(changeset: boolean, run: boolean): Violation {
  const violations = checkPolicy(rules, changesetOfSql(DROP, { allowDestructive: changeset }), {
    allowDestructive: run,
  });
  expect(violations).toHaveLength(1);
  return violations[0]!;
}

function judgeSql(sql: string): readonly Violation[] {
  return checkPolicy(rules, changesetOfSql(sql), { allowDestructive: false });
}

describe('the gates of a destructive statement', () => {
  test('a violation names rule, severity, changeset, file and line', () => {
    expect(judgeDrop(false, false)).toMatchObject({
      rule: 'drop-table',
      severity: 'error',
      changeset: 'ann:1',
      at: { file: 'migrations/1.sql', line: 2 },
    });
  });

  test('with both closed it blocks, and says how to open both', () => {
    const violation = judgeDrop(false, false);
    expect(isBlocking(violation)).toBe(true);
    expect(violation.message).toBe(
      'drops table "users" with all rows: both gates are closed, the changeset\'s (allowDestructive) and the run\'s (allow-destructive)',
    );
    expect(violation.fix).toContain(
      'set allowDestructive: true on the changeset and run with allow-destructive: true',
    );
  });

  test("with the run's closed it blocks, and says how to open that one", () => {
    const violation = judgeDrop(true, false);
    expect(isBlocking(violation)).toBe(true);
    expect(violation.message).toContain("the run's gate (allow-destructive) is closed");
    expect(violation.fix).toMatch(/if the loss is meant, run with allow-destructive: true$/);
  });

  test("with the changeset's closed it blocks, and says how to open that one", () => {
    const violation = judgeDrop(false, true);
    expect(isBlocking(violation)).toBe(true);
    expect(violation.message).toContain("the changeset's gate (allowDestructive) is closed");
    expect(violation.fix).toMatch(/if the loss is meant, set allowDestructive: true on the changeset$/);
  });

  test('with both open it passes, and is reported as excused by them', () => {
    const violation = judgeDrop(true, true);
    expect(isBlocking(violation)).toBe(false);
    expect(violation.message).toBe('drops table "users" with all rows');
    expect(violation.excused).toBe(
      'the changeset has allowDestructive: true and the run has allow-destructive: true',
    );
  });

  test('open gates are nothing to a rule that is not destructive', () => {
    const [violation] = checkPolicy(rules, changesetOfSql('USE other', { allowDestructive: true }), {
      allowDestructive: true,
    });
    expect(violation && isBlocking(violation)).toBe(true);
  });
});

describe('allow comments', () => {
  test('the reason is what excuses', () => {
    const [violation] = judgeSql('-- db-deploy:allow drop-index nobody needs it\nDROP INDEX i ON users;');
    expect(violation).toMatchObject({ rule: 'drop-index', excused: 'nobody needs it' });
  });

  test('a warning blocks nothing, excused or not', () => {
    expect(judgeSql('RENAME TABLE a TO b;').map(isBlocking)).toEqual([false]);
  });

  test('one for a destructive rule excuses nothing, and both say so', () => {
    const [comment, violation] = judgeSql('-- db-deploy:allow drop-table nobody needs it\nDROP TABLE users;');
    expect(comment).toMatchObject({
      rule: 'allow-comment',
      severity: 'error',
      at: { line: 1 },
      message: 'a comment cannot allow "drop-table": it is destructive',
    });
    expect(violation?.message).toMatch(/; the allow comment in line 1 cannot excuse it$/);
    expect(violation && isBlocking(violation)).toBe(true);
  });

  test.each(rules.filter(({ excusable }) => !excusable).map((rule) => [rule.name, rule] as const))(
    'one for %s excuses nothing',
    (name, rule) => {
      const changeset = changesetOfSql(`-- db-deploy:allow ${name} it is meant\n${rule.example};`);
      const gates = { allowDestructive: false };
      const found = checkPolicy(rules, changeset, gates, noDefinitions(), exampleTables(rule));
      expect(found.find(({ rule }) => rule === 'allow-comment')?.severity).toBe('error');
      expect(found.filter(({ rule }) => rule === name).map(isBlocking)).toEqual([true]);
    },
  );

  test('one that names no rule is an error with the rule that was probably meant', () => {
    const [comment] = judgeSql('-- db-deploy:allow drop-indx it is unused\nSELECT 1;');
    expect(comment).toMatchObject({
      rule: 'allow-comment',
      message: 'the allow comment names no rule: "drop-indx"',
      fix: 'did you mean "drop-index"?',
    });
  });

  test('one that names nothing like a rule gets the list of those that can be allowed', () => {
    const [comment] = judgeSql('-- db-deploy:allow everything please\nSELECT 1;');
    expect(comment?.fix).toContain('name one of dynamic-sql, column-type-change');
    expect(comment?.fix).not.toContain('drop-table');
  });
});

describe('the target schema', () => {
  const sql = 'INSERT INTO shop.users VALUES (1);';

  test('a name in it passes', () => {
    expect(checkPolicy(rules, changesetOfSql(sql), { allowDestructive: false, schema: 'shop' })).toEqual([]);
  });

  test('offline every schema that is named is another one', () => {
    const [violation] = judgeSql(sql);
    expect(violation?.message).toBe(
      'INSERT of "shop.users" names a schema, and the backup covers no other than the deployed one',
    );
  });
});

describe('the list of violations', () => {
  test('it is in the order of the lines', () => {
    const violations = judgeSql('RENAME TABLE a TO b;\nUSE x;\nDROP TABLE c;\nCREATE TABLE d (id INT);');
    expect(violations.map(({ at }) => at.line)).toEqual([1, 2, 3, 3, 4]);
  });

  test('servers that read a statement alike give one violation, not one each', () => {
    expect(judgeSql('/*!80400 SELECT 1 */;\n/*!90000 SELECT 1 */;\nDROP TABLE a;')).toHaveLength(1);
  });
});

describe('large files', () => {
  test('a file of data is judged without reading its rows', () => {
    const row = "(1, 'some text', NULL)";
    const insert = `INSERT INTO t (a, b, c) VALUES ${Array.from({ length: 50_000 }, () => row).join(',')};\n`;
    const changeset = changesetOfSql(insert.repeat(10));
    const start = performance.now();
    expect(checkPolicy(rules, changeset, { allowDestructive: false })).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('nor are chains and nests of conditions', () => {
    const nested = `${'(SELECT id FROM users WHERE id IN '.repeat(40)}(1)${')'.repeat(40)}`;
    const exists = `${'EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND '.repeat(40)}1${')'.repeat(40)}`;
    const derived = `${'(SELECT id FROM '.repeat(40)}users${') x'.repeat(40)}`;
    const numbers = Array.from({ length: 1000 }, (_, at) => at);
    const statements = [
      `DELETE FROM users WHERE id IN ${nested};`,
      `DELETE FROM users WHERE ${exists};`,
      `DELETE u FROM users u JOIN ${derived} ON x.id = u.id;`,
      `DELETE FROM users WHERE ${numbers.map((at) => `id <> -${at}`).join(' AND ')};`,
      `DELETE FROM users WHERE ${numbers.map((at) => `id = ${at}`).join(' OR ')};`,
      `DELETE FROM users WHERE id IN (${numbers
        .map((at) =>
          numbers
            .slice(0, 100)
            .map(() => at)
            .join(),
        )
        .join()});`,
      `DELETE FROM users WHERE ${'NOT '.repeat(10_000)} id = 5;`,
    ];
    const start = performance.now();
    const found = statements.map((sql) => judgeSql(sql).map(({ rule }) => rule));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(found.map((rules) => rules.length)).toEqual([1, 1, 1, 1, 0, 0, 0]);
  });

  test('thousands of parentheses are no way to stop it', () => {
    const deep = `${'('.repeat(10_000)}gone${')'.repeat(10_000)}`;
    const statements = [`DELETE FROM t WHERE ${deep};`, `ALTER TABLE t ADD ${deep};`, `SELECT ${deep};`];
    expect(statements.flatMap(judgeSql)).toEqual([]);
  });
});
