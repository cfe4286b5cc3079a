import type { TestDatabase } from './database.ts';
import { valueTypes } from './value-types.ts';
import { CHARACTER_SET_BYTES } from './zoo.ts';

/** A column of the zoo: its type and values at its edges, as SQL. */
export interface ColumnKind {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

const EDGES: readonly ColumnKind[] = [
  kind('FLOAT', ['52.520008', "'-0'", '3.402823466e38', '1.17549e-38', '16777217']),
  kind('FLOAT(7,4)', ['999.00009', '-1.1']),
  kind('DOUBLE', ["'-0'", '1e308', '2.2250738585072014e-308', '0.30000000000000004']),
  kind('DECIMAL(65,30)', ['-99999999999999999999999999999999999.999999999999999999999999999999', '1e-30']),
  kind('INT(8) UNSIGNED ZEROFILL', ['0', '42', '4294967295']),
  kind('DATE', ["'2024-02-31'", "'0000-00-00'", "'0000-04-31'", "'2024-00-00'"], 'DATE, not valid'),
  kind('DATETIME(6)', ["'2023-02-30 23:59:59.999999'", "'0000-00-00 00:00:00'"], 'DATETIME(6), not valid'),
  kind('TIMESTAMP(3) NULL', ["'1970-01-01 23:00:01'", "'2024-10-27 02:30:00.999'", "'0000-00-00 00:00:00'"]),
  kind('TIME(6)', ["'-838:59:59'", "'-00:00:00.000001'", "'838:59:59'"], 'TIME(6), both ends'),
  kind("ENUM('', 'a')", ["'nothing'", "''", "'a'"]),
  kind(
    `SET(${Array.from({ length: 64 }, (_, at) => `'m${at}'`).join(', ')})`,
    ["''", "'m63,m0'", '18446744073709551615'],
    'SET of 64 members',
  ),
  kind('GEOMETRY SRID 4326', ["ST_GeomFromText('POINT(1 2)', 4326)"]),
  kind('VECTOR(3)', ["TO_VECTOR('[1,-0.1,3e-9]')"]),
  kind('LONGBLOB', ["x'000a0d1a225c27ff'", "REPEAT(x'0027', 3000)", "''"]),
  kind('BIT(64)', ["b'0'", '18446744073709551615'], 'BIT(64), full'),
  kind(
    'JSON',
    [
      "JSON_OBJECT('p', 19.90, 'd', DATE'2024-01-02', 'u', CAST(7 AS UNSIGNED))",
      "JSON_ARRAY(19.90, JSON_OBJECT('q\"', 4.40))",
      'CAST(19.90 AS JSON)',
    ],
    'JSON, numbers and dates',
  ),
  kind(
    'JSON',
    [
      "JSON_OBJECT('v', CAST(x'00ff27' AS BINARY(3)), 'n', JSON_ARRAY(x'5c', TIME'-10:11:12.5'))",
      "CAST(REPEAT(x'ff', 500) AS JSON)",
    ],
    'JSON, bytes',
  ),
  kind(
    'JSON',
    ["JSON_ARRAY(REPEAT(x'ff00', 40000))", "JSON_OBJECT('m', FROM_BASE64(REPEAT('/wAn', 30000)))"],
    'JSON, long bytes',
  ),
  kind('VARCHAR(20) DEFAULT (UUID())', ["'a'", "'b'"], 'VARCHAR with a default that is computed'),
  kind(
    "TIMESTAMP DEFAULT '2000-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP",
    ["'2001-02-03 04:05:06'"],
    'TIMESTAMP that follows updates',
  ),
  kind('INT INVISIBLE DEFAULT 5', ['1', '2'], 'INT, invisible'),
];

const TEXT_FORMS = ['VARCHAR(20)', 'CHAR(12)', 'TEXT', 'TINYTEXT', 'MEDIUMTEXT'];

/** Every kind of column: types, and a text of every character set, of which each takes another collation in turn. */
export async function columnKinds(db: TestDatabase, seed: number): Promise<readonly ColumnKind[]> {
  const collations = await db.query<{ name: string; charset: string }>(
    'SELECT COLLATION_NAME AS name, CHARACTER_SET_NAME AS charset FROM information_schema.COLLATIONS ORDER BY 1',
  );
  const texts = Object.entries(CHARACTER_SET_BYTES).flatMap(([charset, bytes], at) => {
    const own = collations.filter((each) => each.charset === charset);
    const collation = own[(seed + at) % own.length]?.name ?? `${charset}_bin`;
    const form = TEXT_FORMS[(seed + at) % TEXT_FORMS.length]!;
    const some = bytes.filter((_, n) => bytes.length < 20 || n % 16 === (seed + at) % 16 || n > 250);
    const values = some.map((hex) => `x'${hex}'`);
    return kind(`${form} CHARACTER SET ${charset} COLLATE ${collation}`, values, `text in ${charset}`);
  });
  const types = valueTypes.map(({ type, values }) => kind(type, values));
  const byName = new Map([...types, ...EDGES, ...texts].map((each) => [each.name, each]));
  return [...byName.values()];
}

function kind(type: string, values: readonly string[], name = type): ColumnKind {
  return { name, type, values };
}
