import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRow, readRows, write, type Session } from '../session/connection.ts';
import { superseded } from '../tracking/epoch.ts';
import { literal } from '../session/own-text.ts';
import { readTrackingState, type TrackingState } from '../tracking/tracking-state.ts';
import { ensureLockTable } from '../tracking/tracking-tables.ts';

/** Who asks for the lock; shown to whoever waits for it. */
export interface LockOwner {
  readonly runId: string;
  readonly actor: string;
  readonly runUrl: string | undefined;
  /** Of a run that takes its lock again: it goes on only if no other run came between. */
  readonly epoch: number | undefined;
}

/** The row that tells others who holds the deploy lock, and that keeps the epoch. */
export interface LockRow {
  readonly IS_LOCKED: number;
  readonly LOCKGRANTED: string | null;
  readonly LOCKEDBY: string | null;
  readonly RUN_ID: string | null;
  readonly CONNECTION_ID: number | string | null;
  readonly SERVER_UUID: string | null;
  readonly EPOCH: number | string | null;
  readonly HEARTBEAT: number | string | null;
}

/** Until when a lock is waited for, and what is said meanwhile. */
export interface Waiting {
  /** By `Date.now()`. */
  readonly deadline: number;
  /** Seconds, as the input. */
  readonly timeout: number;
  readonly log: Log;
}

/** LOCKED is a BIT(1) in tables of older Liquibases; added to 0 it is a number everywhere. */
const SELECT_LOCK_ROW =
  'SELECT l.*, l.LOCKED + 0 AS IS_LOCKED FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1';

/** Reads the row; what a table of Liquibase or of an older version lacks is null. */
export async function readLockRow(session: Session): Promise<LockRow | undefined> {
  const [row] = await readRows<LockRow>(session, SELECT_LOCK_ROW);
  return row && { ...NOTHING, ...row };
}

const NOTHING = { RUN_ID: null, CONNECTION_ID: null, SERVER_UUID: null, EPOCH: null, HEARTBEAT: null };

const SELECT_HAS_LOCK_TABLE = `SELECT COUNT(*) AS tables_found FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOGLOCK'`;

/** The same where the table may not be there yet. */
export async function readLockRowIfAny(session: Session): Promise<LockRow | undefined> {
  const found = await readRow<{ tables_found: number | string }>(session, SELECT_HAS_LOCK_TABLE, [
    session.schema,
  ]);
  return Number(found.tables_found) === 0 ? undefined : readLockRow(session);
}

const SELECT_EPOCH_OF = `SELECT epoch FROM ops_migration_runs WHERE run_id = ?`;

/** The epoch of a run, from the lock row or the audit; undefined where it never had one. */
export async function readEpochOf(session: Session, runId: string): Promise<number | undefined> {
  const state = await readTrackingState(session);
  const row = state.has('DATABASECHANGELOGLOCK') ? await readLockRow(session) : undefined;
  if (row?.RUN_ID === runId && row.EPOCH !== null) return Number(row.EPOCH);
  if (!state.get('ops_migration_runs')?.columns.has('EPOCH')) return undefined;
  const [run] = await readRows<{ epoch: number | string | null }>(session, SELECT_EPOCH_OF, [runId]);
  return run === undefined || run.epoch === null ? undefined : Number(run.epoch);
}

const INSERT_LOCK_ROW = 'INSERT IGNORE INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)';
const OURS = `LOCKED = 1, LOCKGRANTED = UTC_TIMESTAMP(), LOCKEDBY = ?, RUN_ID = ?, CONNECTION_ID = CONNECTION_ID(),
    SERVER_UUID = @@server_uuid, HEARTBEAT = HEARTBEAT + 1`;
/** The named lock is asked for once more in the statement that raises the epoch. */
const IF_FREE = `ID = 1 AND (LOCKED = 0 OR CONNECTION_ID IS NOT NULL) AND IS_USED_LOCK(?) = CONNECTION_ID()`;
const RAISE = `UPDATE DATABASECHANGELOGLOCK SET ${OURS}, EPOCH = LAST_INSERT_ID(GREATEST(EPOCH, ?) + 1) WHERE ${IF_FREE}`;
const TAKE_AGAIN = `UPDATE DATABASECHANGELOGLOCK SET ${OURS}, EPOCH = LAST_INSERT_ID(EPOCH)
  WHERE ${IF_FREE} AND EPOCH = ?`;

/**
 * Takes the row and returns the epoch: a new one, or the run's own if no other run came between. The caller holds the
 * named lock and has seen that nothing of the run before is under way, so what the row says of a session on this server
 * is history. A row without a connection is Liquibase's, which cannot be asked: it counts as alive and is waited for.
 */
export async function takeRow(
  session: Session,
  lockName: string,
  owner: LockOwner,
  waiting: Waiting,
): Promise<number> {
  const before = await awaitRow(session, await readLockRowIfAny(session), waiting);
  const state = await readTrackingState(session);
  await ensureLockTable(session, state);
  if (!before) await write(session, INSERT_LOCK_ROW);
  const by = [lockedBy(owner), owner.runId];
  const { affectedRows, insertId } =
    owner.epoch === undefined
      ? await write(session, RAISE, [...by, await readFloor(session, state, before), lockName])
      : await write(session, TAKE_AGAIN, [...by, lockName, owner.epoch]);
  if (affectedRows === 0) throw await notTaken(session, owner, waiting);
  if (before?.IS_LOCKED && before.RUN_ID !== owner.runId) {
    waiting.log({
      level: 'warning',
      event: 'lock-taken-over',
      message: `took over the deploy lock: ${describeRow(before)}, but its session is gone`,
    });
  }
  return insertId;
}

async function notTaken(session: Session, owner: LockOwner, { timeout }: Waiting): Promise<ExpectedError> {
  const row = await readLockRow(session);
  if (row?.IS_LOCKED && row.CONNECTION_ID === null) return liquibaseHolds(row, timeout);
  if (owner.epoch !== undefined && Number(row?.EPOCH) !== owner.epoch)
    return superseded(session, owner.epoch);
  return new ExpectedError({
    code: 'lock-lost',
    message: 'this session lost the deploy lock before its run began; nothing was changed',
    fix: 'run again',
  });
}

/** A lock table that was lost must not begin to count anew: the highest epoch that any row has. */
async function readFloor(
  session: Session,
  state: TrackingState,
  before: LockRow | undefined,
): Promise<number> {
  if (Number(before?.EPOCH ?? 0) > 0) return 0;
  let floor = 0;
  for (const table of ['ops_migration_runs', 'ops_pipeline_runs', 'DATABASECHANGELOG']) {
    if (!state.get(table)?.columns.has('EPOCH')) continue;
    const sql = `SELECT COALESCE(MAX(epoch), 0) AS epoch FROM ${table}`;
    // An account that may not read one of them is that of a pipeline; the others are enough.
    const [row] = await readRows<{ epoch: number | string }>(session, sql).catch(() => []);
    floor = Math.max(floor, Number(row?.epoch ?? 0));
  }
  return floor;
}

/** The owner on another server counts as gone when its counter stood still for so long by our own clock. */
const STILL_MS = 150_000;

async function awaitRow(
  session: Session,
  first: LockRow | undefined,
  { deadline, timeout, log }: Waiting,
): Promise<LockRow | undefined> {
  let row = first;
  let isAnnounced = false;
  let still = { heartbeat: row?.HEARTBEAT, since: performance.now() };
  for (;;) {
    const isLiquibase = row?.IS_LOCKED && row.CONNECTION_ID === null;
    const isElsewhere = row?.IS_LOCKED && row.SERVER_UUID !== null && row.SERVER_UUID !== session.serverUuid;
    if (!row || (!isLiquibase && !isElsewhere)) return row;
    if (row.HEARTBEAT !== still.heartbeat) still = { heartbeat: row.HEARTBEAT, since: performance.now() };
    const stoodStill = performance.now() - still.since;
    if (isElsewhere && stoodStill >= STILL_MS) return row;
    // One that has not moved yet may be gone: that takes longer to see than the input says.
    const isOver = Date.now() >= deadline;
    if (isOver && isLiquibase) throw liquibaseHolds(row, timeout);
    if (isOver && row.HEARTBEAT !== first?.HEARTBEAT) throw elsewhereHolds(row, timeout);
    if (!isAnnounced) announceWait(describeRow(row), timeout, log);
    isAnnounced = true;
    await sleep(500);
    row = await readLockRow(session);
  }
}

/** Says once that a lock is waited for. */
export function announceWait(holder: string, timeout: number, log: Log): void {
  log({
    level: 'info',
    event: 'waiting-for-lock',
    message: `waiting up to ${timeout} s for the deploy lock: ${holder}`,
  });
}

/** `lock is held by octocat https://… (run 8841-1) since 2026-11-22 10:00:00 UTC`. */
export function describeRow(row: LockRow): string {
  const run = row.RUN_ID === null ? '' : ` (run ${row.RUN_ID})`;
  return `lock is held by ${row.LOCKEDBY ?? 'an unknown owner'}${run} since ${row.LOCKGRANTED ?? 'an unknown time'} UTC`;
}

function liquibaseHolds(row: LockRow, timeout: number): ExpectedError {
  return new ExpectedError({
    code: 'lock-held',
    message: `${describeRow(row)}; the row has no connection id, so Liquibase wrote it and it counts as alive; waited ${timeout} s`,
    fix: 'wait for Liquibase to end; if it is certain that it died: UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1',
  });
}

function elsewhereHolds(row: LockRow, timeout: number): ExpectedError {
  return new ExpectedError({
    code: 'lock-held',
    message: `${describeRow(row)}, on another server (${row.SERVER_UUID}); waited ${timeout} s`,
    fix: 'wait for it to end, or raise lock-timeout',
  });
}

/** LOCKEDBY has 255 characters: the actor and where the run can be read. */
function lockedBy(owner: LockOwner): string {
  return (owner.runUrl === undefined ? owner.actor : `${owner.actor} ${owner.runUrl}`).slice(0, 255);
}

const RELEASE_ROW = `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 0, LOCKGRANTED = NULL, LOCKEDBY = NULL, RUN_ID = NULL, CONNECTION_ID = NULL
  WHERE ID = 1 AND RUN_ID = ? AND CONNECTION_ID = CONNECTION_ID()`;

/** The same for another session than the one that took it, if nobody holds the locks of the run any more. */
export function freeRowText(epoch: number, runId: string, locks: readonly string[]): string {
  const areFree = locks.map((name) => `IS_USED_LOCK(${literal(name)}) IS NULL`).join(' AND ');
  return `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 0, LOCKGRANTED = NULL, LOCKEDBY = NULL, RUN_ID = NULL, CONNECTION_ID = NULL
  WHERE ID = 1 AND EPOCH = ${epoch} AND RUN_ID = ${literal(runId)} AND ${areFree}`;
}

/** Says that nobody holds the lock; the epoch stays. */
export async function releaseRow(session: Session, runId: string): Promise<void> {
  await write(session, RELEASE_ROW, [runId]);
}
