import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { runProgram } from './run-program.ts';

/** A process that no later one can be taken for: ids are used again, an id and a start are not. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { host: hostname(), pid: process.pid, startedAt: await readStart(process.pid) };
}

/** Whether the process still runs; one of another machine or container is taken to be alive. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if (identity.host !== hostname()) return true;
  return (await readStart(identity.pid)) === identity.startedAt;
}

/** When the process started, in whatever unit the system has; empty when it does not run. */
async function readStart(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    return runProgram('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
      (printed) => printed.trim(),
      () => '',
    );
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22, counted after the name, which is in parentheses and may have spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
