/** A place in the history of a server: what had been committed by then. */
export interface LogPoint {
  /** `@@gtid_executed`; undefined where GTIDs are off. */
  readonly gtidExecuted: string | undefined;
  /** Of the binary log; undefined without a log or without the privilege to ask. */
  readonly file: string | undefined;
  readonly position: number | undefined;
}

/** Libraries of JavaScript came with 9.2. */
export type ObjectKind = 'table' | 'view' | 'procedure' | 'function' | 'library' | 'trigger' | 'event';

/** One object of a schema, by kind and name. */
export interface SchemaObject {
  readonly kind: ObjectKind;
  readonly name: string;
}

/** What is known of a backup, kept with it and checked before it is restored. */
export interface BackupFacts {
  readonly formatVersion: 1;
  readonly schema: string;
  readonly serverUuid: string;
  readonly serverVersion: string;
  readonly runId: string;
  readonly environment: string;
  /** Of the schema itself: a dump of one schema does not say it, and new tables take it. */
  readonly characterSet: string;
  readonly collation: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Read before the dump began and after it had taken its snapshot: what lies between may or may not be in it. */
  readonly before: LogPoint;
  readonly after: LogPoint;
  /** Every object that the dump must hold, read before it. */
  readonly objects: readonly SchemaObject[];
  /** Views that were broken already: kept as their definition, and no reason to block a deploy. */
  readonly brokenViews: readonly string[];
  /** What ties tables to one another; backups of earlier versions do not say it. */
  readonly ties?: TableTies;
  /** How what is loaded can be shown to be what was backed up; backups of earlier versions do not say it. */
  readonly rows?: RowProof;
  readonly histograms?: readonly Histograms[];
  /** Seconds since 1970 by the clock of the server, when the backup began. */
  readonly serverTime?: number;
  /** Of the run that took it; backups of earlier versions do not say it, as the next. */
  readonly epoch?: number;
  /** What was half applied when it was taken: the rows of the journal, which is not part of a backup. */
  readonly unfinished?: readonly CarriedStatement[];
}

/** The histograms of a table, which no dump has. */
export interface Histograms {
  readonly table: string;
  /** With how many buckets they were asked for, and of which columns. */
  readonly columns: readonly (readonly [buckets: number, names: readonly string[]])[];
}

/** What is known of the rows of a backup. */
export type RowProof =
  /** Every type is one whose text is exact: the dump itself is the evidence. */
  | { readonly how: 'text'; readonly exceptions: readonly RowException[] }
  /** Read as exact literals in one snapshot, in which each table was measured as well. */
  | {
      readonly how: 'measured';
      readonly tables: Readonly<Record<string, TableProof>>;
      readonly exceptions: readonly RowException[];
    };

/** What a table was in the snapshot of its backup. */
export interface TableProof {
  /** Of `CHECKSUM TABLE`. */
  readonly checksum: string;
  /** By column a sum over the types in its documents that text does not show. */
  readonly documents?: Readonly<Record<string, string>>;
  /** By column a sum over its values; of tables with stored generated columns, which are computed anew. */
  readonly columns?: Readonly<Record<string, string>>;
  /** A sum over its rows in place of the checksum; of tables with a multi-valued index. */
  readonly rows?: string;
}

/** What of a table does not come back as it was. */
export interface RowException {
  readonly table: string;
  /** Only where rows are compared it is known whether the session of a load computes the same. */
  readonly kind: 'computed' | 'documents' | 'engine';
  /** A sentence without its end, for people. */
  readonly why: string;
}

/** A row of the journal that a backup carries, so that a restore of it puts what is half applied back as unfinished. */
export interface CarriedStatement {
  readonly runId: string;
  /** Null where an older version wrote it. */
  readonly epoch: number | null;
  readonly author: string;
  readonly changesetId: string;
  /** From 1. */
  readonly statementNo: number;
  readonly sha256: string;
  readonly status: 'started' | 'done' | 'unknown';
  readonly connectionId: number;
  readonly logFile: string | null;
  readonly logPos: number | null;
  readonly gtid: string | null;
  readonly note: string | null;
  /** UTC. */
  readonly startedAt: string;
}

/** What the journal has to be told of a backup once it is live. */
export type RestoredFacts = Pick<BackupFacts, 'createdAt' | 'epoch' | 'unfinished'>;

/** What has to be known to restore some tables without the others. */
export interface TableTies {
  /** Table and the one that it refers to, within the schema. */
  readonly foreignKeys: readonly (readonly [table: string, parent: string])[];
  /** Trigger and its table. */
  readonly triggers: readonly (readonly [name: string, table: string])[];
}

/**
 * Opens the SQL of a backup from its beginning. Rows of large tables that are not wanted may be missing from what it
 * gives, and may not be; all rows where nothing is said.
 */
export type ReadSql<Stream> = (isWanted?: (table: string) => boolean) => Stream;

/** A backup that was kept: where it is and how it is known again. */
export interface KeptBackup {
  /** What `backup-ref` takes. */
  readonly ref: string;
  /** Of the kept bytes, in hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly facts: BackupFacts;
}

/** Tables that are left out of every backup and never restored. */
export const NEVER_RESTORED: readonly string[] = [
  'DATABASECHANGELOGLOCK',
  'ops_migration_runs',
  'ops_migration_statements',
  'ops_pipeline_runs',
  'ops_dq_results',
];
