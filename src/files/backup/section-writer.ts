import { Writable } from 'node:stream';
import { callbackify } from 'node:util';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';
import { RowRuns } from '../../backup/row-runs.ts';

/** `mysqldump` writes a few KiB at a time, and each buffer is a round trip to the thread that compresses. */
const BLOCK = 1024 * 1024;
/** One is filled, one is compressed, two wait. Always the same ones: new ones would be most of the work of the collector. */
const BLOCKS = 4;
const OUTPUT = 256 * 1024;

/** A frame that is being compressed. */
export interface OpenSection {
  readonly table: string | null;
  readonly zstd: ZstdCompress;
  sqlBytes: number;
}

/** Gathers what is written in blocks, and gives them to the frames that they belong to. */
export class SectionWriter extends Writable {
  readonly #runs = new RowRuns();
  readonly #blocks = Array.from({ length: BLOCKS }, () => newBlock());
  #block = this.#blocks[0]!;
  #filled = 0;
  #section = newSection(null);
  readonly #waiting: OpenSection[] = [this.#section];
  #isEnded = false;
  #onChange: () => void = () => undefined;

  constructor() {
    super({ highWaterMark: BLOCK });
    // Whoever reads meets it.
    this.on('error', () => undefined);
  }

  /** The sections in their order; undefined after the last. */
  async next(): Promise<OpenSection | undefined> {
    for (;;) {
      if (this.destroyed && !this.#isEnded) throw this.errored ?? new Error('nobody wants it any more');
      const next = this.#waiting.shift();
      if (next || this.#isEnded) return next;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onChange = resolve;
      await promise;
    }
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.#filled + chunk.length < BLOCK) {
      this.#filled += chunk.copy(this.#block.bytes, this.#filled);
      done();
    } else {
      callbackify(() => this.#fill(chunk))(done);
    }
  }

  override _final(done: (error?: Error) => void): void {
    callbackify(() => this.#end())(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const isCutShort = error !== null || !this.#isEnded;
    for (const { zstd } of isCutShort ? [this.#section, ...this.#waiting] : []) {
      zstd.destroy(error ?? undefined);
    }
    this.#onChange();
    done(error);
  }

  async #fill(chunk: Buffer): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      const copied = chunk.copy(this.#block.bytes, this.#filled, taken);
      this.#filled += copied;
      taken += copied;
      if (this.#filled === BLOCK) await this.#compress('more');
    }
  }

  async #end(): Promise<void> {
    await this.#compress('last');
    this.#section.zstd.end();
    this.#isEnded = true;
    this.#onChange();
  }

  /** Hands the block over and goes on with the next as soon as that is free; what is undecided is its beginning. */
  async #compress(end: 'more' | 'last'): Promise<void> {
    const { bytes } = this.#block;
    const { cuts, decided } = this.#runs.scan(bytes.subarray(0, this.#filled), end);
    const given: Promise<void>[] = [];
    let at = 0;
    for (const cut of cuts) {
      given.push(this.#give(bytes.subarray(at, cut.at)));
      this.#begin(cut.table ?? null);
      at = cut.at;
    }
    given.push(this.#give(bytes.subarray(at, decided)));
    this.#block.isFree = Promise.all(given).then(
      () => undefined,
      (error: unknown) => void this.destroy(error as Error),
    );
    const next = this.#blocks[(this.#blocks.indexOf(this.#block) + 1) % BLOCKS]!;
    await next.isFree;
    this.#filled = bytes.copy(next.bytes, 0, decided, this.#filled);
    this.#block = next;
  }

  #begin(table: string | null): void {
    this.#section.zstd.end();
    this.#section = newSection(table);
    this.#waiting.push(this.#section);
    this.#onChange();
  }

  #give(part: Buffer): Promise<void> {
    if (part.length === 0) return Promise.resolve();
    const { zstd } = this.#section;
    this.#section.sqlBytes += part.length;
    return new Promise((resolve, reject) => {
      zstd.write(part, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function newBlock(): { readonly bytes: Buffer; isFree: Promise<void> } {
  return { bytes: Buffer.allocUnsafeSlow(BLOCK), isFree: Promise.resolve() };
}

const ZSTD = {
  chunkSize: OUTPUT,
  // Else a reader gets all that waits in one piece, copied together.
  readableObjectMode: true,
  // Level 1 takes a third of level 3's time here, about as many bytes. Never ZSTD_c_nbWorkers: with it Node 24 ends the
  // stream before its data.
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

function newSection(table: string | null): OpenSection {
  const zstd = createZstdCompress(ZSTD);
  // It may fail before anybody reads it; the reader meets the error then.
  zstd.on('error', () => undefined);
  return { table, zstd, sqlBytes: 0 };
}
