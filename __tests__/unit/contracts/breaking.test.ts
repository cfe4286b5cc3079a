import { describe, expect, test } from '@jest/globals';
import { compareContracts } from '../../../src/contracts/breaking/compare-contracts.ts';
import { versionStep } from '../../../src/contracts/breaking/contract-version.ts';
import { contractGone, contractViolations } from '../../../src/contracts/breaking/contract-violations.ts';
import { contractText, readContract } from '../../support/contract.ts';

const BODY = `properties:
  - name: id
    logicalType: integer
    physicalType: INT
    primaryKey: true
  - name: a
    logicalType: string
    physicalType: VARCHAR(20)
    required: true
    logicalTypeOptions: { minLength: 2, maxLength: 20, pattern: x }
    enum: [{ value: x1 }, { value: x2 }]
    quality: [{ metric: nullValues, mustBeLessOrEqualTo: 5 }]
  - name: n
    physicalType: DECIMAL(9,2)
    logicalType: number
    unique: true
    logicalTypeOptions: { minimum: 0, maximum: 10 }
quality: [{ name: full, metric: rowCount, mustBeGreaterThan: 10 }]`;

function changes(from: string, to: string): readonly string[] {
  if (!BODY.includes(from)) throw new Error(`the contract has no ${from}`);
  const [before, after] = [BODY, BODY.replace(from, to)].map((body) => readContract(contractText(body)));
  return compareContracts(before!, after!).map(
    ({ weight, line, message }) => `${weight} ${line}: ${message}`,
  );
}

describe('a change of a contract', () => {
  test.each([
    ['no change', 'id', 'id', []],
    ['another spelling of a type', 'INT\n', 'integer\n', []],
    ['a description', '- name: id', '- name: id\n    description: new', []],
    [
      'a property gone',
      /* n */ '  - name: n\n    physicalType: DECIMAL(9,2)\n    logicalType: number\n    unique: true\n    logicalTypeOptions: { minimum: 0, maximum: 10 }\n',
      '',
      ['breaking 7: t: property n is gone'],
    ],
    [
      'a property more',
      'quality: [{ name',
      '  - { name: z, logicalType: date }\nquality: [{ name',
      ['compatible 25: t: property z is new'],
    ],
    [
      'a required property more',
      'quality: [{ name',
      '  - { name: z, logicalType: date, required: true }\nquality: [{ name',
      ['breaking 25: t: property z is new, and required'],
    ],
    [
      'another column',
      '- name: a',
      '- name: a\n    physicalName: b',
      ['breaking 13: t: property a: its physicalName is b now, and was a'],
    ],
    [
      'another type',
      'logicalType: integer',
      'logicalType: string',
      ['breaking 10: t: property id: "logicalType" is string now, and was integer'],
    ],
    [
      'a wider column',
      'physicalType: INT',
      'physicalType: BIGINT',
      ['breaking 11: t: property id: "physicalType" is BIGINT now, and was INT'],
    ],
    [
      'a longer text',
      'VARCHAR(20)',
      'VARCHAR(30)',
      ['loosens 15: t: property a: "physicalType" is VARCHAR(30) now, and was VARCHAR(20)'],
    ],
    [
      'a shorter text',
      'VARCHAR(20)',
      'VARCHAR(19)',
      ['breaking 15: t: property a: "physicalType" is VARCHAR(19) now, and was VARCHAR(20)'],
    ],
    [
      'a type dropped',
      '    logicalType: integer\n',
      '',
      ['unclear 9: t: property id: "logicalType: integer" is gone'],
    ],
    [
      'required',
      '    physicalType: INT\n',
      '    physicalType: INT\n    required: true\n',
      ['breaking 12: t: property id: it is required now'],
    ],
    ['not required', '    required: true\n', '', ['loosens 13: t: property a: it is not required any more']],
    [
      'unique',
      '    required: true\n',
      '    required: true\n    unique: true\n',
      ['breaking 17: t: property a: it is unique now'],
    ],
    [
      'another key',
      'required: true\n',
      'required: true\n    primaryKey: true\n',
      ['unclear 7: t: its primary key is (id, a) now, and was (id)'],
    ],
    [
      'a greater minimum',
      'minimum: 0',
      'minimum: 0.01',
      ['breaking 24: t: property n: minimum is 0.01 now, and was 0'],
    ],
    ['the same minimum', 'minimum: 0', 'minimum: 0.00', []],
    [
      'an open minimum',
      'minimum: 0',
      'exclusiveMinimum: 0',
      ['breaking 24: t: property n: minimum is 0 (exclusiveMinimum) now, and was 0'],
    ],
    [
      'an open minimum below',
      'minimum: 0',
      'exclusiveMinimum: -1',
      ['loosens 24: t: property n: minimum is -1 (exclusiveMinimum) now, and was 0'],
    ],
    [
      'a greater maximum',
      'maximum: 10 }',
      'maximum: 11 }',
      ['loosens 24: t: property n: maximum is 11 now, and was 10'],
    ],
    [
      'a shorter maxLength',
      'maxLength: 20',
      'maxLength: 9',
      ['breaking 17: t: property a: maxLength is 9 now, and was 20'],
    ],
    ['no minLength', 'minLength: 2, ', '', ['loosens 13: t: property a: minLength is none now, and was 2']],
    [
      'another pattern',
      'pattern: x',
      'pattern: y',
      ['unclear 17: t: property a: "pattern" is y now, and was x'],
    ],
    [
      'a format',
      'pattern: x',
      'pattern: x, format: email',
      ['breaking 17: t: property a: "format: email" is new'],
    ],
    ['a value less', ', { value: x2 }', '', ['breaking 18: t: property a: "enum" has lost x2']],
    [
      'a value more',
      '{ value: x2 }',
      '{ value: x2 }, { value: x3 }',
      ['loosens 18: t: property a: "enum" has x3 too'],
    ],
    [
      'a stricter rule',
      'mustBeLessOrEqualTo: 5',
      'mustBeLessOrEqualTo: 4',
      [
        'breaking 19: t: property a: quality rule "nullValues" is another one now: mustBeLessOrEqualTo 4, and was mustBeLessOrEqualTo 5',
      ],
    ],
    [
      'a looser rule',
      'mustBeGreaterThan: 10',
      'mustBeGreaterThan: 9',
      [
        'loosens 25: t: quality rule "full" is another one now: mustBeGreaterThan 9, and was mustBeGreaterThan 10',
      ],
    ],
    [
      'a rule of another kind',
      'mustBeGreaterThan: 10',
      'mustNotBe: 3',
      ['unclear 25: t: quality rule "full" is another one now: mustNotBe 3, and was mustBeGreaterThan 10'],
    ],
    [
      'a rule more',
      '[{ name: full',
      '[{ metric: rowCount, mustBe: 1 }, { name: full',
      ['breaking 25: t: quality rule "rowCount" is new'],
    ],
    [
      'a warning more',
      '[{ name: full',
      '[{ metric: rowCount, mustBe: 1, severity: warning }, { name: full',
      ['compatible 25: t: quality rule "rowCount" is new'],
    ],
    [
      'a rule less',
      'quality: [{ name: full, metric: rowCount, mustBeGreaterThan: 10 }]',
      'quality: []',
      ['loosens 7: t: quality rule "full" is gone'],
    ],
    [
      'a warning that is an error',
      'mustBeGreaterThan: 10',
      'mustBeGreaterThan: 10, severity: info',
      ['loosens 25: t: quality rule "full" is another one now'],
    ],
  ])('is weighed: %s', (_, from, to, expected) => {
    expect(changes(from, to)).toEqual(expected);
  });

  test('of an open bound of whole numbers is none where the closed one says the same', () => {
    const of = (options: string): string =>
      contractText(`properties:\n  - { name: i, logicalType: integer, logicalTypeOptions: { ${options} } }`);
    const between = (from: string, to: string): readonly string[] =>
      compareContracts(readContract(of(from)), readContract(of(to))).map(({ weight }) => weight);
    expect(between('exclusiveMinimum: 4, maximum: 9', 'minimum: 5, exclusiveMaximum: 10')).toEqual([]);
    expect(between('exclusiveMinimum: 4', 'minimum: 4')).toEqual(['loosens']);
    expect(between('exclusiveMaximum: 4', 'maximum: 2')).toEqual(['breaking']);
  });

  test('is none where nothing was changed, and agreements are told apart', () => {
    const sla = (text: string): string =>
      `${contractText(BODY)}\nslaProperties:\n  - { property: timeOfAvailability, value: 09:00-08:00, driver: regulatory }\n${text}`;
    const of = (text: string): string => `  - { property: ${text} }\n`;
    const before = readContract(
      sla(of('timeOfAvailability, value: 08:00-08:00') + of('latency, value: 4, unit: d')),
    );
    expect(compareContracts(before, before)).toEqual([]);
    const after = readContract(sla(of('latency, value: 5, unit: d') + of('retention, value: 3, unit: y')));
    expect(
      compareContracts(before, after).map(({ weight, line, message }) => `${weight} ${line}: ${message}`),
    ).toEqual([
      'unclear 4: the agreement on timeOfAvailability (08:00-08:00) is gone',
      'unclear 28: latency is 5 d now, and was 4 d',
      'compatible 29: an agreement on retention is new',
    ]);
  });

  test('takes a table, or its name in the database, away', () => {
    const before = readContract(contractText(BODY));
    const other = readContract(contractText(BODY).replace('name: t\n', 'name: u\n'));
    const renamed = readContract(contractText(`physicalName: stg_t\n${BODY}`));
    expect(compareContracts(before, other).map(({ message }) => message)).toEqual([
      'table t is gone',
      'table u is new',
    ]);
    expect(compareContracts(before, renamed)[0]).toMatchObject({ weight: 'breaking', line: 7 });
  });
});

describe('a version', () => {
  test.each([
    ['1.2.3', '2.0.0', 'major'],
    ['1.2.3', '1.3', 'minor'],
    ['v1', '1.0.1', 'minor'],
    ['1.2.0', '1.2', 'same'],
    ['2.0.0', '1.9.9', 'lower'],
    ['spring', 'autumn', 'other'],
    ['9.0.0', '10.0.0', 'major'],
  ])('from %s to %s is a step: %s', (before, after, step) => {
    expect(versionStep(before, after)).toBe(step);
  });
});

describe('violations', () => {
  const judge = (to: string, version: string, from = 'required: true'): readonly string[] => {
    const [before, after] = [contractText(BODY), contractText(BODY.replace(from, to), version)].map(
      readContract,
    );
    return contractViolations(before!, after!).map(
      ({ rule, severity, at, excused }) =>
        `${at.line} ${rule} ${severity}${excused === undefined ? '' : ` excused: ${excused}`}`,
    );
  };
  const broken = 'required: true\n    unique: true';

  test.each([
    [
      'a break with the same version',
      broken,
      '1.0.0',
      ['17 contract-breaking error', '4 contract-version-not-raised error'],
    ],
    [
      'a break with a minor version',
      broken,
      '1.1.0',
      ['17 contract-breaking error', '4 contract-version-not-raised error'],
    ],
    [
      'a break with a major version',
      broken,
      '2.0.0',
      ['17 contract-breaking error excused: the version was raised from 1.0.0 to 2.0.0'],
    ],
    [
      'a looser promise with the same version',
      'required: false',
      '1.0.0',
      ['16 contract-breaking warning', '4 contract-version-not-raised error'],
    ],
    ['a looser promise with a patch', 'required: false', '1.0.1', ['16 contract-breaking warning']],
    ['nothing', 'required: true', '1.0.0', []],
    ['a lower version alone', 'required: true', '0.9.0', []],
    [
      'what cannot be told, with a minor version',
      'required: true\n    primaryKey: true',
      '1.1.0',
      ['7 contract-breaking warning'],
    ],
  ])('of %s', (_, to, version, expected) => {
    expect(judge(to, version)).toEqual(expected);
  });

  test('of a contract that is gone, unless it was retired', () => {
    const contract = readContract(contractText(BODY));
    expect(contractGone(contract, 'data/pipeline.yml')).toHaveLength(1);
    expect(contractGone({ ...contract, status: 'retired' }, 'data/pipeline.yml')).toEqual([]);
  });
});
