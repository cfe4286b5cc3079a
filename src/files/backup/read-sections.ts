import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { damaged } from './backup-header.ts';
import type { Section } from './compress-sections.ts';

/** The compressed bytes from one place to another. */
export type ReadBytes = (from: number, to: number) => AsyncGenerator<Buffer, void>;

/**
 * The list of sections that stands beside the facts; undefined where it cannot be that of `bytes` compressed bytes.
 * Backups of the first format have none: they are one section of unknown size.
 */
export function parseSections(value: unknown, bytes: number): readonly Section[] | undefined {
  if (!Array.isArray(value) || !value.every(isSection)) return undefined;
  const sum = value.reduce((total, section) => total + section.bytes, 0);
  return sum === bytes ? value : undefined;
}

function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null) return false;
  const { table, bytes, sqlBytes } = value as Readonly<Record<keyof Section, unknown>>;
  const areSizes = [bytes, sqlBytes].every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
  return areSizes && (table === null || typeof table === 'string');
}

/** The SQL without the rows that are not wanted: what they take in the file is not even read. */
export function readSections(
  sections: readonly Section[],
  read: ReadBytes,
  what: string,
  isWanted: (table: string) => boolean,
): Readable {
  return Readable.from(sectionBytes(sections, read, what, isWanted), { objectMode: true, highWaterMark: 4 });
}

async function* sectionBytes(
  sections: readonly Section[],
  read: ReadBytes,
  what: string,
  isWanted: (table: string) => boolean,
): AsyncGenerator<Buffer, void> {
  let at = 0;
  for (const { table, bytes, sqlBytes } of sections) {
    const from = at;
    at += bytes;
    if (table !== null && !isWanted(table)) continue;
    let found = 0;
    for await (const part of decompressed(read(from, at))) {
      found += part.length;
      yield part;
    }
    if (found !== sqlBytes) throw damaged(what, `a part of it has ${found} bytes of SQL, not ${sqlBytes}`);
  }
}

const ZSTD = { chunkSize: 256 * 1024, readableObjectMode: true };

/** One zstd frame. */
export function decompressed(bytes: AsyncGenerator<Buffer, void>): AsyncIterable<Buffer> & Readable {
  const zstd = createZstdDecompress(ZSTD);
  pipeline(Readable.from(bytes), zstd, () => undefined);
  return zstd;
}
