import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ConnectionSettings, TestDatabase } from './database.ts';

/** How the `mysql` client ended, with what it said on stderr. */
export interface ClientResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Feeds SQL to the real `mysql` client, as `mysql --comments <schema> < file` does; it stops at the first error. */
export async function runClient(
  { binDir }: Pick<TestDatabase, 'binDir'>,
  { host, port, user, password, name }: ConnectionSettings,
  sql: string | Buffer,
  options: readonly string[] = [],
): Promise<ClientResult> {
  const child = spawn(
    join(binDir, 'mysql'),
    [
      ...['--no-defaults', '--comments', '--protocol=TCP', '--default-character-set=utf8mb4', '--unbuffered'],
      ...[...options, `--host=${host}`, `--port=${port}`, `--user=${user}`, name],
    ],
    { env: { ...process.env, MYSQL_PWD: password } },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // A client that stopped at an error closes its end early.
  child.stdin.on('error', () => undefined).end(sql);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, ...output };
}
