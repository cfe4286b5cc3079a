import { Readable } from 'node:stream';
import type { BackupFacts } from '../../src/backup/backup.ts';
import { newEncryption, type BackupLabel } from '../../src/files/backup/backup-header.ts';
import { sealBackup, type SealedBackup } from '../../src/files/backup/seal-backup.ts';
import { findClientTools, type ClientTools } from '../../src/mysql/dump/client-tools.ts';
import type { DatabaseInputs } from '../../src/mysql/session/connection.ts';
import type { ConnectionSettings, TestDatabase } from './database.ts';

/** What a test says of a backup that no server was asked for. */
export const LABEL: BackupLabel = {
  schema: 'app',
  serverUuid: '00000000-0000-0000-0000-000000000001',
  environment: 'dev',
  runId: '20260228T120000-abcdef',
  createdAt: '2026-02-28T12:00:00.000Z',
};

const NOWHERE = { gtidExecuted: undefined, file: undefined, position: undefined };

export function factsOf(label: BackupLabel = LABEL): BackupFacts {
  return {
    formatVersion: 1,
    ...label,
    serverVersion: '8.4.3',
    characterSet: 'utf8mb4',
    collation: 'utf8mb4_0900_ai_ci',
    before: NOWHERE,
    after: NOWHERE,
    objects: [{ kind: 'table', name: 't' }],
    brokenViews: [],
  };
}

export interface SealOptions {
  readonly label?: BackupLabel;
  readonly passphrase?: string;
}

/** Seals any bytes as if they were a dump. */
export async function seal(
  sql: Readable | Buffer | string,
  options: SealOptions = {},
): Promise<SealedBackup> {
  const { label = LABEL, passphrase } = options;
  return sealBackup({
    sql: sql instanceof Readable ? sql : Readable.from([sql], { objectMode: false }),
    label,
    encryption: passphrase === undefined ? undefined : newEncryption(passphrase),
    readFacts: async () => factsOf(label),
  });
}

/** All that a stream gives. */
export async function collect(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/** How the tests reach a database with our own code. */
export function loginOf(settings: ConnectionSettings, more: Partial<DatabaseInputs> = {}): DatabaseInputs {
  const { host, port, user, password, name } = settings;
  return { host, port, user, password, name, ssl: 'disabled', sslCa: undefined, connectTimeout: 10, ...more };
}

/** The client tools of the server, as the only ones on PATH beside the system's. */
export async function toolsOf(
  { binDir }: Pick<TestDatabase, 'binDir'>,
  serverVersion = '8.0.19',
): Promise<ClientTools> {
  const environment = { ...process.env, PATH: `${binDir}:${process.env['PATH'] ?? ''}` };
  return findClientTools({ choice: 'path', serverVersion, environment });
}
