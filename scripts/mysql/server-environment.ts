import type { Address } from './server-folder.ts';

/** What a program needs in its environment to use the server with db-deploy's names. */
export function environmentOf(address: Address): Readonly<Record<string, string>> {
  return {
    DB_HOST: address.host,
    DB_PORT: String(address.port),
    DB_USER: address.user,
    DB_PASSWORD: address.password,
    DB_NAME: address.database,
    PATH: `${address.binDir}:${process.env['PATH'] ?? ''}`,
  };
}

/** Lines that a POSIX shell can evaluate. */
export function shellExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
