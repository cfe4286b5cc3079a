import { createHash } from 'node:crypto';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { constants, createZstdCompress } from 'node:zlib';
import type { BackupFacts } from '../backup/backup.ts';
import type { SealSummary } from '../backup/backup-store.ts';
import { sealChunks } from './backup-chunks.ts';
import { encodeHeader, newEncryption, toFrame, type BackupLabel } from './backup-header.ts';

export interface SealRequest {
  /** Plain SQL; when it fails, so does the backup. */
  readonly sql: Readable;
  readonly label: BackupLabel;
  readonly passphrase: string | undefined;
  /** Asked when the SQL has ended: only then it is known where the log stood after it. */
  readonly readFacts: () => Promise<BackupFacts>;
}

/** A backup on its way to where it is kept. */
export interface SealedBackup {
  /** Ends only when the backup is whole; destroying it stops the dump. */
  readonly bytes: Readable;
  /** Once `bytes` has ended. */
  readonly summary: Promise<SealSummary>;
}

/** Compresses, encrypts and describes a dump as it streams by; see docs/backup-format.md. */
export async function sealBackup(request: SealRequest): Promise<SealedBackup> {
  const { promise: summary, resolve, reject } = Promise.withResolvers<SealSummary>();
  // The stream fails with the same error; who listens to it need not listen here.
  summary.catch(() => undefined);
  const secret = await prepareEncryption(request);
  const header = encodeHeader({
    label: request.label,
    compression: 'zstd',
    encryption: secret?.encryption ?? null,
  });
  const state: { facts?: BackupFacts } = {};
  const plain = compressed(request, (facts) => (state.facts = facts));
  const body = secret
    ? sealChunks(plain, { key: secret.key, header, chunkBytes: secret.encryption.chunkBytes })
    : withDigest(plain, header);
  const onEnd = (sha256: string, length: number): void =>
    resolve({ sha256, bytes: length, facts: state.facts! });
  const bytes = new PassThrough({
    highWaterMark: 256 * 1024,
    destroy(error, done) {
      // First of all: the generators may wait for a dump that waits for a lock.
      request.sql.destroy();
      done(error);
    },
  });
  pipeline(counted(header, body, onEnd), bytes, () => undefined);
  bytes.once('close', () => reject(bytes.errored ?? new Error('the backup was not read to its end')));
  return { bytes, summary };
}

async function prepareEncryption({
  passphrase,
  sql,
}: SealRequest): Promise<Awaited<ReturnType<typeof newEncryption>> | undefined> {
  if (passphrase === undefined) return undefined;
  // An error while the key is made must not end the process; it is met again when the stream is read.
  const ignore = (): void => undefined;
  sql.on('error', ignore);
  return newEncryption(passphrase);
}

/** The SQL as one zstd frame, then the facts as a frame that zstd skips, their length last. */
async function* compressed(
  { sql, readFacts }: SealRequest,
  onFacts: (facts: BackupFacts) => void,
): AsyncGenerator<Buffer, void> {
  if (sql.errored) throw sql.errored;
  const zstd = createZstdCompress({
    chunkSize: 256 * 1024,
    // Level 1 takes a third of level 3's time here, about as many bytes. Never ZSTD_c_nbWorkers: with it Node 24 ends the
    // stream before its data.
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  // `pipeline` hands errors on in both directions: a failed dump, and a reader who has gone.
  pipeline(sql, gathered, zstd, () => undefined);
  yield* zstd as AsyncIterable<Buffer>;
  const facts = await readFacts();
  onFacts(facts);
  const json = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  yield toFrame(Buffer.concat([json, length]));
}

const GATHERED = 512 * 1024;

/** `mysqldump` writes 8 KiB at a time, and each buffer is a round trip to the thread that compresses. */
async function* gathered(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const part of source) {
    waiting.push(part);
    length += part.length;
    if (length < GATHERED) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  yield Buffer.concat(waiting);
}

/** Without encryption the file ends in the SHA-256 of all before, so that it can be checked by itself. */
async function* withDigest(plain: AsyncIterable<Buffer>, header: Buffer): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256').update(header);
  for await (const part of plain) {
    hash.update(part);
    yield part;
  }
  yield toFrame(hash.digest());
}

async function* counted(
  header: Buffer,
  body: AsyncIterable<Buffer>,
  onEnd: (sha256: string, bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256').update(header);
  let length = header.length;
  yield header;
  for await (const part of body) {
    hash.update(part);
    length += part.length;
    yield part;
  }
  onEnd(hash.digest('hex'), length);
}
