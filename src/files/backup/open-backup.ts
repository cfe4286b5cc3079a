import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { BackupFacts, ReadSql } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import { readBlocks } from './blocks.ts';
import { bodyOf, DIGEST_FRAME, readAt, requireEveryChunk } from './backup-body.ts';
import { readEnding } from './backup-ending.ts';
import {
  damaged,
  decodeHeader,
  FRAME_HEAD,
  frameLength,
  HEADER_START,
  headerLength,
  keyOf,
  type BackupHeader,
  type BackupLabel,
  type NewEncryption,
} from './backup-header.ts';
import { decompressed, readSections } from './read-sections.ts';

export interface OpenRequest {
  readonly path: string;
  /** What messages call it; its path where it is left out. */
  readonly name?: string;
  readonly passphrase: string | undefined;
  /** Keys that are known, by salt: making one again takes a third of a second and 64 MiB. */
  readonly keys?: ReadonlyMap<string, NewEncryption>;
  /** The schema that it has to be of; undefined where a person asks for any. */
  readonly schema: string | undefined;
  /** Of the whole file, in hex, where it is known from elsewhere. */
  readonly sha256?: string | undefined;
  /**
   * `every-chunk` is the default: each is decrypted before any SQL is given. Where the digest says that the file is the
   * one that was written, and that one was proved to open, it is enough to open chunks as they are read.
   */
  readonly proof?: 'every-chunk' | 'digest';
  readonly signal?: AbortSignal;
}

/** A backup of which every byte was checked, by the digest of the reference or by its own. */
export interface OpenedBackup {
  readonly facts: BackupFacts;
  /** Of the file. */
  readonly bytes: number;
  readonly sha256: string;
  /** The SQL from its beginning; may be asked for more than once. */
  readonly sql: ReadSql<Readable>;
}

/** Checks a backup from its first byte to its last, and only then gives its SQL. */
export async function openBackup(request: OpenRequest): Promise<OpenedBackup> {
  const { path, schema, signal } = request;
  const what = `the backup ${request.name ?? path}`;
  return withFile(path, what, async (file) => {
    const { header, raw } = await readHeader(file, what);
    if (schema !== undefined && header.label.schema !== schema) throw otherSchema(what, header.label, schema);
    const { size } = await file.stat();
    const digest = await digestFile(file, size, header, signal);
    requireDigest(request, what, header, digest.whole);
    if (header.encryption === null) await requireOwnDigest(file, size, digest.withoutLast, what);
    const secret = await readSecret(request, header, what);
    const body = bodyOf({ path, what, size, raw, header, key: secret });
    const isProved =
      header.encryption === null || (request.proof === 'digest' && request.sha256 !== undefined);
    if (!isProved) await requireEveryChunk(body, what, signal);
    const { facts, sqlEnd, sections } = await readEnding(body, what);
    if (facts.schema !== header.label.schema) throw damaged(what, 'its header and its facts differ');
    const sql: ReadSql<Readable> = (isWanted = () => true) =>
      sections ? readSections(sections, body.read, what, isWanted) : decompressed(body.read(0, sqlEnd));
    return { facts, bytes: size, sha256: digest.whole, sql };
  });
}

/** What a file says of itself, unchecked; undefined where it is no backup. */
export async function readBackupLabel(path: string): Promise<BackupLabel | undefined> {
  try {
    return await withFile(path, path, async (file) => (await readHeader(file, path)).header.label);
  } catch {
    return undefined;
  }
}

async function withFile<T>(path: string, what: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw new ExpectedError({
      code: 'file-unreadable',
      message: `${what} cannot be read: ${(error as Error).message}`,
      fix: 'check the reference, and that the file is still there',
    });
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function readHeader(
  file: FileHandle,
  what: string,
): Promise<{ readonly header: BackupHeader; readonly raw: Buffer }> {
  const length = headerLength(await readAt(file, 0, HEADER_START), what);
  const raw = await readAt(file, 0, length);
  if (raw.length < length) throw damaged(what, 'it is cut off');
  return { header: decodeHeader(raw, what), raw };
}

async function digestFile(
  file: FileHandle,
  size: number,
  header: BackupHeader,
  signal: AbortSignal | undefined,
): Promise<{ readonly whole: string; readonly withoutLast: string }> {
  const hash = createHash('sha256');
  const last = header.encryption === null ? Math.max(0, size - DIGEST_FRAME) : size;
  for await (const part of readBlocks(file, 0, last)) {
    signal?.throwIfAborted();
    hash.update(part);
  }
  const withoutLast = hash.copy().digest('hex');
  for await (const part of readBlocks(file, last, size)) hash.update(part);
  return { whole: hash.digest('hex'), withoutLast };
}

function requireDigest(request: OpenRequest, what: string, header: BackupHeader, digest: string): void {
  if (request.sha256 === undefined) {
    // Otherwise anybody who can replace the file could have any SQL run.
    if (header.encryption !== null || request.passphrase === undefined) return;
    throw new ExpectedError({
      code: 'wrong-backup',
      message: `${what} is not encrypted, although a passphrase is set, and there is no digest to know it by`,
      fix: 'give its reference with #sha256=…, or leave the passphrase out if you trust the file',
    });
  }
  if (digest !== request.sha256) throw damaged(what, `its SHA-256 is ${digest}, not ${request.sha256}`);
}

async function requireOwnDigest(file: FileHandle, size: number, digest: string, what: string): Promise<void> {
  const last = await readAt(file, Math.max(0, size - DIGEST_FRAME), DIGEST_FRAME);
  const isWhole = frameLength(last) === 32 && last.toString('hex', FRAME_HEAD) === digest;
  if (!isWhole) throw damaged(what, 'it was changed or is cut off');
}

async function readSecret(
  { passphrase, keys }: OpenRequest,
  { encryption }: BackupHeader,
  what: string,
): Promise<Buffer | undefined> {
  if (encryption === null) return undefined;
  const known = keys?.get(encryption.salt);
  if (known) return known.key;
  if (passphrase !== undefined) return keyOf(passphrase, encryption, what);
  throw new ExpectedError({
    code: 'wrong-passphrase',
    message: `${what} is encrypted, and there is no passphrase`,
    fix: 'set BACKUP_PASSPHRASE to the one that it was made with',
  });
}

function otherSchema(what: string, label: BackupLabel, schema: string): ExpectedError {
  return new ExpectedError({
    code: 'wrong-backup',
    message: `${what} is of schema ${JSON.stringify(label.schema)}, not of ${JSON.stringify(schema)}`,
    fix: 'check backup-ref and db-name; nothing was changed',
  });
}
