import { expect, test } from '@jest/globals';
import { fixTypes } from '../../../src/mysql/exact/json-types.ts';
import { testDatabase } from '../../support/database.ts';

const SIZES = [0, 1, 3, 255, 384, 385, 49_153, 65_000, 65_535, 300_000];

/** The column that the bytes come from, and the most that it takes. */
const COLUMNS = [
  ['VARBINARY(65000)', 65_000],
  ['BINARY(3)', 3],
  ['BINARY(255)', 255],
  ['BLOB', 65_535],
  ['MEDIUMBLOB', 300_000],
  ['LONGBLOB', 300_000],
] as const;

test.each(COLUMNS)('bytes of %s in a document are written with their type', async (type, most) => {
  const db = await testDatabase({ server: 'without-gtids' });
  await db.query(`CREATE TABLE source (v ${type}); CREATE TABLE t (n INT, j JSON)`);
  for (const [at, size] of SIZES.filter((each) => each <= most).entries()) {
    const bytes = `LEFT(REPEAT(x'ff00274180', ${Math.ceil(size / 5) + 1}), ${size})`;
    await db.query(`DELETE FROM source; INSERT INTO source VALUES (${bytes})`);
    await db.query(`INSERT INTO t SELECT ${at}, JSON_OBJECT('q', JSON_ARRAY(v)) FROM source`);
    const [row] = await db.query<{ text: string }>(`SELECT CAST(j AS CHAR) AS text FROM t WHERE n = ${at}`);
    // The array is the first that the paths find, its only element the second.
    const made = fixTypes(row!.text, '2b');
    expect(made).toBeDefined();
    await db.query(`INSERT INTO t VALUES (${at}, ${made})`);
  }
  const rows = await db.query<{ n: number; digest: string }>(
    'SELECT n, SHA2(CAST(j AS CHAR), 256) AS digest FROM t',
  );
  for (const pair of Map.groupBy(rows, ({ n }) => n).values()) {
    expect(pair).toHaveLength(2);
    expect(pair[1]).toEqual(pair[0]);
  }
});

test('bytes of TINYBLOB cannot be written: it is said of such a document', () => {
  expect(fixTypes('["base64:type249:AA=="]', '1b')).toBeUndefined();
});
