import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactService } from '../../../__tests__/support/github/artifact-server.ts';
import { githubContext, jobEnvironment } from '../../../__tests__/support/runner/job-environment.ts';
import { COMMON_INPUTS, type Place } from './place.ts';
import { watch, type Ended, type KillReport, type Running } from './running.ts';

type Environment = Readonly<Record<string, string>>;

let workflowRuns = 8840;

/**
 * Starts the step of a workflow run of its own, as the runner does: inputs and files in the environment. What main left
 * in its state file goes to post, and the files on the runner are gone when neither of them needs them any more.
 */
export function startAction(
  place: Place,
  artifacts: ArtifactService,
  inputs: Readonly<Record<string, string>>,
): Running {
  workflowRuns += 1;
  const files = mkdtempSync(join(place.folder, 'runner-'));
  const temp = join(files, 'temp');
  mkdirSync(temp);
  const folders = { files, temp, workspace: place.folder };
  const eventPath = join(files, 'event.json');
  writeFileSync(eventPath, JSON.stringify({ repository: { private: true } }));
  const run = String(workflowRuns);
  const context = { api_url: artifacts.url, run_id: run, event_path: eventPath };
  const environment = {
    ...jobEnvironment(githubContext(context, folders), folders),
    ...artifacts.environment(run),
    ...inputEnvironment(place, inputs),
    PATH: `${place.server.binDir}:${process.env['PATH'] ?? ''}`,
  };
  const main = runStage(place, files, 'main', environment);
  return watch(main, async ({ runId, report }) => {
    const said = report ?? readReport(temp, runId);
    const state = readState(join(files, 'main-state'));
    if (state['run-id'] === undefined || state['finished'] !== undefined) {
      rmSync(files, { recursive: true, force: true });
      return { report: said, startPost: undefined };
    }
    return { report: said, startPost: () => startPost(place, files, { environment, state }) };
  });
}

function startPost(
  place: Place,
  files: string,
  { environment, state }: { readonly environment: Environment; readonly state: Environment },
): Running {
  const kept = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value] as const);
  const post = runStage(place, files, 'post', { ...environment, ...Object.fromEntries(kept) });
  return watch(post, async (): Promise<Pick<Ended, 'startPost'> & Partial<Ended>> => {
    const runId = state['run-id'];
    const report = readReport(join(files, 'temp'), runId, '-post');
    rmSync(files, { recursive: true, force: true });
    return { runId, report, startPost: undefined };
  });
}

function runStage(place: Place, files: string, stage: string, environment: Environment): ChildProcess {
  const commands = ['output', 'state', 'step_summary'].map((name) => {
    const path = join(files, `${stage}-${name}`);
    writeFileSync(path, '');
    return [`GITHUB_${name.toUpperCase()}`, path] as const;
  });
  return spawn(process.execPath, ['--no-warnings', place.entry], {
    cwd: place.folder,
    env: { ...environment, ...Object.fromEntries(commands) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function inputEnvironment(
  { server, database }: Place,
  inputs: Readonly<Record<string, string>>,
): Environment {
  const all = {
    ...COMMON_INPUTS,
    ...{ 'db-host': server.host, 'db-port': String(server.port), 'db-user': server.user },
    ...{ 'db-password': server.password, 'db-name': database, 'github-token': 'ghs_0123456789' },
    ...{ 'backup-store': 'artifact', 'backup-passphrase': 'for the rounds only' },
    ...inputs,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** Values of ours have no line feeds. */
function readState(path: string): Environment {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function readReport(temp: string, runId: string | undefined, suffix = ''): KillReport | undefined {
  try {
    return JSON.parse(readFileSync(join(temp, `db-deploy-${runId}${suffix}.json`), 'utf8')) as KillReport;
  } catch {
    // Killed before it wrote one, or while it did.
    return undefined;
  }
}
