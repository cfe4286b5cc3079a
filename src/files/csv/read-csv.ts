import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ExpectedError, type Problem } from '../../errors.ts';
import type { CsvDialect } from '../../pipeline/manifest/csv-dialect.ts';
import type { CsvBatch, CsvFile, CsvReading } from '../../pipeline/rows/csv-file.ts';
import { parseCsv } from './parse-csv.ts';
import { replacedLines, textLines } from './text-lines.ts';

/** Of bytes read at once; a batch is about as large. */
const CHUNK = 256 * 1024;

/** A CSV file on disk, compressed where its name ends in `.gz`. */
export function csvFile(path: string, file: string, bytes: number, dialect: CsvDialect): CsvFile {
  return {
    file,
    bytes,
    digest: async () => {
      const hash = createHash('sha256');
      for await (const chunk of openStream(path, file)) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },
    read: () => read(path, file, dialect),
  };
}

/** Reading costs a pass of its own for the digest beforehand, about a hundredth of the time that loading takes. */
function read(path: string, file: string, dialect: CsvDialect): CsvReading {
  const hash = createHash('sha256');
  let digest: string | undefined;
  let bytesRead = 0;
  async function* hashed(): AsyncIterable<Buffer> {
    for await (const chunk of openStream(path, file)) {
      hash.update(chunk as Buffer);
      bytesRead += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    digest = hash.digest('hex');
  }
  const bytes = file.endsWith('.gz') ? unpacked(hashed(), file, () => digest !== undefined) : hashed();
  return {
    batches: parsed(bytes, file, dialect),
    digest: () => {
      if (digest === undefined) throw new Error(`${file} was not read to its end`);
      return digest;
    },
    bytesRead: () => bytesRead,
  };
}

async function* parsed(
  bytes: AsyncIterable<Buffer>,
  file: string,
  dialect: CsvDialect,
): AsyncIterable<CsvBatch> {
  const parser = parseCsv(file, dialect);
  const lines =
    dialect.encoding === 'utf-8'
      ? textLines(bytes, file)
      : textLines(inUtf8(bytes, dialect.encoding), file, replacedLines);
  for await (const piece of lines) {
    for (const batch of parser.next(piece))
      if (batch.kind === 'lines' ? batch.bytes.length > 0 : batch.rows.length > 0) yield batch;
  }
  parser.end();
}

async function* inUtf8(bytes: AsyncIterable<Buffer>, encoding: string): AsyncIterable<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* openStream(path: string, file: string): AsyncIterable<unknown> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ExpectedError({
      code: 'file-unreadable',
      message: `${file} cannot be read (${code})`,
      fix: 'see that the file is there and may be read, then run again',
    });
  }
}

/** A damaged file ends in an error, however much of it could be unpacked before. */
async function* unpacked(
  bytes: AsyncIterable<Buffer>,
  file: string,
  isReadWhole: () => boolean,
): AsyncIterable<Buffer> {
  let failure: unknown;
  const gunzip: Readable = pipeline(bytes, createGunzip({ chunkSize: CHUNK }), (error) => (failure = error));
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(damaged(file, failure ?? error));
  }
  // It stops where what was packed ends, and what is behind that may have been rows as well.
  if (!isReadWhole()) throw new ExpectedError(damaged(file, new Error('there is something behind its end')));
}

function damaged(file: string, error: unknown): Problem {
  return {
    code: 'invalid-csv',
    message: `${file} cannot be unpacked: ${(error as Error).message}`,
    at: { file, line: 1 },
    fix: 'it is damaged or no gzip file: transfer it again',
  };
}
