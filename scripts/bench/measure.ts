import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** One command as a whole process. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Goes to its standard input. */
  readonly input?: string;
  /** The file that takes its standard output, which is dropped otherwise. */
  readonly output?: string;
  /** Where what is measured is a failure. */
  readonly mayFail?: boolean;
}

export interface Measured {
  readonly seconds: number;
  /** Bytes; 0 where the system does not tell. */
  readonly peakMemory: number;
}

/** Runs a command to its end; throws with its error output when it fails. */
export function measure(command: Command): Promise<Measured> {
  const started = performance.now();
  const output = command.output === undefined ? undefined : openSync(command.output, 'w');
  const child = spawn(command.program, [...command.args], {
    cwd: command.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...command.env },
    stdio: ['pipe', output ?? 'ignore', 'pipe'],
  });
  if (output !== undefined) closeSync(output);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(command.input ?? '');
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  let peakMemory = 0;
  const watch = setInterval(() => (peakMemory = Math.max(peakMemory, readPeak(child.pid))), 5);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code === 0 || command.mayFail === true)
        resolve({ seconds: (performance.now() - started) / 1000, peakMemory });
      else reject(new Error(`${command.program} ended with ${code}: ${words}`));
    });
  });
}

/** `VmHWM` only grows, so the last reading before the end is the peak, or nearly. */
function readPeak(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The middle one of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Several ways to do the same in turn, round after round, so that a machine that drifts is fair to all. */
export async function inTurn(
  rounds: number,
  ways: Readonly<Record<string, () => Promise<Measured>>>,
): Promise<Readonly<Record<string, Measured>>> {
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const result = await way();
      // The first round warms caches up and does not count.
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), result]);
    }
  }
  return Object.fromEntries(
    [...measured].map(([name, results]) => [
      name,
      {
        seconds: median(results.map(({ seconds }) => seconds)),
        peakMemory: Math.max(...results.map(({ peakMemory }) => peakMemory)),
      },
    ]),
  );
}
