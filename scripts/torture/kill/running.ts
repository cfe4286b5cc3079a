import type { ChildProcess } from 'node:child_process';

/** What a process said before it ended. */
export interface Ended {
  readonly runId: string | undefined;
  /** Undefined where it was killed before it could report. */
  readonly report: KillReport | undefined;
  readonly errors: string;
  /** How many lines it logged. */
  readonly lines: number;
  /** Starts the post step; undefined where nothing was left to it. */
  readonly startPost: (() => Running) | undefined;
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
  /** As far as it has said so. */
  readonly runId: () => string | undefined;
  /** Resolves when it has logged so many lines. */
  readonly logged: (lines: number) => Promise<void>;
}

/** Reads what a process writes; the rest of what is known when it ended is asked for then. */
export function watch(
  child: ChildProcess,
  complete: (ended: Omit<Ended, 'startPost'>) => Promise<Pick<Ended, 'startPost'> & Partial<Ended>>,
): Running {
  let [output, errors] = ['', ''];
  const waiting: { readonly lines: number; readonly resolve: () => void }[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const seen = output.split('\n').length - 1;
    for (const { lines, resolve } of waiting) if (seen >= lines) resolve();
  });
  const logged = (lines: number): Promise<void> =>
    new Promise((resolve) => void waiting.push({ lines, resolve }));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const ended = closed.then(async () => {
    const known = read(output, errors);
    return { ...known, ...(await complete(known)) };
  });
  return { child, ended, logged, runId: () => read(output, errors).runId };
}

interface Line {
  readonly run_id?: string;
  readonly report?: KillReport;
}

function read(output: string, errors: string): Omit<Ended, 'startPost'> {
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
