import { createSecretKey } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { chunkLayout, openChunk, sealChunks, sealedSize } from '../../../src/files/backup/backup-chunks.ts';

const context = { key: createSecretKey(Buffer.alloc(32, 1)), header: Buffer.from('header'), chunkBytes: 16 };

async function sealed(length: number, parts: number): Promise<readonly Buffer[]> {
  const plain = Buffer.alloc(length, 'x');
  async function* source(): AsyncGenerator<Buffer> {
    for (let at = 0; at < length; at += parts) yield plain.subarray(at, at + parts);
  }
  const sealedParts: Buffer[] = [];
  for await (const part of sealChunks(source(), context)) sealedParts.push(part);
  const body = Buffer.concat(sealedParts);
  const size = sealedSize(context.chunkBytes);
  const { count } = chunkLayout(body.length, context.chunkBytes);
  return Array.from({ length: count }, (_, number) => body.subarray(number * size, (number + 1) * size));
}

test.each([1, 15, 16, 17, 31, 32, 33, 160])('%s bytes are cut, sealed and opened again', async (length) => {
  for (const parts of [1, 5, 16, 17, 1000]) {
    const chunks = await sealed(length, parts);
    const body = Buffer.concat(chunks);
    const { count, plainBytes } = chunkLayout(body.length, context.chunkBytes);
    expect([count, plainBytes]).toEqual([Math.ceil(length / context.chunkBytes), length]);
    const plain = chunks.map((chunk, number) => openChunk(context, number, chunk, number === count - 1));
    expect(Buffer.concat(plain.map((part) => part!)).toString()).toBe('x'.repeat(length));
  }
});

test('a chunk opens only in its place, with its header, its key and its end', async () => {
  const [first, last] = await sealed(20, 20);
  expect(openChunk(context, 0, first!, false)).toBeDefined();
  expect(openChunk(context, 1, first!, false)).toBeUndefined();
  expect(openChunk(context, 0, first!, true)).toBeUndefined();
  expect(openChunk(context, 1, last!, false)).toBeUndefined();
  expect(openChunk({ ...context, header: Buffer.from('Header') }, 0, first!, false)).toBeUndefined();
  expect(
    openChunk({ ...context, key: createSecretKey(Buffer.alloc(32, 2)) }, 0, first!, false),
  ).toBeUndefined();
  expect(openChunk(context, 0, first!.subarray(0, 16), false)).toBeUndefined();
});
