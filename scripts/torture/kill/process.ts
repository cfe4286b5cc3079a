import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Address } from '../../mysql/server-folder.ts';

/** What a process said before it ended. */
export interface Ended {
  readonly runId: string | undefined;
  /** Undefined where it was killed before it could report. */
  readonly report: KillReport | undefined;
  readonly errors: string;
  /** How many lines it logged. */
  readonly lines: number;
}

export interface KillReport {
  readonly result: string;
  readonly databaseState: string;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly fix?: string }[];
}

/** A run of db-deploy that can be killed. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it has logged so many lines. */
  readonly logged: (lines: number) => Promise<void>;
}

/** Starts `db-deploy <mode>` as a person at a terminal would, or the post step of a run. */
export function start(
  folder: string,
  server: Address,
  database: string,
  args: readonly string[],
  postOf?: string,
): Running {
  const entry = postOf === undefined ? '../../../src/index.ts' : './post-process.ts';
  const child = spawn(
    process.execPath,
    [
      ...['--no-warnings', join(import.meta.dirname, entry), ...args],
      ...['--environment', 'dev', '--working-directory', folder, '--log-format', 'json'],
      ...['--db-host', server.host, '--db-port', String(server.port), '--db-user', server.user],
      ...[
        '--db-name',
        database,
        '--backup-store',
        `file:${join(folder, 'backups')}`,
        '--mysql-client',
        'path',
      ],
      ...['--connect-timeout', '20', '--lock-timeout', '30', '--allow-destructive', 'true'],
    ],
    {
      env: {
        ...process.env,
        DB_PASSWORD: server.password,
        POST_OF: postOf,
        PATH: `${server.binDir}:${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [output, errors] = ['', ''];
  const waiting: { readonly lines: number; readonly resolve: () => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const seen = output.split('\n').length - 1;
    for (const { lines, resolve } of waiting) if (seen >= lines) resolve();
  });
  const logged = (lines: number): Promise<void> =>
    new Promise((resolve) => void waiting.push({ lines, resolve }));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.on('close', () => resolve(read(output, errors))));
  return { child, ended, logged };
}

interface Line {
  readonly run_id?: string;
  readonly report?: KillReport;
}

function read(output: string, errors: string): Ended {
  const lines = output.split('\n').flatMap((text): Line[] => {
    try {
      return text.startsWith('{') ? [JSON.parse(text) as Line] : [];
    } catch {
      // Cut off in the middle.
      return [];
    }
  });
  return {
    runId: lines.find(({ run_id }) => run_id !== undefined)?.run_id,
    report: lines.find(({ report }) => report !== undefined)?.report,
    errors,
    lines: lines.length,
  };
}
