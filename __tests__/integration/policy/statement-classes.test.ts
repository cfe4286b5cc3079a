import { expect, test } from '@jest/globals';
import { statementClasses } from '../../../src/policy/statement-classes.ts';
import { testDatabase } from '../../support/database.ts';

test('every statement that the server counts is judged, refused or known to be harmless', async () => {
  const db = await testDatabase();
  const rows = await db.query<{ Variable_name: string }>("SHOW GLOBAL STATUS LIKE 'Com\\_%'");
  const counted = rows.map(({ Variable_name: name }) => name.replace(/^Com_/, '').toLowerCase());
  expect(counted.length).toBeGreaterThan(140);
  const known = new Set(statementClasses.flatMap(({ counters }) => counters));
  expect(counted.filter((name) => !known.has(name))).toEqual([]);
});
