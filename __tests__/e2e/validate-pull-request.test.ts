import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checksum } from '../../src/sql/checksum.ts';
import { splitStatements } from '../../src/sql/split/split.ts';
import { databaseInputs, testDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { githubService, type GithubService } from '../support/github-service.ts';
import { inPullRequest, type PullRequestOptions } from '../support/pull-request.ts';
import { filesOf, repository } from '../support/repository.ts';
import { runAction, type ActionResult } from '../support/runner.ts';

// Nobody would merge the first one today: it is judged no more.
const ONE = { id: '1', sql: 'CREATE TABLE a (id INT PRIMARY KEY);\nALTER TABLE older DROP COLUMN x;' };
const TWO = { id: '2', sql: 'CREATE TABLE b (id INT PRIMARY KEY);', yaml: ['risk: medium'] };

function checksumOf(sql: string): string {
  return checksum(splitStatements(sql, '2.up.sql').statements);
}

async function validate(
  workspace: string,
  github: GithubService,
  options: PullRequestOptions,
  inputs: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({ ...inPullRequest(github, options), workspace, inputs: { mode: 'validate', ...inputs } });
}

describe('validate in a pull request', () => {
  test('lists what it adds, judges that alone, and says so in a comment', async () => {
    const [made, github] = [repository(), await githubService()];
    const base = made.commit(changesets(ONE));
    const head = made.commit(changesets(ONE, TWO));
    const result = await validate(made.folder, github, { base, head });
    expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok', 'pending-count': '1' } });
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('### 🟡 This pull request adds 1 changeset: 1 medium risk, touches `b`');
    expect(body).toContain('CREATE TABLE b');
    expect(body).not.toContain('drop-column');
    expect(body).toContain(`/blob/${head}/migrations/2.up.sql`);
    expect(github.requests.some((name) => name.includes('/git/'))).toBe(false);
  });

  test('refuses that it edits or removes what is merged, on the line of the edit', async () => {
    const [made, github] = [repository(), await githubService()];
    const base = made.commit(changesets(ONE, TWO));
    const head = made.commit(changesets({ ...ONE, sql: ONE.sql.replace('COLUMN x', 'COLUMN y') }));
    const result = await validate(made.folder, github, { base, head });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked', 'pending-count': '0' } });
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining(
          'changeset test:1 is merged already, and its statements are changed',
        ),
        properties: expect.objectContaining({ file: 'migrations/1.up.sql', line: '2' }),
      }),
    );
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('⛔ This pull request cannot be merged as it is');
    expect(body).toContain('make the change in a new changeset');
    expect(body).toContain('changeset test:2 (migrations/2.up.sql) is merged already, and is gone here');

    // The pull request becomes clean, and so does its comment.
    const clean = made.commit(changesets(ONE, TWO));
    expect(await validate(made.folder, github, { base, head: clean })).toMatchObject({ exitCode: 0 });
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain(
      '✅ This pull request adds no changeset; the changelog is valid.',
    );
  });

  test('has nothing against comments, another place, and what says that it may change', async () => {
    const [made, github] = [repository(), await githubService()];
    const view = { id: 'view', sql: 'CREATE VIEW v AS SELECT 1;', yaml: ['runOnChange: true'] };
    const base = made.commit(changesets(ONE, view));
    const moved: Readonly<Record<string, string>> = {
      ...changesets({ ...view, sql: 'CREATE VIEW v AS SELECT 2;' }),
      'changelog/teams/one.yml': changesets(ONE)['changelog/changelog.yml'] ?? '',
      'migrations/1.up.sql': `-- why\n${ONE.sql}`,
    };
    const root = moved['changelog/changelog.yml'] ?? '';
    const include = '  - include: { file: changelog/teams/one.yml }\n';
    const head = made.commit({ ...moved, 'changelog/changelog.yml': root + include });
    const result = await validate(made.folder, github, { base, head });
    expect(result.outputs).toMatchObject({ result: 'ok' });
    expect(github.comments[0]?.body).toContain('This pull request changes 1 changeset that runs again');
  });

  test('lists and judges what it declares otherwise of merged changesets, which runs SQL that nobody sees', async () => {
    const [made, github] = [repository(), await githubService()];
    const THREE = { id: '3', sql: 'CREATE TABLE c (id INT PRIMARY KEY);', yaml: ['contexts: dev'] };
    const base = made.commit(changesets(ONE, TWO, THREE));
    const head = made.commit(
      changesets(
        { ...ONE, yaml: ['runAlways: true'] },
        {
          ...TWO,
          sql: 'TRUNCATE TABLE a;',
          yaml: ['risk: medium', `validCheckSum: ["${checksumOf(TWO.sql)}"]`],
        },
        { ...THREE, yaml: ['contexts: prod'] },
      ),
    );
    const result = await validate(made.folder, github, { base, head });
    const body = github.comments[0]?.body ?? '';
    // Both gates of the merged ones are closed: it would be refused by `update` as well.
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked', 'pending-count': '1' } });
    for (const rule of ['drop-column', 'truncate']) expect(body).toContain(rule);
    expect(body).toContain(
      'This pull request changes 1 changeset that runs again and alters how 3 merged changesets run',
    );
    expect(body).toContain('*runs always*');
    expect(body).toContain('contexts "dev", now "prod"');
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('its statements are changed here, which validCheckSum lets pass'),
        properties: expect.objectContaining({ file: 'migrations/2.up.sql', line: '1' }),
      }),
    );
  });

  test('asks GitHub where the checkout has no history, also below a folder', async () => {
    const [made, github] = [repository(), await githubService()];
    const below = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`shop/${path}`, text]));
    const base = made.commit(below(changesets(ONE)));
    github.addCommit({ sha: base, parents: [], files: filesOf(made.folder) });
    const head = made.commit(below(changesets(ONE, TWO)));
    github.addCommit({ sha: head, parents: [base], files: filesOf(made.folder) });
    const folder = made.clone('main', 1);
    const result = await validate(folder, github, { base, head }, { 'working-directory': 'shop' });
    expect(result.outputs).toMatchObject({ result: 'ok', 'pending-count': '1' });
    expect(github.comments[0]?.body).toContain(`/blob/${head}/shop/migrations/2.up.sql`);
  });

  test.each([
    ['an absolute path', (folder: string) => join(folder, 'shop')],
    ['a link', () => 'link'],
    ['an absolute path through a link', (folder: string) => join(folder, 'link/')],
    ['a path with dots', () => './link/../shop/.'],
  ])('asks GitHub for the folder that %s leads to', async (_, given) => {
    const [made, github] = [repository(), await githubService()];
    const below = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`shop/${path}`, text]));
    const base = made.commit(below(changesets(ONE)));
    github.addCommit({ sha: base, parents: [], files: filesOf(made.folder) });
    const head = made.commit(below(changesets(ONE, TWO)));
    github.addCommit({ sha: head, parents: [base], files: filesOf(made.folder) });
    const folder = made.clone('main', 1);
    symlinkSync('shop', join(folder, 'link'));
    const inputs = { 'working-directory': given(folder) };
    const result = await validate(folder, github, { base, head }, inputs);
    expect(result.outputs).toMatchObject({ 'pending-count': '1' });
    expect(github.comments[0]?.body).toContain(`/blob/${head}/shop/migrations/2.up.sql`);
  });

  test('says so where the base has no changesets at all', async () => {
    const [made, github] = [repository(), await githubService()];
    const base = made.commit({ 'README.md': 'x' });
    const head = made.commit(changesets(TWO));
    const result = await validate(made.folder, github, { base, head });
    expect(result.outputs).toMatchObject({ result: 'ok', 'pending-count': '1' });
    expect(github.comments[0]?.body).toContain(
      `the base ${base.slice(0, 7)} has no changesets in changelog/changelog.yml, so all count as new`,
    );
  });

  test('is not kept from comparing by how much is edited, where every file costs a request', async () => {
    const [made, github] = [repository(), await githubService()];
    const many = Array.from({ length: 301 }, (_, index) => ({ id: `m${index}`, sql: `SELECT ${index};` }));
    const base = made.commit(changesets(...many));
    github.addCommit({ sha: base, parents: [], files: filesOf(made.folder) });
    const edited = many.map(({ id }) => ({ id, sql: `SELECT '${id}';` }));
    const head = made.commit(changesets(...edited));
    github.addCommit({ sha: head, parents: [base], files: filesOf(made.folder) });
    const result = await validate(made.clone('main', 1), github, { base, head });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    expect(result.log).toContain('301 files of merged changesets are not as they were');
    expect(github.comments[0]?.body).toContain('⛔ This pull request cannot be merged as it is');
    expect(github.requests.filter((name) => name.includes('/git/blobs/'))).toHaveLength(0);
  });

  test('judges everything where the base cannot be had, and says so', async () => {
    const [made, github] = [repository(), await githubService()];
    made.commit(changesets(ONE, TWO));
    const result = await validate(made.folder, github, { base: 'e'.repeat(40) });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('merged changesets cannot be told from new ones'),
      }),
    );
    expect(github.comments[0]?.body).toContain('drop-column');
  });

  test('takes no command from the event: a base that is no commit is none', async () => {
    const [made, github] = [repository(), await githubService()];
    made.commit(changesets(TWO));
    const result = await validate(made.folder, github, { base: '--output=/tmp/owned' });
    expect(result.outputs).toMatchObject({ result: 'ok' });
    expect(result.log).toContain('the event does not name its base');
  });
});

describe('a head from a fork on an event with secrets', () => {
  test.each(['status', 'update', 'update-sql', 'verify'])('keeps %s from connecting', async (mode) => {
    const db = await testDatabase();
    const github = await githubService();
    const inputs = { mode, environment: 'dev', backup: 'none', comment: 'never', ...databaseInputs(db) };
    const workspace = project(changesets(TWO));
    const isFork = true;
    const target = inPullRequest(github, { event: 'pull_request_target', isFork });
    const workflowRun = {
      token: github.token,
      github: { api_url: github.url, event_name: 'workflow_run' },
      event: {
        repository: { full_name: 'org/shop' },
        workflow_run: { id: 1, head_sha: 'a'.repeat(40), head_repository: { full_name: 'mallory/shop' } },
      },
    };
    for (const context of [target, workflowRun]) {
      const refused = await runAction({ ...context, workspace, inputs });
      expect(refused).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
      expect(refused.log).toContain('no connection is made');
    }
    expect(await db.query('SHOW TABLES')).toEqual([]);
  });

  test('is no obstacle on pull_request, nor is a head of this repository', async () => {
    const db = await testDatabase();
    const github = await githubService();
    const inputs = { mode: 'status', environment: 'dev', comment: 'never', ...databaseInputs(db) };
    const workspace = project(changesets(TWO));
    for (const options of [{ isFork: true }, { event: 'pull_request_target' }]) {
      const result = await runAction({ ...inPullRequest(github, options), workspace, inputs });
      expect(result.outputs).toMatchObject({ result: 'ok' });
    }
  });
});

describe('a data contract in a pull request', () => {
  const MANIFEST = `datasets:
  - { name: t, files: data/*.csv, table: stg_t, key: [id], contract: contracts/t.odcs.yaml }
`;
  const contract = (version: string, extra: string): string => `apiVersion: v3.2.0
kind: DataContract
id: t
version: ${version}
status: active
schema:
  - name: t
    properties:
      - { name: id, physicalType: INT, primaryKey: true }
      - { name: note, physicalType: VARCHAR(20)${extra} }
`;
  const files = (text: string): Readonly<Record<string, string>> => ({
    ...changesets(ONE),
    'data/pipeline.yml': MANIFEST,
    'contracts/t.odcs.yaml': text,
  });

  test('is refused where readers may break, with rule, file and line, and passes with a major version', async () => {
    const [made, github] = [repository(), await githubService()];
    const base = made.commit(files(contract('1.4.0', '')));
    const head = made.commit(files(contract('1.5.0', ', required: true')));
    const result = await validate(made.folder, github, { base, head });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain(
      '⛔ This pull request cannot be merged as it is: 2 broken promises of a data contract',
    );
    expect(body).toContain('Who reads this may break');
    expect(body).toContain(`/blob/${head}/contracts/t.odcs.yaml#L10`);
    expect(body).toContain('**contract-breaking**');
    expect(body).toContain('it is required now');
    expect(body).toContain('raise "version" to 2.0.0');
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        properties: expect.objectContaining({ file: 'contracts/t.odcs.yaml', line: '10' }),
      }),
    );

    const raised = made.commit(files(contract('2.0.0', ', required: true')));
    const second = await validate(made.folder, github, { base, head: raised });
    expect(second).toMatchObject({ exitCode: 0, outputs: { result: 'ok' } });
    expect(github.comments[0]?.body).toContain(
      '🟡 This pull request adds no changeset; who reads a data contract may break',
    );
    expect(github.comments[0]?.body).toContain('**Meant:** the version was raised from 1.4.0 to 2.0.0');

    // Taken out of the manifest, it is gone for its readers too.
    const without = MANIFEST.replace(/contract: .*yaml/, 'columns: { id: { type: int, required: true } }');
    const gone = made.commit({ ...files(contract('2.0.0', '')), 'data/pipeline.yml': without });
    const third = await validate(made.folder, github, { base, head: gone });
    expect(third).toMatchObject({ exitCode: 1 });
    expect(github.comments[0]?.body).toContain('is gone, or no dataset names it');
  });

  test('of which only words are changed is nobody’s loss', async () => {
    const [made, github] = [repository(), await githubService()];
    const base = made.commit(files(contract('1.4.0', '')));
    const head = made.commit(files(contract('1.4.0', ', description: what was said')));
    const result = await validate(made.folder, github, { base, head });
    expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok' } });
    expect(github.comments[0]?.body ?? '').not.toContain('may break');
  });
});
