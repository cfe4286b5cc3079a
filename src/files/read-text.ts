import { readdirSync, readFileSync, statSync } from 'node:fs';
import { closest, didYouMean } from '../yaml/did-you-mean.ts';
import { folderOf } from '../yaml/path.ts';
import type { ErrorCode } from '../errors.ts';
import { insideWorkingDirectory } from './working-directory.ts';

/** Why a file cannot be read; `line` where the reason stands in the file itself. */
export interface UnreadableFile {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly line?: number;
}

const MAX_SUGGESTIONS = 1000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a file inside the working directory, strictly UTF-8, without byte-order mark. Synchronous: for thousands
 * of small files that is several times faster than any number of promises, and nothing else is going on yet.
 */
export function readText(root: string, path: string): string | UnreadableFile {
  try {
    const real = insideWorkingDirectory(root, path);
    if (typeof real !== 'string') return { code: 'outside-working-directory', ...real };
    // Asked first, because reading a named pipe would wait for ever.
    const stats = statSync(real);
    if (!stats.isFile()) return describeNoFile(path, stats.isDirectory() ? 'a folder' : 'no regular file');
    return decodeText(readFileSync(real), path);
  } catch (error) {
    return describeSystemError(error, root, path);
  }
}

function describeNoFile(path: string, what: string): UnreadableFile {
  return { code: 'file-unreadable', message: `${path} is ${what}`, fix: 'name a file' };
}

/** Strictly UTF-8, without byte-order mark. */
export function decodeText(bytes: Buffer, path: string): string | UnreadableFile {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text;
  const isUtf16 = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
  return {
    code: 'file-unreadable',
    message: `${path} is not UTF-8${isUtf16 ? ' but UTF-16' : ': there are invalid bytes in this line'}`,
    fix: 'save it as UTF-8',
    line: isUtf16 ? 1 : lineOfInvalid(bytes),
  };
}

/** `undefined` where there are invalid bytes. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** No byte of a longer UTF-8 sequence is a line feed, so each line is valid or not by itself. */
function lineOfInvalid(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (decodeUtf8(bytes.subarray(start, end)) === undefined) return line;
    start = end;
  }
  return line;
}

function describeSystemError(error: unknown, root: string, path: string): UnreadableFile {
  const { code = '' } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        code: 'file-unreadable',
        message: `${path} does not exist`,
        fix: suggest(root, path) ?? 'add the file, or correct its path',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'file-unreadable',
        message: `${path} may not be read`,
        fix: 'give this user the right to read it',
      };
    case 'ELOOP':
      return {
        code: 'file-unreadable',
        message: `${path} is a symbolic link that leads to itself`,
        fix: 'replace the link by the file itself',
      };
    case '':
      throw error;
    default:
      return {
        code: 'file-unreadable',
        message: `${path} cannot be read (${code})`,
        fix: 'check the file',
      };
  }
}

/** A file beside it whose name is close. */
function suggest(root: string, path: string): string | undefined {
  const folder = folderOf(path);
  try {
    const real = insideWorkingDirectory(root, folder);
    if (typeof real !== 'string') return undefined;
    const names = readdirSync(real).slice(0, MAX_SUGGESTIONS);
    const meant = closest(
      path,
      names.map((name) => (folder === '.' ? name : `${folder}/${name}`)),
    );
    return meant === undefined ? undefined : didYouMean(meant);
  } catch {
    return undefined;
  }
}
