import { ExpectedError, type Problem } from '../../errors.ts';
import type { OpenedBackup } from '../../files/backup/open-backup.ts';
import { readLogPlace, type LogPlace } from '../../mysql/binlog/log-place.ts';
import { requireLock } from '../../mysql/lock/lock.ts';
import { closeInPlace, recordInPlace, type InPlaceRecord } from '../../mysql/restore/in-place-record.ts';
import { inPlaceRestore } from '../../mysql/restore/in-place-restore.ts';
import { recordExceptions } from './row-exceptions.ts';
import { restoreProgress } from './restore-progress.ts';
import type { WritingRun } from '../run/update-run.ts';

/** Of which run a restore is, and of which backup. */
export interface InPlaceOrder {
  readonly runId: string;
  readonly ref: string;
}

/** What a restore in place did. */
export interface RestoredInPlace {
  readonly incompleteMs: number;
  /** Where the binary log stood when the first drop was about to come. */
  readonly place: LogPlace | undefined;
}

/**
 * Loads a backup into the live schema after dropping what is there. What it begins is on record before the first drop, so that whoever comes next can finish it.
 */
export async function restoreInPlace(
  { inputs, session, server, log, draft }: WritingRun,
  opened: OpenedBackup,
  { runId, ref }: InPlaceOrder,
): Promise<RestoredInPlace> {
  let place: LogPlace | undefined;
  const incompleteMs = await inPlaceRestore(session, {
    dump: opened.sql,
    facts: opened.facts,
    statementLockTimeout: inputs.statementLockTimeout,
    lockTimeout: inputs.lockTimeout,
    log,
    onProgress: restoreProgress(log),
    onExceptions: (exceptions, comparison) => recordExceptions({ draft, log }, exceptions, comparison),
    beforeFirstDrop: async (connections) => {
      await requireLock(session);
      place = await readLogPlace(session, server.version);
      await recordInPlace(session, { runId, ref }, connections, place);
      log({
        level: 'warning',
        event: 'restore-in-place',
        message: `dropping what is live and loading ${ref} in its place: until that is done the schema is incomplete`,
      });
    },
  });
  await closeInPlace(session, runId);
  return { incompleteMs, place };
}

/** Whether a restore began to drop and did not come to its end. */
export function isIncomplete(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'restore-incomplete';
}

/** How to go on from there: to the end, or to what was there before a rollback. */
export function waysOn(ref: string, safetyRef: string | undefined): string {
  const back =
    safetyRef === undefined || safetyRef === ref ? '' : `, or of what was there before: ${safetyRef}`;
  return `run mode: rollback with backup-ref: ${ref}${back} (and restore-guarantee: in-place where the account may make no other schema)`;
}

/** What the next run says of a restore that somebody else left in the middle. */
export function incompleteProblem(record: InPlaceRecord): Problem {
  const { ref, mode, backupRef } = record;
  return {
    code: 'restore-incomplete',
    message: `${describeRun(record)} began to load ${ref} into the live schema and did not come to its end: the schema is incomplete`,
    fix: waysOn(ref, mode === 'rollback' ? (backupRef ?? undefined) : undefined),
  };
}

/** `run 8841-1 of octocat (update, started 2026-11-22 10:00:00.000 UTC)`. */
export function describeRun({ runId, actor, mode, startedAt }: InPlaceRecord): string {
  return `run ${runId} of ${actor} (${mode}, started ${startedAt} UTC)`;
}
