import { PART } from '../dump-text/value-parts.ts';
import { crc32 } from 'node:zlib';
import { quoteName } from '../session/quote-name.ts';
import type { LiteralKind } from './column-form.ts';
import { fixTypes } from './json-types.ts';
import { jsonColumns, type TableForm } from './table-form.ts';

/** As `mysqldump`: a server that takes only so much takes one row more. */
const STATEMENT_BYTES = 1_000_000;
const QUOTE = 39;
const NULL_VALUE = 0xfb;

/** What follows the backslash, by byte; 0 for a byte that stands for itself. */
const ESCAPED = new Uint8Array(256);
for (const [byte, letter] of [
  [0, '0'],
  [10, 'n'],
  [13, 'r'],
  [26, 'Z'],
  [39, "'"],
  [92, '\\'],
] as const) {
  ESCAPED[byte] = letter.charCodeAt(0);
}

const OPENING: Readonly<Record<LiteralKind, Buffer>> = {
  number: Buffer.from(''),
  quoted: Buffer.from("'"),
  binary: Buffer.from("_binary'"),
  json: Buffer.from("_utf8mb4'"),
};
/** What ends a statement, and the head of a packet. */
const TAIL = 64;
const NULL_TEXT = Buffer.from('NULL');

/** Documents whose types cannot be written, by column. */
export type Unwritten = ReadonlyMap<string, number>;

/** Makes INSERT statements of rows as the server sends them. */
export class InsertWriter {
  readonly #form: TableForm;
  readonly #head: Buffer;
  readonly #kinds: readonly LiteralKind[];
  /** For each column where the lost types of its document are. */
  readonly #lostAt: readonly number[];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #unwritten = new Map<string, number>();
  #out = Buffer.allocUnsafe(STATEMENT_BYTES + 65_536);
  #length = 0;
  readonly #lost = new Map<string, bigint>();
  readonly #take: (statement: Buffer) => void;
  /** Of the longest statement. */
  longest = 0;

  readonly #mostBytes: number;
  /** From here on a statement takes no more rows. */
  readonly #enough: number;

  /** `mostBytes`: the longest statement that a server takes. */
  constructor(form: TableForm, mostBytes: number, take: (statement: Buffer) => void) {
    this.#mostBytes = mostBytes;
    this.#enough = Math.min(STATEMENT_BYTES, mostBytes / 2);
    this.#form = form;
    this.#take = take;
    const names = form.columns.map(({ name }) => quoteName(name)).join(',');
    this.#head = Buffer.from(`INSERT INTO ${quoteName(form.name)} (${names}) VALUES `);
    this.#kinds = form.columns.map(({ literal }) => literal);
    const documents = jsonColumns(form);
    this.#lostAt = form.columns.map((column) =>
      column.literal === 'json' ? form.columns.length + documents.indexOf(column) : -1,
    );
    const fields = form.columns.length + documents.length;
    this.#starts = new Int32Array(fields);
    this.#ends = new Int32Array(fields);
  }

  /** By column a sum over the lost types of its documents, as `selectDocumentSums` gives it. */
  get lostTypes(): ReadonlyMap<string, bigint> {
    return this.#lost;
  }

  get unwritten(): Unwritten {
    return this.#unwritten;
  }

  row(bytes: Buffer, at: number, end: number): void {
    if (this.#length + end - at > this.#enough) this.flush();
    if (this.#length === 0) this.#put(this.#head);
    else this.#byte(44);
    this.#findFields(bytes, at);
    const start = this.#length;
    this.#values((index, kind) => this.#value(bytes, index, kind));
    if (this.#length + TAIL > this.#mostBytes) this.#inParts(bytes, start);
    if (this.#length >= this.#enough) this.flush();
  }

  /** Hands on what was not handed on. */
  flush(): void {
    if (this.#length === 0) return;
    this.#put(Buffer.from(';\n'));
    this.longest = Math.max(this.longest, this.#length);
    this.#take(Buffer.from(this.#out.subarray(0, this.#length)));
    this.#length = 0;
  }

  #values(put: (index: number, kind: LiteralKind) => void): void {
    this.#byte(40);
    for (const [index, kind] of this.#kinds.entries()) {
      if (index > 0) this.#byte(44);
      put(index, kind);
    }
    this.#byte(41);
  }

  /** A row that is longer than a packet: its long values are put into variables first, part by part. */
  #inParts(bytes: Buffer, start: number): void {
    // What was written of it is taken back, with the head or the comma before it.
    this.#length = start === this.#head.length ? 0 : start - 1;
    this.flush();
    const parts = this.#kinds.map((kind, index) => this.#writeParts(bytes, index, kind));
    this.#put(this.#head);
    this.#values((index, kind) => {
      const names = parts[index]!;
      if (names.length === 0) this.#value(bytes, index, kind);
      else {
        const whole = `CONCAT(${names.join(',')})`;
        this.#put(Buffer.from(kind === 'json' ? `CONVERT(${whole} USING utf8mb4)` : whole));
      }
    });
    this.flush();
  }

  /** Each part is a statement of its own; gives the variables. */
  #writeParts(bytes: Buffer, index: number, kind: LiteralKind): readonly string[] {
    const [start, end] = [this.#starts[index]!, this.#ends[index]!];
    const size = Math.floor(this.#mostBytes / 8);
    if (start < 0 || end - start <= size || (kind !== 'binary' && kind !== 'json')) return [];
    if (kind === 'json' && this.#starts[this.#lostAt[index]!]! >= 0) this.#noteUnwritten(index);
    const names: string[] = [];
    for (let at = start; at < end; at += size) {
      const name = `${PART}${index}_${names.length}`;
      names.push(name);
      this.#put(Buffer.from(`SET ${name} = _binary'`));
      this.#escaped(bytes, at, Math.min(end, at + size));
      this.#byte(QUOTE);
      this.flush();
    }
    return names;
  }

  #noteUnwritten(index: number): void {
    const { name } = this.#form.columns[index]!;
    this.#unwritten.set(name, (this.#unwritten.get(name) ?? 0) + 1);
  }

  #findFields(bytes: Buffer, from: number): void {
    let at = from;
    for (let index = 0; index < this.#starts.length; index += 1) {
      const first = bytes[at]!;
      at += 1;
      let length = first;
      if (first === NULL_VALUE) length = -1;
      else if (first === 0xfc) {
        length = bytes.readUInt16LE(at);
        at += 2;
      } else if (first === 0xfd) {
        length = bytes.readUIntLE(at, 3);
        at += 3;
      } else if (first === 0xfe) {
        length = Number(bytes.readBigUInt64LE(at));
        at += 8;
      }
      this.#starts[index] = length < 0 ? -1 : at;
      at += Math.max(0, length);
      this.#ends[index] = at;
    }
  }

  #value(bytes: Buffer, index: number, kind: LiteralKind): void {
    const [start, end] = [this.#starts[index]!, this.#ends[index]!];
    if (start < 0) {
      this.#put(NULL_TEXT);
      return;
    }
    if (kind === 'json' && this.#fixed(bytes, index)) return;
    this.#put(OPENING[kind]);
    if (kind === 'number') {
      this.#put(bytes.subarray(start, end));
      return;
    }
    this.#escaped(bytes, start, end);
    this.#byte(QUOTE);
  }

  #fixed(bytes: Buffer, index: number): boolean {
    const at = this.#lostAt[index]!;
    const start = this.#starts[at]!;
    if (start < 0) return false;
    const lost = bytes.toString('latin1', start, this.#ends[at]);
    const { name } = this.#form.columns[index]!;
    this.#lost.set(name, (this.#lost.get(name) ?? 0n) + BigInt(crc32(lost)));
    const text = bytes.toString('utf8', this.#starts[index], this.#ends[index]);
    const made = fixTypes(text, lost);
    if (made !== undefined) {
      this.#put(Buffer.from(made));
      return true;
    }
    this.#noteUnwritten(index);
    return false;
  }

  #escaped(bytes: Buffer, start: number, end: number): void {
    this.#reserve(2 * (end - start));
    const out = this.#out;
    let to = this.#length;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at]!;
      const letter = ESCAPED[byte]!;
      if (letter === 0) out[to++] = byte;
      else {
        out[to++] = 92;
        out[to++] = letter;
      }
    }
    this.#length = to;
  }

  #put(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#out, this.#length);
    this.#length += bytes.length;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#out[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }
}
