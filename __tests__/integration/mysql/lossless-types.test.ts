import { expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { scene } from '../../support/lossless.ts';

const KEYS: Readonly<Record<string, readonly [type: string, one: string, two: string, shown?: string]>> = {
  decimal: ['DECIMAL(20, 7)', '-12345678901.1234567', '12345678901.1234567'],
  bit: ['BIT(13)', "b'1000000000001'", "b'0000000000001'"],
  year: ['YEAR', '1999', '2001'],
  'time with fractions': ['TIME(5)', "'-838:59:58.12345'", "'00:00:00.00001'"],
  'datetime with fractions': ['DATETIME(3)', "'2001-02-03 04:05:06.789'", "'1000-01-01 00:00:00'"],
  timestamp: ['TIMESTAMP(6)', "'2001-02-03 04:05:06.789123'", "'2037-01-01 00:00:00'"],
  enum: ["ENUM('a', 'b')", "'a'", "'b'", '0x02'],
  set: ["SET('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')", "'a,i'", "'a'"],
  binary: ['BINARY(5)', "x'00ff000000'", "x'0000000000'"],
  'a long char': ['CHAR(190) COLLATE utf8mb4_0900_ai_ci', "'Ärger'", "'ß'", '"ß"'],
  'a varchar of two length bytes': ['VARCHAR(600)', "REPEAT('ü', 600)", "''"],
  float: ['FLOAT', '-1.5', '2.25'],
};

test.each(Object.entries(KEYS))('rows with a key of type %s are told apart, and merged', async (_, key) => {
  const [type, one, two, shown] = key;
  const db = await testDatabase();
  const others255 = Array.from({ length: 255 }, (__, at) => `c${at} TINYINT`).join(', ');
  const { run, others, restore } = await scene(
    db,
    `CREATE TABLE t (bal INT, g GEOMETRY, j JSON, ${others255}, k ${type}, note VARCHAR(20), tail TIME, PRIMARY KEY (k))`,
    `INSERT INTO t (k, bal, g, j) VALUES (${one}, 1, POINT(1, 2), '[1]'), (${two}, 2, NULL, NULL)`,
  );
  await run('UPDATE t SET bal = bal * 10', `UPDATE t SET c254 = 7 WHERE k = ${two}`);
  await others(`UPDATE t SET note = 'theirs', j = '{"a": 1}', c200 = 5 WHERE k = ${one}`);
  await others(`UPDATE t SET bal = 9 WHERE k = ${two}`);
  const { conflicts, kept } = await restore();
  expect({ conflicts: conflicts.length, kept }).toEqual({ conflicts: 1, kept: 1 });
  if (shown !== undefined) expect(conflicts[0]?.key).toBe(shown);
  expect(
    await db.query('SELECT bal, note, c200, c254, ST_AsText(g) AS g, j->"$.a" AS a FROM t ORDER BY bal'),
  ).toEqual([
    { bal: 1, note: 'theirs', c200: 5, c254: null, g: 'POINT(1 2)', a: 1 },
    { bal: 2, note: null, c200: null, c254: null, g: null, a: null },
  ]);
});
