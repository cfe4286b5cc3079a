import { execFile } from 'node:child_process';

/** Runs a program to its end and gives its stdout; an error carries the end of what it printed. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {},
): Promise<string> {
  const { env = process.env, timeout = 0 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { env, timeout, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const printed = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
        reject(new Error(`${program} failed: ${printed || error.message}`, { cause: error }));
      },
    );
    child.stdin?.end();
  });
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
