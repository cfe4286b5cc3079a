import type { Connection, RowDataPacket } from 'mysql2/promise';
import { GROUPS } from './schema.ts';

/** Where the same rows are written by the same transactions, and no deploy ever comes. */
export const TWIN = 'torture_twin';

const COLUMNS = `id BIGINT PRIMARY KEY, f FLOAT, d DOUBLE, p DECIMAL(30, 10), dt DATETIME(6), ts TIMESTAMP(3) NULL, j JSON,
  e ENUM('', 'a', 'b'), c VARCHAR(40) CHARACTER SET cp1251, k VARCHAR(20) CHARACTER SET sjis, b VARBINARY(60), bits BIT(64),
  big LONGBLOB, tags JSON, g INT AS (id * 2) STORED, KEY ((CAST(tags AS UNSIGNED ARRAY)))`;

/** A table with awkward types in each group, and its twin in a schema of its own. */
export function zooSchema(group: number): readonly string[] {
  return [`zoo_${group}`, `${TWIN}.zoo_${group}`].flatMap((table) => [
    `CREATE TABLE ${table} (${COLUMNS})`,
    `INSERT INTO ${table} (${NAMES}) WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200) SELECT -n, ${valuesOf('n', '10')} FROM s`,
  ]);
}

const NAMES = 'id, f, d, p, dt, ts, j, e, c, k, b, bits, big, tags';

/** Values that follow from a number alone, so that both tables get the same. */
function valuesOf(n: string, bytes: string): string {
  return `52.520008 * ${n}, -0.1 / ${n}, ${n} / 7, TIMESTAMPADD(MICROSECOND, ${n}, '2024-02-29 12:00:00'),
    TIMESTAMPADD(SECOND, ${n} MOD 100000, '2024-10-27 00:00:00'),
    JSON_OBJECT('p', CAST(${n} / 3 AS DECIMAL(20, 4)), 'd', DATE'2024-01-02', 'b', CAST(UNHEX(LEFT(SHA2(${n}, 256), 32)) AS BINARY(16)), 'u', CAST(${n} AS UNSIGNED)),
    1 + ${n} MOD 3, CONCAT(x'b8c6', ${n}), x'815f8160', UNHEX(SHA2(${n}, 256)), ${n} * 1000000007,
    REPEAT(UNHEX(LEFT(SHA2(${n}, 256), 32)), ${bytes}), JSON_ARRAY(${n} MOD 7, ${n} MOD 11)`;
}

/** Writes a row to both tables, changes an earlier one, and now and then a long one. */
export async function writeZoo(connection: Connection, group: number, id: number): Promise<void> {
  const bytes = id % 97 === 0 ? '20000' : String(id % 40);
  for (const table of [`zoo_${group}`, `${TWIN}.zoo_${group}`]) {
    await connection.query(`INSERT INTO ${table} (${NAMES}) VALUES (${id}, ${valuesOf(String(id), bytes)})`);
    const earlier = id - 4 * GROUPS;
    await connection.query(
      `UPDATE ${table} SET f = f * 1.0000001, j = JSON_SET(j, '$.p', ${id}.90), big = x'0027' WHERE id = ${earlier}`,
    );
    if (id % 13 === 0) await connection.query(`DELETE FROM ${table} WHERE id = ${earlier - GROUPS}`);
  }
}

/** By column what differs between a table and its twin, by value. */
export async function compareZoo(connection: Connection): Promise<readonly string[]> {
  const wrong: string[] = [];
  await connection.query('SET SESSION group_concat_max_len = 4294967295');
  const types = `CONCAT(j, JSON_TYPE(j->'$.p'), JSON_TYPE(j->'$.d'), JSON_TYPE(j->'$.b'), JSON_TYPE(j->'$.u'))`;
  const exact = [
    'id',
    'CAST(f AS DOUBLE)',
    'd',
    'p',
    'dt',
    'ts',
    types,
    'e + 0',
    'HEX(c)',
    'HEX(k)',
    'HEX(b)',
    'bits + 0',
    'SHA2(big, 256)',
    'tags',
    'g',
  ];
  const list = exact.map((each) => `COALESCE(${each}, 'NULL')`).join(', ');
  for (let group = 0; group < GROUPS; group += 1) {
    const rows = (table: string): string =>
      `SELECT id, SHA2(CONCAT_WS('|', ${list}), 256) AS v FROM ${table}`;
    const [found] = await connection.query<RowDataPacket[]>(
      `SELECT COALESCE(a.id, t.id) AS id FROM (${rows(`zoo_${group}`)}) AS a
        RIGHT JOIN (${rows(`${TWIN}.zoo_${group}`)}) AS t USING (id) WHERE a.v IS NULL OR a.v <> t.v
      UNION ALL SELECT id FROM zoo_${group} WHERE id NOT IN (SELECT id FROM ${TWIN}.zoo_${group})`,
    );
    wrong.push(...found.map((row) => `row ${String(row['id'])} of zoo_${group} is not as its twin`));
  }
  return wrong;
}
