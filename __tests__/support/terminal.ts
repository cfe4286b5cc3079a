import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ConnectionSettings } from './database.ts';

const root = join(import.meta.dirname, '../..');

/** What a command at a terminal left behind. */
export interface TerminalResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the bundle as `npx db-deploy` does: its own process, nothing of the test's environment but PATH. */
export function runTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<TerminalResult> {
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'dist/index.js'), ...args], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        exitCode,
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      }),
    );
  });
}

/** The environment variables that lead to a database. */
export function databaseEnvironment(settings: ConnectionSettings): Readonly<Record<string, string>> {
  return {
    DB_HOST: settings.host,
    DB_PORT: String(settings.port),
    DB_USER: settings.user,
    DB_PASSWORD: settings.password,
    DB_NAME: settings.name,
  };
}
