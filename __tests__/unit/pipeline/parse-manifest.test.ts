import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../../src/errors.ts';
import { RFC_4180 } from '../../../src/pipeline/manifest/csv-dialect.ts';
import { parseManifest, type ManifestFile } from '../../../src/pipeline/manifest/parse-manifest.ts';

const CASES = join(import.meta.dirname, '../../cases/manifests');
const caseFiles = readdirSync(CASES).filter((name) => name.endsWith('.yml'));

function parse(name: string): ManifestFile {
  return parseManifest(readFileSync(join(CASES, name), 'utf8'), name);
}

function renderProblems(file: ManifestFile): string {
  return file.problems.map((problem) => `${formatProblem(problem)}\n    fix: ${problem.fix}\n`).join('');
}

describe('a manifest', () => {
  test.each(caseFiles)('%s has exactly the problems beside it', (name) => {
    const expected = readFileSync(join(CASES, name.replace('.yml', '.expected.txt')), 'utf8');
    expect(renderProblems(parse(name))).toBe(expected);
  });

  test('is read whole', () => {
    const { datasets, transforms, checksFile } = parse('shop.yml');
    const at = (line: number): object => ({ file: 'shop.yml', line });
    const plain = { required: false, maxLength: undefined, pattern: undefined, sensitive: false };
    expect(datasets).toEqual([
      {
        name: 'customers',
        files: 'data/raw/customers*.csv',
        filesAt: at(3),
        table: 'stg_customers',
        key: ['customer_id', 'updated_at'],
        watermark: 'updated_at',
        late: 'skip',
        maxRejected: { kind: 'percent', percent: 1.5 },
        onExtraColumn: 'ignore',
        nullText: String.raw`\N`,
        columns: [
          { ...plain, name: 'customer_id', type: { kind: 'bigint' }, required: true, at: at(12) },
          {
            ...{ name: 'email', type: { kind: 'string' }, required: true, maxLength: 255 },
            ...{
              pattern: expect.objectContaining({ source: '^[^@ ]+@[^@ ]+$' }),
              sensitive: true,
              at: at(13),
            },
          },
          { ...plain, name: 'amount', type: { kind: 'decimal', precision: 12, scale: 2 }, at: at(14) },
          { ...plain, name: 'updated_at', type: { kind: 'datetime' }, required: true, at: at(15) },
        ],
        ...{ dialect: RFC_4180, decimal: '.', dateFormat: undefined, rename: new Map(), deletes: 'keep' },
        ...{ maxDuration: undefined, at: at(2) },
      },
      expect.objectContaining({
        ...{ name: 'orders', files: 'data/raw/**/orders?.csv.gz', key: ['order_id'], late: 'load' },
        ...{ maxRejected: { kind: 'rows', rows: 0 }, onExtraColumn: 'fail', nullText: '' },
      }),
    ]);
    expect(transforms).toEqual([
      { path: 'sql/transform/build_dims.sql', at: at(26) },
      { path: 'sql/transform/build_facts.sql', at: at(26) },
    ]);
    expect(checksFile).toEqual({ path: 'sql/validation/dq_checks.sql', at: at(28) });
  });

  test('has problems of its own kind', () => {
    expect(parse('no-datasets.yml').problems.map(({ code }) => code)).toEqual([
      'invalid-manifest',
      'invalid-manifest',
    ]);
  });
});
