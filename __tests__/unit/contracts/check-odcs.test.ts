import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { contractText, schemaProblems } from '../../support/contract.ts';

const root = join(import.meta.dirname, '../../..');

describe("the standard's own schema", () => {
  test('has nothing against the contract of the example', async () => {
    const text = readFileSync(join(root, 'contracts/customers.odcs.yaml'), 'utf8');
    expect(await schemaProblems(text)).toEqual([]);
  });

  test('and the program for it are loaded where there is a contract, not when a run starts', () => {
    const source = readFileSync(join(root, 'src/contracts/odcs/check-odcs.ts'), 'utf8');
    const atStart = [...source.matchAll(/^import (?!type)[^']*'([^']+)'/gm)].map(([, from]) => from);
    expect(atStart.filter((from) => !from?.startsWith('../'))).toEqual(['./contract-node.ts']);
    expect(source).toContain("import('ajv/dist/2019.js')");
  });

  test.each([
    [
      'a wrong type',
      'properties:\n  - name: a\n    logicalType: strin',
      [
        '10: schema/0/properties/0/logicalType is not one of string, date, timestamp, time, number, integer, object, array, boolean, map, vector',
      ],
    ],
    [
      'an unknown key',
      'properties:\n  - name: a\n    logicalTyp: string',
      ['10: schema/0/properties/0 has a key that the standard does not know here: "logicalTyp"'],
    ],
    [
      'an option of another type',
      'properties:\n  - name: a\n    logicalType: date\n    logicalTypeOptions:\n      maxLength: 3',
      [
        '12: schema/0/properties/0/logicalTypeOptions has a key that the standard does not know here: "maxLength"',
      ],
    ],
    [
      'a text for a flag',
      "properties:\n  - name: a\n    required: 'true'",
      ['10: schema/0/properties/0/required must be boolean'],
    ],
    [
      'a number that is a text',
      'properties:\n  - name: 17',
      ['9: schema/0/properties/0/name must be string'],
    ],
    [
      'two operators',
      'quality:\n  - metric: rowCount\n    mustBe: 1\n    mustNotBe: 2',
      ['9: schema/0/quality/0 fits none, or more than one, of the forms that the standard has for it'],
    ],
    [
      'a property without a name',
      'properties:\n  - logicalType: date',
      ['9: schema/0/properties/0 lacks "name"'],
    ],
    [
      'two mistakes',
      'properties:\n  - name: a\n    unique: maybe\n  - name: b\n    nam: c',
      [
        '10: schema/0/properties/0/unique must be boolean',
        '12: schema/0/properties/1 has a key that the standard does not know here: "nam"',
      ],
    ],
  ])('finds %s at its line, once', async (_, body, expected) => {
    expect(await schemaProblems(contractText(body))).toEqual(expected);
  });

  test('names what the contract itself lacks, and refuses version 2', async () => {
    expect(await schemaProblems('version: 1.0.0\nkind: DataContract\nid: a\napiVersion: v2.2.2\n')).toEqual([
      '4: apiVersion is not one of v3.0.0 to v3.2.0: version 2 of the standard is another format',
    ]);
    expect(await schemaProblems('apiVersion: v3.1.0\n')).toEqual([
      '1: the contract lacks "version"',
      '1: the contract lacks "kind"',
      '1: the contract lacks "id"',
    ]);
  });
});
