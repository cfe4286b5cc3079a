import type { RowChange } from '../binlog/rows-event.ts';
import { isLockTimeout } from '../session/server-error.ts';
import { BARRIER_PREFIX, barrierLockName, qualified } from '../session/names.ts';
import { toBytes, type RawSession } from '../session/raw-session.ts';

/** One trigger of the barrier. */
export interface BarrierTrigger {
  readonly name: string;
  readonly table: string;
  readonly change: RowChange;
}

/**
 * The triggers for these changes of rows. That nobody writes in the gap between two locks is checked in any case; the
 * barrier is for those who would, so tables that others leave alone need none.
 */
export function barrierFor(changes: ReadonlyMap<string, ReadonlySet<RowChange>>): readonly BarrierTrigger[] {
  return [...changes].flatMap(([table, kinds], index) =>
    [...kinds].map((change) => ({ name: `${BARRIER_PREFIX}${index}_${change}`, table, change })),
  );
}

/**
 * Makes triggers that let every write pass until the barrier is closed. A write that meets a closed barrier fails as one
 * that waited too long for a lock: its statement is undone, its transaction goes on, and it may be tried again.
 */
export async function buildBarrier(
  raw: RawSession,
  schema: string,
  barrier: readonly BarrierTrigger[],
  onBlocked: (error: unknown) => Promise<void>,
): Promise<void> {
  for (const { name, table, change } of barrier) {
    const sql = `CREATE TRIGGER ${qualified(schema, name)} BEFORE ${change.toUpperCase()} ON ${qualified(schema, table)} FOR EACH ROW
      IF IS_USED_LOCK('${barrierLockName(schema)}') IS NOT NULL THEN
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'Lock wait timeout exceeded (a restore swaps this table); try restarting transaction';
      END IF`;
    await retrying(() => raw.run(toBytes(sql)), onBlocked);
  }
}

/** Takes the triggers away again. */
export async function removeBarrier(
  raw: RawSession,
  schema: string,
  barrier: readonly BarrierTrigger[],
  onBlocked: (error: unknown) => Promise<void>,
): Promise<void> {
  for (const { name } of barrier) {
    const sql = `DROP TRIGGER IF EXISTS ${qualified(schema, name)}`;
    await retrying(() => raw.run(toBytes(sql)), onBlocked);
  }
}

async function retrying(
  work: () => Promise<void>,
  onBlocked: (error: unknown) => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await onBlocked(error);
    }
  }
}

/** Closes the barrier for as long as the session lives. */
export async function closeBarrier(raw: RawSession, schema: string): Promise<void> {
  await raw.rows(`SELECT GET_LOCK('${barrierLockName(schema)}', 10) AS got`);
}

/** Opens it again. */
export async function openBarrier(raw: RawSession, schema: string): Promise<void> {
  await raw.rows(`SELECT RELEASE_LOCK('${barrierLockName(schema)}') AS released`);
}
