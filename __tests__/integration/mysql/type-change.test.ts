import type { Connection } from 'mysql2/promise';
import { describe, expect, test } from '@jest/globals';
import { splitStatements } from '../../../src/sql/split/split.ts';
import { checkPolicy } from '../../../src/policy/check-policy.ts';
import { noDefinitions } from '../../../src/policy/reading/known-definitions.ts';
import { tableHistory } from '../../../src/policy/reading/table-history.ts';
import { rules } from '../../../src/policy/rules/index.ts';
import { testDatabase } from '../../support/database.ts';
import { probeTypeChange } from '../../support/probe-type-change.ts';
import { valueTypes, type ValueType } from '../../support/value-types.ts';
import { changesetOf } from '../../unit/policy/changeset-of.ts';
import { presentTables } from '../../unit/policy/present-tables.ts';

type Pair = readonly [from: ValueType, to: ValueType];

const pairs: readonly Pair[] = valueTypes.flatMap((from) =>
  valueTypes.flatMap((to): readonly Pair[] => (from === to ? [] : [[from, to]])),
);
/** A prime, so that every type meets others: `TYPE_PAIRS=all` takes all. */
const STEP = process.env['TYPE_PAIRS'] === 'all' ? 1 : 7;
const some = pairs.filter((_, at) => at % STEP === 3 % STEP);

/** The rules that have something to say of values when a column gets another type. */
function judge([from, to]: Pair, sqlMode: string): readonly string[] {
  const definition = `CREATE TABLE v (id INT NOT NULL PRIMARY KEY, c ${from.type} NULL)`;
  const statements = splitStatements(`ALTER TABLE v MODIFY c ${to.type} NULL;`, 'a.sql').statements;
  const history = tableHistory(undefined, presentTables({ v: definition }, { sqlMode }));
  return checkPolicy(rules, changesetOf(statements), { allowDestructive: false }, noDefinitions(), history)
    .map(({ rule }) => rule)
    .filter((rule) => rule === 'narrowing' || rule === 'column-type-change');
}

/** Pairs in which the server did what no rule had said. */
async function silentOnes(connection: Connection, sqlMode: string): Promise<readonly string[]> {
  const silent: string[] = [];
  for (const pair of some) {
    const [from, to] = pair;
    const { lost, refused } = await probeTypeChange(connection, from, to.type);
    const said = judge(pair, sqlMode);
    const [first] = lost;
    const name = `${from.type} to ${to.type}`;
    if (first && !said.includes('narrowing')) silent.push(`${name}: ${first[0]} became ${first[1]}`);
    else if (refused.length > 0 && said.length === 0) silent.push(`${name}: ${refused[0]?.[0]} was refused`);
  }
  return silent;
}

describe('no change of a type makes other values, or fails, without a word of the policy', () => {
  test('in strict mode', async () => {
    const connection = await (await testDatabase()).connect();
    expect(await silentOnes(connection, 'STRICT_TRANS_TABLES')).toEqual([]);
  }, 600_000);

  test('without it', async () => {
    const connection = await (await testDatabase()).connect();
    await connection.query("SET SESSION sql_mode = ''");
    expect(await silentOnes(connection, '')).toEqual([]);
  }, 600_000);
});

describe('what says nothing of values keeps them, and what says that it can only fail changes none', () => {
  const strict = 'STRICT_TRANS_TABLES';

  test.each([
    ['SMALLINT', 'INT'],
    ['INT', 'BIGINT'],
    ['INT', 'DOUBLE'],
    ['DECIMAL(10,2)', 'DECIMAL(20,4)'],
    ['VARCHAR(10)', 'VARCHAR(30)'],
    ['VARCHAR(30)', 'TEXT'],
    ['VARCHAR(30) CHARACTER SET latin1', 'VARCHAR(30)'],
    ['DATE', 'DATETIME'],
    ['DATETIME', 'DATETIME(6)'],
    ["ENUM('x','y')", "ENUM('x','y','z')"],
    ["ENUM('x','y')", "ENUM('y','x')"],
    ['TEXT', 'MEDIUMTEXT'],
  ])('%s to %s keeps every value', (from, to) => {
    expect(
      judge(
        [
          { type: from, values: [] },
          { type: to, values: [] },
        ],
        strict,
      ),
    ).toEqual([]);
  });

  test.each([
    ['INT', 'TINYINT'],
    ['INT', 'INT UNSIGNED'],
    ['DECIMAL(10,2)', 'DECIMAL(8,2)'],
    ['DATETIME', 'TIMESTAMP'],
    ["ENUM('x','y','z')", "ENUM('x','y')"],
    ['VARCHAR(30)', 'VARCHAR(30) CHARACTER SET ascii'],
    ['CHAR(10)', 'CHAR(1)'],
    ['BLOB', 'TINYBLOB'],
    ['JSON', 'VARCHAR(30)'],
  ])('%s to %s can only fail', async (from, to) => {
    expect(
      judge(
        [
          { type: from, values: [] },
          { type: to, values: [] },
        ],
        strict,
      ),
    ).toEqual(['column-type-change']);
    const connection = await (await testDatabase()).connect();
    const known = valueTypes.find(({ type }) => type === from);
    expect(known).toBeDefined();
    expect(await probeTypeChange(connection, known!, to)).toMatchObject({ lost: [] });
  });
});
