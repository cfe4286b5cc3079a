import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ExpectedError } from '../../errors.ts';

const run = promisify(execFile);

/** The only client program that is used: all else goes over our own connections. */
const MYSQLDUMP = 'mysqldump';

/** The input `mysql-client`. */
export type ClientChoice = 'auto' | 'path' | 'docker';

/** Environment variables; children get the few of them that finding and starting programs takes. */
export type ToolEnvironment = Readonly<Record<string, string | undefined>>;

/** Oracle's client tools, found and not older than the server. */
export interface ClientTools {
  /** For messages: `MySQL 8.4.3 from PATH`. */
  readonly description: string;
  /** Where `mysqldump` is; inside the image where there is one. */
  readonly mysqldump: string;
  readonly docker: { readonly path: string; readonly image: string } | undefined;
  /** Goes before a command so that the kernel ends it with us; empty where the machine has no such thing. */
  readonly guard: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface ClientToolsWanted {
  readonly choice: ClientChoice;
  readonly serverVersion: string;
  readonly environment: ToolEnvironment;
  readonly signal?: AbortSignal;
}

/** Why one way to the tools does not work. */
interface Refusal {
  readonly refused: string;
}

/** Finds the client tools, or says what was tried and how to get them. */
export async function findClientTools(wanted: ClientToolsWanted): Promise<ClientTools> {
  const ways = { auto: [fromPath, fromDocker], path: [fromPath], docker: [fromDocker] } as const;
  const refusals: string[] = [];
  for (const way of ways[wanted.choice]) {
    const found = await way(wanted);
    if (!('refused' in found)) return found;
    refusals.push(found.refused);
  }
  const series = seriesOf(wanted.serverVersion);
  throw new ExpectedError({
    code: 'no-client-tools',
    message: `no client tools for MySQL ${series}: ${refusals.join('; ')}`,
    fix: `install Oracle's MySQL client ${series} or newer and put it on PATH, or make docker usable here`,
  });
}

async function fromPath(wanted: ClientToolsWanted): Promise<ClientTools | Refusal> {
  const { environment, serverVersion, signal } = wanted;
  const path = await findProgram(MYSQLDUMP, environment);
  if (path === undefined) return { refused: `${MYSQLDUMP} not on PATH` };
  const own = pick(environment, LOCAL_VARIABLES);
  const text = await askVersion([path, '--version'], own, signal);
  const problem = judgeClient(text, serverVersion);
  if (problem !== undefined) return { refused: `${problem} (${path})` };
  const description = `MySQL ${clientVersion(text)} from PATH`;
  const guard = await findGuard(environment);
  return { description, mysqldump: path, docker: undefined, guard, environment: own };
}

async function fromDocker(wanted: ClientToolsWanted): Promise<ClientTools | Refusal> {
  const { environment, serverVersion, signal } = wanted;
  const path = await findProgram('docker', environment);
  if (path === undefined) return { refused: 'docker not on PATH' };
  const own = pick(environment, DOCKER_VARIABLES);
  const image = `mysql:${seriesOf(serverVersion)}`;
  try {
    const options = { env: own, timeout: PULL_TIMEOUT, ...(signal && { signal }) };
    const isHere = await run(path, ['image', 'inspect', image], options).then(
      () => true,
      (error: unknown) => {
        requireRoom(error);
        return false;
      },
    );
    if (!isHere) await run(path, ['pull', '--quiet', image], options);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ExpectedError) throw error;
    requireRoom(error);
    return { refused: `docker cannot get the image ${image} (${firstLine((error as Error).message)})` };
  }
  const command = [path, 'run', '--rm', '--pull', 'never', '--entrypoint', MYSQLDUMP, image, '--version'];
  const problem = judgeClient(await askVersion(command, own, signal), serverVersion);
  if (problem !== undefined) return { refused: `${problem} (in the image ${image})` };
  return {
    description: `MySQL ${seriesOf(serverVersion)} from the image ${image}`,
    mysqldump: MYSQLDUMP,
    docker: { path, image },
    guard: await findGuard(environment),
    environment: own,
  };
}

/** Why a client of this version is not to be trusted with a server; undefined where it is. */
function judgeClient(text: string, serverVersion: string): string | undefined {
  if (/mariadb/i.test(text)) return `${MYSQLDUMP} is MariaDB's`;
  const version = clientVersion(text);
  if (version === undefined) return `${MYSQLDUMP} does not say its version`;
  const [client, server] = [version, serverVersion].map((one) => seriesOf(one).split('.').map(Number));
  const isOlder = client![0]! < server![0]! || (client![0] === server![0] && client![1]! < server![1]!);
  return isOlder ? `${MYSQLDUMP} ${version} is older than the server's ${serverVersion}` : undefined;
}

/** Up to 5.7 `Ver` was the tool's own, and `Distrib` the one that counts. */
function clientVersion(text: string): string | undefined {
  return (/Distrib (\d+\.\d+\.\d+)/.exec(text) ?? /Ver (\d+\.\d+\.\d+)/.exec(text))?.[1];
}

/** `8.4` of `8.4.3-log`. */
function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

const PULL_TIMEOUT = 300_000;
const LOCAL_VARIABLES = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TMPDIR'];
const DOCKER_VARIABLES = [
  ...['PATH', 'HOME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'],
  ...['DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'DOCKER_API_VERSION'],
];

function pick(environment: ToolEnvironment, names: readonly string[]): Readonly<Record<string, string>> {
  const entries = names.map((name) => [name, environment[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function askVersion(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const [path = '', ...args] = command;
    const { stdout } = await run(path, args, { env, timeout: 60_000, ...(signal && { signal }) });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    requireRoom(error);
    return firstLine((error as Error).message);
  }
}

/** A machine that can start no program at all has no fault of the program. */
function requireRoom(error: unknown): void {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !/^(EMFILE|ENFILE|EAGAIN|ENOMEM)$/.test(code)) return;
  throw new ExpectedError({
    code: 'runner-error',
    message: `this machine can start no program (${code}): it has no ${code === 'EMFILE' || code === 'ENFILE' ? 'file handles' : 'room for processes'} left`,
    fix: 'raise the limit (ulimit -n, ulimit -u) or end what uses it up, then run again',
  });
}

async function findProgram(name: string, environment: ToolEnvironment): Promise<string | undefined> {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    // An empty part of PATH means the current folder, which is the repository's and not trusted.
    if (folder === '') continue;
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** `setpriv` of util-linux: the kernel kills the child when we die, even by SIGKILL. */
async function findGuard(environment: ToolEnvironment): Promise<readonly string[]> {
  const path = await findProgram('setpriv', environment);
  if (path === undefined) return [];
  const guard = [path, '--pdeathsig', 'KILL', '--'];
  try {
    await run(path, [...guard.slice(1), path, '--version'], { env: {}, timeout: 10_000 });
    return guard;
  } catch {
    return [];
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
