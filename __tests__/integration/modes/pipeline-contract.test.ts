import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '../../support/database.ts';
import { deploy, project, writeFiles } from '../../support/deploy.ts';
import { deployedShop, readDimension, readFacts, runPipeline } from '../../support/shop.ts';

const root = join(import.meta.dirname, '../../..');
const CONTRACT = readFileSync(join(root, 'contracts/customers.odcs.yaml'), 'utf8');
const MANIFEST = readFileSync(join(root, 'data/pipeline.yml'), 'utf8');
/** As `npm run demo` and docs/data-contracts.md have it. */
const BY_CONTRACT = MANIFEST.replace(
  /(?<=maxRejected: 0\n) {4}columns:\n {6}customer_id[^]*?(?=\n\n)/,
  '    contract: contracts/customers.odcs.yaml',
);

test('the example by its contract gives what it gives by its columns, and says what nothing enforces', async () => {
  const [byColumns, byContract] = [await testDatabase(), await testDatabase()];
  expect((await runPipeline(await deployedShop(byColumns), byColumns)).result).toBe('ok');
  const folder = await deployedShop(byContract);
  writeFiles(folder, { 'data/pipeline.yml': BY_CONTRACT, 'contracts/customers.odcs.yaml': CONTRACT });
  const { report } = await deploy('validate', folder, undefined);
  expect([report.result, report.warnings]).toEqual([
    'ok',
    [
      expect.objectContaining({
        code: 'contract-not-enforced',
        at: { file: 'contracts/customers.odcs.yaml', line: 46 },
      }),
    ],
  ]);
  const ran = await runPipeline(folder, byContract);
  expect([ran.result, ran.problems]).toEqual(['ok', []]);
  expect(ran.pipeline?.checks.map(({ name, status }) => `${name} ${status}`)).toEqual(
    expect.arrayContaining([
      'contract_customers_not_empty passed',
      'contract_customers_no_test_accounts passed',
    ]),
  );
  expect(await readDimension(byContract)).toEqual(await readDimension(byColumns));
  expect(await readFacts(byContract)).toEqual(await readFacts(byColumns));
});

const TABLE = `CREATE TABLE stg_t (
  id INT NOT NULL PRIMARY KEY, code VARCHAR(10) NULL, amount DECIMAL(9,2) NULL, day DATE NULL, secret VARCHAR(20) NULL
);`;

function contractOf(properties: string, rest = ''): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: t
version: 1.0.0
status: active
schema:
  - name: t
    physicalName: stg_t
    properties:
      - { name: id, physicalType: INT, primaryKey: true }
${properties}${rest}`;
}

const PROPERTIES = `      - { name: code, logicalType: string, physicalType: VARCHAR(10), enum: [{ value: A }, { value: b }] }
      - { name: amount, logicalType: number, physicalType: "DECIMAL(9,2)", logicalTypeOptions: { minimum: 0, exclusiveMaximum: 100 } }
      - { name: day, logicalType: date, logicalTypeOptions: { minimum: "2020-01-01" } }
      - { name: secret, logicalType: string, physicalType: VARCHAR(20), classification: restricted, logicalTypeOptions: { minLength: 3 } }
`;

function projectOf(contract: string, csv: string, manifest = ''): string {
  return project({
    'changelog/changelog.yml':
      'databaseChangeLog:\n  - changeSet: { id: "1", author: me, sqlFile: migrations/1.sql }\n',
    'migrations/1.sql': TABLE,
    'contracts/t.yaml': contract,
    'data/pipeline.yml': `datasets:
  - name: things
    files: data/*.csv
    table: stg_t
    key: [id]
    maxRejected: 100
    contract: contracts/t.yaml
${manifest}`,
    'data/1.csv': csv,
  });
}

describe('a contract', () => {
  test('rejects row by row what it does not allow, and shows no sensitive value', async () => {
    const db = await testDatabase();
    const folder = projectOf(
      contractOf(PROPERTIES),
      `id,code,amount,day,secret
1,A,0,2020-01-01,abc
2,a,0,2020-01-01,abc
3,b,100,2020-01-01,abc
4,b,-0.01,2020-01-01,abc
5,,99.99,2019-12-31,abc
6,,,,xy
,,,,
8,,,,
`,
    );
    await deploy('update', folder, db);
    const report = await runPipeline(folder, db);
    expect([report.result, report.problems]).toEqual(['ok', []]);
    expect(await db.query('SELECT id FROM stg_t ORDER BY id')).toEqual([{ id: 1 }, { id: 8 }]);
    expect(
      await db.query('SELECT line_number AS line, reason, raw FROM ops_rejected_rows ORDER BY 1'),
    ).toEqual(
      [
        { line: 3, reason: 'code: "a" is not among the values of its contract', raw: '2,a,0,2020-01-01,***' },
        {
          line: 4,
          reason: 'amount: "100" is not less than 100, the exclusiveMaximum of its contract',
          raw: '3,b,100,2020-01-01,***',
        },
        {
          line: 5,
          reason: 'amount: "-0.01" is less than 0, the minimum of its contract',
          raw: '4,b,-0.01,2020-01-01,***',
        },
        {
          line: 6,
          reason: 'day: "2019-12-31" is less than 2020-01-01, the minimum of its contract',
          raw: '5,,99.99,2019-12-31,***',
        },
        { line: 7, reason: 'secret: is shorter than 3 characters', raw: '6,,,,***' },
        { line: 8, reason: 'id: is required', raw: ',,,,***' },
      ].map((row) =>
        expect.objectContaining({ ...row, raw: expect.stringContaining(row.raw.replace(/\*+$/, '')) }),
      ),
    );
  });

  test('that the table does not fit is reported as for columns', async () => {
    const db = await testDatabase();
    const folder = projectOf(
      contractOf(
        '      - { name: code, physicalType: VARCHAR(10), required: true }\n      - { name: amount, physicalType: "DECIMAL(12,2)" }\n      - { name: gone, logicalType: date }\n',
      ),
      'id,code,amount,gone\n',
    );
    await deploy('update', folder, db);
    const report = await runPipeline(folder, db);
    expect(report.problems[0]?.message).toContain(
      'table stg_t is not what the manifest says: column amount is decimal(9,2), which decimal(12,2) does not fit into; column gone is missing',
    );
  });

  /** Rows: code A A b NULL n/a, amount 1.00 to 5.00. */
  const ROWS = 'id,code,amount,day\n1,A,1,2020-01-01\n2,A,2,2020-01-01\n3,b,3,\n4,,4,\n5,n/a,5,\n';
  const QUALITY: readonly (readonly [where: 'table' | 'code' | 'amount', rule: string, passes: boolean])[] = [
    ['table', 'metric: rowCount, mustBe: 5', true],
    ['table', 'metric: rowCount, mustNotBe: 5', false],
    ['table', 'metric: rowCount, mustNotBeBetween: [6, 9]', true],
    ['table', 'metric: rowCount, mustBeLessThan: 5', false],
    ['table', 'metric: duplicateValues, arguments: { properties: [code, day] }, mustBe: 1', true],
    ['table', 'metric: duplicateValues, arguments: { properties: [code, amount] }, mustBe: 0', true],
    ['code', 'metric: nullValues, mustBe: 1', true],
    ['code', 'metric: nullValues, mustBe: 0', false],
    ['code', 'metric: nullValues, unit: percent, mustBeLessOrEqualTo: 20', true],
    ['code', 'metric: nullValues, unit: percent, mustBeLessThan: 20', false],
    ['code', 'metric: missingValues, arguments: { missingValues: [n/a, null] }, mustBe: 2', true],
    ['code', 'metric: missingValues, arguments: { missingValues: [N/A] }, mustBe: 2', false],
    ['code', 'metric: invalidValues, arguments: { validValues: [A, b] }, mustBeLessOrEqualTo: 1', true],
    ['code', 'metric: invalidValues, arguments: { validValues: [a, b] }, unit: percent, mustBe: 60', true],
    ['code', "metric: invalidValues, arguments: { pattern: '^[A-Z]$' }, mustBe: 2", true],
    ['code', 'metric: duplicateValues, unit: percent, mustBe: 20', true],
    [
      'amount',
      'metric: invalidValues, arguments: { validValues: [1, 2, 3.0] }, unit: percent, mustBe: 40',
      true,
    ],
    ['amount', 'type: sql, query: "SELECT SUM({column}) FROM ${table};", mustBeBetween: [14.5, 15]', true],
    [
      'amount',
      'type: sql, query: "SELECT MAX(`{column}`) FROM {table}", mustBeGreaterOrEqualTo: 5.01',
      false,
    ],
    ['amount', 'type: sql, query: "SELECT NULL FROM {table} LIMIT 1", mustBe: 0', false],
    [
      'table',
      'type: sql, query: "WITH a AS (SELECT id FROM stg_t) SELECT COUNT(*) FROM a", mustBeGreaterThan: 4',
      true,
    ],
  ];

  test('passes and fails by its quality rules, whatever the operator', async () => {
    const db = await testDatabase();
    const under = (where: string): string =>
      QUALITY.flatMap(([at, rule], index) =>
        at === where ? [`{ name: q${index}, severity: warning, ${rule} }`] : [],
      ).join(', ');
    const folder = projectOf(
      contractOf(
        `      - { name: code, physicalType: VARCHAR(10), quality: [${under('code')}] }
      - { name: amount, physicalType: "DECIMAL(9,2)", quality: [${under('amount')}] }
      - { name: day, logicalType: date }
`,
        `    quality: [${under('table')}]\n`,
      ),
      ROWS,
    );
    await deploy('update', folder, db);
    const report = await runPipeline(folder, db);
    expect([report.result, report.problems]).toEqual(['ok', []]);
    const statuses = new Map(
      report.pipeline?.checks.map(({ name, status }) => [name.replace(/.*_q/, ''), status]),
    );
    expect(QUALITY.map(([, rule], index) => [rule, statuses.get(String(index))])).toEqual(
      QUALITY.map(([, rule, passes]) => [rule, passes ? 'passed' : 'failed']),
    );
  });
});
