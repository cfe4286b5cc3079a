import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KeptBackup } from '../../backup/backup.ts';
import type { Retention, BackupStream } from '../../backup/backup-store.ts';
import { ExpectedError } from '../../errors.ts';
import type { BackupLabel } from './backup-header.ts';
import { readBackupLabel } from './open-backup.ts';
import { inBlocks, readBlocks } from './blocks.ts';

/** What `backup-ref` of a backup in a folder says. */
export interface FolderRef {
  /** Absolute. */
  readonly path: string;
  /** Of the file, in hex; a person may leave it out. */
  readonly sha256: string | undefined;
}

const SCHEME = 'file:';
const DIGEST = /#sha256=([0-9a-f]{64})$/i;

/** `file:/var/backups/app-….sql.zst.enc#sha256=…`: enough to find the file, and to know it again. */
export function formatFolderRef(path: string, sha256: string): string {
  return `${SCHEME}${path}#sha256=${sha256}`;
}

/** Undefined where it is the reference of another store. */
export function parseFolderRef(ref: string): FolderRef | undefined {
  if (!ref.startsWith(SCHEME)) return undefined;
  const sha256 = DIGEST.exec(ref)?.[1]?.toLowerCase();
  return { path: resolve(ref.slice(SCHEME.length).replace(DIGEST, '')), sha256 };
}

/** The name of a backup's file; also that of an artifact. `zstd -d` opens those that are not encrypted. */
export function backupFileName(label: BackupLabel, protection: 'encrypted' | 'plain'): string {
  const clean = (text: string): string => text.replaceAll(/[^\w-]/g, '_').slice(0, 80);
  const time = label.createdAt.replaceAll(/[-:]|\.\d+/g, '');
  const end = protection === 'encrypted' ? '.sql.zst.enc' : '.sql.zst';
  return `${clean(label.schema)}-${clean(time)}-${clean(label.runId)}${end}`;
}

const OWN_NAME = /^[\w-]+-\d{8}T\d{6}Z-[\w-]+\.sql\.zst(?:\.enc)?$/;
const PARTIAL = '.partial';
const SYNC_BYTES = 16 * 1024 * 1024;

/**
 * Keeps a backup in a folder. It has its name only once it is on the disk and was read back; whatever happens before
 * that leaves nothing behind.
 */
export async function keepInFolder(
  folder: string,
  fileName: string,
  sealed: BackupStream,
): Promise<KeptBackup> {
  const path = join(resolve(folder), fileName);
  const partial = `${path}${PARTIAL}`;
  try {
    await mkdir(resolve(folder), { recursive: true, mode: 0o700 });
    const file = await open(partial, 'wx', 0o600);
    try {
      await writeAll(file, sealed.bytes);
    } finally {
      await file.close();
    }
    const { sha256, bytes, facts } = await sealed.summary;
    await requireSame(partial, { sha256, bytes });
    await rename(partial, path);
    await syncFolder(resolve(folder));
    return { ref: formatFolderRef(path, sha256), sha256, bytes, facts };
  } catch (error) {
    sealed.bytes.destroy();
    if (!isTaken(error)) await rm(partial, { force: true }).catch(() => undefined);
    throw describeError(error, folder);
  }
}

/** All of it is on the disk afterwards, most of it before the dump ends: the disk works meanwhile. */
async function writeAll(file: FileHandle, bytes: AsyncIterable<Buffer>): Promise<void> {
  let synced = Promise.resolve();
  let waiting = 0;
  for await (const block of inBlocks(bytes)) {
    for (let done = 0; done < block.length;) done += (await file.write(block, done)).bytesWritten;
    waiting += block.length;
    if (waiting < SYNC_BYTES) continue;
    waiting = 0;
    await synced;
    synced = file.datasync();
    synced.catch(() => undefined);
  }
  await synced;
  await file.sync();
}

async function requireSame(
  path: string,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: number },
): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    for await (const part of readBlocks(file, 0, Infinity)) hash.update(part);
  } finally {
    await file.close();
  }
  const { size } = await stat(path);
  if (size === bytes && hash.digest('hex') === sha256) return;
  throw new ExpectedError({
    code: 'backup-failed',
    message: `the backup was written to ${path}, and something else was read back (${size} of ${bytes} bytes)`,
    fix: 'check the disk, or choose another folder as backup-store; nothing was changed',
  });
}

/** A name that was given is not on the disk before its folder is; not every system can do this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

const FULL: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Another run writes a backup of this name: its file is not ours to remove. */
function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function describeError(error: unknown, folder: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  // Errors of files have a system call; what the dump reports passes as it is.
  if (code === undefined || syscall === undefined) return error;
  return new ExpectedError({
    code: 'backup-failed',
    message: FULL.includes(code)
      ? `there is no room for the backup in ${folder} (${code})`
      : `the backup cannot be kept in ${folder}: ${message}`,
    fix: FULL.includes(code)
      ? 'make room, or choose another folder as backup-store; nothing was changed'
      : 'check the folder and who may write to it, or choose another as backup-store; nothing was changed',
  });
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Removes old backups of one target and gives their paths. Only files that we wrote, by name and by header, and never
 * the newest of a server: however old it is, it may be the only one.
 */
export async function removeOldBackups(folder: string, retention: Retention): Promise<readonly string[]> {
  const names = await readdir(resolve(folder)).catch(() => []);
  const found: { readonly path: string; readonly label: BackupLabel }[] = [];
  const removed: string[] = [];
  for (const name of names) {
    const path = join(resolve(folder), name);
    if (OWN_NAME.test(name)) {
      const label = await readBackupLabel(path);
      const isOurs = label?.schema === retention.schema && label.environment === retention.environment;
      if (label && isOurs) found.push({ path, label });
    } else if (name.endsWith(PARTIAL) && OWN_NAME.test(name.slice(0, -PARTIAL.length))) {
      if (await isAbandoned(path, retention.now)) removed.push(path);
    }
  }
  const spared = retention.spared === undefined ? undefined : resolve(retention.spared);
  const limit = retention.now.getTime() - retention.days * DAY;
  for (const { path, label } of found) {
    const isNewest = !found.some(
      (other) => other.label.serverUuid === label.serverUuid && isNewer(other.label, label),
    );
    if (!isNewest && path !== spared && Date.parse(label.createdAt) < limit) removed.push(path);
  }
  for (const path of removed) await rm(path, { force: true });
  return removed;
}

function isNewer(left: BackupLabel, right: BackupLabel): boolean {
  return Date.parse(left.createdAt) > Date.parse(right.createdAt);
}

/** No backup takes two days to write; its process was killed. */
async function isAbandoned(path: string, now: Date): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && now.getTime() - stats.mtimeMs > 2 * DAY;
}
