import { describe, expect, test } from '@jest/globals';
import { columnJudge, type ColumnStorage } from '../../../src/pipeline/rows/judge-value.ts';
import type { Column } from '../../../src/pipeline/manifest/manifest.ts';
import { rowsOf } from '../../support/contract.ts';

function columnOf(...lines: readonly string[]): {
  readonly column: Column | undefined;
  readonly said: readonly string[];
} {
  const { contract, problems, warnings } = rowsOf(
    ['properties:', '  - name: a', ...lines.map((line) => `    ${line}`)].join('\n'),
  );
  return { column: contract?.columns[0], said: [...problems, ...warnings] };
}

const STORAGE = { dataType: '', fractionDigits: 6, scale: 2, maxLength: undefined } as ColumnStorage;
const NOTATION = { decimal: '.', dateFormat: undefined, watermark: undefined } as const;

/** What a column says to a value: `ok`, or why it is rejected. */
function verdict(column: Column | undefined, text: string): string {
  if (!column) return 'no column';
  const judge = columnJudge(column, STORAGE, NOTATION);
  return judge.judge(text) === undefined ? judge.explain(text) : 'ok';
}

describe('the type of a column', () => {
  test.each([
    ['physicalType: BIGINT UNSIGNED', { kind: 'bigint', unsigned: true }],
    ['physicalType: int(11)', { kind: 'int' }],
    ['physicalType: INTEGER', { kind: 'int' }],
    ['physicalType: tinyint(1)', { kind: 'boolean' }],
    ['physicalType: DECIMAL(12, 2)', { kind: 'decimal', precision: 12, scale: 2 }],
    ['physicalType: NUMERIC(5)', { kind: 'decimal', precision: 5, scale: 0 }],
    ['physicalType: double precision', { kind: 'double' }],
    ['physicalType: FLOAT(30)', { kind: 'double' }],
    ['physicalType: DATETIME(6)', { kind: 'datetime' }],
    ['physicalType: BIT(16)', { kind: 'smallint', unsigned: true }],
    ['physicalType: mediumtext', { kind: 'string' }],
    ['physicalType: VARBINARY(16)', { kind: 'binary' }],
    ['logicalType: integer', { kind: 'int' }],
    ['logicalType: number', { kind: 'double' }],
    ['logicalType: timestamp', { kind: 'datetime' }],
    ['logicalType: array', { kind: 'json' }],
    ['logicalType: integer, logicalTypeOptions: { format: u64 }', { kind: 'bigint', unsigned: true }],
    ['logicalType: integer, physicalType: BIGINT, logicalTypeOptions: { format: i16 }', { kind: 'smallint' }],
  ])('of "%s" is known', (yaml, type) => {
    const { contract, problems, warnings } = rowsOf(
      `properties:\n  - { name: a, ${yaml.replace(/(?<=: )([^,{]*\(.*\))$/, '"$1"')} }`,
    );
    expect([problems, warnings]).toEqual([[], []]);
    expect(contract?.columns[0]?.type).toEqual(type);
  });

  test('is that of the standard where the physical one is of another system, which is said', () => {
    const { column, said } = columnOf('physicalType: timestamptz', 'logicalType: timestamp');
    expect(column?.type).toEqual({ kind: 'datetime' });
    expect(said).toEqual([
      '10: property a: "physicalType: timestamptz" is not a type of MySQL that is loaded: "logicalType: timestamp" decides',
    ]);
  });

  test('cannot be told', () => {
    expect(columnOf('physicalType: GEOMETRY').said).toEqual([
      '10: property a: "physicalType: GEOMETRY" is not a type of MySQL that is loaded',
    ]);
    expect(columnOf('required: true').said).toEqual(['9: property a: it has no type']);
  });

  test('holds more than the logical type, which is said', () => {
    expect(columnOf('physicalType: VARCHAR(20)', 'logicalType: date').said).toEqual([
      '11: property a: "logicalType: date" is not enforced: a VARCHAR(20) holds other values too',
    ]);
  });
});

describe('a value', () => {
  test.each<readonly [yaml: readonly string[], good: readonly string[], bad: readonly string[]]>([
    [
      ['logicalType: integer', 'logicalTypeOptions: { minimum: 5, exclusiveMaximum: 9 }'],
      ['5', '8'],
      ['4', '9'],
    ],
    [
      [
        'physicalType: DECIMAL(9,2)',
        'logicalType: number',
        'logicalTypeOptions: { exclusiveMinimum: 0.5, maximum: 10 }',
      ],
      ['0.51', '10.00'],
      ['0.5', '10.01', '-3'],
    ],
    [['logicalType: date', "logicalTypeOptions: { minimum: '2020-01-01' }"], ['2020-01-01'], ['2019-12-31']],
    [
      ['logicalType: timestamp', "logicalTypeOptions: { maximum: '2020-01-01T00:00:00Z' }"],
      ['2020-01-01 00:00:00'],
      ['2020-01-01T00:00:00.000001Z'],
    ],
    [
      ['logicalType: time', "logicalTypeOptions: { minimum: '08:00' }"],
      ['08:00:00', '10:00'],
      ['07:59:59.9', '-09:00'],
    ],
    [
      ['logicalType: string', 'logicalTypeOptions: { minLength: 2, maxLength: 3 }'],
      ['ab', '€uö'],
      ['a', '😀', 'abcd'],
    ],
    [
      ['logicalType: string', 'enum: [{ value: a }, { value: "1" }]'],
      ['a', '1'],
      ['A', 'a ', ''],
    ],
    [['physicalType: DECIMAL(5,2)', 'enum: [{ value: 1 }, { value: 2.5 }]'], ['1.00', '2.5'], ['2']],
    [["physicalType: ENUM('x','it''s')"], ['x', "it's"], ['X']],
    [
      ['logicalType: string', 'logicalTypeOptions: { format: uuid }'],
      ['0cb0a11c-6f48-4aa5-9e0a-1d2b3c4d5e6f'],
      ['x'],
    ],
    [
      ['logicalType: string', 'logicalTypeOptions: { format: ipv4 }'],
      ['10.0.0.255'],
      ['10.0.0.256', '1.2.3'],
    ],
    [
      ['logicalType: string', 'logicalTypeOptions: { format: ipv6 }'],
      ['::1', '2001:db8::8a2e:370:7334'],
      ['::g', '1.2.3.4'],
    ],
    [
      ['logicalType: string', 'logicalTypeOptions: { format: hostname }'],
      ['a.example'],
      ['-a.example', 'a..b'],
    ],
    [['logicalType: string', 'logicalTypeOptions: { format: uri }'], ['https://a.example/b'], ['a b']],
  ])('by %j is accepted or rejected with a reason', (yaml, good, bad) => {
    const { column, said } = columnOf(...yaml);
    expect(said).toEqual([]);
    expect(good.map((text) => verdict(column, text))).toEqual(good.map(() => 'ok'));
    for (const text of bad) expect(verdict(column, text)).toMatch(/^is /);
  });

  test.each([
    ['classification: confidential', true],
    ['classification: Public', false],
    ['classification: internal', false],
    ['classification: "4"', true],
    ['tags: [PII]', true],
    ['encryptedName: a_encrypted', true],
    ['customProperties: [{ property: pii, value: true }]', true],
    ['customProperties: [{ property: pii, value: false }]', false],
  ])('with %s is shown or not', (yaml, expected) => {
    expect(columnOf('logicalType: string', yaml).column?.sensitive).toBe(expected);
  });
});

describe('what nothing enforces', () => {
  test.each([
    [
      'logicalType: string',
      "logicalTypeOptions: { pattern: '(?=a)' }",
      '"pattern" is not enforced, because it cannot be matched in linear time',
    ],
    ['logicalType: string', 'logicalTypeOptions: { format: iban }', '"format: iban" is not enforced'],
    [
      'logicalType: integer',
      'logicalTypeOptions: { multipleOf: 5 }',
      '"multipleOf: 5" is not enforced on a int',
    ],
    [
      'logicalType: date',
      'logicalTypeOptions: { format: dd.MM.yyyy }',
      '"format: dd.MM.yyyy" is not enforced',
    ],
    [
      'logicalType: timestamp',
      'logicalTypeOptions: { defaultTimezone: Europe/Vienna }',
      '"defaultTimezone: Europe/Vienna" is not enforced',
    ],
    [
      'logicalType: date',
      'logicalTypeOptions: { minimum: soon }',
      '"minimum: soon" is not enforced on a date',
    ],
    ['logicalType: array', 'items: { logicalType: string }', '"items" is not enforced'],
    ['logicalType: integer', 'relationships: [{ to: u.id }]', '"relationships" is not enforced'],
    ['logicalType: integer', 'semanticType: measure', 'a measure is no column of the table'],
    [
      'logicalType: string',
      'quality: [{ type: text, description: nice }]',
      'quality rule "text" is not enforced: it is a text for people',
    ],
    [
      'logicalType: string',
      'quality: [{ type: custom, engine: soda, implementation: x }]',
      'it is for another program',
    ],
    ['logicalType: string', 'quality: [{ metric: nullValues }]', 'it does not say what must be'],
    [
      'logicalType: string',
      'quality: [{ metric: invalidValues, mustBe: 0 }]',
      'it says neither "validValues" nor "pattern"',
    ],
    ['logicalType: string', 'quality: [{ metric: nullValues, mustBe: many }]', '"mustBe" has no number'],
  ])('of { %s, %s } is said with its line', (type, yaml, message) => {
    const { contract, warnings } = rowsOf(`properties:\n  - name: a\n    ${type}\n    ${yaml}`);
    expect(contract?.checks).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^(9|10|11): property a: /)]);
    expect(warnings[0]).toContain(message);
  });

  test('of agreements is said; freshness is a check', () => {
    const { contract, warnings } = rowsOf(
      'properties:\n  - { name: at, logicalType: timestamp }\n  - { name: b, logicalType: string }',
      [],
      ['freshness, value: 36, unit: h, element: t.at', 'freshness, value: P1DT1H, element: at']
        .concat('freshness, value: 2d, element: other.at', 'freshness, value: 1, unit: d, element: t.b')
        .concat('freshness, value: 1, unit: y, element: t.at', 'availability, value: 99'),
    );
    expect(contract?.checks.map(({ name, threshold }) => [name, threshold])).toEqual([
      ['contract_d_at_freshness', 129_600],
      ['contract_d_at_freshness_2', 90_000],
    ]);
    expect(warnings).toEqual([
      '14: slaProperties: "freshness: 2d" is not enforced: the contract has no table other',
      '15: slaProperties: "freshness: 1" is not enforced: b is not a time',
      '16: slaProperties: "freshness: 1" is not enforced: its age cannot be read',
      '17: slaProperties: "availability: 99" is not enforced: only "freshness" is',
    ]);
  });
});

describe('a check', () => {
  const check = (yaml: string, key: readonly string[] = ['id']): object | undefined => {
    const { contract, problems, warnings } = rowsOf(
      `properties:\n  - { name: id, logicalType: integer, primaryKey: true }\n  - name: a\n    physicalType: VARCHAR(9)\n${yaml}`,
      key,
    );
    expect([problems, warnings]).toEqual([[], []]);
    return contract?.checks[0];
  };

  test.each([
    [
      '    quality: [{ metric: nullValues, mustBe: 0 }]',
      { check: 'not_null', table: 't', columns: ['a'] },
      0,
    ],
    [
      '    quality: [{ metric: nullValues, mustBeLessThan: 3.5 }]',
      { check: 'not_null', table: 't', columns: ['a'] },
      3,
    ],
    ['    quality: [{ rule: nullCheck, mustBe: 0 }]', { check: 'not_null', table: 't', columns: ['a'] }, 0],
    [
      '    quality: [{ metric: duplicateValues, mustBeLessOrEqualTo: 2 }]',
      { check: 'unique', table: 't', columns: ['a'] },
      2,
    ],
    [
      '    quality: [{ metric: invalidValues, arguments: { validValues: [x, y] }, mustBe: 0 }]',
      { check: 'accepted_values', table: 't', column: 'a', values: ['x', 'y'] },
      0,
    ],
    ['    unique: true', { check: 'unique', table: 't', columns: ['a'] }, 0],
    [
      'quality: [{ metric: rowCount, mustBeBetween: [10, 20] }]',
      { check: 'row_count', table: 't', min: 10, max: 20 },
      0,
    ],
    [
      'quality: [{ metric: rowCount, mustBeGreaterThan: 5 }]',
      { check: 'row_count', table: 't', min: 6, max: undefined },
      0,
    ],
    [
      'quality: [{ metric: duplicateValues, arguments: { properties: [id, a] }, mustBe: 0 }]',
      { check: 'unique', table: 't', columns: ['id', 'a'] },
      0,
    ],
  ])('of "%s" is a built-in one', (yaml, rule, threshold) => {
    expect(check(yaml)).toMatchObject({ kind: 'builtin', rule, threshold, severity: 'error' });
  });

  test('of the primary key is made where the key of staging does not promise it', () => {
    expect(check('', ['ID'])).toBeUndefined();
    expect(check('', ['id', 'a'])).toMatchObject({ rule: { check: 'unique', columns: ['id'] } });
  });

  test('in SQL is refused where it is not one SELECT, at its line', () => {
    expect(
      rowsOf(
        'properties:\n  - { name: a, logicalType: integer }\nquality:\n  - type: sql\n    query: DELETE FROM t\n    mustBe: 0',
      ).problems,
    ).toEqual(['12: quality rule "sql": check asked: its statement is no SELECT: it begins with "DELETE"']);
  });
});
