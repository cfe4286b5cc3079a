import type { Readable } from 'node:stream';
import { skipInert, type Backslash } from '../../sql/lexical.ts';
import { ExpectedError } from '../../errors.ts';
import { backslashAfter } from './dump-backslash.ts';
import type { Bytes } from '../session/raw-session.ts';

/** One statement of a dump, without its delimiter. */
export interface DumpPart {
  readonly sql: Bytes;
  /** How much of the dump was read when it ended. */
  readonly bytesRead: number;
}

const LINE_FEED = 10;
const COMPLETED = /^-- Dump completed/;
const DELIMITER = /^DELIMITER (\S+)\s*$/i;

/**
 * The statements of a dump by `mysqldump`, read as they arrive. It writes each statement from the beginning of a line
 * to the end of one, and a row of data never has a line feed in it (it is escaped), so only definitions are lexed.
 */
export async function* readDump(dump: Readable): AsyncGenerator<DumpPart, void> {
  let delimiter = ';';
  let backslash: Backslash = 'escape';
  let statement = '';
  let isCompleted = false;
  for await (const { line, bytesRead } of readLines(dump)) {
    if (statement === '') {
      if (line.trim() === '' || line.startsWith('--')) {
        isCompleted ||= COMPLETED.test(line);
        continue;
      }
      const changed = DELIMITER.exec(line)?.[1];
      if (changed !== undefined) {
        delimiter = changed;
        continue;
      }
    }
    statement = statement === '' ? line : `${statement}\n${line}`;
    const trimmed = line.trimEnd();
    if (!trimmed.endsWith(delimiter)) continue;
    const text = statement.trimEnd().slice(0, -delimiter.length).trimEnd();
    if (!text.startsWith('INSERT INTO ') && !endsInCode(text, backslash)) continue;
    statement = '';
    if (text === '') continue;
    backslash = backslashAfter({ text, line: 1, backslash }, backslash);
    yield { sql: text, bytesRead };
  }
  if (statement !== '' || !isCompleted) {
    throw new ExpectedError({
      code: 'server-error',
      message: 'the backup ends in the middle: its last line is not "-- Dump completed"',
      fix: 'use another backup; nothing was restored',
    });
  }
}

/** Whether the text does not end inside quoted text or a comment. */
function endsInCode(text: Bytes, backslash: Backslash): boolean {
  let at = 0;
  while (at < text.length) {
    const end = skipInert(text, at, backslash);
    if (end < 0) return false;
    at = end === at ? at + 1 : end;
  }
  return true;
}

async function* readLines(dump: Readable): AsyncGenerator<{ line: Bytes; bytesRead: number }, void> {
  let parts: Buffer[] = [];
  let bytesRead = 0;
  for await (const chunk of dump as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      parts.push(bytes.subarray(from, end));
      bytesRead += end + 1 - from;
      const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      parts = [];
      from = end + 1;
      yield { line: line.toString('latin1'), bytesRead };
    }
    if (from < bytes.length) {
      parts.push(bytes.subarray(from));
      bytesRead += bytes.length - from;
    }
  }
  if (parts.length > 0) yield { line: Buffer.concat(parts).toString('latin1'), bytesRead };
}
