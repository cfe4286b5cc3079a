import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { destroyServer, startWatchdog } from './destroy-server.ts';
import type { Engine, Instance, Running } from './engine.ts';
import { findEngine } from './find-engine.ts';
import { findFreePort, isPortTaken } from './free-port.ts';
import { messageOf } from './run-program.ts';
import { createServerFolder, keepNamed, removeAbandonedServers, type Address } from './server-folder.ts';
import { mysqldFlags, type ServerOptions } from './server-options.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** A real MySQL server of our own; it dies with this process unless it has a name. */
export interface Server extends Address {
  /** Undefined where the server is in a container. */
  readonly socket: string | undefined;
  /** Of the process that runs now; another one after `restart`. */
  readonly pid: number;
  /** Where it came from, for messages. */
  readonly description: string;
  /** Kills the server and deletes its data. */
  readonly stop: () => Promise<void>;
  /** Sends the signal and waits until the process is gone; the data stays. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts a killed server again: same data, port and password, and these flags beside its own. */
  readonly start: (moreFlags?: readonly string[]) => Promise<void>;
  /** Shuts down in good order and starts again. */
  readonly restart: (moreFlags?: readonly string[]) => Promise<void>;
}

const PORT_TRIES = 6;

/** Starts a server, in about a second once its programs are here. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  await removeAbandonedServers();
  const engine = await findEngine(options);
  const folder = await createServerFolder(options.name);
  if (!folder) throw new Error(`a server named "${options.name}" exists already; stop it first`);
  const destroy = await bracket(folder, options.name);
  try {
    const server = await launch(engine, folder, options, destroy);
    if (options.name !== undefined) {
      await keepNamed(folder, { address: addressOf(server), options: describeOptions(options) });
    }
    return server;
  } catch (error) {
    await destroy();
    throw error;
  }
}

/** The choices that make one server another than the next, as text that can be compared. */
export function describeOptions(options: ServerOptions): string {
  return [options.source, options.image, options.version, options.database, ...mysqldFlags(options)].join(
    ' ',
  );
}

async function bracket(folder: string, name: string | undefined): Promise<() => Promise<void>> {
  if (name !== undefined) return () => destroyServer(folder);
  const watchdog = await startWatchdog(folder);
  return watchdog.destroy;
}

async function launch(
  engine: Engine,
  folder: string,
  options: ServerOptions,
  destroy: () => Promise<void>,
): Promise<Server> {
  const password = randomBytes(12).toString('hex');
  const database = options.database ?? 'db_deploy';
  for (let tries = 1; ; tries += 1) {
    const instance = { folder, password, flags: mysqldFlags(options), port: await findFreePort() };
    try {
      const running = await engine.launch(instance);
      const version = await waitUntilReady(running, loginOf(instance), database);
      return serverOf(engine, instance, running, { version, database }, destroy);
    } catch (error) {
      if (tries === PORT_TRIES || !isPortTaken(messageOf(error))) throw error;
    }
  }
}

function loginOf(instance: Instance): Pick<Address, 'host' | 'port' | 'user' | 'password'> {
  return { host: '127.0.0.1', port: instance.port, user: 'root', password: instance.password };
}

function serverOf(
  engine: Engine,
  instance: Instance,
  first: Running,
  { version, database }: Pick<Address, 'version' | 'database'>,
  destroy: () => Promise<void>,
): Server {
  let running = first;
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    await running.signal(signal);
    await running.waitForExit();
  };
  const start = async (moreFlags: readonly string[] = []): Promise<void> => {
    running = await engine.relaunch({ ...instance, flags: [...instance.flags, ...moreFlags] });
    await waitUntilReady(running, loginOf(instance), database);
  };
  return {
    ...loginOf(instance),
    version,
    database,
    description: engine.description,
    socket: engine.socket(instance),
    binDir: join(instance.folder, 'bin'),
    get pid() {
      return running.pid;
    },
    stop: destroy,
    kill,
    start,
    restart: async (moreFlags) => {
      await kill('SIGTERM');
      await start(moreFlags);
    },
  };
}

function addressOf(server: Server): Address {
  const { host, port, user, password, database, version, binDir } = server;
  return { host, port, user, password, database, version, binDir };
}
