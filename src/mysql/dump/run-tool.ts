import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ClientTools } from './client-tools.ts';
import type { DatabaseInputs } from '../session/connection.ts';
import { openNameless, toClientLogin, type ClientLogin } from './option-file.ts';

/** One call of `mysqldump`. */
export interface ToolRequest {
  /** Without anything of the login. */
  readonly args: readonly string[];
  readonly database: DatabaseInputs;
  /** A folder for files that live for milliseconds. */
  readonly temporaryFolder: string;
  readonly signal?: AbortSignal;
}

/** A client tool at work. */
export interface RunningTool {
  readonly stdout: Readable;
  /** Resolves when the process and its streams are gone; never rejects. */
  readonly ended: Promise<ToolEnd>;
  readonly kill: () => void;
}

export interface ToolEnd {
  /** Null after a signal, or when it could not be started. */
  readonly code: number | null;
  /** The first 64 KiB. */
  readonly stderr: string;
}

const STDERR_LIMIT = 64 * 1024;

/** Starts a client tool that ends with us, whatever ends us, and that nobody can read the password of. */
export async function startTool(tools: ClientTools, request: ToolRequest): Promise<RunningTool> {
  request.signal?.throwIfAborted();
  const login = toClientLogin(request.database);
  return tools.docker === undefined
    ? startLocal(tools, request, login)
    : startInDocker(tools, tools.docker, request, login);
}

async function startLocal(
  tools: ClientTools,
  request: ToolRequest,
  { options, ca }: ClientLogin,
): Promise<RunningTool> {
  const handles: FileHandle[] = [];
  try {
    const caFile = ca === undefined ? [] : [`--ssl-ca=${'path' in ca ? ca.path : '/dev/fd/4'}`];
    handles.push(await openNameless(request.temporaryFolder, options));
    if (ca && 'pem' in ca) handles.push(await openNameless(request.temporaryFolder, ca.pem));
    const [program = '', ...args] = [
      ...tools.guard,
      tools.mysqldump,
      '--defaults-file=/dev/fd/3',
      ...caFile,
      ...request.args,
    ];
    const child = spawn(program, args, {
      env: tools.environment,
      // A group of its own: a wrapper script and what it starts are killed together.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...handles.map(({ fd }) => fd)],
    });
    return attend(child, request.signal, () => undefined);
  } finally {
    // The child has its own copies.
    for (const handle of handles) await handle.close();
  }
}

/** Standard input is the lifeline: when it closes, whoever asked is gone. */
const CONTAINER = `
umask 077
section() { while IFS= read -r line && [ "$line" != '-- end of section --' ]; do printf '%s\\n' "$line"; done; }
folder=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 70
section > "$folder/client.cnf"
section > "$folder/ca.pem"
exec 4< "$folder/client.cnf" 5< "$folder/ca.pem"
rm -rf "$folder"
tool=$1
shift
exec 6<&0
"$tool" --defaults-file=/dev/fd/4 "$@" < /dev/null &
child=$!
( while read -r _; do :; done; kill -KILL "$child" ) <&6 > /dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2> /dev/null
exit "$code"`;

/** Login and certificate travel through standard input: the daemon may be on another machine, and no file is left. */
async function startInDocker(
  tools: ClientTools,
  docker: NonNullable<ClientTools['docker']>,
  request: ToolRequest,
  { options, ca }: ClientLogin,
): Promise<RunningTool> {
  const pem = ca === undefined ? '' : 'pem' in ca ? ca.pem : await readFile(ca.path, 'utf8');
  const name = `db-deploy-${randomBytes(6).toString('hex')}`;
  const [program = docker.path, ...args] = [
    ...tools.guard,
    docker.path,
    ...['run', '--rm', '--interactive', '--init', '--pull', 'never', '--network', 'host', '--name', name],
    ...['--entrypoint', 'sh', docker.image, '-c'],
    CONTAINER,
    ...['db-deploy', tools.mysqldump, ...(pem === '' ? [] : ['--ssl-ca=/dev/fd/5']), ...request.args],
  ];
  const child = spawn(program, args, {
    env: tools.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const killContainer = (): void => {
    execFile(docker.path, ['kill', name], { env: tools.environment, timeout: 10_000 }, () => undefined);
  };
  const running = attend(child, request.signal, killContainer);
  child.stdin?.write(`${options}-- end of section --\n${pem.trimEnd()}\n-- end of section --\n`);
  return running;
}

function attend(child: ChildProcess, signal: AbortSignal | undefined, onKill: () => void): RunningTool {
  const { stdin, stdout, stderr, pid } = child;
  if (!stdout || !stderr) throw new Error('a tool was started without pipes');
  const killGroup = (): void => {
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) onKill();
    killGroup();
  };
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, STDERR_LIMIT);
  });
  // A tool that stopped early closes its input: its exit code tells, not the broken pipe.
  stdin?.on('error', () => undefined);
  process.once('exit', killGroup);
  signal?.addEventListener('abort', kill, { once: true });
  if (signal?.aborted) kill();
  const ended = new Promise<ToolEnd>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      stdout.destroy();
      if (pid === undefined) resolve({ code: null, stderr: said });
    });
    child.once('exit', () => stdin?.destroy());
    child.once('close', (code) => resolve({ code, stderr: said }));
  }).finally(() => {
    process.off('exit', killGroup);
    signal?.removeEventListener('abort', kill);
  });
  return { stdout, ended, kill };
}
