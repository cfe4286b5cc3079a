import { beforeAll, describe, expect, test } from '@jest/globals';
import { builtinSql } from '../../../src/mysql/pipeline/builtin-sql.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import { customersCsv, deployedShop, ordersCsv, runPipeline, shop } from '../../support/shop.ts';

let db: TestDatabase;
const [CSV, NO_ORDERS] = ['data/raw/customers.csv', { 'data/raw/orders.csv': ordersCsv([]) }];
const ADA = { customerId: 1, fullName: 'Ada', email: 'ada@example.com', country: 'DE' };
const FILES = { ...NO_ORDERS, [CSV]: customersCsv([{ ...ADA, updatedAt: '2026-01-01T00:00:00' }]) };

beforeAll(async () => {
  db = await testDatabase({ lifetime: 'file' });
  await deployedShop(db, FILES);
  // Of tables without a primary key, examples are found as well.
  await db.query('SET SESSION sql_require_primary_key = OFF');
}, 60_000);

/** Asks checks of these tables in one run; as warnings, so that one that fails does not hide those after it. */
async function ask(tables: string, builtin: readonly string[], file = '') {
  await db.query(tables);
  const checks = builtin.map((line) => `    - ${line.replace(/\}$/, ', severity: warning }')}\n`).join('');
  const folder = shop(FILES);
  writeFiles(folder, {
    'sql/nothing.sql': 'SELECT 1;',
    'sql/checks.sql': file,
    'data/pipeline.yml': `datasets:
  - name: customers
    files: data/raw/customers.csv
    table: stg_customers
    key: [customer_id, updated_at]
    watermark: updated_at
    columns:
      customer_id: { type: bigint, required: true }
      full_name: { type: string, maxLength: 255, required: true }
      email: { type: string, maxLength: 255, required: true, sensitive: true }
      country: { type: string, maxLength: 2, required: true }
      updated_at: { type: datetime, required: true }
transforms: [sql/nothing.sql]
checks:
${file === '' ? '' : '  file: sql/checks.sql\n'}${checks === '' ? '' : `  builtin:\n${checks}`}`,
  });
  const report = await runPipeline(folder, db);
  expect([report.result, report.problems]).toEqual(['ok', []]);
  const all = report.pipeline?.checks ?? [];
  // What a person is told to look further with has to run, and to find something.
  for (const { query, name } of all)
    if (query && name !== 'mistyped') expect((await db.query(query)).length).toBeGreaterThan(0);
  return all.map(({ status, metric, examples }) => [status, metric ?? null, examples?.rows ?? null]);
}

const passed = (metric = 0) => ['passed', metric, null];

describe('each built-in check with a server', () => {
  test('not_null', async () => {
    const found = await ask(
      `CREATE TABLE nn (id INT PRIMARY KEY, a INT NULL, b INT NULL); CREATE TABLE nn0 LIKE nn;
       INSERT INTO nn VALUES (1, 1, 1), (2, NULL, 1), (3, NULL, NULL), (4, 1, NULL)`,
      [
        'not_null: { table: nn, columns: [id] }',
        'not_null: { table: nn, columns: [a] }',
        'not_null: { table: nn, columns: [a, b], name: both }',
        'not_null: { table: nn, columns: [a, b], name: enough, threshold: 3 }',
        'not_null: { table: nn0, columns: [a] }',
      ],
    );
    expect(found).toEqual([
      passed(),
      ['failed', 2, [['2'], ['3']]],
      ['failed', 3, [['2'], ['3'], ['4']]],
      passed(3),
      passed(),
    ]);
  });

  test('unique reads no row where the primary key holds it, and every row where it does not', async () => {
    const found = await ask(
      `CREATE TABLE uk (id INT, part VARCHAR(9), n INT, PRIMARY KEY (id, part));
       CREATE TABLE up (word VARCHAR(20), n INT, PRIMARY KEY (n), UNIQUE KEY (word(1)));
       INSERT INTO uk VALUES (1, 'a', 1), (1, 'b', 1), (2, 'a', 1); INSERT INTO up VALUES ('a', 1), ('b', 2)`,
      [
        'unique: { table: uk, columns: [part, id, n] }',
        'unique: { table: uk, columns: [ID, PART] }',
        'unique: { table: uk, columns: [id] }',
        'unique: { table: up, columns: [word] }',
      ],
    );
    expect(found).toEqual([passed(), passed(), ['failed', 1, [['1', '2']]], passed()]);
    const held = builtinSql(
      { check: 'unique', table: 'uk', columns: ['id', 'part'] },
      { primaryKey: ['id', 'part'], isKeyWhole: true, kinds: new Map() },
    );
    const cut = builtinSql(
      { check: 'unique', table: 'uk', columns: ['id', 'part'] },
      { primaryKey: ['id', 'part'], isKeyWhole: false, kinds: new Map() },
    );
    expect([held.metric.sql.includes('uk'), cut.metric.sql.includes('uk')]).toEqual([false, true]);
  });

  test('unique', async () => {
    const found = await ask(
      `CREATE TABLE uq (a INT NULL, b VARCHAR(9) NULL);
       INSERT INTO uq VALUES (1, 'x'), (1, 'y'), (1, 'y'), (2, NULL), (2, NULL), (NULL, 'z'), (NULL, 'z')`,
      [
        'unique: { table: uq, columns: [b], threshold: 2 }',
        'unique: { table: uq, columns: [a, b] }',
        'unique: { table: uq, columns: [a] }',
      ],
    );
    expect(found).toEqual([
      passed(2),
      ['failed', 1, [['1', 'y', '2']]],
      [
        'failed',
        2,
        [
          ['1', '3'],
          ['2', '2'],
        ],
      ],
    ]);
  });

  test('accepted_values', async () => {
    const found = await ask(
      `CREATE TABLE av (id BIGINT PRIMARY KEY, s VARCHAR(20) NULL, n BIGINT NULL);
       INSERT INTO av VALUES (1, 'new', 9007199254740993), (2, NULL, NULL), (3, 'it''s ?', 9007199254740992)`,
      [
        'accepted_values: { table: av, column: s, values: [new, "it\'s ?"] }',
        'accepted_values: { table: av, column: s, values: [old, "?\\\\"], name: none }',
        'accepted_values: { table: av, column: n, values: [9007199254740993] }',
      ],
    );
    expect(found).toEqual([
      passed(),
      [
        'failed',
        2,
        [
          ['1', 'new'],
          ['3', "it's ?"],
        ],
      ],
      ['failed', 1, [['3', '9007199254740992']]],
    ]);
  });

  test('range, of numbers, decimals and times', async () => {
    const found = await ask(
      `CREATE TABLE rg (id INT PRIMARY KEY, n BIGINT NULL, d DECIMAL(30,10) NULL, t DATETIME NULL);
       CREATE TABLE rg0 LIKE rg;
       INSERT INTO rg VALUES (1, 9007199254740993, 0.1, '2026-01-01'), (2, NULL, NULL, NULL),
         (3, 9007199254740992, 0.1000000001, '2026-02-01 00:00:01'), (4, -5, -0.1, '2025-12-31 23:59:59')`,
      [
        'range: { table: rg, column: n, min: -5, max: 9007199254740993 }',
        'range: { table: rg, column: n, max: 9007199254740992, name: above }',
        'range: { table: rg, column: d, min: -0.1, max: 0.1 }',
        'range: { table: rg, column: t, min: "2026-01-01", max: "2026-02-01" }',
        'range: { table: rg, column: d, min: 0, max: 0.1, name: enough, threshold: 2 }',
        'range: { table: rg0, column: n, min: 1 }',
        'accepted_values: { table: rg, column: t, values: ["no time"], name: mistyped }',
      ],
    );
    expect(found).toEqual([
      passed(),
      ['failed', 1, [['1', '9007199254740993']]],
      ['failed', 1, [['3', '0.1000000001']]],
      [
        'failed',
        2,
        [
          ['3', '2026-02-01 00:00:01'],
          ['4', '2025-12-31 23:59:59'],
        ],
      ],
      passed(2),
      passed(),
      ['failed', 3, expect.anything()],
    ]);
  });

  test('relationships', async () => {
    const found = await ask(
      `CREATE TABLE parent (x INT NULL, y INT NULL); CREATE TABLE nobody LIKE parent;
       CREATE TABLE child (id INT PRIMARY KEY, a INT NULL, b INT NULL);
       INSERT INTO parent VALUES (1, 1), (2, NULL), (NULL, 3);
       INSERT INTO child VALUES (1, 1, 1), (2, 2, 2), (3, NULL, 9), (4, 9, NULL), (5, 7, 7)`,
      [
        'relationships: { table: child, columns: [a, b], to: parent, toColumns: [x, y] }',
        'relationships: { table: child, columns: [a], to: parent, toColumns: [x] }',
        'relationships: { table: child, columns: [id], to: child, name: itself }',
        'relationships: { table: nobody, columns: [x], to: parent }',
        'relationships: { table: parent, columns: [x], to: nobody }',
      ],
    );
    expect(found).toEqual([
      [
        'failed',
        2,
        [
          ['2', '2', '2'],
          ['5', '7', '7'],
        ],
      ],
      [
        'failed',
        2,
        [
          ['4', '9'],
          ['5', '7'],
        ],
      ],
      passed(),
      passed(),
      ['failed', 2, [['1'], ['2']]],
    ]);
  });

  test('row_count', async () => {
    const found = await ask(
      `CREATE TABLE rc (id INT PRIMARY KEY); CREATE TABLE rc0 LIKE rc; INSERT INTO rc VALUES (1), (2), (3)`,
      [
        'row_count: { table: rc, min: 3, max: 3 }',
        'row_count: { table: rc, min: 5, name: few }',
        'row_count: { table: rc, max: 1, name: many }',
        'row_count: { table: rc, max: 1, threshold: 2, name: enough }',
        'row_count: { table: rc0, min: 1 }',
        'row_count: { table: rc0, max: 0, name: empty }',
      ],
    );
    expect(found).toEqual([
      passed(),
      ['failed', 2, [['3']]],
      ['failed', 2, [['3']]],
      passed(2),
      ['failed', 1, [['0']]],
      passed(),
    ]);
  });

  test('freshness, in UTC; without any value there is no age', async () => {
    const [older, newest] = ['UTC_TIMESTAMP() - INTERVAL 2 DAY', 'UTC_TIMESTAMP() - INTERVAL 1 HOUR'];
    const found = await ask(
      `CREATE TABLE fr (t DATETIME NULL, s TIMESTAMP NULL); CREATE TABLE fr0 LIKE fr; CREATE TABLE fr1 LIKE fr;
       SET time_zone = '+00:00';
       INSERT INTO fr VALUES (${older}, ${older}), (NULL, NULL), (${newest}, ${newest});
       INSERT INTO fr1 VALUES (NULL, NULL); SET time_zone = DEFAULT`,
      [
        'freshness: { table: fr, column: t, maxAge: 90m }',
        'freshness: { table: fr, column: s, maxAge: 90m }',
        'freshness: { table: fr, column: t, maxAge: 50m, name: old }',
        'freshness: { table: fr0, column: t, maxAge: 9d }',
        'freshness: { table: fr1, column: t, maxAge: 9d }',
      ],
    );
    const minutes = found.map(([, seconds]) =>
      typeof seconds === 'number' ? Math.floor(seconds / 600) : seconds,
    );
    expect(found.map(([status]) => status)).toEqual(['passed', 'passed', 'failed', 'failed', 'failed']);
    expect(minutes).toEqual([6, 6, 6, null, null]);
    expect(found.slice(3).map(([, , rows]) => rows)).toEqual([[['NULL']], [['NULL']]]);
  });

  test('one_current_row', async () => {
    const found = await ask(
      `CREATE TABLE oc (k INT NULL, is_current TINYINT NULL); CREATE TABLE oc0 LIKE oc;
       INSERT INTO oc VALUES (1, 1), (1, 0), (2, 0), (3, 1), (3, 1), (4, NULL)`,
      [
        'one_current_row: { table: oc, columns: [k] }',
        'one_current_row: { table: oc, columns: [k], threshold: 3, name: enough }',
        'one_current_row: { table: oc0, columns: [k] }',
      ],
    );
    const rows = [
      ['2', '0'],
      ['3', '2'],
      ['4', '0'],
    ];
    expect(found).toEqual([['failed', 3, rows], passed(3), passed()]);
  });

  test('no_overlap; an interval without an end has none', async () => {
    const found = await ask(
      `CREATE TABLE ov (\`next\` INT, \`from\` DATE, \`to\` DATE NULL); CREATE TABLE ov0 LIKE ov;
       INSERT INTO ov VALUES (1, '2026-01-01', '2026-02-01'), (1, '2026-02-01', NULL),
         (2, '2026-01-01', '2026-02-02'), (2, '2026-02-01', NULL), (3, '2026-01-01', NULL), (3, '2026-03-01', NULL)`,
      [
        'no_overlap: { table: ov, columns: [next], from: from, to: to }',
        'no_overlap: { table: ov, columns: [next], from: from, to: to, threshold: 2, name: enough }',
        'no_overlap: { table: ov0, columns: [next], from: from, to: to }',
      ],
    );
    const rows = [
      ['2', '2026-01-01', '2026-02-02', '2026-02-01'],
      ['3', '2026-01-01', 'NULL', '2026-03-01'],
    ];
    expect(found).toEqual([['failed', 2, rows], passed(2), passed()]);
  });

  test('reconcile, of sums and of counts, absolute and in per cent', async () => {
    const found = await ask(
      `CREATE TABLE rl (v DECIMAL(20,4) NULL); CREATE TABLE rr (w DECIMAL(20,4) NULL); CREATE TABLE r0 LIKE rl;
       INSERT INTO rl VALUES (100.10), (NULL), (0.90); INSERT INTO rr VALUES (99), (1)`,
      [
        'reconcile: { table: rl, column: v, to: rr, toColumn: w, tolerance: 1 }',
        'reconcile: { table: rl, column: v, to: rr, toColumn: w, tolerance: 0.99, name: sums }',
        'reconcile: { table: rl, column: v, to: rr, toColumn: w, tolerance: 1%, name: percent }',
        'reconcile: { table: rr, column: w, to: rl, toColumn: v, tolerance: 0.9%, name: percent_back }',
        'reconcile: { table: rl, to: rr, tolerance: 0, name: counts }',
        'reconcile: { table: rl, to: rr, tolerance: 50%, name: counts_percent }',
        'reconcile: { table: r0, column: v, to: r0, tolerance: 0%, name: empty }',
        'reconcile: { table: rl, column: v, to: r0, tolerance: 100%, name: of_nothing }',
      ],
    );
    expect(found).toEqual([
      passed(1),
      ['failed', 1, [['101.0000', '100.0000']]],
      passed(1),
      ['failed', expect.closeTo(0.990099, 5), [['100.0000', '101.0000']]],
      ['failed', 1, [['3', '2']]],
      passed(50),
      passed(),
      ['failed', null, [['101.0000', '0.0000']]],
    ]);
  });
});

test('names that look like SQL stay names', async () => {
  const [table, column] = ['a`; DROP TABLE nn -- ?', 'it\'s `?` "\\'];
  const [inYaml, columnInYaml] = [JSON.stringify(table), JSON.stringify(column)];
  const [t, c] = [table, column].map((name) => `\`${name.replaceAll('`', '``')}\``);
  const at = `table: ${inYaml}, column: ${columnInYaml}`;
  const all = `table: ${inYaml}, columns: [${columnInYaml}]`;
  const found = await ask(
    `CREATE TABLE ${t} (${c} DATETIME NULL, e DATETIME NULL, f INT NOT NULL);
     INSERT INTO ${t} VALUES ('2026-01-01', '2026-01-05', 1), (NULL, '2026-01-05', 1), ('2026-01-01', '2026-01-05', 1)`,
    [
      `not_null: { ${all} }`,
      `unique: { ${all} }`,
      `accepted_values: { ${at}, values: ["2025-01-01", "?"] }`,
      `range: { ${at}, max: "2025-01-01" }`,
      `relationships: { ${all}, to: ${inYaml}, toColumns: [f] }`,
      `row_count: { table: ${inYaml}, max: 0 }`,
      `freshness: { ${at}, maxAge: 1s }`,
      `one_current_row: { ${all}, current: f }`,
      `no_overlap: { ${all}, from: ${columnInYaml}, to: e }`,
      `reconcile: { table: ${inYaml}, column: f, to: ${inYaml}, toColumn: ${columnInYaml} }`,
    ].map((line, number) => line.replace(/ \}$/, `, name: c${number} }`)),
  );
  expect(
    found.map(([status, metric]) => (status === 'failed' && Number(metric) > 0 ? 'failed' : metric)),
  ).toEqual(Array(10).fill('failed'));
});

test('a sensitive value is no example, however it is asked for', async () => {
  const ada = ADA.email;
  await db.query(`CREATE TABLE copies (id INT PRIMARY KEY, email VARCHAR(99), until VARCHAR(99)) CHARACTER SET utf8mb4;
    INSERT INTO copies VALUES (1, '${ada}', 'b'), (2, '${ada}', 'b')`);
  const found = await ask(
    'DO 0',
    [
      'unique: { table: copies, columns: [email] }',
      'accepted_values: { table: copies, column: email, values: [x] }',
      'range: { table: copies, column: email, max: aaa }',
      'relationships: { table: copies, columns: [email], to: copies, toColumns: [until] }',
      'freshness: { table: copies, column: email, maxAge: 1s }',
      'no_overlap: { table: copies, columns: [until], from: email, to: until }',
      'no_overlap: { table: copies, columns: [email], from: id, to: until, name: key }',
    ],
    [
      'SELECT * FROM (SELECT email AS x FROM copies LIMIT 5) AS d',
      'SELECT x FROM (SELECT CONCAT(email) AS x, id FROM copies) AS d',
      'WITH d (x) AS (SELECT DISTINCT email FROM copies) SELECT x FROM d',
      'SELECT email AS x FROM copies UNION SELECT email FROM copies',
      'SELECT y FROM (SELECT ROW_NUMBER() OVER () AS n, c.* FROM copies AS c) AS d (a, b, y, z)',
      "SELECT JSON_OBJECT('e', e.email) AS x FROM copies AS e",
      'SELECT x FROM (TABLE copies) AS d (i, x, u)',
      'SELECT id FROM (SELECT email AS id FROM copies LIMIT 5) AS d',
    ]
      .map(
        (sql, number) =>
          `-- check: own${number} severity: warning\nSELECT 1;\n-- examples:\n${sql.replaceAll('\n', ' ')};\n`,
      )
      .join(''),
  );
  expect(JSON.stringify(found)).not.toContain(ada);
  expect(found.filter(([status]) => status === 'failed').length).toBeGreaterThanOrEqual(13);
});

test('what cannot be told from a sensitive value is masked, in every place', async () => {
  const [secret, pin] = ['ada-the-secret@example.com', 73_519_264];
  await db.query(`CREATE TABLE hidden (id INT PRIMARY KEY, email VARCHAR(99), pin INT, plain VARCHAR(9));
    INSERT INTO hidden VALUES (1, '${secret}', ${pin}, 'seen'), (2, '${secret}', ${pin}, 'seen');
    CREATE VIEW handed_on AS SELECT id, email AS other, pin AS number FROM hidden;
    CREATE FUNCTION reads_it() RETURNS VARCHAR(99) READS SQL DATA RETURN (SELECT MAX(email) FROM hidden)`);
  const examples = [
    'SELECT MAX(email) OVER () AS x FROM hidden',
    'SELECT LAG(email) OVER (ORDER BY id) FROM hidden',
    'SELECT MIN(email) AS id FROM hidden GROUP BY id',
    'SELECT other FROM handed_on',
    'SELECT MAX(other) OVER () FROM handed_on',
    'SELECT reads_it()',
    'SELECT id, @seen := email FROM hidden',
  ];
  const metrics = [
    'SELECT MAX(email = "x") + MAX(pin) FROM hidden AS h JOIN (SELECT 1 AS email) AS e USING (email)',
    `SELECT MAX(pin) OVER (PARTITION BY email) FROM hidden LIMIT 1`,
    'SELECT SUM(LENGTH(email)) FROM hidden',
    'SELECT MAX(number) FROM handed_on',
    'SELECT LENGTH(reads_it())',
  ];
  const blocks = [
    ...examples.map((sql, at) => `-- check: e${at} severity: warning\nSELECT 1;\n-- examples:\n${sql};\n`),
    ...metrics.map((sql, at) => `-- check: m${at} severity: warning threshold: -1\n${sql};\n`),
    '-- check: counted severity: warning\nSELECT COUNT(*) FROM hidden WHERE email <> "";\n-- examples:\nSELECT id, plain FROM hidden WHERE email <> "" ORDER BY id;\n',
    '-- check: counted_columns severity: warning\nSELECT COUNT(email) FROM hidden WHERE id IN (SELECT id FROM hidden WHERE email <> "");\n',
    '-- check: refused severity: warning\nSELECT COUNT(*) FROM hidden;\n-- examples:\nSELECT plain FROM hidden;\n',
  ];
  const found = await ask('DO 0', [], blocks.join(''));
  const shown = JSON.stringify(found);
  for (const value of [secret, String(pin)]) expect(shown).not.toContain(value);
  // Each of them failed, and says nothing of why.
  expect(found.slice(0, examples.length).every(([status]) => status === 'failed')).toBe(true);
  expect(found.slice(examples.length, -3).map(([status, metric]) => [status, metric])).toEqual(
    metrics.map((_, at) => [at === 0 ? 'failed' : 'failed', null]),
  );
  expect(found.slice(-3)).toEqual([
    [
      ...['failed', 2],
      [
        ['1', 'seen'],
        ['2', 'seen'],
      ],
    ],
    ['failed', 2, null],
    ['failed', 2, [['seen'], ['seen']]],
  ]);
  const kept = await db.query('SELECT metric_value, CAST(details AS CHAR) AS details FROM ops_dq_results');
  for (const value of [secret, String(pin)]) expect(JSON.stringify(kept)).not.toContain(value);
});

test('a metric is kept as what it is', async () => {
  await ask(
    'DO 0',
    [],
    ['1.1e-16', '1e300', '-2.5', '123456789.123456', '94405.28571428571e0']
      .map((number, at) => `-- check: number${at} severity: warning threshold: -9\nSELECT ${number};\n`)
      .join(''),
  );
  expect(
    await db.query(
      "SELECT CONCAT(metric_value) AS n FROM ops_dq_results WHERE check_name LIKE 'number%' ORDER BY check_name",
    ),
  ).toEqual([
    { n: '1.1e-16' },
    { n: '1e300' },
    { n: '-2.5' },
    { n: '123456789.123456' },
    { n: '94405.28571428571' },
  ]);
});

describe('built-in checks compare values exactly', () => {
  const TABLES = `CREATE TABLE IF NOT EXISTS ci (id INT PRIMARY KEY, s VARCHAR(9), c CHAR(4), n INT, f FLOAT, d DOUBLE,
      e ENUM('new', 'paid'), b BOOLEAN, v DECIMAL(6, 2), w VARCHAR(9)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
    REPLACE INTO ci VALUES (1, 'new', 'DE', 0, 0.1, 0.1, 'new', 1, 1.50, '10'), (2, 'NEW', 'de', 5, 0.2, 0.2, 'paid', 0, -1, '9'),
      (3, 'new ', 'FR', 6, 0.3, 0.3, 'new', 1, 2, 'x')`;
  const CHECKS: readonly (readonly [string, number])[] = [
    ['accepted_values: { table: ci, column: s, values: [new] }', 2],
    ['accepted_values: { table: ci, column: c, values: [DE, FR] }', 1],
    // Words are no zero.
    ['accepted_values: { table: ci, column: n, values: [abc, "5"] }', 2],
    ['accepted_values: { table: ci, column: f, values: [0.1, 0.2, 0.3] }', 0],
    ['accepted_values: { table: ci, column: d, values: [0.1, 0.2] }', 1],
    ['accepted_values: { table: ci, column: e, values: [new] }', 1],
    ['accepted_values: { table: ci, column: b, values: [true] }', 1],
    ['accepted_values: { table: ci, column: v, values: ["1.5", "-1", "2.000"] }', 0],
    ['unique: { table: ci, columns: [s] }', 0],
    ['unique: { table: ci, columns: [e] }', 1],
    ['one_current_row: { table: ci, columns: [s], current: b }', 1],
    ['one_current_row: { table: ci, columns: [e], current: b, allowNone: true }', 1],
    ['relationships: { table: ci, columns: [s], to: ci, toColumns: [c] }', 3],
    ['range: { table: ci, column: w, min: 9, max: 10 }', 1],
    ['range: { table: ci, column: f, min: 0.1, max: 0.3 }', 0],
    ['reconcile: { table: ci, column: n, to: ci, toColumn: v }', 8.5],
  ];

  test.each(['DEFAULT', "'PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE'"])(
    'with sql_mode %s',
    async (mode) => {
      const [before] = await db.query<{ m: string }>('SELECT @@GLOBAL.sql_mode AS m');
      await db.query(TABLES);
      await db.query(`SET GLOBAL sql_mode = ${mode}`);
      try {
        const found = await ask(
          'DO 0',
          CHECKS.map(([check], at) => check.replace(/ \}$/, `, name: x${at} }`)),
        );
        expect(found.map(([, metric]) => metric)).toEqual(CHECKS.map(([, metric]) => metric));
      } finally {
        await db.query('SET GLOBAL sql_mode = ?', [before?.m]);
      }
    },
  );
});
