import { ExpectedError } from '../../errors.ts';
import { readRows, write, type Session } from '../session/connection.ts';

type Value = string | number | null;

/**
 * A write with this condition is made only while the epoch is that of the run, and the epoch cannot be raised before its
 * commit. Without FOR SHARE it could be, where transactions are READ COMMITTED.
 */
export const OWN_EPOCH =
  'EXISTS (SELECT 1 FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1 AND l.EPOCH = ? FOR SHARE)';

/** The same for `INSERT … SELECT`, which takes the epoch of its rows from there. */
export const WHILE_OWN_EPOCH =
  'JOIN DATABASECHANGELOGLOCK AS fence ON fence.ID = 1 AND fence.EPOCH = ? FOR SHARE';
export const EPOCH_OF_ROW = 'fence.EPOCH';

/** Inserts rows of ours; `sql` ends its values with the epoch. Without its epoch the run is over. */
export async function insertFenced(session: Session, sql: string, values: readonly Value[]): Promise<void> {
  const { epoch } = session.group;
  const { affectedRows } = await write(session, sql, [...values, epoch]);
  if (affectedRows === 0) throw await superseded(session, epoch);
}

/** Changes rows of ours; `sql` ends in `OWN_EPOCH`. Returns how many it found. */
export async function updateFenced(session: Session, sql: string, values: readonly Value[]): Promise<number> {
  const { affectedRows } = await write(session, sql, [...values, session.group.epoch]);
  // None may be right, where there is no such row.
  if (affectedRows === 0) await requireEpoch(session);
  return affectedRows;
}

const SELECT_EPOCH = 'SELECT EPOCH AS epoch FROM DATABASECHANGELOGLOCK WHERE ID = 1';

/** The epoch in the lock row. */
async function readEpoch(session: Session): Promise<number> {
  const [row] = await readRows<{ epoch: number | string }>(session, SELECT_EPOCH);
  return Number(row?.epoch ?? 0);
}

/** Refuses to go on if a newer run began. */
export async function requireEpoch(session: Session): Promise<void> {
  const { epoch } = session.group;
  if ((await readEpoch(session)) !== epoch) throw await superseded(session, epoch);
}

const SELECT_NEWER_RUNS = `SELECT run_id AS runId, mode, actor, status, epoch
  FROM ops_migration_runs WHERE epoch > ? ORDER BY epoch`;
const SELECT_NEWER_PIPELINES = `SELECT run_id AS runId, 'pipeline' AS mode, actor, status, epoch
  FROM ops_pipeline_runs WHERE epoch > ? ORDER BY epoch`;
const SELECT_HOLDER = `SELECT RUN_ID AS runId, LOCKEDBY AS actor, EPOCH AS epoch FROM DATABASECHANGELOGLOCK WHERE ID = 1`;

interface NewerRun {
  readonly runId: string | null;
  readonly mode?: string;
  readonly actor: string | null;
  readonly status?: string;
  readonly epoch: number | string;
}

/** Says which runs began since an epoch. */
export async function superseded(session: Session, epoch: number): Promise<ExpectedError> {
  const lists = await Promise.all(
    [SELECT_NEWER_RUNS, SELECT_NEWER_PIPELINES].map((sql) =>
      readRows<NewerRun>(session, sql, [epoch]).catch(() => []),
    ),
  );
  const recorded = lists.flat();
  const holders = await readRows<NewerRun>(session, SELECT_HOLDER).catch(() => []);
  const unrecorded = holders.filter(
    (holder) =>
      Number(holder.epoch) > epoch && !recorded.some((run) => Number(run.epoch) === Number(holder.epoch)),
  );
  const names = [...recorded, ...unrecorded].map(describe).join(', ');
  return new ExpectedError({
    code: 'superseded',
    message: `another run came between: ${names || 'one that recorded nothing'}; this run (epoch ${epoch}) changed nothing after it`,
    fix: 'look at what that run did (status, ops_migration_runs), then run again',
  });
}

/** True if another run came between: this one changes nothing any more. */
export function isSuperseded(error: unknown): error is ExpectedError {
  return error instanceof ExpectedError && error.code === 'superseded';
}

function describe({ runId, mode, actor, status, epoch }: NewerRun): string {
  const what = [mode, `epoch ${epoch}`, status].filter((part) => part !== undefined).join(', ');
  return `run ${runId ?? 'unknown'} of ${actor ?? 'an unknown actor'} (${what})`;
}
