import { randomBytes, scrypt } from 'node:crypto';
import { ExpectedError } from '../../errors.ts';

/** What anybody can read of a backup without its passphrase; no secret, and no name of an object. */
export interface BackupLabel {
  readonly schema: string;
  readonly serverUuid: string;
  readonly environment: string;
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** How the body is encrypted; every number is in the file, so that they can grow. */
export interface Encryption {
  readonly cipher: 'aes-256-gcm';
  readonly kdf: 'scrypt';
  /** Hex. */
  readonly salt: string;
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** Of plain bytes in each chunk but the last. */
  readonly chunkBytes: number;
  /** Hex; tells a wrong passphrase from a changed file. */
  readonly keyCheck: string;
}

/** The first frame of every backup. */
export interface BackupHeader {
  readonly label: BackupLabel;
  readonly compression: 'zstd';
  readonly encryption: Encryption | null;
}

/** A frame that `zstd -d` skips: an unencrypted backup is a zstd file. */
const SKIPPABLE = 0x184d2a5d;
export const FRAME_HEAD = 8;
const MAGIC = 'db-deploy backup v';
const VERSION = 2;
/** The first had all SQL in one frame; whoever reads this one reads that. */
const READABLE: readonly (string | undefined)[] = ['1', '2'];
const MAX_HEADER = 64 * 1024;

/** A skippable frame around some bytes. */
export function toFrame(payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt32LE(SKIPPABLE, 0);
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

/** How long the payload of the frame that begins here is; undefined where none of ours begins. */
export function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < FRAME_HEAD || bytes.readUInt32LE(0) !== SKIPPABLE) return undefined;
  return bytes.readUInt32LE(4);
}

/** The bytes that every file begins with; they are authenticated with each chunk. */
export function encodeHeader(header: BackupHeader): Buffer {
  return toFrame(Buffer.from(`${MAGIC}${VERSION}\n${JSON.stringify(header)}\n`));
}

/** How many bytes of a file have to be there to read its header. */
export function headerLength(start: Buffer, what: string): number {
  const length = frameLength(start);
  const magic = start.toString('latin1', FRAME_HEAD, FRAME_HEAD + MAGIC.length);
  if (length === undefined || length > MAX_HEADER || magic !== MAGIC) throw notABackup(what);
  return FRAME_HEAD + length;
}

/** How many bytes `headerLength` wants. */
export const HEADER_START = FRAME_HEAD + MAGIC.length;

/** Reads a header; `what` names the file in messages. */
export function decodeHeader(bytes: Buffer, what: string): BackupHeader {
  const text = bytes.toString('utf8', FRAME_HEAD);
  const version = /^\d+/.exec(text.slice(MAGIC.length))?.[0];
  if (version !== undefined && !READABLE.includes(version)) {
    throw new ExpectedError({
      code: 'wrong-backup',
      message: `${what} has format ${version}, and this db-deploy reads formats up to ${VERSION}`,
      fix: 'use the release of db-deploy that wrote it',
    });
  }
  const header = parseHeader(text.slice(text.indexOf('\n') + 1));
  if (!header) throw damaged(what, 'its header cannot be read');
  return header;
}

function parseHeader(text: string): BackupHeader | undefined {
  try {
    const header = JSON.parse(text) as BackupHeader;
    const { label, compression, encryption } = header;
    const isLabel = ['schema', 'serverUuid', 'environment', 'runId', 'createdAt'].every(
      (key) => typeof label[key as keyof BackupLabel] === 'string',
    );
    const isKnown = compression === 'zstd' && (encryption === null || isEncryption(encryption));
    return isLabel && isKnown ? header : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers that somebody changed must not make us take all memory. */
function isEncryption(encryption: Encryption): boolean {
  const { cipher, kdf, salt, n, r, p, chunkBytes, keyCheck } = encryption;
  const isHex = [salt, keyCheck].every((text) => /^[0-9a-f]{32,128}$/.test(text));
  const areNumbers = [n, r, p, chunkBytes].every((value) => Number.isSafeInteger(value) && value > 0);
  const isBounded = n > 1 && n * r <= 2 ** 23 && p <= 16 && chunkBytes <= 2 ** 24 && (n & (n - 1)) === 0;
  return cipher === 'aes-256-gcm' && kdf === 'scrypt' && isHex && areNumbers && isBounded;
}

/** 64 MiB and about a third of a second; OWASP's numbers, the memory chosen so that a backup stays under 250 MB. */
const COST = { n: 2 ** 16, r: 8, p: 2 } as const;
const CHUNK_BYTES = 64 * 1024;

/** A key, and what to write of how it came about. */
export interface NewEncryption {
  readonly encryption: Encryption;
  readonly key: Buffer;
}

/** A key of its own for each file. */
export async function newEncryption(passphrase: string): Promise<NewEncryption> {
  const salt = randomBytes(32).toString('hex');
  const { key, keyCheck } = await deriveKey(passphrase, { salt, ...COST });
  return {
    key,
    encryption: { cipher: 'aes-256-gcm', kdf: 'scrypt', salt, ...COST, chunkBytes: CHUNK_BYTES, keyCheck },
  };
}

/** The key of a file; a wrong passphrase is refused before anything is decrypted. */
export async function keyOf(passphrase: string, encryption: Encryption, what: string): Promise<Buffer> {
  const { key, keyCheck } = await deriveKey(passphrase, encryption);
  if (keyCheck === encryption.keyCheck) return key;
  throw new ExpectedError({
    code: 'wrong-passphrase',
    message: `the passphrase does not open ${what}`,
    fix: 'set BACKUP_PASSPHRASE to the one that this backup was made with; nothing was changed',
  });
}

/** 48 bytes: a key, and 16 that say nothing about it and stand in the file. */
async function deriveKey(
  passphrase: string,
  { salt, n, r, p }: Pick<Encryption, 'salt' | 'n' | 'r' | 'p'>,
): Promise<{ key: Buffer; keyCheck: string }> {
  const options = { N: n, r, p, maxmem: 256 * n * r + 1024 * 1024 };
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase, Buffer.from(salt, 'hex'), 48, options, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
  return { key: bytes.subarray(0, 32), keyCheck: bytes.toString('hex', 32) };
}

/** The file is not what was written. */
export function damaged(what: string, how: string): ExpectedError {
  return new ExpectedError({
    code: 'backup-damaged',
    message: `${what} is damaged: ${how}`,
    fix: 'get it again from where it was kept, or use another backup; nothing was changed',
  });
}

function notABackup(what: string): ExpectedError {
  return new ExpectedError({
    code: 'wrong-backup',
    message: `${what} is no backup of db-deploy`,
    fix: 'check the reference or the path',
  });
}
