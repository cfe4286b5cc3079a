import { join } from 'node:path';
import { CLIENT_PROGRAMS } from './engine.ts';
import { exists } from './folders.ts';
import type { Installation } from './installation.ts';
import { runProgram } from './run-program.ts';

/** Where packages put mysqld although it is not on everybody's PATH. */
const MORE_FOLDERS: readonly string[] = [
  '/usr/sbin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/usr/local/opt/mysql/bin',
];

/** Oracle's MySQL 8.0.19 or newer as it is installed on this machine, server and client programs. */
export async function findInstalled(version: string | undefined): Promise<Installation> {
  const mysqld = await findProgram('mysqld');
  const found = await readVersion(mysqld);
  refuseOtherVersion(found, version);
  const clients = new Map<string, string>();
  for (const program of CLIENT_PROGRAMS) {
    const path = await findProgram(program);
    await readVersion(path);
    clients.set(program, path);
  }
  return {
    description: `the installed MySQL ${found}`,
    version: found,
    mysqld: [mysqld, '--no-defaults'],
    clients,
  };
}

/** Throws unless the version is the wanted one: `8.4` wants any 8.4. */
export function refuseOtherVersion(found: string, wanted: string | undefined): void {
  if (wanted && !`${found}.`.startsWith(`${wanted}.`)) {
    throw new Error(`this is MySQL ${found}, not ${wanted}`);
  }
}

async function findProgram(name: string): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  for (const folder of [...folders, ...MORE_FOLDERS]) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  throw new Error(`${name} is not installed`);
}

/** Programs of MySQL print `mysqld  Ver 8.4.7 for Linux on x86_64 (MySQL Community Server - GPL)`. */
async function readVersion(path: string): Promise<string> {
  const printed = (await runProgram(path, ['--no-defaults', '--version'])).trim();
  if (/mariadb|percona/i.test(printed)) throw new Error(`${path} is not Oracle's MySQL: ${printed}`);
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(printed)?.[1];
  if (!version) throw new Error(`${path} printed no version: ${printed}`);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major < 8 || (major === 8 && minor === 0 && patch < 19)) {
    throw new Error(`${path} is MySQL ${version}, older than 8.0.19`);
  }
  return version;
}
