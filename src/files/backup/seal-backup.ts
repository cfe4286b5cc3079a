import { createHash, createSecretKey } from 'node:crypto';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { BackupFacts } from '../../backup/backup.ts';
import type { SealSummary } from '../../backup/backup-store.ts';
import { sealChunks } from './backup-chunks.ts';
import { encodeHeader, toFrame, type BackupLabel, type NewEncryption } from './backup-header.ts';
import { compressSections, type Section } from './compress-sections.ts';

export interface SealRequest {
  /** Plain SQL; when it fails, so does the backup. */
  readonly sql: Readable;
  readonly label: BackupLabel;
  /** Begun as early as can be: making a key takes a third of a second. Undefined where nothing is encrypted. */
  readonly encryption: Promise<NewEncryption> | undefined;
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
  // An error while the key is made must not end the process; it is met again when the stream is read.
  request.sql.on('error', () => undefined);
  const state: { facts?: BackupFacts } = {};
  const plain = compressed(request, (facts) => (state.facts = facts));
  const secret = await request.encryption?.catch((error: unknown) => {
    request.sql.destroy();
    throw error;
  });
  const header = encodeHeader({
    label: request.label,
    compression: 'zstd',
    encryption: secret?.encryption ?? null,
  });
  const body = secret
    ? sealChunks(plain, {
        key: createSecretKey(secret.key),
        header,
        chunkBytes: secret.encryption.chunkBytes,
      })
    : withDigest(plain, header);
  const onEnd = (sha256: string, length: number): void =>
    resolve({ sha256, bytes: length, facts: state.facts! });
  const bytes = new PassThrough({
    // Else a reader gets all that waits in one piece, copied together.
    objectMode: true,
    highWaterMark: 16,
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

/** The SQL as zstd frames, then the facts as a frame that zstd skips, their length last. */
function compressed(
  { sql, readFacts }: SealRequest,
  onFacts: (facts: BackupFacts) => void,
): AsyncGenerator<Buffer, void> {
  const state: { sections: readonly Section[] } = { sections: [] };
  const frames = compressSections(sql, (sections) => (state.sections = sections));
  return withFacts(frames, state, readFacts, onFacts);
}

async function* withFacts(
  frames: AsyncIterable<Buffer>,
  state: { readonly sections: readonly Section[] },
  readFacts: SealRequest['readFacts'],
  onFacts: (facts: BackupFacts) => void,
): AsyncGenerator<Buffer, void> {
  yield* frames;
  const facts = await readFacts();
  onFacts(facts);
  const json = Buffer.from(JSON.stringify({ ...facts, sections: state.sections }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  yield toFrame(Buffer.concat([json, length]));
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
