import type { Risk } from '../changelog/changeset.ts';
import type { InDoubtAnswer } from '../changelog/journal.ts';
import type { PlanParts } from '../changelog/plan/plan-hash.ts';
import type { FilteredChangeset, Mismatch, PendingReason } from '../changelog/plan/plan.ts';
import type { Location, Problem } from '../errors.ts';
import type { PipelineOutcome } from '../pipeline/pipeline-outcome.ts';
import type { Violation } from '../policy/violation.ts';
import type { DatabaseState } from './database-state.ts';

export type Mode =
  'validate' | 'status' | 'update-sql' | 'update' | 'verify' | 'pipeline' | 'rollback' | 'comment';

/** `blocked`: no changeset ran and no object of the user changed. `unknown`: the server stayed out of reach. */
export type Result = 'ok' | 'blocked' | 'failed' | 'restored' | 'restore-failed' | 'unknown';

/** What became of a changeset in this run; every one starts as `not-run`, so a report is whole wherever it stops. */
export type ChangesetStatus = 'applied' | 'skipped' | 'marked-ran' | 'failed' | 'unknown' | 'not-run';

export interface ReportedStatement {
  /** From 1. */
  readonly number: number;
  readonly line: number;
  /** Redacted: no password of an IDENTIFIED BY in it. */
  readonly sql: string;
}

/** The statement at which a changeset stopped. */
export interface FailedStatement {
  /** From 1. */
  readonly number: number;
  /** In the SQL file of the changeset: where the server says that the fault is, else where the statement begins. */
  readonly line: number;
}

/** One pending changeset and its outcome. */
export interface ReportedChangeset {
  readonly key: string;
  readonly id: string;
  readonly author: string;
  readonly at: Location;
  readonly sqlFile: string;
  readonly checksum: string;
  readonly risk: Risk;
  readonly contexts: string;
  readonly labels: readonly string[];
  /** What has to hold first, and what happens else, in words. */
  readonly preconditions: readonly string[];
  /** Tables that its statements change, create or drop; those of other schemas with their schema. */
  readonly tables: readonly string[];
  readonly comment: string | undefined;
  readonly reason: PendingReason;
  readonly statements: readonly ReportedStatement[];
  readonly status: ChangesetStatus;
  /** ISO 8601, UTC; of a changeset that was begun. */
  readonly startedAt: string | undefined;
  readonly durationMs: number | undefined;
  /** For a changeset that failed or whose state is unknown: how many statements are known to be done. */
  readonly statementsDone: number | undefined;
  /** For such a changeset, unless it stopped before its first statement. */
  readonly failedStatement: FailedStatement | undefined;
  readonly problem: Problem | undefined;
  /** Warnings of its preconditions, in words. */
  readonly notes: readonly string[];
}

export interface ReportedTarget {
  readonly host: string;
  readonly port: number;
  readonly schema: string;
  readonly user: string;
  readonly serverVersion: string;
  readonly serverUuid: string;
}

/** A table that a pending changeset touches, as the target has it now; the server's estimates. */
export interface ReportedTable {
  readonly name: string;
  readonly rows: number;
  /** Data and indexes. */
  readonly bytes: number;
}

/** A backup that this run took. */
export interface ReportedBackup {
  readonly ref: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly retentionDays: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Dump, encryption and keeping together. */
  readonly durationMs: number;
}

/** A backup that this run put in the place of what was live, and what that cost. */
export interface ReportedRestore {
  readonly ref: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /**
   * How long writers waited for the cut-over, or met an incomplete schema where the restore was in place; undefined when
   * that was not measured.
   */
  readonly blockedMs: number | undefined;
  /** Transactions of others since the backup that are still there, replayed or beside it; undefined where it could not keep any. */
  readonly keptTransactions: number | undefined;
  /** Transactions of others since the backup, which it undid; undefined when that cannot be known. */
  readonly undoneTransactions: number | undefined;
  /** The schema in which the state before is kept; undefined where it was dropped, for the restore was in place. */
  readonly aside: string | undefined;
}

/** Somebody else's yes to this run. */
export interface ReportedApproval {
  /** The GitHub Environment. */
  readonly environment: string;
  readonly approvedBy: string;
  readonly comment: string;
}

/**
 * What a restore would do to what others wrote since the backup: `lossless` keeps it, `snapshot` undoes it, `in-place`
 * undoes it and may leave the schema incomplete, `none` is no restore at all.
 */
export interface Guarantee {
  readonly kind: 'lossless' | 'snapshot' | 'in-place' | 'none';
  /** Why not better; of `lossless`, on what it still depends. */
  readonly reasons: readonly Problem[];
  /** What of others' writes is not kept all the same; each completes `lossless, except …`. */
  readonly exceptions?: readonly string[];
}

/** The wish to go on where a run stopped, which makes a plan of its own. */
export interface ReportedResume {
  /** A person's word on the statement in doubt; undefined where none was given. */
  readonly inDoubt: InDoubtAnswer | undefined;
}

/** Everything that is known of a run. */
export interface Report {
  readonly schemaVersion: 1;
  readonly mode: Mode;
  readonly result: Result;
  readonly environment: string | undefined;
  readonly contexts: readonly string[];
  readonly labels: string;
  readonly actor: string;
  readonly runId: string | undefined;
  readonly runUrl: string | undefined;
  readonly gitSha: string | undefined;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly changelogFile: string;
  /** Relative to the repository, where the files of this report start. */
  readonly workingDirectory: string;
  readonly target: ReportedTarget | undefined;
  /** `v2:` and 64 hex digits. */
  readonly planHash: string | undefined;
  /** 12 hex digits for each part of the plan, so that what differs between two plans can be named. */
  readonly planParts: PlanParts | undefined;
  /** Undefined for a run that begins at the beginning. */
  readonly resume: ReportedResume | undefined;
  /** How many changesets the changelog has; undefined when it could not be read. */
  readonly changesetCount: number | undefined;
  readonly pending: readonly ReportedChangeset[];
  readonly filtered: readonly FilteredChangeset[];
  /** Touched tables that are there; one that is not comes into being with the plan. Read modes only. */
  readonly tables: readonly ReportedTable[];
  /** All tables of the schema, which is what backup and restore have to move; undefined where nothing is pending. */
  readonly schemaBytes: number | undefined;
  /** `validate` in a pull request: the commit that the changelog was compared with. */
  readonly comparedWith: string | undefined;
  readonly violations: readonly Violation[];
  readonly mismatches: readonly Mismatch[];
  /** Whatever keeps the result from being `ok`. */
  readonly problems: readonly Problem[];
  /** What a person should know though the run goes on. */
  readonly warnings: readonly Problem[];
  /** `update-sql`: where the SQL was written. */
  readonly sqlFile: string | undefined;
  /** Who said yes to it; undefined where nobody was asked. */
  readonly approval: ReportedApproval | undefined;
  /** The backup that this run took before its first change. */
  readonly backup: ReportedBackup | undefined;
  readonly restore: ReportedRestore | undefined;
  /** What a failure would cost; undefined where no target was asked. */
  readonly guarantee: Guarantee | undefined;
  /** Whether a backup is what is live now. */
  readonly isRestored: boolean;
  /** `pipeline`: what each stage did; undefined when its manifest could not be read. */
  readonly pipeline: PipelineOutcome | undefined;
  /** In which state the database is now. */
  readonly state: DatabaseState;
  /** The sentences of `state`. */
  readonly databaseState: string;
}
