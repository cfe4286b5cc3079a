import { expect, test } from '@jest/globals';
import { databaseInputs, testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { OCTOCAT } from '../support/github/fixtures.ts';
import { githubService, type GithubService } from '../support/github-service.ts';
import { inPullRequest, PULL_REQUEST } from '../support/pull-request.ts';
import { runAction, type ActionResult } from '../support/runner.ts';
import type { ConnectionSettings } from '../support/database.ts';

const SHOP = changesets(
  { id: '001', sql: 'CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(99));' },
  {
    id: '002',
    sql: 'ALTER TABLE orders ADD COLUMN total DECIMAL(9, 2);',
    yaml: ['risk: high', 'comment: totals'],
  },
);

function step(
  mode: string,
  workspace: string,
  db: ConnectionSettings,
  github: GithubService,
  more: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({
    ...inPullRequest(github),
    workspace,
    inputs: { mode, environment: 'dev', backup: 'none', ...databaseInputs(db), ...more },
  });
}

test('the plan of a pull request is one comment, which follows the database and says at last that nothing is pending', async () => {
  const db = await testDatabase();
  const github = await githubService();
  const folder = project(SHOP);
  const reader = await db.userWith('SELECT');

  const planned = await step('status', folder, reader, github);
  expect(planned).toMatchObject({ exitCode: 0, outcome: 'success' });
  const [comment] = github.comments;
  expect(comment).toMatchObject({ issue: PULL_REQUEST });
  const lines = comment?.body.split('\n') ?? [];
  expect(lines[0]).toMatch(/^<!-- db-deploy:dev:[0-9a-f]{16} -->$/);
  expect(lines[3]).toBe('### 🔴 2 changesets would run on `dev`: 1 high risk, touches `orders`');
  expect(comment?.body).toContain(planned.outputs['plan-hash']);
  expect(comment?.body).toContain('ALTER TABLE orders ADD COLUMN total');
  expect(comment?.body).toContain('**nothing is restored**, what ran by then stays');

  const sql = await step('update-sql', folder, reader, github);
  expect(sql.outputs).toMatchObject({ result: 'ok' });
  expect(github.comments).toHaveLength(1);

  await db.query('CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(99))');
  await db.query(
    'INSERT INTO orders SELECT n, "x" FROM JSON_TABLE("[1,2,3]", "$[*]" COLUMNS (n INT PATH "$")) j',
  );
  await db.query('ANALYZE TABLE orders');
  await step('status', folder, reader, github);
  expect(github.comments[0]?.body).toMatch(/touches `orders` \(3&nbsp;rows, 16&nbsp;kB\)/);
  await db.query('DROP TABLE orders');

  const updated = await step('update', folder, db, github);
  expect(updated.outputs).toMatchObject({ result: 'ok', 'applied-count': '2' });
  expect(github.comments).toHaveLength(1);
  await step('status', folder, reader, github);
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(/\n\n✅ Nothing pending on `dev`\. <sub>.*<\/sub>\n$/);
});

test('a comment that cannot be made is a warning, and the result stays what it was', async () => {
  const db = await testDatabase();
  const github = await githubService();
  github.beTokenOf(OCTOCAT, { comments: 'read' });
  const result = await step('status', project(SHOP), db, github);
  expect(result).toMatchObject({ exitCode: 0, outcome: 'success', outputs: { result: 'ok' } });
  expect(result.log).toContain('fix: give the job `permissions: pull-requests: write`');
  expect(result.annotations).toContainEqual(
    expect.objectContaining({
      level: 'warning',
      message: expect.stringContaining('#7 could not be published: 403'),
    }),
  );
  expect(github.comments).toEqual([]);
});

test('an input that is wrong replaces the plan that was there', async () => {
  const db = await testDatabase();
  const github = await githubService();
  const folder = project(SHOP);
  await step('status', folder, db, github);
  const failed = await step('status', folder, db, github, { 'db-port': 'none' });
  expect(failed).toMatchObject({ exitCode: 1 });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('⛔ No plan for `dev`: input db-port');
});

test('nobody asked for a comment, or there is no pull request: GitHub is not asked anything', async () => {
  const db = await testDatabase();
  const github = await githubService();
  await step('status', project(SHOP), db, github, { comment: 'never' });
  await runAction({
    workspace: project(SHOP),
    token: github.token,
    github: { api_url: github.url },
    inputs: { mode: 'status', environment: 'dev', ...databaseInputs(db) },
  });
  expect(github.requests).toEqual([]);
});
