import { crc32 } from 'node:zlib';
import { quoteName } from '../quote-name.ts';
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

  constructor(form: TableForm, take: (statement: Buffer) => void) {
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
    if (this.#length + end - at > STATEMENT_BYTES) this.flush();
    if (this.#length === 0) this.#put(this.#head);
    else this.#byte(44);
    this.#findFields(bytes, at);
    this.#byte(40);
    for (const [index, kind] of this.#kinds.entries()) {
      if (index > 0) this.#byte(44);
      this.#value(bytes, index, kind);
    }
    this.#byte(41);
    if (this.#length >= STATEMENT_BYTES) this.flush();
  }

  /** Hands on what was not handed on. */
  flush(): void {
    if (this.#length === 0) return;
    this.#put(Buffer.from(';\n'));
    this.longest = Math.max(this.longest, this.#length);
    this.#take(Buffer.from(this.#out.subarray(0, this.#length)));
    this.#length = 0;
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
    this.#unwritten.set(name, (this.#unwritten.get(name) ?? 0) + 1);
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
