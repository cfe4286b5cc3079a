import { appendFileSync } from 'node:fs';
import type { Result } from '../report/report.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What main left for post, in a process of its own at the end of the job; no secret is ever in it. */
export interface LeftForPost {
  readonly runId: string;
  /** When the job was cancelled or its step timed out; milliseconds. */
  readonly interruptedAt: number | undefined;
  /** The backup that was uploaded, as it still lies on this machine. */
  readonly backup: { readonly ref: string; readonly path: string } | undefined;
}

/** The state that the runner hands from main to post. It reads the file whatever becomes of main. */
export interface PostState {
  readonly begin: (runId: string) => void;
  readonly noteInterrupt: () => void;
  readonly noteBackup: (ref: string, path: string) => void;
  /** Whether work that takes so long is post's, because main is killed before it could be done. */
  readonly takesOver: (milliseconds: number) => boolean;
  /** Nothing is left to do, unless something was left to post, or nobody knows; gives which. */
  readonly end: (result: Result) => 'finished' | 'left';
}

/** The runner sends SIGINT and, 7.5 s later, SIGTERM; what is left to say takes some of that. */
const PATIENCE_MS = 7500 - 2500;

/** Without a file nobody runs post, and everything is main's. */
export function openPostState(file: string | undefined): PostState {
  let interruptedAt: number | undefined;
  let isLeft = false;
  let canHandOver = file !== undefined;
  const save = (name: string, value: string): void => {
    if (file === undefined) return;
    try {
      // At once: the process may be killed at any time. Values of ours have no line feeds.
      appendFileSync(file, `${name}=${value}\n`);
    } catch {
      // Post is a convenience: what it cannot be told, the next run finds in the database.
      canHandOver = false;
    }
  };
  return {
    begin: (runId) => save('run-id', runId),
    noteInterrupt: () => {
      interruptedAt ??= Date.now();
      save('interrupted-at', String(interruptedAt));
    },
    noteBackup: (ref, path) => {
      save('backup-ref', ref);
      save('backup-file', path);
    },
    takesOver: (milliseconds) => {
      if (!canHandOver || interruptedAt === undefined) return false;
      isLeft ||= Date.now() + milliseconds > interruptedAt + PATIENCE_MS;
      return isLeft;
    },
    end: (result) => {
      // The server may be back by then.
      isLeft ||= result === 'unknown';
      if (!isLeft) save('finished', 'true');
      return isLeft ? 'left' : 'finished';
    },
  };
}

/** Reads what main left; undefined where post has nothing to do. */
export function readLeftForPost(env: Environment): LeftForPost | undefined {
  const runId = env['STATE_run-id'];
  if (runId === undefined || env['STATE_finished'] !== undefined) return undefined;
  const interruptedAt = Number(env['STATE_interrupted-at']);
  const [ref, path] = [env['STATE_backup-ref'], env['STATE_backup-file']];
  return {
    runId,
    interruptedAt: Number.isFinite(interruptedAt) && interruptedAt > 0 ? interruptedAt : undefined,
    backup: ref === undefined || path === undefined ? undefined : { ref, path },
  };
}
