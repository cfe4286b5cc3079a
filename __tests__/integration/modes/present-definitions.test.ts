import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../../src/report/report.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, type ChangesetFixture } from '../../support/deploy.ts';

const PEOPLE = `CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), score DOUBLE, age INT,
  UNIQUE KEY by_name (name))`;

type Found = readonly (readonly [changeset: string | undefined, rule: string, message: string])[];

function found({ violations }: Report): Found {
  return violations.map(({ changeset, rule, message }) => [changeset, rule, message]);
}

async function withPeople(): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query(PEOPLE);
  return db;
}

describe('the policy judges by the present definition', () => {
  const folder = (): string =>
    project(
      changesets(
        { id: '1', sql: 'ALTER TABLE people MODIFY name VARCHAR(60);' },
        { id: '2', sql: 'ALTER TABLE people MODIFY score INT;' },
        { id: '3', sql: 'ALTER TABLE people MODIFY age TINYINT;' },
        { id: '4', sql: 'CREATE TABLE notes (id INT NOT NULL PRIMARY KEY, body VARCHAR(50));' },
        { id: '5', sql: 'ALTER TABLE notes MODIFY body VARCHAR(60);' },
        { id: '6', sql: 'ALTER TABLE notes MODIFY body VARCHAR(600);' },
        { id: '7', sql: 'ALTER TABLE people ADD COLUMN nick VARCHAR(20), ADD INDEX by_nick (nick);' },
      ),
    );
  const expected = [
    [
      'test:2',
      'narrowing',
      expect.stringContaining('from DOUBLE to INT: digits behind the point are rounded'),
    ],
    ['test:2', 'table-rebuild', expect.stringContaining('copies table "people"')],
    ['test:3', 'column-type-change', expect.stringContaining('fails for numbers below -128')],
    ['test:3', 'table-rebuild', expect.stringContaining('copies table "people"')],
    ['test:6', 'table-rebuild', expect.stringContaining('copies table "notes"')],
    ['test:7', 'table-rebuild', expect.stringContaining('writes table "people" anew')],
  ];

  test('an account with SELECT alone finds in status and update-sql what update finds', async () => {
    const db = await withPeople();
    const reader = await db.userWith('SELECT');
    const status = await deploy('status', folder(), reader);
    expect([...found(status.report)].sort()).toEqual(expected);
    const updateSql = await deploy('update-sql', folder(), reader);
    expect(found(updateSql.report)).toEqual(found(status.report));
    const update = await deploy('update', folder(), db);
    expect(update.report.result).toBe('blocked');
    expect(found(update.report)).toEqual(found(status.report));
    const { report } = await deploy('status', folder(), db);
    expect(report.planHash).toBe(status.report.planHash);
  });

  test('an account that may not see a table says that it depends, and has the same plan hash', async () => {
    const db = await withPeople();
    await db.query('CREATE TABLE seen (id INT PRIMARY KEY)');
    const blind = await db.userWith(`SELECT ON \`${db.name}\`.seen`);
    const files = changesets({ id: '1', sql: 'ALTER TABLE people MODIFY score INT;' });
    const { report } = await deploy('status', project(files), blind);
    expect(found(report)).toEqual([
      ['test:1', 'column-type-change', expect.stringContaining('depends on its present definition')],
      ['test:1', 'table-rebuild', expect.stringContaining('depends on its present definition')],
    ]);
    const { report: sighted } = await deploy('status', project(files), db);
    expect(sighted.planHash).toBe(report.planHash);
    expect(found(sighted).map(([, rule]) => rule)).toContain('narrowing');
  });

  test('a change that needs no copy and loses nothing has no violation, and runs', async () => {
    const db = await withPeople();
    const files = changesets({ id: '1', sql: 'ALTER TABLE people MODIFY name VARCHAR(60);' });
    expect((await deploy('update', project(files), db)).report).toMatchObject({
      result: 'ok',
      violations: [],
    });
  });
});

describe('definitions are followed through the plan', () => {
  const judge = async (...all: readonly ChangesetFixture[]): Promise<Found> => {
    const db = await withPeople();
    return found((await deploy('status', project(changesets(...all)), db)).report);
  };

  test('what an earlier changeset renames and widens is judged by what it is then', async () => {
    expect(
      await judge(
        { id: '1', sql: 'ALTER TABLE people MODIFY score DECIMAL(20, 4), ALGORITHM = COPY;' },
        { id: '2', sql: 'RENAME TABLE people TO persons;' },
        { id: '3', sql: 'ALTER TABLE persons MODIFY score DECIMAL(20, 2);' },
      ),
    ).toContainEqual([
      'test:3',
      'narrowing',
      expect.stringContaining('from DECIMAL(20, 4) to DECIMAL(20, 2)'),
    ]);
  });

  test('a changeset that a precondition may skip leaves what it changes in doubt', async () => {
    expect(
      await judge(
        {
          id: '1',
          sql: 'ALTER TABLE people ADD COLUMN extra DOUBLE;',
          yaml: ['preconditions:', '  - tableExists: { tableName: people }', '    onFail: MARK_RAN'],
        },
        { id: '2', sql: 'ALTER TABLE people MODIFY score INT;' },
      ),
    ).toContainEqual([
      'test:2',
      'table-rebuild',
      expect.stringContaining('depends on its present definition'),
    ]);
  });

  test('IF NOT EXISTS makes a table only where there is none', async () => {
    expect(
      await judge(
        { id: '1', sql: 'CREATE TABLE IF NOT EXISTS people (id INT PRIMARY KEY, score INT);' },
        { id: '2', sql: 'CREATE TABLE IF NOT EXISTS others (id INT PRIMARY KEY, score INT);' },
        { id: '3', sql: 'ALTER TABLE people MODIFY score BIGINT;' },
        { id: '4', sql: 'ALTER TABLE others MODIFY score BIGINT;' },
      ),
    ).toEqual(
      [
        ['test:3', 'narrowing', expect.stringContaining('from DOUBLE to BIGINT')],
        ['test:3', 'table-rebuild', expect.any(String)],
        ['test:4', 'table-rebuild', expect.any(String)],
      ].map((one) => expect.arrayContaining(one)),
    );
  });
});
