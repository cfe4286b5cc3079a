import { createHash, type Hash } from 'node:crypto';
import type { LexableSql } from './statements.ts';
import { nextToken, tokenCursor, type TokenCursor } from './tokenize.ts';

const SIZE = 65_536;
const SPACE = 32;
const SEMICOLON = 59;
const LINE_FEED = 10;
/** One for all hashes: each is filled and emptied without a pause. */
const BYTES = Buffer.allocUnsafe(SIZE);

/** Bytes on their way into a hash; tokens are copied here because a call for each of them would be slow. */
interface Sink {
  readonly hash: Hash;
  readonly bytes: Buffer;
  length: number;
}

/** `v1:` and the SHA-256 of the normal form, in which neither comments nor layout count. */
export function checksum(statements: readonly LexableSql[]): string {
  return `v1:${hashOf(statements)}`;
}

/** The SHA-256 of the normal form of one statement. */
export function statementHash(statement: LexableSql): string {
  return hashOf([statement]);
}

function hashOf(statements: readonly LexableSql[]): string {
  const sink: Sink = { hash: createHash('sha256'), bytes: BYTES, length: 0 };
  for (const statement of statements) writeStatement(sink, statement);
  flush(sink);
  return sink.hash.digest('hex');
}

/** Its tokens, joined by one space and ended by `;` and a line feed. */
function writeStatement(sink: Sink, statement: LexableSql): void {
  const cursor = tokenCursor(statement);
  for (let first = true; nextToken(cursor); first = false) {
    if (!first) writeByte(sink, SPACE);
    writeToken(sink, cursor);
  }
  writeByte(sink, SEMICOLON);
  writeByte(sink, LINE_FEED);
}

function writeToken(sink: Sink, cursor: TokenCursor): void {
  const { sql, start, end } = cursor;
  // One UTF-16 unit makes at most three bytes.
  if ((end - start) * 3 > SIZE) {
    flush(sink);
    sink.hash.update(sql.slice(start, end));
    return;
  }
  if ((end - start) * 3 > SIZE - sink.length) flush(sink);
  const { bytes } = sink;
  let to = sink.length;
  for (let at = start; at < end; at++, to++) {
    const code = sql.charCodeAt(at);
    if (code > 127) {
      sink.length = to + bytes.write(sql.slice(at, end), to);
      return;
    }
    bytes[to] = code;
  }
  sink.length = to;
}

function writeByte(sink: Sink, byte: number): void {
  if (sink.length === SIZE) flush(sink);
  sink.bytes[sink.length++] = byte;
}

function flush(sink: Sink): void {
  sink.hash.update(sink.bytes.subarray(0, sink.length));
  sink.length = 0;
}
