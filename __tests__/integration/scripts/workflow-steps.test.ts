import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { renderReportJson } from '../../../src/report/schema/report-json.ts';
import { HOSTILE, reportSaying } from '../../support/hostile.ts';
import { scenarios } from '../../support/scenarios.ts';
import { REPOSITORY, runLines } from '../../support/workflows.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'db-deploy-step-'));
  folders.push(folder);
  return folder;
}

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs lines as the runner does on Linux: `bash -e` on a file. */
async function runStep(lines: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const script = join(newFolder(), 'step.sh');
  writeFileSync(script, lines);
  const path = `${join(cwd, 'bin')}:${join(REPOSITORY, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const runner = {
    GITHUB_SERVER_URL: 'https://github.com',
    ...{ GITHUB_REPOSITORY: 'org/shop', GITHUB_RUN_ID: '8841', GITHUB_SHA: 'a'.repeat(40) },
  };
  const options = { cwd, env: { HOME: cwd, ...runner, ...env, PATH: path } };
  try {
    return { exitCode: 0, ...(await promisify(execFile)('bash', ['-e', script], options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}

/** A `gh` that writes down its arguments and ends as it is told. */
function fakeGh(cwd: string, exitCode = 0, says = ''): string {
  const calls = join(cwd, 'gh-calls');
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(
    join(cwd, 'bin/gh'),
    `#!/bin/sh\nprintf '%s\\n' "$@" >> '${calls}'\necho '${says}'\nexit ${exitCode}\n`,
  );
  chmodSync(join(cwd, 'bin/gh'), 0o755);
  return calls;
}

describe('the incident note', () => {
  async function note(report: string | undefined): Promise<string> {
    const cwd = newFolder();
    mkdirSync(join(cwd, '.github'));
    cpSync(join(REPOSITORY, '.github/scripts'), join(cwd, '.github/scripts'), { recursive: true });
    if (report !== undefined) writeFileSync(join(cwd, 'report.json'), report);
    const files = { REPORT: join(cwd, 'report.json'), NOTE: join(cwd, 'note.md') };
    const env = { ...files, ENVIRONMENT: 'prod', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') };
    const ran = await runStep(runLines('deploy-prod.yml', 'Write the incident note'), cwd, env);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    const text = readFileSync(files.NOTE, 'utf8');
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe(text);
    return text;
  }

  test('says what failed, what the database is like, which backup there is and what to do', async () => {
    const text = await note(renderReportJson(scenarios['restored']!));
    expect(text).toContain('The database is as it was before this run');
    expect(text).toContain('` anna:004 `, statement 3, ` migrations/004_change.up.sql:3 `');
    expect(text).toContain('` release-manager `');
    expect(text).toContain(`\` artifact:8841/77#sha256=${'b'.repeat(64)} \``);
    expect(text).toContain('nothing has to be cleaned up');
    expect(text).toContain(`https://github.com/org/shop/blob/${'a'.repeat(40)}/docs/runbook.md`);
  });

  test.each([
    ['restore-failed', 'somebody has to look now'],
    ['in-doubt', 'see that the server runs'],
    ['failed-keep', 'operation `resume`'],
    ['interrupted', 'do what the problems ask for'],
  ])('of %s says: %s', async (name, words) => {
    expect(await note(renderReportJson(scenarios[name]!))).toContain(words);
  });

  test('is written without a report, too: the runner may be gone', async () => {
    expect(await note(undefined)).toContain('ended without a report');
    expect(await note('{"cut off')).toContain('ended without a report');
  });

  test('holds its form whatever the report says', async () => {
    const texts = [...HOSTILE];
    const text = await note(renderReportJson(reportSaying(() => texts.pop() ?? '@everyone <b>')));
    const prose = text
      .replace(/^(`{3,})text\n[^]*?\n\1$/gm, '')
      .replace(/(?<!`)(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    expect(prose).not.toMatch(/@|<|::|##\[|javascript/);
    expect(prose.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(10);
  });
});

test('an issue is opened with the note, and where that fails the run says so', async () => {
  const lines = runLines('deploy-prod.yml', 'Open an issue');
  const [cwd, closed] = [newFolder(), newFolder()];
  const calls = fakeGh(cwd);
  expect(await runStep(lines, cwd, { NOTE: 'note.md' })).toMatchObject({ exitCode: 0 });
  expect(readFileSync(calls, 'utf8').split('\n')).toEqual(
    expect.arrayContaining(['create', '--body-file', 'note.md']),
  );
  fakeGh(closed, 1);
  expect(await runStep(lines, closed, { NOTE: 'note.md' })).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('::warning::no issue was opened'),
  });
});

describe('the newest backup', () => {
  const lines = runLines('rehearse-restore.yml', 'Find the newest backup');
  const digest = 'b'.repeat(64);
  const run = (id: number): unknown => ({ id });
  const artifact = (id: number, name: string, more: Readonly<Record<string, unknown>> = {}): unknown => ({
    ...{ id, name, expired: false, digest: `sha256:${digest}` },
    ...more,
  });
  const backup = (time: string): string => `shop-${time}-20261122-100000-0a1b2c3d.sql.zst.enc`;

  /** Answers with what is listed, by path; everything else is not there. */
  async function find(
    answers: Readonly<Record<string, unknown>>,
  ): Promise<Ran & { readonly output: string; readonly asked: readonly string[] }> {
    const asked: string[] = [];
    const server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization}`);
      const found = answers[url.replace(/\?.*$/, '').replace('/repos/org/shop/actions/', '')];
      response.writeHead(found === undefined ? 403 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? { message: 'Resource not accessible by integration' }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const cwd = newFolder();
    mkdirSync(join(cwd, '.github'));
    cpSync(join(REPOSITORY, '.github/scripts'), join(cwd, '.github/scripts'), { recursive: true });
    const output = join(cwd, 'output');
    const ran = await runStep(lines, cwd, {
      ...{ GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, GH_TOKEN: 'ghs_x' },
      ...{ WORKFLOW: 'deploy-prod.yml', BRANCH: 'main', GITHUB_OUTPUT: output },
    });
    await new Promise((resolve) => server.close(resolve));
    return { ...ran, output: readFileSync(output, 'utf8'), asked };
  }

  test('is that of the last run that kept one, and of its backups the last', async () => {
    const found = await find({
      'workflows/deploy-prod.yml/runs': { workflow_runs: [run(93), run(92), run(91), run(90)] },
      'runs/93/artifacts': { artifacts: [artifact(5, 'db-deploy-report')] },
      'runs/92/artifacts': { artifacts: [artifact(4, backup('20261121T100000Z'), { expired: true })] },
      'runs/91/artifacts': {
        artifacts: [artifact(2, backup('20261120T100000Z')), artifact(3, backup('20261120T100500Z'))],
      },
    });
    expect(found).toMatchObject({ exitCode: 0, output: `backup-ref=artifact:91/3#sha256=${digest}\n` });
    expect(found.asked[0]).toContain('branch=main');
    expect(found.asked[0]).toContain('Bearer ghs_x');
    expect(found.asked).toHaveLength(4);
  });

  test('is none where nothing was deployed, which is said and is no failure', async () => {
    const found = await find({ 'workflows/deploy-prod.yml/runs': { workflow_runs: [] } });
    expect(found).toMatchObject({ exitCode: 0, output: '' });
    expect(found.stderr).toMatch(
      /^::warning title=no backup::no run of deploy-prod\.yml on main has a backup/,
    );
  });

  test('that cannot be looked for is a failure', async () => {
    const found = await find({});
    expect(found).toMatchObject({ exitCode: 1, output: '' });
    expect(found.stderr).toContain('::error title=no backup::the newest backup cannot be found: 403');
  });
});

test('a rehearsal that failed opens one issue, and no second one', async () => {
  const lines = runLines('rehearse-restore.yml', 'Open an issue, unless there is one');
  const env = { RUN_URL: 'https://github.com/org/shop/actions/runs/8841' };
  for (const [known, created] of [
    [0, true],
    [1, false],
  ] as const) {
    const cwd = newFolder();
    const calls = fakeGh(cwd, 0, String(known));
    expect(await runStep(lines, cwd, env)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(calls, 'utf8').split('\n').includes('create')).toBe(created);
  }
});

test.each([
  ['deploy-prod.yml', 'Keep the report', 'deploy-report'],
  ['ci.yml', 'Keep the report for comment.yml', 'fork-report'],
])('%s: "%s" copies a file that only its owner can read', async (file, name, folder) => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'db-deploy $(touch x).json'), '{}', { mode: 0o600 });
  const REPORT = join(cwd, 'db-deploy $(touch x).json');
  expect(await runStep(runLines(file, name), cwd, { REPORT })).toMatchObject({ exitCode: 0 });
  expect(statSync(join(cwd, folder, 'report.json')).mode & 0o777).toBe(0o600);
});

describe('a release', () => {
  const check = runLines('release.yml', 'The tag is on main, and package.json has its version');

  async function repository(): Promise<{
    readonly cwd: string;
    readonly git: (...args: string[]) => Promise<string>;
  }> {
    const cwd = newFolder();
    const git = async (...args: string[]): Promise<string> =>
      (
        await promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd })
      ).stdout.trim();
    await git('init', '-q', '-b', 'main');
    writeFileSync(join(cwd, 'package.json'), '{"version":"1.2.3"}');
    await git('add', '.');
    await git('commit', '-qm', 'one');
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    return { cwd, git };
  }

  test('is of a commit of main with the version of package.json', async () => {
    const { cwd, git } = await repository();
    const GITHUB_SHA = await git('rev-parse', 'HEAD');
    expect((await runStep(check, cwd, { GITHUB_SHA, GITHUB_REF_NAME: 'v1.2.3' })).exitCode).toBe(0);
    expect((await runStep(check, cwd, { GITHUB_SHA, GITHUB_REF_NAME: 'v1.2.4' })).exitCode).not.toBe(0);
    await git('commit', '-qm', 'two', '--allow-empty');
    const beside = { GITHUB_SHA: await git('rev-parse', 'HEAD'), GITHUB_REF_NAME: 'v1.2.3' };
    expect((await runStep(check, cwd, beside)).exitCode).not.toBe(0);
  });

  test('packs the same bytes each time, with what runs in it', async () => {
    const digests = [];
    for (let time = 0; time < 2; time += 1) {
      const cwd = newFolder();
      for (const part of ['action.yml', 'dist', 'LICENSE'])
        cpSync(join(REPOSITORY, part), join(cwd, part), { recursive: true });
      const ran = await runStep(runLines('release.yml', 'Pack what runs'), cwd, { RELEASE: cwd });
      expect(ran).toMatchObject({ exitCode: 0 });
      const { stdout } = await promisify(execFile)('tar', ['-tzf', 'db-deploy.tar.gz'], { cwd });
      expect(stdout.split('\n')).toEqual(expect.arrayContaining(['action.yml', 'dist/index.js', 'LICENSE']));
      digests.push(readFileSync(join(cwd, 'db-deploy.tar.gz')).toString('base64'));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  test('lists what is in the bundle', async () => {
    const cwd = newFolder();
    for (const part of ['package.json', 'package-lock.json']) cpSync(join(REPOSITORY, part), join(cwd, part));
    const lines = runLines('release.yml', 'Write the bill of materials').replace(
      'npm sbom',
      'npm sbom --package-lock-only',
    );
    expect(await runStep(lines, cwd, {})).toMatchObject({ exitCode: 0 });
    const { components } = JSON.parse(readFileSync(join(cwd, 'sbom.cdx.json'), 'utf8')) as {
      readonly components: readonly { readonly name: string }[];
    };
    const names = components.map(({ name }) => name);
    expect(names).toContain('mysql2');
    expect(names).not.toContain('jest');
  });

  test('moves the tag of its major version, and makes it where it is the first', async () => {
    const lines = runLines('release.yml', 'Move the tag of the major version');
    const [cwd, first] = [newFolder(), newFolder()];
    const env = { GITHUB_REF_NAME: 'v1.2.3' };
    const calls = fakeGh(cwd);
    expect((await runStep(lines, cwd, env)).exitCode).toBe(0);
    expect(readFileSync(calls, 'utf8').split('\n')).toContain('repos/org/shop/git/refs/tags/v1');
    const failed = fakeGh(first, 1);
    expect((await runStep(lines, first, env)).exitCode).not.toBe(0);
    expect(readFileSync(failed, 'utf8').split('\n')).toContain('ref=refs/tags/v1');
  });
});
