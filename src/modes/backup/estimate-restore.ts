/** Bytes of the schema when its backup was taken. */
export interface SchemaParts {
  readonly dataBytes: number;
  readonly indexBytes: number;
}

/**
 * Of rows alone, and of as much index again, in times of their backup. Measured on two busy cores: narrow rows without an
 * index 3.0 to 6.1, with eight indexes 8.4, with functional indexes, which are not built late, 12 to 14.
 */
const ROWS = 6;
const INDEXES = 3;
/** Connections, privileges, the swap: there however small a backup is. */
const FIXED_MS = 1000;

/**
 * Milliseconds that a restore may take, from those that its backup took on this machine. A dump reads rows alone and a
 * load writes rows and indexes, so the time grows with the share of the indexes. It errs on the long side: a post step
 * that is killed on its way has helped nobody.
 */
export function estimateRestore(backupMs: number, { dataBytes, indexBytes }: SchemaParts): number {
  const share = dataBytes === 0 ? 0 : indexBytes / dataBytes;
  return Math.round((ROWS + INDEXES * share) * backupMs) + FIXED_MS;
}

/** The same where nobody wrote down how large the schema was. */
export function guessRestore(backupMs: number): number {
  return estimateRestore(backupMs, { dataBytes: 1, indexBytes: 1 });
}
