import type { Changeset } from '../../changelog/changeset.ts';
import type { HistoryRow } from '../../changelog/history.ts';
import type { Problem } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import type { FailedStatement } from '../../report/report.ts';
import type { LogPlace } from '../binlog/log-place.ts';
import type { Session } from '../session/connection.ts';
import type { ExecType, HistoryContext } from '../tracking/history.ts';
import type { DoneStatement } from '../tracking/journal.ts';
import type { LastingRows } from './lasting-rows.ts';
import type { StatementContext, StatementResult } from './run-statement.ts';
import { lostProblem, stoppedAt } from './statement-problem.ts';

/** One changeset to apply, and everything that is written with it. */
export interface ApplyJob {
  readonly changeset: Changeset;
  readonly earlier: HistoryRow | undefined;
  readonly execType: ExecType;
  readonly history: HistoryContext;
  /** How many statements an earlier run left in effect; 0 without `resume`. */
  readonly alreadyDone: number;
  /** Where the binary log stood before the run: what it did is after that. */
  readonly logPosition: LogPlace | undefined;
  /** What could tell afterwards whether a statement took effect: the server's log, or only what was defined before it. */
  readonly witness: 'log' | 'definitions';
  readonly lastingRows: LastingRows;
  /** Opens the session that runs the changeset. */
  readonly openWork: () => Promise<Session>;
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  /** Aborted when no other statement is to be sent. */
  readonly interrupt: AbortSignal;
}

/** What is known of a statement from before the connection broke, though it could not be journalled. */
export type LastReply = 'done' | 'failed' | 'not-sent' | 'nothing';

/** Where a changeset stopped, and why. */
interface Stopped {
  readonly problem: Problem;
  readonly failedStatement: FailedStatement;
}

/**
 * `failed`: statement `done + 1` did nothing, the `done` before it are in effect.
 * `half-done`: statement `done + 1` failed or was not recorded, and what it did nobody here can tell.
 * `lost`: a connection broke while statement `done + 1` ran.
 */
export type Applied =
  | { readonly kind: 'applied'; readonly durationMs: number }
  | ({ readonly kind: 'failed'; readonly done: number } & Stopped)
  | ({ readonly kind: 'half-done'; readonly done: number } & Stopped)
  | ({ readonly kind: 'lost'; readonly done: number; readonly lastReply: LastReply } & Stopped);

/** `number` is the first statement that is not known to be done, `running` the one that was sent last. */
export function lost(
  job: ApplyJob,
  number: number,
  lastReply: LastReply,
  error: unknown,
  running = number,
): Applied {
  const problem = lostProblem(job.changeset, running, error);
  const failedStatement = stoppedAt(job.changeset, running, problem);
  return { kind: 'lost', done: number - 1, lastReply, problem, failedStatement };
}

/** What running a statement of the changeset takes; numbers begin with 1. */
export function statementContext({ changeset, ...job }: ApplyJob, number: number): StatementContext {
  return {
    at: { file: changeset.sql.path, line: changeset.sql.statements[number - 1]?.line ?? 1 },
    number,
    changeset: changeset.key,
    statementLockTimeout: job.statementLockTimeout,
    lockTimeout: job.lockTimeout,
    log: job.log,
    interrupt: job.interrupt,
  };
}

/** A result as the journal keeps it. */
export function doneStatement(number: number, result: StatementResult): DoneStatement {
  return { number, rowsAffected: result.rowsAffected, gtid: result.gtid };
}
