import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runAction, startAction } from '../../support/runner.ts';

const folders: string[] = [];
const SHORT = { interrupt: 300, terminate: 300 };

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** An action with these scripts and inputs. */
async function action(
  main: string,
  { post, yaml = '' }: { readonly post?: string; readonly yaml?: string } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'db-deploy-action-'));
  folders.push(folder);
  const imports = "import fs from 'node:fs';\nimport { spawn } from 'node:child_process';\n";
  await writeFile(join(folder, 'main.mjs'), imports + main);
  if (post !== undefined) await writeFile(join(folder, 'post.mjs'), imports + post);
  const runs = `runs:\n  using: node24\n  main: main.mjs\n${post === undefined ? '' : '  post: post.mjs\n'}`;
  await writeFile(join(folder, 'action.yml'), `name: fixture\n${runs}${yaml}`);
  return folder;
}

describe('a step', () => {
  test('gets inputs with dashes, the workspace, a closed stdin and Node 24', async () => {
    const result = await runAction({
      action: await action(
        `console.log(JSON.stringify({
          dry: process.env['INPUT_DRY-RUN'],
          cwd: process.cwd() === process.env.GITHUB_WORKSPACE,
          stdin: fs.readFileSync(0, 'utf8'),
          node: process.versions.node.split('.')[0],
          own: process.env.DB_DEPLOY_TEST_SERVERS,
        }))`,
      ),
      inputs: { 'dry-run': 'true' },
    });
    expect(JSON.parse(result.rawStdout)).toEqual({ dry: 'true', cwd: true, stdin: '', node: '24' });
    expect(result.annotations).toMatchObject([{ level: 'warning' }]);
    expect(result).toMatchObject({ exitCode: 0, outcome: 'success', post: undefined });
  });

  test('gives outputs, state, a summary and exports through files, even when it fails', async () => {
    const result = await runAction({
      action: await action(`
        const add = (name, text) => fs.appendFileSync(process.env[name], text);
        add('GITHUB_OUTPUT', 'result=ok\\npending<<EOF\\n[1,\\n2]\\nEOF\\n');
        add('GITHUB_STATE', 'run=8841\\n');
        add('GITHUB_ENV', 'A=1\\n');
        add('GITHUB_PATH', '/opt/x\\n');
        add('GITHUB_STEP_SUMMARY', '# done with hunter22\\n');
        console.error('::add-mask::hunter22');
        process.exitCode = 3;`),
      inputs: {},
    });
    expect(result).toMatchObject({
      exitCode: 3,
      outcome: 'failure',
      outputs: { result: 'ok', pending: '[1,\n2]' },
      state: { run: '8841' },
      exportedVariables: { A: '1' },
      addedPaths: ['/opt/x'],
      summary: '# done with ***\n',
    });
  });

  test('fails when a file command is malformed', async () => {
    const main = await action(`fs.writeFileSync(process.env.GITHUB_OUTPUT, 'nonsense\\n')`);
    const result = await runAction({ action: main, inputs: {} });
    expect(result).toMatchObject({ exitCode: 0, outcome: 'failure' });
    expect(result.annotations[1]?.message).toBe("Invalid format 'nonsense'");
  });

  test('loses a summary that is larger than 1 MiB, but does not fail', async () => {
    const main = await action(
      `fs.writeFileSync(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(1024 * 1024 + 1))`,
    );
    const result = await runAction({ action: main, inputs: {} });
    expect(result).toMatchObject({ outcome: 'success', summary: '' });
    expect(result.annotations[0]?.message).toMatch(/^\$GITHUB_STEP_SUMMARY upload aborted/);
  });

  test('fails without an annotation when it throws', async () => {
    const result = await runAction({ action: await action(`throw new Error('boom')`), inputs: {} });
    expect(result).toMatchObject({ exitCode: 1, outcome: 'failure', annotations: [] });
    expect(result.log).toContain('boom');
  });

  test('has the token masked, in the log but not in what the test can read raw', async () => {
    const main = await action(`console.log('token ' + process.env['INPUT_GITHUB-TOKEN'])`, {
      yaml: 'inputs:\n  github-token:\n    default: ${{ github.token }}\n',
    });
    const result = await runAction({ action: main, inputs: {}, token: 'ghs_secret' });
    expect(result.log).toBe('token ***');
    expect(result.rawStdout).toBe('token ghs_secret\n');
  });

  test('is not held up for ever by a child that keeps stdout', async () => {
    const main = await action(
      `const child = spawn('sleep', ['8'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
       child.unref(); console.log('bye');`,
    );
    const result = await runAction({ action: main, inputs: {} });
    expect(result.log).toBe('bye');
    expect(result.durationMs).toBeGreaterThan(4_500);
    expect(result.durationMs).toBeLessThan(7_500);
  });

  test('cannot start before it was built', async () => {
    const folder = await action('');
    await rm(join(folder, 'main.mjs'));
    await expect(runAction({ action: folder, inputs: {} })).rejects.toThrow('npm run build');
  });
});

describe('post', () => {
  test('runs after a main that failed, with its state', async () => {
    const result = await runAction({
      action: await action(`console.log('::save-state name=lock::held'); process.exit(1);`, {
        post: `console.log(process.env.STATE_lock, process.env.INPUT_MODE)`,
      }),
      inputs: { mode: 'update' },
    });
    expect(result.outcome).toBe('failure');
    expect(result.post).toMatchObject({ outcome: 'success', log: 'held update' });
  });

  test('obeys post-if', async () => {
    const folder = await action('process.exit(1)', { post: '', yaml: '  post-if: success()\n' });
    expect((await runAction({ action: folder, inputs: {} })).post).toBeUndefined();
  });

  test('does not run when the machine is gone', async () => {
    const folder = await action(`console.log('up'); setInterval(() => {}, 1000)`, { post: '' });
    const run = await startAction({ action: folder, inputs: {} });
    await run.waitForLog('up');
    run.destroyRunner();
    expect(await run.result).toMatchObject({ exitCode: null, signal: 'SIGKILL', post: undefined });
  });
});

describe('cancelling', () => {
  const main = (...ignored: readonly string[]): string => `
    for (const signal of ${JSON.stringify(ignored)}) process.on(signal, () => console.log('got ' + signal));
    setInterval(() => {}, 1000);
    console.log('up');`;

  test('sends SIGINT first, and what was written before is kept', async () => {
    const folder = await action(`fs.writeFileSync(process.env.GITHUB_OUTPUT, 'a=1\\n');${main()}`);
    const run = await startAction({ action: folder, inputs: {} });
    await run.waitForLog(/^up$/);
    await run.cancel();
    const result = await run.result;
    expect(result).toMatchObject({ signal: 'SIGINT', outcome: 'cancelled', outputs: { a: '1' } });
    expect(result.annotations[0]?.message).toBe('The operation was canceled.');
  });

  test('goes on to SIGTERM and SIGKILL for who does not listen', async () => {
    const run = await startAction({ action: await action(main('SIGINT', 'SIGTERM')), inputs: {} });
    await run.waitForLog('up');
    await run.cancel('cancelled', SHORT);
    const result = await run.result;
    expect(result.log).toContain('got SIGINT\ngot SIGTERM');
    expect(result).toMatchObject({ signal: 'SIGKILL', outcome: 'cancelled' });
  });

  test('counts as cancelled even if the process ends well, and as failed when time was up', async () => {
    const polite = `process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up');`;
    for (const [reason, outcome] of [
      ['cancelled', 'cancelled'],
      ['timed-out', 'failure'],
    ] as const) {
      const run = await startAction({ action: await action(polite), inputs: {} });
      await run.waitForLog('up');
      await run.cancel(reason);
      expect(await run.result).toMatchObject({ exitCode: 0, outcome });
    }
  });

  test('leaves the children of the process alone, as the real runner does', async () => {
    const folder = await action(`
      const child = spawn('sleep', ['5'], { stdio: 'ignore', detached: true });
      console.log('child ' + child.pid);${main()}`);
    const run = await startAction({ action: folder, inputs: {} });
    await run.waitForLog('up');
    await run.cancel();
    const { log } = await run.result;
    const pid = Number(/child (\d+)/.exec(log)?.[1]);
    expect(process.kill(pid, 0)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  test('a text that never comes is an error that shows the log', async () => {
    const run = await startAction({ action: await action(`console.log('only this')`), inputs: {} });
    await expect(run.waitForLog('something else')).rejects.toThrow('only this');
  });
});
