import { describe, expect, test } from '@jest/globals';
import { ExpectedError, formatProblem } from '../../../src/errors.ts';
import { readManifest } from '../../../src/files/read-manifest.ts';
import { changesets, deploy, project, writeFiles } from '../../support/deploy.ts';

const DATASETS = `datasets:
  - name: orders
    files: data/orders.csv
    table: stg_orders
    key: [order_id]
    watermark: order_id
    columns:
      order_id: { type: bigint, required: true }
`;

const EMPTY = { 'changelog/changelog.yml': 'databaseChangeLog: []\n' };
const CHANGELOG = changesets({ id: '1', sql: 'SELECT 1;' });

async function problemsOf(folder: string): Promise<readonly string[]> {
  const error = await readManifest(folder, 'data/pipeline.yml').catch((thrown: unknown) => thrown);
  if (!(error instanceof ExpectedError)) throw error;
  return error.problems.map((problem) => formatProblem(problem));
}

describe('the manifest', () => {
  test('is read with the SQL that it names', async () => {
    const folder = project({
      'data/pipeline.yml': `${DATASETS}transforms: [sql/a.sql]\n`,
      'sql/a.sql': 'UPDATE a SET b = 1 WHERE c;\nDELETE FROM d WHERE e;\n',
    });
    const { file, datasets, transforms } = await readManifest(folder, './data/pipeline.yml');
    expect(file).toBe('data/pipeline.yml');
    expect(datasets.map(({ name }) => name)).toEqual(['orders']);
    expect(transforms).toMatchObject([{ path: 'sql/a.sql', statements: [{ line: 1 }, { line: 2 }] }]);
  });

  test('and its SQL are refused with every problem, each with its file and line', async () => {
    const folder = project({
      'data/pipeline.yml': `${DATASETS}transform: x\ntransforms: [sql/a.sql, sql/b.sql]\n`,
      'sql/a.sql': "UPDATE a SET b = 'open\n",
    });
    const problems = await problemsOf(folder);
    expect(problems).toHaveLength(3);
    expect(problems).toEqual([
      'data/pipeline.yml:9: unknown key "transform"',
      expect.stringMatching(/^sql\/a\.sql:1: /),
      'data/pipeline.yml:10: sql/b.sql does not exist',
    ]);
  });

  test('is read with its checks; DDL in a transform and a check of a wrong kind are refused', async () => {
    const folder = project({
      'data/pipeline.yml': `${DATASETS}transforms: [sql/a.sql]\nchecks:\n  file: sql/checks.sql\n`,
      'sql/a.sql': 'UPDATE a SET b = 1 WHERE c;\n',
      'sql/checks.sql': '-- check: orphans severity: error threshold: 0\nSELECT COUNT(*) FROM a;\n',
    });
    const { checks } = await readManifest(folder, 'data/pipeline.yml');
    expect(checks).toMatchObject([{ kind: 'sql', name: 'orphans', severity: 'error', threshold: 0 }]);
    writeFiles(folder, {
      'data/pipeline.yml': `${DATASETS}transforms: [sql/a.sql]\nchecks:\n  builtin:\n    - uniqe: {}\n`,
      'sql/a.sql': 'DROP TABLE a;\n',
    });
    expect(await problemsOf(folder)).toEqual([
      expect.stringMatching(/^sql\/a\.sql:1: /),
      expect.stringMatching(/^data\/pipeline\.yml:12: .*uniqe/),
    ]);
  });

  test('that is missing is named', async () => {
    expect(await problemsOf(project(EMPTY))).toEqual(['pipeline-file: data/pipeline.yml does not exist']);
  });
});

describe('validate', () => {
  test('judges the manifest where there is one, beside the changelog', async () => {
    const folder = project({
      'changelog/changelog.yml': 'databaseChangeLog: {}\n',
      'data/pipeline.yml': `${DATASETS}transforms: [sql/no.sql]\n`,
    });
    const { report } = await deploy('validate', folder, undefined);
    expect(report.result).toBe('blocked');
    expect(report.problems.map((problem) => formatProblem(problem))).toEqual([
      'data/pipeline.yml:9: sql/no.sql does not exist',
      'changelog/changelog.yml:1: "databaseChangeLog" must be a list, not a map',
    ]);
  });

  test('misses no manifest that nobody asked for', async () => {
    const { report } = await deploy('validate', project(CHANGELOG), undefined);
    expect(report).toMatchObject({ result: 'ok', problems: [] });
  });

  test('misses one that was asked for by name', async () => {
    const { report } = await deploy('validate', project(CHANGELOG), undefined, {
      pipelineFile: 'data/pipeline.yml',
    });
    expect(report).toMatchObject({ result: 'blocked', problems: [{ code: 'file-unreadable' }] });
  });
});
