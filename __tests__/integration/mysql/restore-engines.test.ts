import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { openSession, restore, takeTestBackup } from '../../support/restore.ts';

test('tables of several engines are swapped together where GTIDs are enforced', async () => {
  const db = await testDatabase();
  await db.query(
    'CREATE TABLE acc (id INT PRIMARY KEY); CREATE TABLE old (id INT PRIMARY KEY) ENGINE = MEMORY',
  );
  const session = await openSession(db);
  const backup = await takeTestBackup(db, session);
  const before = await db.dump();
  await db.query(
    'CREATE TABLE cache (id INT PRIMARY KEY) ENGINE = MyISAM; INSERT INTO cache VALUES (1); DROP TABLE old',
  );
  const swapped = await restore(session, backup);
  expect(await db.dump()).toBe(before);
  expect(await db.query(`SELECT id FROM \`${swapped!.aside}\`.cache`)).toHaveLength(1);
});
