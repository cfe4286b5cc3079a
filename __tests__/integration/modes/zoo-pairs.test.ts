import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { fillSection } from '../../../scripts/docs/fill-section.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { pairwise } from '../../support/pairwise.ts';
import { drive, makeCells, writeExpected, zooDefinitions, type Driver } from '../../support/zoo-drive.ts';
import { columnKinds } from '../../support/zoo-kinds.ts';
import { zooTable, type ZooOutcome } from '../../support/zoo-report.ts';
import { acceptsKind, isAllowedShape, SHAPE_LEVELS, type ZooCell } from '../../support/zoo-shapes.ts';
import { zooSums, zooTables, zooValues } from '../../support/zoo.ts';

/** A long run: `ZOO_SEED=7 ZOO_TABLES=1000`. */
const SEED = Number(process.env['ZOO_SEED'] ?? 1);
const STANDARD = 400;
const MOST = Number(process.env['ZOO_TABLES'] ?? STANDARD);
const PAGE = join(import.meta.dirname, '../../../docs/exact-values.md');
/** The first server that has all types and objects. */
const COMPLETE = 9.4;

/** Half a minute each on two free cores. */
jest.setTimeout(300_000);

let chosen: Promise<readonly ZooCell[]> | undefined;
const outcomes: ZooOutcome[] = [];

async function chooseCells(): Promise<readonly ZooCell[]> {
  const db = await testDatabase();
  const isNew = (await versionOf(db)) >= COMPLETE;
  const kinds = (await columnKinds(db, SEED)).filter(({ name }) => isNew || !name.startsWith('VECTOR'));
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const placed = pairwise({
    ...{ levels: SHAPE_LEVELS, guests: [...byName.keys()], room: 10, seed: SEED, most: MOST },
    isAllowed: (shape) =>
      isAllowedShape(shape) && (isNew || !['library', 'duality view'].includes(shape['object'] ?? '')),
    accepts: acceptsKind,
  });
  return placed.map(({ shape, guests }, at) => ({
    ...{ table: `z${at}`, shape },
    kinds: guests.map((name) => byName.get(name)!),
  }));
}

async function versionOf(db: TestDatabase): Promise<number> {
  const [row] = await db.query<{ version: string }>('SELECT VERSION() AS version');
  return Number.parseFloat(row?.version ?? '');
}

test.each(SHAPE_LEVELS.driver)('every pair comes back by value: %s', async (driver: Driver) => {
  const server = driver === 'lossless' || driver === 'in place' ? 'main' : 'without-gtids';
  const cells = (await (chosen ??= chooseCells())).filter(({ shape }) => shape['driver'] === driver);
  const [db, twin] = [await testDatabase({ server }), await testDatabase({ server })];
  await makeCells(db, cells);
  await makeCells(twin, cells);
  const report = await drive(db, cells, driver);
  await writeExpected(twin, cells, driver);
  const unexpected = report.problems.filter(({ message }) => !message.includes('no_such_column'));
  expect(unexpected.map(({ message }) => message)).toEqual([]);
  expect(report).toMatchObject({ isRestored: true });
  const tables = await zooTables(twin);
  const [found, wanted] = [await zooValues(db, tables), await zooValues(twin, tables)];
  const differing = tables.filter((table) => found[table]?.join() !== wanted[table]?.join());
  expect(await Promise.all(differing.map((table) => describe(table, cells, db, twin)))).toEqual([]);
  expect(await zooDefinitions(db)).toEqual(await zooDefinitions(twin));
  // Of nothing else than a routine that the run dropped may anything be said: all else is exact, and compared.
  const told = report.warnings.filter(({ code }) => code === 'not-exact').map(({ message }) => message);
  expect(told.filter((message) => !/what was granted on (?:procedure|function)/.test(message))).toEqual([]);
  for (const cell of cells) {
    const isTold = told.some((message) => message.includes(`\`${cell.table}_`));
    outcomes.push({ cell, outcome: isTold ? 'told' : 'exact' });
  }
});

test('docs/exact-values.md has the table of what was compared; ZOO_WRITE=1 writes it', async () => {
  const isStandard = SEED === 1 && MOST === STANDARD && (await versionOf(await testDatabase())) >= COMPLETE;
  let page = readFileSync(PAGE, 'utf8');
  // A driver that failed has none, which is no reason to say that it does not go together with anything.
  expect(new Set(outcomes.map(({ cell }) => cell.shape['driver'])).size).toBe(SHAPE_LEVELS.driver.length);
  const made = fillSection(page, 'zoo-pairs', zooTable(outcomes));
  if (process.env['ZOO_WRITE'] === '1') {
    writeFileSync(PAGE, made);
    page = made;
  }
  expect(isStandard ? made : page).toBe(page);
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
