import type { Readable } from 'node:stream';
import type { BackupFacts, ReadSql } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import type { Session } from '../session/connection.ts';
import type { Comparison } from '../exact/compare-rows.ts';
import { checkBeside } from '../load/check-beside.ts';
import { clearSide, finishInterruptedRestore } from '../swap/finish.ts';
import type { Loaded, LoadProgress } from '../load/load-dump.ts';
import { quote } from '../session/names.ts';
import { readNotRestored } from '../load/not-restored.ts';
import { dropSide, loadIntoSide } from '../load/side-schema.ts';
import type { Swapped } from '../swap/bracket-swap.ts';
import { swap } from '../swap/swap.ts';

/** What every strategy of restoring gets. */
export interface RestoreJob {
  /** May be asked for more than once. */
  readonly dump: ReadSql<Readable>;
  readonly facts: BackupFacts;
  readonly runId: string;
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** `load`: everything but the cut-over; the side schema is dropped again. */
  readonly until: 'load' | 'swap';
  readonly beforeCutOver?: () => Promise<void>;
  /** Told, before anything is changed, what of the rows is not as it was; once with what comparing them showed. */
  readonly onExceptions?: (exceptions: readonly string[], comparison?: Comparison) => void;
}

/** What a strategy did; `undefined` where it was not to swap. */
export type Restore = (session: Session, job: RestoreJob) => Promise<Swapped | undefined>;

/** Loads the backup into the side schema. */
export async function loadBeside(
  session: Session,
  dump: ReadSql<Readable>,
  facts: BackupFacts,
  options: {
    readonly onProgress?: (progress: LoadProgress) => void;
    readonly only?: ReadonlySet<string>;
  } = {},
): Promise<Loaded> {
  if (facts.schema !== session.schema) {
    throw new ExpectedError({
      code: 'server-error',
      message: `this is a backup of schema ${quote(facts.schema)}, not of ${quote(session.schema)}`,
      fix: 'give the backup-ref of a backup of this schema; nothing was changed',
    });
  }
  await clearSide(session);
  const { brokenViews, collation } = facts;
  const { only } = options;
  const sql = dump((table) => only?.has(table) !== false);
  const loaded = await loadIntoSide(session, sql, { ...options, rows: 'with', brokenViews }, facts);
  // A dump says it only where it is not the schema's own.
  const definitions = loaded.definitions.map(({ context, ...rest }) => ({
    ...rest,
    context: { ...context, schemaCollation: context.schemaCollation ?? collation },
  }));
  return { ...loaded, definitions };
}

/** Beside, checked, then swapped in; writes of others since the backup are undone. */
export const snapshotRestore: Restore = async (session, job) => {
  const { dump, facts, runId, statementLockTimeout, lockTimeout, log, onProgress, beforeCutOver } = job;
  try {
    const started = performance.now();
    const loaded = await loadBeside(session, dump, facts, onProgress ? { onProgress } : {});
    const comparison = await checkBeside(session, loaded, facts);
    const lost = await readNotRestored(session, facts);
    job.onExceptions?.([...comparison.exceptions, ...lost], comparison);
    const durationMs = Math.round(performance.now() - started);
    log({
      ...{ level: 'debug', event: 'backup-loaded', durationMs },
      message: 'the backup is loaded beside the live schema',
    });
    const { onExceptions } = job;
    const options = { runId, loaded, facts, statementLockTimeout, lockTimeout, log, onExceptions };
    const swapped =
      job.until === 'load'
        ? undefined
        : await swap(session, { ...options, ...(beforeCutOver ? { beforeCutOver } : {}) });
    // After a swap only views and routines are left in it.
    await dropSide(session);
    return swapped;
  } catch (error) {
    // The connection of the cut-over may be gone while the server is still at it: wait, then see which state is live.
    const finished = await finishInterruptedRestore(session, lockTimeout).catch(() => undefined);
    if (finished?.kind !== 'new-state-finished' || finished.runId !== runId) throw error;
    return { aside: finished.aside, blockedMs: undefined, oldTransactions: [] };
  }
};
