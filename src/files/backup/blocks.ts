import type { FileHandle } from 'node:fs/promises';

const BLOCK = 1024 * 1024;

/** The bytes of a file from one place to another; a block is only good until the next one is asked for. */
export async function* readBlocks(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer, void> {
  const block = Buffer.allocUnsafeSlow(Math.max(1, Math.min(BLOCK, to - from)));
  for (let at = from; at < to;) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, to - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}

/** The same bytes in blocks of this size but for the last; a block is only good until the next one is asked for. */
export async function* inBlocks(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let filled = 0;
  for await (const part of bytes) {
    for (let taken = 0; taken < part.length;) {
      const copied = part.copy(block, filled, taken);
      filled += copied;
      taken += copied;
      if (filled < BLOCK) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
