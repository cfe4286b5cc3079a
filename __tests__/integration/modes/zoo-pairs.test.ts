import { expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { pairwise } from '../../support/pairwise.ts';
import { drive, makeCells, writeExpected, zooDefinitions, type Driver } from '../../support/zoo-drive.ts';
import { columnKinds } from '../../support/zoo-kinds.ts';
import { acceptsKind, isAllowedShape, SHAPE_LEVELS, type ZooCell } from '../../support/zoo-shapes.ts';
import { zooSums, zooTables, zooValues } from '../../support/zoo.ts';

/** A long run: `ZOO_SEED=7 ZOO_TABLES=1000`. */
const SEED = Number(process.env['ZOO_SEED'] ?? 1);
const MOST = Number(process.env['ZOO_TABLES'] ?? 250);

let chosen: Promise<readonly ZooCell[]> | undefined;

async function chooseCells(): Promise<readonly ZooCell[]> {
  const kinds = await columnKinds(await testDatabase(), SEED);
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const placed = pairwise({
    ...{ levels: SHAPE_LEVELS, guests: [...byName.keys()], room: 10, seed: SEED, most: MOST },
    ...{ isAllowed: isAllowedShape, accepts: acceptsKind },
  });
  return placed.map(({ shape, guests }, at) => ({
    table: `z${at}`,
    shape,
    kinds: guests.map((name) => byName.get(name)!),
  }));
}

test.each(SHAPE_LEVELS.driver)('every pair comes back by value: %s', async (driver: Driver) => {
  const server = driver === 'lossless' || driver === 'in place' ? 'main' : 'without-gtids';
  const cells = (await (chosen ??= chooseCells())).filter(({ shape }) => shape['driver'] === driver);
  const [db, twin] = [await testDatabase({ server }), await testDatabase({ server })];
  await makeCells(db, cells);
  await makeCells(twin, cells);
  const report = await drive(db, cells, driver);
  await writeExpected(twin, cells, driver);
  expect(
    report.problems.map(({ message }) => message).filter((message) => !message.includes('no_such_column')),
  ).toEqual([]);
  expect(report).toMatchObject({ isRestored: true });
  const tables = await zooTables(twin);
  const [found, wanted] = [await zooValues(db, tables), await zooValues(twin, tables)];
  const differing = tables.filter((table) => found[table]?.join() !== wanted[table]?.join());
  expect(await Promise.all(differing.map((table) => describe(table, cells, db, twin)))).toEqual([]);
  expect(await zooDefinitions(db)).toEqual(await zooDefinitions(twin));
  expect(report.warnings.filter(({ code }) => code === 'not-exact')).toEqual([]);
});

/** Which columns of a table differ, for the message of a failure. */
async function describe(
  table: string,
  cells: readonly ZooCell[],
  db: TestDatabase,
  twin: TestDatabase,
): Promise<string> {
  const cell = cells.find((each) => each.table === table);
  const [found, wanted] = [await zooSums(db, table), await zooSums(twin, table)];
  const columns = Object.keys(wanted).filter((name) => String(found[name]) !== String(wanted[name]));
  const kinds = columns.map((name) => `${name} (${cell?.kinds[Number(name.slice(1))]?.name ?? '-'})`);
  return `${table}: ${kinds.join(', ')} ${JSON.stringify(cell?.shape)}`;
}
