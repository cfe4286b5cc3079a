import type { TestDatabase } from './database.ts';

/** A table of the zoo: what makes it, and rows with values at the edges of its types. */
export interface ZooTable {
  readonly name: string;
  /** Sessions of applications differ; a mode that a row needs is set for it alone. */
  readonly sql: readonly string[];
}

const NUMBERS: readonly ZooTable[] = [
  {
    name: 'n_float',
    sql: [
      'CREATE TABLE n_float (id INT PRIMARY KEY, f FLOAT, g FLOAT(7,4), d DOUBLE, u DOUBLE UNSIGNED)',
      `INSERT INTO n_float VALUES (1, 52.520008, 999.00009, 0.1, 1e308), (2, '-0', 0, '-0', 0), (3, 3.402823466e38, -1.1, -1.7976931348623157e308, 5),
        (4, 1.17549e-38, NULL, 2.2250738585072014e-308, NULL), (5, 16777217, 0.1, 9007199254740993, 0.30000000000000004)`,
    ],
  },
  {
    name: 'n_exact',
    sql: [
      `CREATE TABLE n_exact (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, e BIGINT,
        p DECIMAL(65,30), y YEAR, b1 BIT(1), b64 BIT(64), z INT(8) UNSIGNED ZEROFILL)`,
      "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
      `INSERT INTO n_exact VALUES (0, -128, 65535, -8388608, -9223372036854775808, -99999999999999999999999999999999999.999999999999999999999999999999, 0, b'1', 18446744073709551615, 42),
        (18446744073709551610, 127, 0, 8388607, 9223372036854775807, 0.000000000000000000000000000001, 2155, b'0', 0, 0), (7, NULL, NULL, NULL, NULL, NULL, 1901, NULL, 9223372036854775809, NULL)`,
      'SET SESSION sql_mode = DEFAULT',
    ],
  },
];

const TIMES: readonly ZooTable[] = [
  {
    name: 't_invalid',
    sql: [
      `CREATE TABLE t_invalid (id INT PRIMARY KEY, d DATE, dt DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(6))`,
      "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+02:00'",
      `INSERT INTO t_invalid VALUES (1, '2024-02-31', '2023-02-30 23:59:59.999999', '1970-01-01 02:00:01', '-838:59:59.000000'), (2, '0000-00-00', '2024-00-00 00:00:00', '2038-01-19 05:14:07.999', '838:59:59'),
        (3, '9999-12-31', '1000-01-01', '2024-10-27 02:30:00', '00:00:00.000001'), (4, NULL, NULL, NULL, NULL)`,
      "INSERT INTO t_invalid VALUES (5, '0000-04-31', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '-00:00:00.000001')",
      'SET SESSION sql_mode = DEFAULT, time_zone = DEFAULT',
    ],
  },
];

const LISTS: readonly ZooTable[] = [
  {
    name: 'l_enum',
    sql: [
      `CREATE TABLE l_enum (id INT PRIMARY KEY, e ENUM('', 'a', 'b'), f ENUM('x', '1', '0'), s SET(${Array.from({ length: 64 }, (_, at) => `'m${at}'`).join(', ')}))`,
      "SET SESSION sql_mode = ''",
      "INSERT INTO l_enum VALUES (1, 'nothing', '1', 'm63,m0'), (2, '', '0', ''), (3, 'a', 2, 18446744073709551615), (4, NULL, NULL, NULL), (5, 'b', 'none', 9007199254740993)",
      'SET SESSION sql_mode = DEFAULT',
    ],
  },
];

const DOCUMENTS: readonly ZooTable[] = [
  {
    name: 'j_types',
    sql: [
      'CREATE TABLE j_types (id INT PRIMARY KEY, j JSON, k JSON)',
      `INSERT INTO j_types VALUES (1, JSON_OBJECT('price', 19.90, 'whole', CAST(5 AS DECIMAL), 'n', CAST(7 AS UNSIGNED), 'f', 1e0, 'i', 3), NULL),
        (2, JSON_OBJECT('d', DATE'2024-01-02', 't', TIME'-10:11:12.5', 'dt', TIMESTAMP'2024-01-02 03:04:05.000006'), JSON_ARRAY(19.90, JSON_OBJECT('', 1.10, 'a.b', 2.20, 'q"\\\\''', 3.30, 'ü', JSON_ARRAY(JSON_ARRAY(4.40, 'x'), 5)))),
        (3, CAST(19.90 AS JSON), CAST(CAST(9 AS UNSIGNED) AS JSON)), (4, '{}', '[]'), (5, 'null', '"2024-01-02"'), (6, CAST(9223372036854775807 AS JSON), JSON_ARRAY(9223372036854775807, 18446744073709551615, -1)),
        (7, '{"a": "\\\\u0000\\\\n\\\\"", "b": -0.0, "c": 1e300}', JSON_OBJECT('v', CAST('\\0ÿ' AS BINARY(3))))`,
      "CREATE TABLE of_type (ts TIMESTAMP(6) NULL, b BIT(9), y YEAR, e ENUM('x'), g POINT, f FLOAT)",
      "INSERT INTO of_type VALUES ('2024-01-01 01:02:03.5', b'101', 2001, 'x', POINT(1, 2), 0.1)",
      "INSERT INTO j_types SELECT 8, JSON_OBJECT('ts', ts, 'b', b, 'y', y, 'e', e, 'g', g, 'f', f, '10', 1.5, '9', 2.5), CAST(ts AS JSON) FROM of_type",
    ],
  },
];

const CHARACTER_SETS = [
  ...[
    'armscii8',
    'ascii',
    'cp1250',
    'cp1251',
    'cp1256',
    'cp1257',
    'cp850',
    'cp852',
    'cp866',
    'dec8',
    'geostd8',
  ],
  ...['greek', 'hebrew', 'hp8', 'keybcs2', 'koi8r', 'koi8u', 'latin1', 'latin2', 'latin5', 'latin7', 'macce'],
  ...['macroman', 'swe7', 'tis620'],
];
const WIDE_CHARACTER_SETS: Readonly<Record<string, readonly string[]>> = {
  big5: ['A440', 'F9D6', 'C6A1', '41', 'A145', 'A35C'],
  cp932: ['815F', '8160', '817C', 'FC4B', '5C', '7E', '8750', 'ED40', 'FA40'],
  eucjpms: ['A1C0', 'A1C1', 'ADA1', '8FA2B7', 'F5A1', '5C'],
  euckr: ['B0A1', 'C8FE', '41', 'A1AD'],
  gb18030: ['B0A1', '8130B130', 'FE50', 'A2A1', '41'],
  gb2312: ['B0A1', 'A1A4', '41', 'A1AA'],
  gbk: ['B0A1', 'A1A4', '815C', 'A180', '41'],
  sjis: ['815F', '8160', '817C', 'FC4B', '5C', '7E', 'EAA4'],
  ucs2: ['0041', 'D800', '0000', 'FFFF', '005C', '0027'],
  ujis: ['A1C0', 'A1C1', '8FA2B7', 'F4A6', '5C'],
  utf16: ['0041', 'D83DDE00', 'FFFD', '005C'],
  utf16le: ['4100', '3DD800DE', '5C00'],
  utf32: ['00000041', '0001F600', '0000005C'],
  utf8mb3: ['C3A4', 'E282AC', '5C', '27', '0A', '1A', '00'],
  utf8mb4: ['F09F9880', 'C3A4', '5C27', '0D0A', '1A', '00', 'C2A0'],
};

const ONE_BYTE = Array.from({ length: 255 }, (_, at) => (at + 1).toString(16).padStart(2, '0'));

/** Awkward bytes of every character set of the server, in hex. */
export const CHARACTER_SET_BYTES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(CHARACTER_SETS.map((charset) => [charset, ONE_BYTE])),
  ...WIDE_CHARACTER_SETS,
};

function textTable(charset: string, values: readonly string[]): ZooTable {
  const name = `c_${charset}`;
  const rows = values.map((hex, at) => `(${at}, x'${hex}', x'${hex}')`).join(', ');
  return {
    name,
    sql: [
      `CREATE TABLE ${name} (id INT PRIMARY KEY, v VARCHAR(20), t TEXT) CHARACTER SET ${charset}`,
      `INSERT IGNORE INTO ${name} VALUES ${rows}`,
    ],
  };
}

const TEXTS: readonly ZooTable[] = [
  ...Object.entries(CHARACTER_SET_BYTES).map(([charset, values]) => textTable(charset, values)),
  {
    name: 'c_enum_cp1251',
    sql: [
      "CREATE TABLE c_enum_cp1251 (id INT PRIMARY KEY, e ENUM('ж', 'я'), d VARCHAR(9) DEFAULT 'ё', pad CHAR(5)) CHARACTER SET cp1251",
      "INSERT INTO c_enum_cp1251 (id, e, pad) VALUES (1, 'я', 'a'), (2, 'ж', '  b')",
    ],
  },
];

const BYTES: readonly ZooTable[] = [
  {
    name: 'b_bytes',
    sql: [
      'CREATE TABLE b_bytes (id VARBINARY(8) PRIMARY KEY, fixed BINARY(5), b LONGBLOB, g GEOMETRY SRID 4326, v VECTOR(3), t LONGTEXT)',
      "INSERT INTO b_bytes VALUES (x'00', x'00ff', x'000a0d1a225c27ff', ST_GeomFromText('POINT(1 2)', 4326), TO_VECTOR('[1,-0.1,3e-9]'), ''), ('', NULL, '', NULL, NULL, NULL)",
      `INSERT INTO b_bytes VALUES ('long', 'a', REPEAT(x'0027', 700000), NULL, NULL, REPEAT('ü\\\\', 300000))`,
    ],
  },
];

const SHAPES: readonly ZooTable[] = [
  {
    name: 'k_keyless',
    sql: [
      'CREATE TABLE k_keyless (f FLOAT, j JSON, t VARCHAR(9) CHARACTER SET cp1251)',
      "INSERT INTO k_keyless VALUES (52.520008, JSON_OBJECT('p', 19.90), x'98'), (52.520008, JSON_OBJECT('p', 19.90), x'98'), (0.1, NULL, 'a')",
    ],
  },
  {
    name: 'k_generated',
    sql: [
      "CREATE TABLE k_generated (a INT, hidden FLOAT INVISIBLE DEFAULT 1.00000012, v INT AS (a + 1) VIRTUAL, s VARCHAR(20) AS (CONCAT('x', a)) STORED, `odd ``name` DOUBLE, PRIMARY KEY (a), KEY (v))",
      'INSERT INTO k_generated (a, hidden, `odd ``name`) VALUES (1, 1.23456789, 0.1), (2, DEFAULT, NULL)',
    ],
  },
  { name: 'k_empty', sql: ['CREATE TABLE k_empty (f FLOAT)'] },
  {
    name: 'k_parts',
    sql: [
      'CREATE TABLE k_parts (id INT, f FLOAT, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 3',
      'INSERT INTO k_parts VALUES (1, 0.1), (2, 0.2), (3, 123456.7)',
    ],
  },
  {
    name: 'k_child',
    sql: [
      'CREATE TABLE k_parent (id INT PRIMARY KEY, f FLOAT)',
      'CREATE TABLE k_child (id INT PRIMARY KEY, p INT, d DOUBLE, FOREIGN KEY (p) REFERENCES k_parent (id) ON DELETE CASCADE)',
      'INSERT INTO k_parent VALUES (1, 0.1), (2, 52.520008)',
      "INSERT INTO k_child VALUES (1, 1, '-0'), (2, 2, 1e-300)",
    ],
  },
];

/** Column types with values at their edges, character sets, shapes of tables. */
export const ZOO: readonly ZooTable[] = [
  ...NUMBERS,
  ...TIMES,
  ...LISTS,
  ...DOCUMENTS,
  ...TEXTS,
  ...BYTES,
  ...SHAPES,
];

/** Makes all of it. */
export async function fillZoo(db: TestDatabase): Promise<void> {
  const connection = await db.connect();
  await connection.query('SET SESSION sql_require_primary_key = OFF');
  for (const { sql } of ZOO) for (const statement of sql) await connection.query(statement);
  await connection.end();
}

interface Column {
  readonly tableName: string;
  readonly name: string;
  readonly type: string;
}

const SELECT_COLUMNS = `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, DATA_TYPE AS type
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`;

/** What a value is, however it prints. */
function exactly({ name, type }: Column): string {
  const column = `\`${name.replaceAll('`', '``')}\``;
  if (type === 'float' || type === 'double') return `CONCAT(CAST(${column} AS DOUBLE), '')`;
  if (type === 'json')
    return `CONCAT(${column}, ' ', JSON_TYPE(${column}), COALESCE((SELECT JSON_ARRAYAGG(JSON_TYPE(v)) FROM JSON_TABLE(JSON_EXTRACT(${column}, '$**.*', '$**[*]'), '$[*]' COLUMNS (v JSON PATH '$')) AS x), ''))`;
  if (type === 'enum' || type === 'set' || type === 'bit') return `CAST(${column} AS UNSIGNED)`;
  return `HEX(CAST(${column} AS BINARY))`;
}

/** Every value of every table of a schema, by table; equal only for equal values. */
export async function zooValues(
  db: TestDatabase,
  tables: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const columns = await db.query<Column>(SELECT_COLUMNS, [db.name]);
  const values: Record<string, readonly string[]> = {};
  for (const table of tables) {
    const list = columns.filter(({ tableName }) => tableName === table).map((column) => exactly(column));
    const rows = await db.query<{ v: string }>(
      `SELECT SHA2(CONCAT_WS('|', ${list.map((each) => `COALESCE(${each}, 'NULL')`).join(', ')}), 256) AS v FROM \`${table}\``,
    );
    values[table] = rows.map(({ v }) => v).toSorted();
  }
  return values;
}

/** A sum over each column of a table, to say where two tables differ. */
export async function zooSums(db: TestDatabase, table: string): Promise<Readonly<Record<string, unknown>>> {
  const columns = (await db.query<Column>(SELECT_COLUMNS, [db.name])).filter(
    ({ tableName }) => tableName === table,
  );
  if (columns.length === 0) return {};
  const sums = columns.map((each) => `SUM(CRC32(COALESCE(${exactly(each)}, 'NULL'))) AS \`${each.name}\``);
  const [row = {}] = await db.query(
    `SELECT COUNT(*) AS \`number of rows\`, ${sums.join(', ')} FROM \`${table}\``,
  );
  return row;
}

/** The tables of a schema. */
export async function zooTables(db: TestDatabase): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?
      AND TABLE_NAME NOT LIKE 'ops\\_%' AND TABLE_NAME NOT LIKE 'DATABASECHANGELOG%' ORDER BY 1`,
    [db.name],
  );
  return rows.map(({ name }) => name);
}
