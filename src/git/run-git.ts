import { spawn } from 'node:child_process';

/** Where git runs, and what it needs of the environment: the path to itself, and a home for its settings. */
export interface GitPlace {
  readonly folder: string;
  readonly path: string;
  readonly home: string;
}

/** Nothing that is asked here takes longer, and a run must not wait for ever. */
const LONGEST = 60_000;

/**
 * What a git command prints; undefined where it fails, or there is no git. No shell, no secrets in its environment,
 * nothing that could ask a person, and arguments that come from a pull request are never anything but ids of commits.
 */
export async function runGit(
  { folder, path, home }: GitPlace,
  args: readonly string[],
  input = '',
): Promise<Buffer | undefined> {
  // In a container the workspace may be of another user. A pull request may hold files that git takes for a bare
  // repository, whose settings name programs: only a real checkout counts, and nothing is fetched.
  const settings = ['safe.directory=*', 'safe.bareRepository=explicit', 'core.fsmonitor=false'];
  const all = ['--no-pager', ...settings.flatMap((each) => ['-c', each]), ...args];
  const child = spawn('git', all, {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: LONGEST,
    env: {
      ...{ PATH: path, HOME: home, LC_ALL: 'C' },
      ...{ GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_REPLACE_OBJECTS: '1' },
      ...{ GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' },
    },
  });
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  child.on('error', () => resolve(undefined));
  child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks) : undefined));
  // It may end before it has read everything; its exit code says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return promise;
}
