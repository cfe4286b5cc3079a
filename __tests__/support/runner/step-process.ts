import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLineSplitter } from './line-splitter.ts';

/** How long the real runner waits after each signal (ProcessInvoker.cs). */
export interface CancelTimes {
  readonly interrupt: number;
  readonly terminate: number;
}

export const CANCEL_TIMES: CancelTimes = { interrupt: 7_500, terminate: 2_500 };

/** How long output is still read when a child of the ended process keeps the pipes open. */
const HELD_OUTPUT = 5_000;

/** One process of an action. */
export interface StepProcess {
  readonly pid: number;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** SIGINT, SIGTERM, SIGKILL, to the process itself but not to its children. */
  readonly cancel: (times: CancelTimes) => Promise<void>;
  readonly kill: () => void;
}

export interface StepProcessOptions {
  readonly node: string;
  readonly script: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly takeLine: (line: string) => void;
}

/** Starts an action's script with its stdin closed (NodeScriptActionHandler.cs). */
export async function startStepProcess(options: StepProcessOptions): Promise<StepProcess> {
  const { node, script, cwd, environment, takeLine } = options;
  const child = spawn(node, [script], { cwd, env: { ...environment }, stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end();
  const texts = { stdout: '', stderr: '' };
  const closed = [
    readLines(child.stdout, takeLine, (text) => (texts.stdout += text)),
    readLines(child.stderr, takeLine, (text) => (texts.stderr += text)),
  ];
  const ended = waitForEnd(child, Promise.all(closed));
  await once(child, 'spawn');
  return {
    pid: child.pid!,
    ended,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    cancel: (times) => cancel(child, times),
    kill: () => void child.kill('SIGKILL'),
  };
}

function readLines(
  stream: Readable,
  takeLine: (line: string) => void,
  keep: (text: string) => void,
): Promise<void> {
  const lines = createLineSplitter(takeLine);
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    keep(text);
    lines.push(text);
  });
  return new Promise((resolve) => {
    stream.once('close', () => {
      lines.end();
      resolve();
    });
  });
}

async function waitForEnd(
  child: ChildProcess,
  closed: Promise<unknown>,
): Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }> {
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, HELD_OUTPUT);
  await closed;
  clearTimeout(timer);
  return { exitCode, signal };
}

async function cancel(child: ChildProcess, times: CancelTimes): Promise<void> {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const signals = [
    ['SIGINT', times.interrupt],
    ['SIGTERM', times.terminate],
  ] as const;
  for (const [signal, patience] of signals) {
    if (isGone()) return;
    child.kill(signal);
    await Promise.race([exited, sleep(patience, undefined, { ref: false })]);
  }
  if (!isGone()) child.kill('SIGKILL');
}
