import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const TAG = 16;

/** What belongs to every chunk of one file. */
export interface ChunkContext {
  readonly key: KeyObject;
  /** The whole header: no byte of it can be changed unnoticed. */
  readonly header: Buffer;
  readonly chunkBytes: number;
}

/**
 * The construction of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is the chunk's number and whether it
 * is the last, so a chunk that is moved, left out, doubled or cut off does not open. The key is used for one file only.
 */
function* sealParts(
  context: ChunkContext,
  number: number,
  plain: readonly Buffer[],
  isLast: boolean,
): Generator<Buffer, void> {
  const cipher = createCipheriv('aes-256-gcm', context.key, nonceOf(number, isLast)).setAAD(context.header);
  for (const part of plain) yield cipher.update(part);
  cipher.final();
  yield cipher.getAuthTag();
}

/** The plain bytes; undefined where it is not the chunk that was written. */
export function openChunk(
  context: ChunkContext,
  number: number,
  sealed: Buffer,
  isLast: boolean,
): Buffer | undefined {
  if (sealed.length <= TAG) return undefined;
  const nonce = nonceOf(number, isLast);
  const decipher = createDecipheriv('aes-256-gcm', context.key, nonce, { authTagLength: TAG });
  decipher.setAAD(context.header).setAuthTag(sealed.subarray(-TAG));
  const plain = decipher.update(sealed.subarray(0, -TAG));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

/** Eleven bytes of number, one that is 1 for the last. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Where each chunk of a body of this length begins and ends. */
export function chunkLayout(
  bodyBytes: number,
  chunkBytes: number,
): { readonly count: number; readonly plainBytes: number } {
  const count = Math.ceil(bodyBytes / (chunkBytes + TAG));
  return { count, plainBytes: bodyBytes - count * TAG };
}

/** The size of a sealed chunk that is not the last. */
export function sealedSize(chunkBytes: number): number {
  return chunkBytes + TAG;
}

/** Cuts a stream into sealed chunks, each of which may come in several parts: nothing is copied together. */
export async function* sealChunks(
  plain: AsyncIterable<Buffer>,
  context: ChunkContext,
): AsyncGenerator<Buffer, void> {
  const { chunkBytes } = context;
  let waiting: Buffer[] = [];
  let length = 0;
  let number = 0;
  for await (let part of plain) {
    // One byte more than a chunk: only then it is certain that this one is not the last.
    while (length + part.length > chunkBytes) {
      waiting.push(part.subarray(0, chunkBytes - length));
      yield* sealParts(context, number, waiting, false);
      part = part.subarray(chunkBytes - length);
      waiting = [];
      length = 0;
      number += 1;
    }
    waiting.push(part);
    length += part.length;
  }
  yield* sealParts(context, number, waiting, true);
}
