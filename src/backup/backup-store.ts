import type { BackupFacts, KeptBackup } from './backup.ts';

/** A backup on its way to where it is kept. */
export interface BackupStream {
  /** Ends only when the backup is whole; destroying it stops the dump. */
  readonly bytes: AsyncIterable<Buffer> & { destroy: () => unknown };
  /** Once `bytes` has ended. */
  readonly summary: Promise<SealSummary>;
}

export interface SealSummary {
  /** Of the bytes, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly facts: BackupFacts;
}

export interface KeepRequest {
  readonly fileName: string;
  readonly sealed: BackupStream;
  readonly retentionDays: number;
  /** Aborted when the backup is to be given up. */
  readonly signal: AbortSignal;
}

/** A kept backup as a file of this machine; nothing in it was checked. */
export interface FetchedBackup {
  readonly path: string;
  /** Of the file as the reference has it; undefined where it has none. */
  readonly sha256: string | undefined;
}

/** What is removed is older than this and of the same target. */
export interface Retention {
  readonly schema: string;
  readonly environment: string;
  readonly days: number;
  readonly now: Date;
  /** The path of one that is about to be restored, however old it is. */
  readonly spared?: string | undefined;
}

/** Where backups are kept. */
export interface BackupStore {
  /** For the log. */
  readonly name: string;
  /** Keeps a backup whole or throws, and then nothing of it can be taken for one. */
  readonly keep: (request: KeepRequest) => Promise<KeptBackup>;
  /** Brings what `ref` names onto this machine; undefined where it is the reference of another store. */
  readonly fetch: (ref: string, signal: AbortSignal) => Promise<FetchedBackup | undefined>;
  /** Removes old backups of a target and gives how many. */
  readonly removeOld: (retention: Retention) => Promise<number>;
}
