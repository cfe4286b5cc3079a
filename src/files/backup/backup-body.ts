import { createSecretKey } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { chunkLayout, openChunk, sealedSize } from './backup-chunks.ts';
import { damaged, FRAME_HEAD, type BackupHeader } from './backup-header.ts';
import type { ReadBytes } from './read-sections.ts';

/** The body of a file: the compressed SQL and the facts, decrypted. */
export interface Body {
  readonly plainBytes: number;
  readonly read: ReadBytes;
}

/** Of the last frame of a file that is not encrypted. */
export const DIGEST_FRAME = FRAME_HEAD + 32;
const READ_SIZE = 512 * 1024;

/** What a body is read from. */
export interface BodyInputs {
  readonly path: string;
  readonly what: string;
  readonly size: number;
  /** The bytes of the header. */
  readonly raw: Buffer;
  readonly header: BackupHeader;
  readonly key: Buffer | undefined;
}

/** The body that follows the header; every read of it opens the file anew. */
export function bodyOf(inputs: BodyInputs): Body {
  const { path, what, size, raw, header, key } = inputs;
  const start = raw.length;
  if (header.encryption === null || key === undefined) {
    const plainBytes = size - start - DIGEST_FRAME;
    return {
      plainBytes,
      read: (from, to) => reading(path, what, (file) => readRange(file, start + from, start + to)),
    };
  }
  const { chunkBytes } = header.encryption;
  const { count, plainBytes } = chunkLayout(size - start, chunkBytes);
  const context = { key: createSecretKey(key), header: raw, chunkBytes };
  const sealed = sealedSize(chunkBytes);
  async function* decrypt(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer, void> {
    const first = Math.floor(from / chunkBytes);
    const end = Math.ceil(to / chunkBytes);
    for (let number = first, readTo = first; number < end;) {
      // Several with one read.
      readTo = Math.min(end, number + Math.max(1, Math.floor(READ_SIZE / sealed)));
      const position = start + number * sealed;
      const bytes = await readAt(file, position, Math.min(size, start + readTo * sealed) - position);
      for (let at = 0; number < readTo; number += 1, at += sealed) {
        const plain = openChunk(context, number, bytes.subarray(at, at + sealed), number === count - 1);
        if (!plain) throw damaged(what, `chunk ${number + 1} of ${count} is not the one that was written`);
        const base = number * chunkBytes;
        yield plain.subarray(Math.max(0, from - base), Math.min(plain.length, to - base));
      }
    }
  }
  return { plainBytes, read: (from, to) => reading(path, what, (file) => decrypt(file, from, to)) };
}

async function* reading(
  path: string,
  what: string,
  read: (file: FileHandle) => AsyncGenerator<Buffer, void>,
): AsyncGenerator<Buffer, void> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) throw damaged(what, 'it was taken away while it was read');
  try {
    yield* read(file);
  } finally {
    await file.close();
  }
}

/** Decrypts the body to its end; whatever was changed or is missing throws. */
export async function requireEveryChunk(
  body: Body,
  what: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let bytes = 0;
  for await (const part of body.read(0, body.plainBytes)) {
    signal?.throwIfAborted();
    bytes += part.length;
  }
  if (bytes !== body.plainBytes) throw damaged(what, 'it is cut off');
}

async function* readRange(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer, void> {
  for (let at = from; at < to; at += READ_SIZE) {
    const part = await readAt(file, at, Math.min(READ_SIZE, to - at));
    if (part.length === 0) return;
    yield part;
  }
}

/** So many bytes from a position on, or fewer where the file ends. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
