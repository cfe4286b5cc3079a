import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderReportJson } from '../../src/report/schema/report-json.ts';
import type { Report } from '../../src/report/report.ts';
import { aReport } from '../support/builders.ts';
import { databaseInputs, testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { ACTIONS_BOT } from '../support/github/fixtures.ts';
import { githubService, type GithubService } from '../support/github-service.ts';
import { hostileSpeaker, reportSaying } from '../support/hostile.ts';
import { readMarkdown } from '../support/markdown-reader.ts';
import { HEAD, inPullRequest } from '../support/pull-request.ts';
import { runAction, type ActionResult } from '../support/runner.ts';

interface RunOptions {
  readonly isFork?: boolean;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** A run on workflow_run, after run 9000 for a pull request. */
function publish(github: GithubService, file: string, options: RunOptions = {}): Promise<ActionResult> {
  const { isFork = true, inputs = {} } = options;
  const owner = isFork ? 'mallory' : 'org';
  return runAction({
    token: github.token,
    github: { api_url: github.url, event_name: 'workflow_run', run_id: '9001' },
    event: {
      repository: { full_name: 'org/shop' },
      workflow_run: {
        ...{ id: 9000, event: 'pull_request', head_sha: HEAD, head_branch: 'feature', pull_requests: [] },
        head_repository: { full_name: `${owner}/shop`, owner: { login: owner } },
      },
    },
    inputs: { mode: 'comment', 'report-file': file, ...inputs },
  });
}

function saved(report: Report): string {
  return join(project({ 'report.json': renderReportJson(report) }), 'report.json');
}

function addPull(github: GithubService, number: number, headSha = HEAD, headOwner = 'mallory'): void {
  github.addPull({ number, state: 'open', headSha, headBranch: 'feature', headOwner });
}

describe('mode comment', () => {
  test('publishes what a run of a fork saved, under the pull request of its head', async () => {
    const db = await testDatabase();
    const github = await githubService();
    addPull(github, 41, 'c'.repeat(40));
    addPull(github, 42);
    const sql = 'CREATE TABLE a (id INT PRIMARY KEY);';
    const inputs = { mode: 'status', environment: 'dev', comment: 'never', ...databaseInputs(db) };
    const planned = await runAction({
      ...inPullRequest(github, { isFork: true }),
      workspace: project(changesets({ id: '1', sql })),
      inputs,
    });
    const file = join(project({}), 'report.json');
    copyFileSync(planned.outputs['report-file'] ?? '', file);

    const result = await publish(github, file);
    expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok' } });
    expect(github.comments).toMatchObject([{ issue: 42, author: ACTIONS_BOT }]);
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('1 changeset would run on `dev`');
    expect(body).toContain('nobody has checked what it says');
    expect(body).toContain('/actions/runs/9000"');
    expect(body).toContain(`/blob/${HEAD}/migrations/1.up.sql`);

    await publish(github, saved(aReport({ mode: 'status', environment: 'dev' })));
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('Nothing pending on `dev`');
    expect(github.comments[0]?.body).toContain('nobody has checked what it says');
  });

  test('trusts nothing in it: not where to go, not its links, not its words', async () => {
    const github = await githubService();
    addPull(github, 42);
    for (const seed of [1, 2, 3, 4]) {
      const report: Report = {
        ...reportSaying(hostileSpeaker(seed)),
        ...{
          mode: 'status',
          result: 'blocked',
          environment: 'dev',
          changelogFile: 'changelog/changelog.yml',
        },
        ...{ runUrl: 'https://evil.example/run', gitSha: 'evil', workingDirectory: '../../evil' },
      };
      expect(await publish(github, saved(report))).toMatchObject({ exitCode: 0 });
      expect(github.comments).toHaveLength(1);
      const { tags, links, prose } = readMarkdown(github.comments[0]?.body ?? '');
      expect(links).toEqual([]);
      expect(prose).not.toMatch(/@\w|#\d|\bGH-\d|\bwww\.|:\/\//i);
      for (const tag of tags) expect(tag).not.toMatch(/href="(?!https:\/\/github\.com\/org\/shop\/)/);
    }
  });

  test('leaves the comment alone that this repository made itself', async () => {
    const db = await testDatabase();
    const github = await githubService();
    addPull(github, 7);
    const inputs = { mode: 'status', environment: 'dev', ...databaseInputs(db) };
    await runAction({
      ...inPullRequest(github),
      workspace: project(changesets({ id: '1', sql: 'SELECT 1;' })),
      inputs,
    });
    const own = github.comments[0]?.body;
    await publish(github, saved(aReport({ mode: 'status', environment: 'dev' })));
    expect(github.comments).toHaveLength(2);
    expect(github.comments[0]?.body).toBe(own);
  });

  test('keeps a comment for the plan and one for what the pull request adds', async () => {
    const github = await githubService();
    addPull(github, 42);
    for (const mode of ['status', 'validate', 'update-sql', 'validate'] as const) {
      await publish(github, saved(aReport({ mode, environment: 'dev' })));
    }
    expect(github.comments.map(({ body }) => body.split('\n')[3])).toEqual([
      expect.stringContaining('Nothing pending on `dev`'),
      expect.stringContaining('The changelog is valid'),
    ]);
  });

  test('bounds what a stranger gets: a report cannot have a comment of its own by what it says', async () => {
    const github = await githubService();
    addPull(github, 42);
    for (const name of ['one', 'two', 'three', undefined]) {
      const from = { workingDirectory: name ?? '.', changelogFile: `${name}.yml` };
      await publish(github, saved(aReport({ mode: 'status', environment: name, ...from })));
      await publish(github, saved(aReport({ mode: 'validate', environment: name, ...from })));
    }
    expect(github.comments).toHaveLength(2);
  });

  test('tells apart what this workflow tells apart', async () => {
    const github = await githubService();
    addPull(github, 42);
    const file = saved(aReport({ mode: 'status', environment: 'mine' }));
    for (const inputs of [
      { environment: 'dev' },
      { environment: 'prod' },
      { environment: 'dev', 'changelog-file': 'other.yml' },
      { environment: 'dev' },
    ])
      await publish(github, file, { inputs });
    expect(github.comments.map(({ body }) => body.split('\n')[3])).toEqual([
      expect.stringContaining('`dev`'),
      expect.stringContaining('`prod`'),
      expect.stringContaining('`dev`'),
    ]);
  });

  test('finds the pull request of a branch of this repository, by its commit where the branch is called otherwise now', async () => {
    const github = await githubService();
    github.addPull({ number: 42, state: 'open', headSha: HEAD, headBranch: 'renamed', headOwner: 'org' });
    github.fail({ at: 'GET /repos/org/shop/pulls', status: 500, times: 1 });
    expect(await publish(github, saved(aReport({ mode: 'validate' })), { isFork: false })).toMatchObject({
      exitCode: 0,
    });
    expect(github.comments).toMatchObject([{ issue: 42 }]);
  });

  test('says that there is nothing to do where the head has moved on, or the pull request was closed', async () => {
    const github = await githubService();
    github.addPull({
      number: 42,
      state: 'closed',
      headSha: HEAD,
      headBranch: 'feature',
      headOwner: 'mallory',
    });
    addPull(github, 43, 'd'.repeat(40));
    const result = await publish(github, saved(aReport({ mode: 'status' })));
    expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok' } });
    expect(result.log).toContain('nothing was published');
    expect(github.comments).toEqual([]);
  });

  test.each<[string, (file: string) => void, RegExp]>([
    ['no JSON', (file) => writeFileSync(file, '::error::x'), /report-file is not JSON/],
    [
      'a key that is not known',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('{', '{"issue": 1,')),
      /unknown key/,
    ],
    [
      'the report of a deploy',
      (file) => writeFileSync(file, renderReportJson(aReport())),
      /a report of mode update is no comment/,
    ],
    ['a folder', () => undefined, /is no file/],
  ])('refuses %s', async (what, spoil, message) => {
    const github = await githubService();
    addPull(github, 42);
    const file = saved(aReport({ mode: 'status' }));
    spoil(file);
    const result = await publish(github, what === 'a folder' ? project({}) : file);
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    expect(result.log).toMatch(message);
    expect(github.comments).toEqual([]);
  });

  test('fails where it may not comment: there is nothing else that it does', async () => {
    const github = await githubService();
    addPull(github, 42);
    github.beTokenOf(ACTIONS_BOT, { comments: 'read' });
    const result = await publish(github, saved(aReport({ mode: 'status' })));
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'failed' } });
    expect(result.log).toContain('pull-requests: write');
  });

  test('wants a pull request, and a file', async () => {
    const github = await githubService();
    const push = await runAction({
      ...{ token: github.token, github: { api_url: github.url } },
      inputs: { mode: 'comment', 'report-file': saved(aReport({ mode: 'status' })) },
    });
    expect(push.log).toContain('mode comment cannot find a pull request on push');
    const none = await publish(github, '');
    expect(none.log).toContain('input report-file: is required');
  });
});
