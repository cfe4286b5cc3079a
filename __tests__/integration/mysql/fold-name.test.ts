import { expect, test } from '@jest/globals';
import { foldName } from '../../../src/sql/fold-name.ts';
import { testDatabase } from '../../support/database.ts';

const SELECT_EQUAL = `WITH RECURSIVE codes AS (SELECT 128 AS code UNION ALL SELECT code + 1 FROM codes WHERE code < 65535)
  SELECT /*+ SET_VAR(cte_max_recursion_depth = 70000) */ code FROM codes WHERE code NOT BETWEEN 55296 AND 57343
  AND CONVERT(CONVERT(UNHEX(LPAD(HEX(code), 4, '0')) USING ucs2) USING utf8mb3) COLLATE utf8mb3_general_ci
    = CONVERT(? USING utf8mb3) COLLATE utf8mb3_general_ci`;

test('every character that the server takes for an ASCII letter in the name of a variable is folded into it', async () => {
  const db = await testDatabase();
  const different: string[] = [];
  let count = 0;
  for (const letter of 'abcdefghijklmnopqrstuvwxyz_0123456789') {
    const rows = await db.query<{ code: number }>(SELECT_EQUAL, [letter]);
    count += rows.length;
    const characters = rows.map(({ code }) => String.fromCharCode(code));
    different.push(...characters.filter((character) => foldName(character) !== letter));
  }
  expect(different).toEqual([]);
  expect(count).toBeGreaterThan(400);
  await db.query('SET SESSION \u017fql_\u1e41ode = ANSI');
  expect(await db.query('SELECT @@SESSION.sql_mode AS mode')).toEqual([
    { mode: expect.stringContaining('ANSI') },
  ]);
}, 60_000);
