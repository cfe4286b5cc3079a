import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openBackup, type OpenedBackup } from '../../../src/files/backup/open-backup.ts';
import { readDumpStatement } from '../../../src/mysql/dump-text/dump-statement.ts';
import { readDump } from '../../../src/mysql/dump-text/read-dump.ts';
import { collect, seal } from '../../support/backup.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { project } from '../../support/deploy.ts';
import { scene } from '../../support/lossless.ts';
import { fillWithEverything, openSession, streamOf, takeTestBackup } from '../../support/restore.ts';

const LARGE = ['large', 'large `2', 'large 3'] as const;

/** Tables whose rows take several INSERT statements of `mysqldump`; one has a trigger behind them. */
const SCHEMA = [
  ...LARGE.flatMap((name) => [
    `CREATE TABLE ${quoted(name)} (id INT PRIMARY KEY, text LONGTEXT, twice INT AS (id * 2) VIRTUAL)`,
    `INSERT INTO ${quoted(name)} (id, text) WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 900)
      SELECT n, CONCAT('\\nINSERT INTO \`large\` VALUES (', n, REPEAT(SHA2(n, 256), 50)) FROM s`,
  ]),
  'CREATE TRIGGER on_large BEFORE INSERT ON large FOR EACH ROW SET NEW.id = NEW.id + 1',
];

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

async function sealedOf(sql: Buffer): Promise<OpenedBackup> {
  const path = join(project({}), 'backup');
  writeFileSync(path, await collect((await seal(streamOf(sql, 5_000))).bytes));
  return openBackup({ path, passphrase: undefined, schema: 'app' });
}

/** What statements there are, rows by their table and length. */
async function statementsOf(backup: OpenedBackup, wanted: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { sql } of readDump(backup.sql((table) => wanted.includes(table)))) {
    const statement = readDumpStatement(sql);
    found.push(statement.kind === 'rows' ? `rows of ${statement.table}: ${sql.length}` : sql);
  }
  return found;
}

async function filled(): Promise<TestDatabase> {
  const db = await testDatabase();
  await fillWithEverything(db);
  for (const statement of SCHEMA) await db.query(statement);
  return db;
}

test('of a dump of everything, only rows of large tables are left out, and only where they are not wanted', async () => {
  const db = await filled();
  const { sql } = await takeTestBackup(db, await openSession(db));
  const backup = await sealedOf(sql);
  const all = await statementsOf(backup, LARGE);
  expect((await collect(backup.sql())).equals(sql)).toBe(true);
  for (const wanted of [[], ...LARGE.map((name) => [name])]) {
    const given = await statementsOf(backup, wanted);
    const left = new Set(given);
    const gone = all.filter((statement) => !left.has(statement));
    const unwanted = LARGE.filter((name) => !wanted.includes(name));
    for (const name of unwanted) {
      // Some stay with the definition, some are there to be left out.
      const isOfIt = (statement: string): boolean => statement.startsWith(`rows of ${name}: `);
      expect([given.some(isOfIt), gone.some(isOfIt)]).toEqual([true, true]);
    }
    expect(
      gone.every((statement) => unwanted.some((name) => statement.startsWith(`rows of ${name}: `))),
    ).toBe(true);
    expect(given).toEqual(all.filter((statement) => left.has(statement)));
  }
});

test('a table that a run touched comes back whole from a file in which other large tables are skipped', async () => {
  const db = await testDatabase();
  const { run, restore, backup } = await scene(db, ...SCHEMA);
  const before = await db.dump();
  const opened = await sealedOf(backup.sql);
  await run('DELETE FROM `large ``2` WHERE id > 5', 'ALTER TABLE `large ``2` ADD COLUMN extra INT');
  const { tables } = await restore({ dump: opened.sql });
  expect(tables).toEqual(['large `2']);
  expect(await db.dump()).toBe(before);
});
