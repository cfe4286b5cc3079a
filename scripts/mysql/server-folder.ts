import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { destroyServer } from './destroy-server.ts';
import { ensureServersFolder } from './folders.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** How to reach a server, as its folder remembers it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly version: string;
  readonly binDir: string;
}

/** A server that outlives the process that started it. */
export interface NamedServer {
  readonly address: Address;
  /** What it was started with, to tell whether it is the same that somebody asks for. */
  readonly options: string;
}

/** Longer than it takes to make a folder and write its owner into it. */
const YOUNG = 60_000;

/** Makes the folder of a new server; undefined when a server of that name has one. */
export async function createServerFolder(name: string | undefined): Promise<string | undefined> {
  const own = name === undefined ? `unnamed-${randomBytes(4).toString('hex')}` : `named-${name}`;
  const folder = join(await ensureServersFolder(), own);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  await writeWhole(join(folder, 'owner.json'), await ownIdentity());
  return folder;
}

/** The folder of the server with this name, whether it exists or not. */
export async function namedFolder(name: string): Promise<string> {
  return join(await ensureServersFolder(), `named-${name}`);
}

/** Keeps a server beyond the life of this process. */
export async function keepNamed(folder: string, server: NamedServer): Promise<void> {
  await writeWhole(join(folder, 'server.json'), server);
}

/** What is known of the server in the folder, once it has been started under a name. */
export async function readNamed(folder: string): Promise<NamedServer | undefined> {
  return readJson<NamedServer>(join(folder, 'server.json'));
}

/** Destroys servers whose owner died without it: the machine restarted, or the watchdog was killed as well. */
export async function removeAbandonedServers(): Promise<void> {
  const servers = await ensureServersFolder();
  for (const name of await readdir(servers)) {
    const folder = join(servers, name);
    if (await isAbandoned(folder)) await destroyServer(folder);
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  const owner = await readJson<ProcessIdentity>(join(folder, 'owner.json'));
  if (!owner) {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    return Date.now() - mtimeMs > YOUNG;
  }
  return (await readNamed(folder)) === undefined && !(await isAlive(owner));
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
