/** The encoding of a file by its first bytes, as the Encoding Standard calls it. */
export function detectEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Letters of Europe have a NUL byte beside each in UTF-16, and no text has one in other encodings.
  const nul = bytes.indexOf(0);
  if (nul >= 0) return nul % 2 === 1 ? 'utf-16le' : 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** The last bytes may be the beginning of a character. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What a file is that cannot be CSV, by its first bytes; undefined where it may be. */
export function otherFormat(bytes: Uint8Array): string | undefined {
  const begins = (...start: readonly number[]): boolean => start.every((byte, at) => bytes[at] === byte);
  if (begins(0x1f, 0x8b)) return 'gzip, so its name has to end in .csv.gz';
  if (begins(0x50, 0x4b, 0x03, 0x04))
    return 'a ZIP archive, or a workbook of Excel: unpack it, or save it as CSV';
  if (begins(0x25, 0x50, 0x44, 0x46)) return 'a PDF';
  return begins(0x50, 0x41, 0x52, 0x31) ? 'Parquet' : undefined;
}
