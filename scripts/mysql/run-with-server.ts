import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { environmentOf } from './server-environment.ts';
import type { ServerOptions } from './server-options.ts';
import { startServer } from './start-server.ts';

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command beside a server of its own and gives the command's exit code. */
export async function runWithServer(options: ServerOptions, command: readonly string[]): Promise<number> {
  const server = await startServer(options);
  try {
    return await runCommand(command, { ...process.env, ...environmentOf(server) });
  } finally {
    await server.stop();
  }
}

/** The exit code of the command, or 128 and the signal that ended it, as shells have it. */
function runCommand(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals): void => {
      // At a terminal, Ctrl-C reaches the command without us.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const each of FORWARDED) process.off(each, forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
