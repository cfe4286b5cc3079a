import { describe, expect, test } from '@jest/globals';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, project, writeFiles } from '../support/deploy.ts';
import { githubService, type Fault, type GithubService } from '../support/github-service.ts';
import { OCTOCAT, type Account } from '../support/github/fixtures.ts';
import { runAction, type ActionResult } from '../support/runner.ts';
import { databaseEnvironment, runTerminal } from '../support/terminal.ts';

const HUBOT: Account = { login: 'hubot', id: 2, type: 'User' };
const one = changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' });

interface Deploy {
  readonly service: GithubService;
  readonly db: TestDatabase;
  readonly workspace: string;
  readonly planHash: string;
  readonly planParts: string;
}

/** A plan that was shown, and a service to which reviews can be added. */
async function shownPlan(): Promise<Deploy> {
  const [service, db, workspace] = [await githubService(), await testDatabase(), project(one)];
  const inputs = { comment: 'never', backup: 'none' };
  const { outputs } = await run('status', { service, db, workspace, planHash: '', planParts: '' }, inputs);
  return {
    service,
    db,
    workspace,
    planHash: outputs['plan-hash'] ?? '',
    planParts: outputs['plan-parts'] ?? '',
  };
}

function run(
  mode: string,
  { service, db, workspace }: Deploy,
  inputs: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({
    workspace,
    secrets: [db.password],
    token: service.token,
    github: { api_url: service.url, ...github },
    inputs: { mode, environment: 'prod', ...databaseInputs(db), ...inputs },
  });
}

function update(deploy: Deploy, github: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const plan = { 'expected-plan-hash': deploy.planHash, 'expected-plan-parts': deploy.planParts };
  const inputs = { backup: 'none', 'require-approval': 'true', ...plan };
  return run('update', deploy, inputs, github);
}

function approve(service: GithubService, by: Account, environment = 'prod'): void {
  service.addReview({ by, state: 'approved', environments: [environment], comment: 'ship it' });
}

async function tables(db: TestDatabase): Promise<number> {
  return (await db.query("SHOW TABLES LIKE 't'")).length;
}

test('what somebody else approved runs, and who that was is recorded and told', async () => {
  const deploy = await shownPlan();
  deploy.service.addEnvironment({ name: 'prod', reviewers: [HUBOT] });
  approve(deploy.service, HUBOT);
  const result = await update(deploy);
  expect(result.outputs).toMatchObject({ result: 'ok', 'applied-count': '1' });
  expect(result.summary).toContain('`hubot` in environment `prod`: ship it');
  expect(result.annotations).toEqual([]);
  expect(await deploy.db.query('SELECT approved_by FROM ops_migration_runs')).toEqual([
    { approved_by: 'hubot' },
  ]);
});

describe('nothing runs', () => {
  test('on the approval of who started the run', async () => {
    const deploy = await shownPlan();
    deploy.service.addEnvironment({ name: 'prod', reviewers: [OCTOCAT] });
    approve(deploy.service, OCTOCAT);
    const result = await update(deploy);
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked', 'applied-count': '0' } });
    expect(result.summary).toContain('only octocat approved this run');
    expect(await tables(deploy.db)).toBe(0);
    expect(await deploy.db.query('SELECT status, approved_by FROM ops_migration_runs')).toEqual([
      { status: 'blocked', approved_by: null },
    ]);
  });

  test('on the approval of who started the attempt', async () => {
    const deploy = await shownPlan();
    deploy.service.addEnvironment({ name: 'prod', reviewers: [HUBOT] });
    approve(deploy.service, HUBOT);
    const result = await update(deploy, { triggering_actor: 'hubot' });
    expect(result.outputs['result']).toBe('blocked');
  });

  test('without an approval, and an environment that asks nobody is named', async () => {
    const deploy = await shownPlan();
    deploy.service.addEnvironment({ name: 'prod', reviewers: [] });
    const result = await update(deploy);
    expect(result.outputs['result']).toBe('blocked');
    expect(result.summary).toContain('the environment has no required reviewers');
    expect(result.summary).toContain('Settings, Environments');
  });

  test('of a plan that changed after the review', async () => {
    const deploy = await shownPlan();
    deploy.service.addEnvironment({ name: 'prod', reviewers: [HUBOT] });
    approve(deploy.service, HUBOT);
    writeFiles(deploy.workspace, { 'migrations/1.up.sql': 'CREATE TABLE t (id BIGINT PRIMARY KEY);' });
    const result = await update(deploy);
    expect(result.outputs['result']).toBe('blocked');
    expect(result.summary).toContain('changed since the review (different: pending)');
    expect(await tables(deploy.db)).toBe(0);
  });

  test('without the hash of the plan that was approved', async () => {
    const result = await runAction({
      inputs: { mode: 'update', environment: 'prod', backup: 'none', 'require-approval': 'true' },
    });
    expect(result.summary).toContain('input expected-plan-hash: is required by require-approval');
  });

  test('in a rollback that nobody approved', async () => {
    const deploy = await shownPlan();
    deploy.service.addEnvironment({ name: 'prod', reviewers: [HUBOT] });
    const inputs = { 'require-approval': 'true', 'backup-ref': 'file:/none', 'backup-store': 'file:/none' };
    const result = await run('rollback', deploy, inputs);
    expect(result.outputs['result']).toBe('blocked');
    expect(result.summary).toContain('nobody approved this run for environment prod');
  });

  test.each<[Omit<Fault, 'at'>, string]>([
    [{ status: 403, message: 'Resource not accessible by integration' }, 'actions: read'],
    [{ status: 404, message: 'Not Found' }, 'actions: read'],
    [{ status: 401, message: 'Bad credentials' }, 'github-token is not valid'],
    [{ status: 500, message: 'Server Error' }, 'githubstatus.com'],
    [{ kind: 'break' }, 'githubstatus.com'],
  ])('when GitHub does not tell who approved: %j', async (fault, fix) => {
    const deploy = await shownPlan();
    approve(deploy.service, HUBOT);
    deploy.service.fail({ at: '/approvals', ...fault });
    const result = await update(deploy);
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    expect(result.summary).toContain('who approved this run could not be read');
    expect(result.log).toContain(fix);
    expect(await tables(deploy.db)).toBe(0);
  });
});

test.each<[string, Fault | undefined, string]>([
  ['has no required reviewers', undefined, 'has no required reviewers (any more)'],
  ['cannot be read', { at: '/environments/', status: 403 }, 'actions: read'],
])('an approval holds where the environment %s, with a warning', async (_, fault, words) => {
  const deploy = await shownPlan();
  deploy.service.addEnvironment({ name: 'prod', reviewers: [] });
  approve(deploy.service, HUBOT);
  if (fault) deploy.service.fail(fault);
  const result = await update(deploy);
  expect(result.outputs['result']).toBe('ok');
  expect(result.annotations).toContainEqual(
    expect.objectContaining({ level: 'warning', message: expect.stringContaining(words) }),
  );
});

test('a service that stumbles once is asked again', async () => {
  const deploy = await shownPlan();
  deploy.service.addEnvironment({ name: 'prod', reviewers: [HUBOT] });
  approve(deploy.service, HUBOT);
  deploy.service.fail({ at: '/approvals', status: 502, times: 1 });
  expect((await update(deploy)).outputs['result']).toBe('ok');
});

test('at a terminal there is no run that somebody could approve', async () => {
  const db = await testDatabase();
  const { exitCode, stderr } = await runTerminal(['update', '--require-approval', 'true'], {
    cwd: project(one),
    env: databaseEnvironment(db),
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('there is no workflow run at a terminal that somebody could approve');
});
