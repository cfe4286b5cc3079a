import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project } from '../../support/deploy.ts';
import { cellTables, type CellTable } from '../../support/zoo-cells.ts';
import { zooValues } from '../../support/zoo.ts';

/** For a long run: more cells of another seed. */
const SEED = Number(process.env['ZOO_SEED'] ?? 1);
const CELLS = Number(process.env['ZOO_CELLS'] ?? 24);

/** What no server lets anybody make: such a cell is none. Any other refusal fails the test. */
const IMPOSSIBLE = /doesn't support GEOMETRY|cannot be part of FULLTEXT index/;

/** Makes each table; a cell that the server itself refuses is given back with the reason, and is no cell. */
async function fill(db: TestDatabase, tables: readonly CellTable[]): Promise<readonly string[]> {
  const connection = await db.connect();
  await connection.query('SET SESSION sql_require_primary_key = OFF');
  const refused: string[] = [];
  for (const { name, told, sql } of tables) {
    try {
      for (const statement of sql) await connection.query(statement);
    } catch (error) {
      await connection.query(`DROP TABLE IF EXISTS ${name}`);
      refused.push(`${name} ${told}: ${(error as Error).message}`);
    }
  }
  await connection.end();
  return refused;
}

test.each([
  ['lossless', 'main', 'best'],
  ['from a snapshot', 'without-gtids', 'best'],
  ['in place', 'main', 'in-place'],
] as const)('cells chosen by pairs come back by value: %s', async (_, server, restoreGuarantee) => {
  const db = await testDatabase({ server });
  const all = await cellTables(db, SEED, CELLS);
  const refused = await fill(db, all);
  const cells = all.filter(({ name }) => !refused.some((each) => each.startsWith(`${name} `)));
  expect(refused.filter((each) => !IMPOSSIBLE.test(each))).toEqual([]);
  const names = cells.map(({ name }) => name);
  const before = await zooValues(db, names);
  expect(names.map((name) => before[name]?.length)).toEqual(cells.map(({ rows }) => rows));
  const changed = cells.map(({ name, isKeyless }) =>
    isKeyless
      ? `UPDATE ${name} SET n = n + 1 WHERE n >= 0;`
      : `ALTER TABLE ${name} ADD COLUMN added_by_run INT DEFAULT 7;`,
  );
  const folder = project(changesets({ id: '1', sql: [...changed, 'SELECT no_such_column;'].join('\n') }));
  const backup = {
    ...({ store: { kind: 'folder', folder: join(folder, 'backups') }, passphrase: undefined } as const),
    ...({ retentionDays: 7, timeout: 300, client: 'path' } as const),
    toolEnvironment: { PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` },
  };
  const { report } = await deploy('update', folder, db, { backup, restoreGuarantee });
  expect(report.problems.map(({ message }) => message)).toEqual([expect.stringContaining('no_such_column')]);
  expect(report).toMatchObject({ result: 'restored', isRestored: true });
  const after = await zooValues(db, names);
  const altered = cells.filter(({ name }) => after[name]?.join() !== before[name]?.join());
  expect(altered.map(({ name, told }) => `${name} ${told}`)).toEqual([]);
  expect(report.databaseState).toContain('as it was before this run: ');
});
