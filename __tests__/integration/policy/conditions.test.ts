import { expect, test } from '@jest/globals';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import { learnChangeset, noDefinitions } from '../../../src/policy/reading/known-definitions.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import { testDatabase } from '../../support/database.ts';
import { changesetOfSql } from '../../unit/policy/changeset-of.ts';

const USERS =
  'CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, age INT NULL, team INT NOT NULL)';
const NAMES = ['', 'Ada', 'x', 'xyz', 'zebra', 'zz', '%', '5'];
const AGES = [null, 0, 1, 5, 17, 18, 19, -1, -3, 1000];
const TEAMS = [0, 1, 2, 4, 5, 6, 17, 18, 19, -1, -7, 100_000_000];
const CONDITIONS = 600;

/** Conditions as people write them, put together at random; the same ones in every run. */
function conditions(seed: number): () => string {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? '';
  const number = (): string => pick(['id', 'age', 'team', 'users.team', '5', '0', '-1', '18']);
  const text = (): string => pick(['name', 'users.name', "'x'", "''", "'zebra'"]);
  const compared = (): string => pick(['=', '<>', '<', '<=', '>', '>=', '<=>']);
  const not = (): string => pick(['', 'NOT ']);
  const leaves: readonly (() => string)[] = [
    () => `${number()} ${compared()} ${number()}`,
    () => `${text()} ${compared()} ${text()}`,
    () => `${pick(['id', 'age', 'name', 'team'])} IS ${not()}NULL`,
    () => `name ${not()}LIKE ${pick(["'%'", "'x%'", "'%%'", 'name'])}`,
    () => `${number()} ${not()}IN (${number()}, ${number()})`,
    () => `${number()} ${not()}BETWEEN ${number()} AND ${number()}`,
    () => `COALESCE(age, ${number()}) ${compared()} ${number()}`,
    () => `id ${not()}IN (SELECT id FROM users${pick(['', ' WHERE age > 5', ' WHERE id = id'])})`,
    () => `EXISTS (SELECT 1 FROM orders o WHERE ${pick(['o.user_id = users.id', 'o.paid = 1', '1 = 1'])})`,
    () => `id ${pick(['>=', '<='])} (SELECT ${pick(['MIN', 'MAX'])}(id) FROM users)`,
  ];
  const condition = (depth: number): string => {
    const kind = depth > 2 ? 0 : random(5);
    if (kind < 2) return (leaves[random(leaves.length)] as () => string)();
    if (kind === 2) return `NOT (${condition(depth + 1)})`;
    return `(${condition(depth + 1)} ${kind === 3 ? 'AND' : 'OR'} ${condition(depth + 1)})`;
  };
  return () => condition(0);
}

test('a condition that every row meets on the server is never taken for one that restricts', async () => {
  const db = await testDatabase();
  await db.query(USERS);
  await db.query('CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, paid INT)');
  const rows = NAMES.flatMap((name) => AGES.flatMap((age) => TEAMS.map((team) => [name, age, team])));
  // What holds by chance alone must not hold here: small numbers in every column, equal and not.
  const same = [
    ...[1, 5, 17, 18, 19].map((id) => [id, 'x', id, id]),
    [2, '', 7, -1],
    [4, 'x', -1, 5],
    [3, 'zz', null, 18],
  ];
  await db.query('INSERT INTO users (id, name, age, team) VALUES ?', [same]);
  await db.query('INSERT INTO users (name, age, team) VALUES ?', [rows]);
  await db.query('INSERT INTO orders SELECT id, id, id % 2 FROM users WHERE id % 3 < 2');
  const definitions = noDefinitions();
  learnChangeset(definitions, changesetOfSql(`${USERS};`));

  const next = conditions(2026);
  const asked = [...new Set(Array.from({ length: CONDITIONS }, next))];
  const met: string[] = [];
  for (const condition of asked) {
    const [row] = await db.query<{ kept: number }>(
      `SELECT COUNT(*) AS kept FROM users WHERE (${condition}) IS NOT TRUE`,
    );
    if (row?.kept === 0) met.push(condition);
  }
  expect(met.length).toBeGreaterThan(40);
  const silent = met.filter((condition) => {
    const changeset = changesetOfSql(`DELETE FROM users WHERE ${condition};`);
    return !checkPolicy(rules, changeset, { allowDestructive: false }, definitions).some(
      ({ rule }) => rule === 'delete-without-where',
    );
  });
  expect(silent).toEqual([]);
});
