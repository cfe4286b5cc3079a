/** Bytes of the schema when its backup was taken. */
export interface SchemaParts {
  readonly dataBytes: number;
  readonly indexBytes: number;
}

/** What a load of rows alone costs at most, in times of their backup. */
const ROWS = 3;
/** Connections, privileges, the swap: there however small a backup is. */
const FIXED_MS = 1000;

/**
 * Milliseconds that a restore may take, from those that its backup took on this machine. A dump reads rows alone and a
 * load writes rows and indexes, so the time grows with the share of the indexes.
 */
export function estimateRestore(backupMs: number, { dataBytes, indexBytes }: SchemaParts): number {
  const weight = dataBytes === 0 ? 1 : (dataBytes + indexBytes) / dataBytes;
  return Math.round(ROWS * weight * backupMs) + FIXED_MS;
}

/** The same where nobody wrote down how large the schema was. */
export function guessRestore(backupMs: number): number {
  return estimateRestore(backupMs, { dataBytes: 1, indexBytes: 1 });
}
