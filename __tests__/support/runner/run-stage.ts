import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePairs } from './file-command.ts';
import { createOutputReader } from './output-reader.ts';
import type { SecretMasker } from './secret-masker.ts';
import { CANCEL_TIMES, startStepProcess, type CancelTimes, type StepProcess } from './step-process.ts';
import { addIssue, failCommand, newStepRecord, type Annotation, type StepRecord } from './step-record.ts';

/** What came of one process of an action, main or post. */
export interface StageResult {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outcome: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** `GITHUB_ENV` and `GITHUB_PATH`, for later steps. */
  readonly exportedVariables: Readonly<Record<string, string>>;
  readonly addedPaths: readonly string[];
  /** Masked; empty when it was larger than the 1 MiB that the runner takes. */
  readonly summary: string;
  /** At most ten of each level. */
  readonly annotations: readonly Annotation[];
  readonly droppedAnnotations: readonly Annotation[];
  /** stdout and stderr as people see them, secrets masked. */
  readonly log: string;
  /** What the process wrote, secrets and all. */
  readonly rawStdout: string;
  readonly rawStderr: string;
  readonly durationMs: number;
}

/** Why a process was told to stop. */
export type CancelReason = 'cancelled' | 'timed-out';

/** A process of an action that may still run. */
export interface Stage {
  readonly process: StepProcess;
  readonly record: StepRecord;
  readonly cancel: (reason: CancelReason, times?: CancelTimes) => Promise<void>;
  readonly result: Promise<StageResult>;
}

export interface StageOptions {
  readonly node: string;
  readonly script: string;
  readonly workspace: string;
  /** Where the file commands are. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly masker: SecretMasker;
  readonly warning: string | undefined;
}

const FILE_COMMANDS = ['output', 'state', 'env', 'path', 'step_summary'] as const;
type FileCommand = (typeof FILE_COMMANDS)[number];
const LARGEST_SUMMARY = 1024 * 1024;

/** Starts main or post with file commands of its own. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const files = await createFiles(options.folder);
  const record = newStepRecord(options.masker);
  if (options.warning !== undefined) addIssue(record, 'warning', options.warning);
  const started = performance.now();
  const process = await startStepProcess({
    node: options.node,
    script: options.script,
    cwd: options.workspace,
    environment: { ...options.environment, ...fileVariables(files) },
    takeLine: createOutputReader(record, options.workspace),
  });
  let reason: CancelReason | undefined;
  return {
    process,
    record,
    cancel: async (why, times = CANCEL_TIMES) => {
      reason = why;
      await process.cancel(times);
    },
    result: process.ended.then((end) =>
      finish({ files, record, process, end, reason, durationMs: performance.now() - started }),
    ),
  };
}

type Files = Readonly<Record<FileCommand, string>>;

async function createFiles(folder: string): Promise<Files> {
  await mkdir(folder, { recursive: true });
  const suffix = randomUUID();
  const entries = FILE_COMMANDS.map((name) => [name, join(folder, `${name}_${suffix}`)] as const);
  for (const [, path] of entries) await writeFile(path, '');
  return Object.fromEntries(entries) as Files;
}

function fileVariables(files: Files): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([name, path]) => [`GITHUB_${name.toUpperCase()}`, path]),
  );
}

interface Finished {
  readonly files: Files;
  readonly record: StepRecord;
  readonly process: StepProcess;
  readonly end: Awaited<StepProcess['ended']>;
  readonly reason: CancelReason | undefined;
  readonly durationMs: number;
}

/** The files are read whatever became of the process (ActionRunner.cs, finally). */
async function finish(finished: Finished): Promise<StageResult> {
  const { files, record, process, end, reason, durationMs } = finished;
  const exportedVariables = await readPairs(record, files, 'env');
  const outputs = await readPairs(record, files, 'output');
  const state = await readPairs(record, files, 'state');
  const summary = await readSummary(record, files.step_summary);
  const addedPaths = (await readFile(files.path, 'utf8')).split('\n').filter((path) => path !== '');
  if (reason === 'cancelled') addIssue(record, 'error', 'The operation was canceled.');
  if (reason === 'timed-out') addIssue(record, 'error', 'The action has timed out.');
  return {
    ...end,
    outcome: outcomeOf(end.exitCode, record, reason),
    outputs: { ...Object.fromEntries(record.outputs), ...outputs },
    state: { ...Object.fromEntries(record.state), ...state },
    ...{ exportedVariables, addedPaths, summary, durationMs },
    annotations: record.annotations,
    droppedAnnotations: record.droppedAnnotations,
    log: record.log.join('\n'),
    rawStdout: process.stdout(),
    rawStderr: process.stderr(),
  };
}

/** A process that was cancelled counts as cancelled even if it ended well in time (StepsRunner.cs). */
function outcomeOf(
  exitCode: number | null,
  record: StepRecord,
  reason: CancelReason | undefined,
): StageResult['outcome'] {
  if (reason === 'timed-out' || (reason === undefined && exitCode !== 0)) return 'failure';
  if (reason === 'cancelled') return 'cancelled';
  return record.failedCommands.length > 0 ? 'failure' : 'success';
}

async function readPairs(
  record: StepRecord,
  files: Files,
  name: FileCommand,
): Promise<Readonly<Record<string, string>>> {
  try {
    return Object.fromEntries(parsePairs(await readFile(files[name], 'utf8')));
  } catch (error) {
    failCommand(record, `file command '${name}'`, (error as Error).message);
    return {};
  }
}

async function readSummary(record: StepRecord, path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > LARGEST_SUMMARY) {
    const sizes = `supports content up to a size of 1024k, got ${Math.floor(size / 1024)}k`;
    addIssue(record, 'error', `$GITHUB_STEP_SUMMARY upload aborted, ${sizes}.`);
    return '';
  }
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.map((line) => record.masker.mask(line)).join('\n');
}
