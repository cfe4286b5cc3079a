import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyDataTemplate, ensureDataTemplate } from './data-template.ts';
import { CLIENT_PROGRAMS, type Engine, type Instance, type Running } from './engine.ts';
import { baseArguments, type Installation } from './installation.ts';

/** The engine that runs an installation's mysqld as a process of ours; fails when it cannot even initialise data. */
export async function createNativeEngine(
  installation: Installation,
  flags: readonly string[],
): Promise<Engine> {
  const template = await ensureDataTemplate(installation, flags);
  const relaunch = (instance: Instance, firstFlags: readonly string[] = []): Promise<Running> =>
    spawnServer(installation, instance, firstFlags);
  return {
    description: installation.description,
    socket: (instance) => join(instance.folder, 'mysql.sock'),
    relaunch: (instance) => relaunch(instance),
    launch: async (instance) => {
      await copyDataTemplate(template, join(instance.folder, 'data'));
      await linkClients(installation, join(instance.folder, 'bin'));
      const initFile = join(instance.folder, 'init.sql');
      await writeFile(initFile, rootAccounts(instance.password), { mode: 0o600 });
      return relaunch(instance, [`--init-file=${initFile}`]);
    },
  };
}

/** One statement a line, as --init-file wants it; unlogged, so that a new server has no transactions. */
function rootAccounts(password: string): string {
  return [
    'SET sql_log_bin = 0;',
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    `CREATE USER 'root'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

async function linkClients(installation: Installation, bin: string): Promise<void> {
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin);
  for (const program of CLIENT_PROGRAMS) {
    const path = installation.clients.get(program);
    if (path) await symlink(path, join(bin, program));
  }
}

async function spawnServer(
  installation: Installation,
  instance: Instance,
  firstFlags: readonly string[],
): Promise<Running> {
  const { folder, port, flags } = instance;
  const log = join(folder, 'error.log');
  await rm(log, { force: true });
  const child = spawn(
    installation.mysqld[0],
    [
      ...baseArguments(installation),
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 'mysql.sock')}`,
      `--pid-file=${join(folder, 'own.pid')}`,
      `--log-error=${log}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      ...firstFlags,
      ...flags,
    ],
    { cwd: folder, detached: true, stdio: 'ignore' },
  );
  await once(child, 'spawn');
  child.unref();
  await writeFile(join(folder, 'mysqld.pid'), String(child.pid));
  return running(child, log);
}

function running(child: ChildProcess, log: string): Running {
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid!,
    hasExited: async () => hasExited(),
    signal: async (name) => void child.kill(name),
    waitForExit: async () => {
      child.ref();
      if (!hasExited()) await once(child, 'exit');
    },
    readLog: () => readFile(log, 'utf8').catch(() => ''),
  };
}
