import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { DatabaseInputs } from '../session/connection.ts';

/** How a client tool logs in: never part of its arguments or environment. */
export interface ClientLogin {
  /** An option file of the MySQL clients, without `ssl-ca`. */
  readonly options: string;
  /** The certificate authority: a path of the operator's, or PEM text. */
  readonly ca: { readonly path: string } | { readonly pem: string } | undefined;
}

const SSL_MODES = {
  disabled: 'DISABLED',
  required: 'REQUIRED',
  'verify-ca': 'VERIFY_CA',
  'verify-identity': 'VERIFY_IDENTITY',
} as const;

/** The same login as our own connection, in the words of the MySQL clients. */
export function toClientLogin(database: DatabaseInputs): ClientLogin {
  const { host, port, user, password, ssl } = database;
  const entries: readonly (readonly [name: string, value: string])[] = [
    ['host', host],
    ['port', String(port)],
    ['user', user],
    ['password', password],
    // `localhost` would be a socket to them.
    ['protocol', 'TCP'],
    ['ssl-mode', SSL_MODES[ssl]],
    // Without TLS the password can only be sent under the server's public key.
    ...(ssl === 'disabled' ? [['get-server-public-key', 'ON'] as const] : []),
  ];
  const lines = entries.map(([name, value]) => `${name}=${quoted(value)}`);
  return { options: `[client]\n${lines.join('\n')}\n`, ca: caOf(database) };
}

function caOf({ ssl, sslCa }: DatabaseInputs): ClientLogin['ca'] {
  if (ssl !== 'verify-ca' && ssl !== 'verify-identity') return undefined;
  // Node trusts these by itself, the clients trust nobody.
  if (sslCa === undefined) return { pem: `${rootCertificates.join('\n')}\n` };
  return sslCa.includes('-----BEGIN ') ? { pem: sslCa } : { path: resolve(sslCa) };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"\n\r]/g, (character) => ESCAPES[character]!)}"`;
}

/**
 * Opens a file that only a child can read, as `/dev/fd/<n>`: it is written in a private folder and its name is gone
 * before the child starts, so nothing is left behind whatever kills us.
 */
export async function openNameless(folder: string, text: string): Promise<FileHandle> {
  const own = await mkdtemp(join(folder, 'db-deploy-'));
  try {
    const path = join(own, randomBytes(8).toString('hex'));
    const writer = await open(path, 'wx', 0o600);
    try {
      await writer.writeFile(text);
      return await open(path, 'r');
    } finally {
      await writer.close();
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
