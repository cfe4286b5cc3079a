import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach } from '@jest/globals';
import { schemaErrors } from './report-schema.ts';
import { readAction, type ActionDefinition } from './runner/action-definition.ts';
import { githubContext, jobEnvironment, writeEvent, type JobFolders } from './runner/job-environment.ts';
import {
  startStage,
  type CancelReason,
  type Stage,
  type StageOptions,
  type StageResult,
} from './runner/run-stage.ts';
import { createSecretMasker } from './runner/secret-masker.ts';
import { stepInputs } from './runner/step-inputs.ts';
import type { CancelTimes } from './runner/step-process.ts';

/** A step that uses an action. */
export interface ActionOptions {
  /** The folder of action.yml; ours by default. */
  readonly action?: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The `env:` of the step. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder; an empty one by default. */
  readonly workspace?: string;
  /** Folders in front of PATH, as of a MySQL client that an earlier step installed. */
  readonly path?: readonly string[];
  /** Secrets of the repository: masked from the start. The token is one. */
  readonly secrets?: readonly string[];
  readonly token?: string;
  /** Overrides for the `github` context: `{ event_name: 'pull_request', ref: 'refs/pull/7/merge' }`. */
  readonly github?: Readonly<Record<string, string>>;
  /** What is in `GITHUB_EVENT_PATH`. */
  readonly event?: unknown;
  /** Called when post runs, with what ends it as the worker does when its time is over. */
  readonly onPost?: (kill: () => void) => void;
}

/** What came of a step: the result of main, and of post where the action has one and it ran. */
export interface ActionResult extends StageResult {
  readonly post: StageResult | undefined;
  readonly workspace: string;
}

/** A step that may still run. */
export interface ActionRun {
  readonly pid: number;
  readonly workspace: string;
  readonly result: Promise<ActionResult>;
  /** Signals main as GitHub does; pass shorter times where a test only needs the order. */
  readonly cancel: (reason?: CancelReason, times?: CancelTimes) => Promise<void>;
  /** The end of main alone, as by the OOM killer: SIGKILL, and post runs. */
  readonly killMain: () => void;
  /** The end of the machine: SIGKILL, and post does not run. */
  readonly destroyRunner: () => void;
  /** Waits until a line of main's log has the text. */
  readonly waitForLog: (text: string | RegExp, patience?: number) => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const releases: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

/** Runs a step to its end. */
export async function runAction(options: ActionOptions): Promise<ActionResult> {
  return (await startAction(options)).result;
}

/** Starts a step; what is left of it is removed when the test is over. */
export async function startAction(options: ActionOptions): Promise<ActionRun> {
  const definition = await readAction(options.action ?? ROOT);
  const folders = await createFolders(options.workspace);
  const stageOptions = await prepareMain(definition, folders, options);
  const main = await startStage({ ...stageOptions, script: definition.main });
  releases.push(async () => main.process.kill());
  let isDestroyed = false;
  return {
    pid: main.process.pid,
    workspace: folders.workspace,
    result: main.result.then(async (result) => ({
      ...(await withKnownReport(result)),
      post: isDestroyed ? undefined : await runPost(definition, stageOptions, result, options.onPost),
      workspace: folders.workspace,
    })),
    cancel: (reason = 'cancelled', times) => main.cancel(reason, times),
    killMain: () => main.process.kill(),
    destroyRunner: () => {
      isDestroyed = true;
      main.process.kill();
    },
    waitForLog: (text, patience = 20_000) => waitForLog(main, text, patience),
  };
}

/** Whatever a test is about: a report file that is written is as documented. */
async function withKnownReport(result: StageResult): Promise<StageResult> {
  const file = result.outputs['report-file'];
  const errors = file === undefined ? [] : schemaErrors(await readFile(file, 'utf8'));
  if (errors.length > 0) throw new Error(`the report is not what its schema says:\n${errors.join('\n')}`);
  return result;
}

async function createFolders(workspace: string | undefined): Promise<JobFolders> {
  const files = await mkdtemp(join(tmpdir(), 'db-deploy-runner-'));
  releases.push(() => rm(files, { recursive: true, force: true }));
  const folders = { files, temp: join(files, 'temp'), workspace: workspace ?? join(files, 'shop', 'shop') };
  await mkdir(folders.temp);
  await mkdir(folders.workspace, { recursive: true });
  return folders;
}

async function prepareMain(
  definition: ActionDefinition,
  folders: JobFolders,
  options: ActionOptions,
): Promise<Omit<StageOptions, 'script'>> {
  const token = options.token ?? 'ghs_0123456789abcdefghijklmnopqrstuvwxyz';
  const github = { ...githubContext(options.github ?? {}, folders), token };
  await writeEvent(github, options.event ?? {});
  const masker = createSecretMasker();
  for (const secret of [token, ...(options.secrets ?? [])]) masker.add(secret);
  const inputs = stepInputs(definition, options.inputs, github);
  const job = jobEnvironment(github, folders);
  return {
    node: await findNode(definition.nodeVersion),
    workspace: folders.workspace,
    folder: join(folders.temp, '_runner_file_commands'),
    environment: {
      ...options.env,
      ...inputs.environment,
      ...job,
      PATH: [...(options.path ?? []), job['PATH'] ?? ''].join(':'),
    },
    masker,
    warning: inputs.warning,
  };
}

/** The Node that the action asks for, which is the project's own. */
async function findNode(version: number): Promise<string> {
  const node = join(ROOT, 'node_modules/.bin/node');
  const { stdout } = await promisify(execFile)(node, ['--version']);
  if (!stdout.startsWith(`v${version}.`)) {
    throw new Error(`action.yml asks for Node ${version}, node_modules/.bin/node is ${stdout.trim()}`);
  }
  return node;
}

/** Post runs with the state of main and the same inputs, unless `post-if` says no (ActionRunner.cs). */
async function runPost(
  definition: ActionDefinition,
  options: Omit<StageOptions, 'script'>,
  main: StageResult,
  onPost: ActionOptions['onPost'],
): Promise<StageResult | undefined> {
  if (definition.post === undefined || !isTrue(definition.postIf, main.outcome)) return undefined;
  const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]);
  const environment = { ...options.environment, ...Object.fromEntries(state) };
  const stage = await startStage({ ...options, environment, script: definition.post, warning: undefined });
  releases.push(async () => stage.process.kill());
  onPost?.(() => stage.process.kill());
  return stage.result;
}

function isTrue(condition: string, outcome: StageResult['outcome']): boolean {
  switch (condition.trim()) {
    case 'always()':
      return true;
    case 'success()':
    case 'failure()':
      return condition.trim() === `${outcome}()`;
    case 'cancelled()':
      return outcome === 'cancelled';
    case '!cancelled()':
      return outcome !== 'cancelled';
    default:
      throw new Error(`this runner cannot evaluate "post-if: ${condition}"`);
  }
}

async function waitForLog(stage: Stage, text: string | RegExp, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  const hasText = (line: string): boolean =>
    typeof text === 'string' ? line.includes(text) : text.test(line);
  let hasEnded = false;
  void stage.result.finally(() => (hasEnded = true));
  while (!stage.record.log.some(hasText)) {
    if (hasEnded || Date.now() > deadline) {
      const why = hasEnded ? 'the step ended' : `${patience} ms passed`;
      throw new Error(`${why} without ${String(text)} in the log:\n${stage.record.log.join('\n')}`);
    }
    await sleep(10);
  }
}
