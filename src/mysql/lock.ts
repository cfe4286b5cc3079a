import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../errors.ts';
import type { Log } from '../report/log.ts';
import { readRow, readRows, send, write, type Session } from './connection.ts';
import { describeServerError } from './server-error.ts';
import { readTrackingState } from './tracking-state.ts';
import { ensureLockTable } from './tracking-tables.ts';

/** Who asks for the lock; shown to whoever waits for it. */
export interface LockOwner {
  readonly runId: string;
  readonly actor: string;
  readonly runUrl: string | undefined;
}

interface LockRow {
  readonly IS_LOCKED: number;
  readonly LOCKGRANTED: string | null;
  readonly LOCKEDBY: string | null;
  readonly RUN_ID: string | null;
  readonly CONNECTION_ID: number | string | null;
}

/** Seconds an idle lock session may live without us: a vanished runner must not hold the lock for hours. */
const IDLE_SECONDS = 120;
const KEEP_ALIVE_MS = 30_000;

/**
 * `GET_LOCK` names belong to the whole server, so they name the schema. They have at most 64 characters and their
 * case does not count, which that of a schema may.
 */
export function lockName(schema: string): string {
  return shortName(schema, '');
}

/** The lock of the session that runs a changeset. It is held as long as one of its statements is under way. */
export function workLockName(schema: string): string {
  return shortName(schema, ':work');
}

function shortName(schema: string, suffix: string): string {
  const name = `db-deploy:${schema}${suffix}`;
  return name.length <= 64 && /^[\x20-\x40\x5b-\x7e]+$/.test(name)
    ? name
    : `db-deploy:${createHash('sha256').update(schema).digest('hex').slice(0, 40)}${suffix}`;
}

/**
 * Holds the deploy lock while `use` runs: `GET_LOCK`, which the server frees when the session dies, and the row in
 * DATABASECHANGELOGLOCK, which tells others who holds it and keeps Liquibase out. Waits up to `timeout` seconds, also
 * for the work lock: the process of the run before may be gone while its last statement still runs on the server.
 */
export async function withDeployLock<T>(
  session: Session,
  timeout: number,
  owner: LockOwner,
  log: Log,
  use: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeout * 1000;
  await limitWaits(session, timeout);
  await takeNamed(session, lockName(session.schema), deadline, timeout, log);
  const keepAlive = keepSessionAlive(session);
  try {
    await awaitWorkEnd(session, deadline, timeout, log);
    await takeRow(session, deadline, timeout, owner, log);
    return await use();
  } finally {
    clearInterval(keepAlive);
    await release(session, owner, log);
  }
}

/** By default the server waits a year for the metadata lock on a tracking table that somebody else holds. */
async function limitWaits(session: Session, timeout: number): Promise<void> {
  const seconds = Math.max(1, Math.ceil(timeout));
  await send(
    session,
    `SET SESSION wait_timeout = ${IDLE_SECONDS}, lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`,
  );
}

/** True if a run is at work now: its session holds the deploy lock, or a statement of it has not ended yet. */
export async function isLockHeld(session: Session): Promise<boolean> {
  const control = await readHolder(session, lockName(session.schema));
  return control !== null || (await readHolder(session, workLockName(session.schema))) !== null;
}

/** Refuses to go on if this session no longer owns the deploy lock. */
export async function requireLock(session: Session): Promise<void> {
  const { owned } = await readRow<{ owned: number | null }>(session, SELECT_OWNED, [
    lockName(session.schema),
  ]);
  if (owned !== 1) throw lockLost('this session no longer holds the deploy lock');
}

/** Refuses to go on if another session holds the deploy lock; a lock that nobody holds is nobody's loss. */
export async function requireNoOtherOwner(session: Session, consequence: string): Promise<void> {
  const holder = await readHolder(session, lockName(session.schema));
  if (holder === null || holder === String(session.id)) return;
  throw new ExpectedError({
    code: 'lock-lost',
    message: `connection ${holder} holds the deploy lock, and not this session; ${consequence}`,
    fix: 'wait for the run that holds it to end, then run again',
  });
}

/**
 * Refuses to go on if the control session no longer owns the deploy lock, or the work session the work lock; asked
 * before every statement of a changeset. A routine may have released the one, a lost connection the other.
 */
export async function requireLocks(control: Session, work: Session): Promise<ServerTime> {
  const { owned, worked, now } = await readRow<{
    owned: number | null;
    worked: number | null;
    now: string;
  }>(control, SELECT_BOTH_OWNED, [lockName(control.schema), workLockName(control.schema), work.id]);
  const readAt = performance.now();
  if (owned !== 1) throw lockLost('this session no longer holds the deploy lock');
  if (worked !== 1) throw lockLost('the session of the changeset no longer holds the work lock');
  return { now, readAt };
}

/** What the server's clock said, UTC with milliseconds, and when by `performance.now()`. */
export interface ServerTime {
  readonly now: string;
  readonly readAt: number;
}

/** The server's time now, by the time that has passed here since it was asked. */
export function serverTimeNow({ now, readAt }: ServerTime): string {
  const milliseconds = Date.parse(`${now.replace(' ', 'T')}Z`) + performance.now() - readAt;
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}

function lockLost(what: string): ExpectedError {
  return new ExpectedError({
    code: 'lock-lost',
    message: `${what}; nothing more was run`,
    fix: 'look for what released it (RELEASE_ALL_LOCKS in a routine?), then run again',
  });
}

/**
 * Waits until the server has finished every statement of the last work session. From then on whatever that session did
 * is final.
 */
export async function awaitWorkEnd(
  session: Session,
  deadline: number,
  timeout: number,
  log: Log,
): Promise<void> {
  await takeNamed(session, workLockName(session.schema), deadline, timeout, log);
  await readRow(session, SELECT_RELEASED, [workLockName(session.schema)]);
}

const SELECT_RELEASED = 'SELECT RELEASE_LOCK(?) AS released';

/**
 * Ends the sessions that hold the locks for a run, if they do. The caller knows that the process of those sessions is
 * gone, and an ALTER that it began might go on for hours.
 */
export async function endSessionsOf(session: Session, runId: string): Promise<void> {
  const row = await readLockRow(session).catch(() => undefined);
  if (row?.RUN_ID !== runId) return;
  const control = await readHolder(session, lockName(session.schema));
  if (control !== null && control !== String(row.CONNECTION_ID)) return;
  // The work lock is only taken by a run that holds the deploy lock, and the row says that this is the last such run.
  const work = await readHolder(session, workLockName(session.schema));
  for (const holder of [control, work]) {
    // It may have ended by itself in this moment; whether it has, the lock tells.
    if (holder !== null) await send(session, `KILL CONNECTION ${Number(holder)}`).catch(() => undefined);
  }
}

/** The number of the session that holds a named lock. */
async function readHolder(session: Session, name: string): Promise<string | null> {
  const { holder } = await readRow<{ holder: number | string | null }>(session, SELECT_USED, [name]);
  return holder === null ? null : String(holder);
}

const SELECT_USED = 'SELECT IS_USED_LOCK(?) AS holder';
const SELECT_OWNED = 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS owned';
const SELECT_BOTH_OWNED =
  'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS owned, IS_USED_LOCK(?) = ? AS worked, UTC_TIMESTAMP(3) AS now';

async function takeNamed(
  session: Session,
  name: string,
  deadline: number,
  timeout: number,
  log: Log,
): Promise<void> {
  let isAnnounced = false;
  for (;;) {
    const seconds = Math.max(0, Math.min(2, Math.ceil((deadline - Date.now()) / 1000)));
    // The first try does not wait, so that who holds the lock is said at once.
    const { got } = await readRow<{ got: number | null }>(session, 'SELECT GET_LOCK(?, ?) AS got', [
      name,
      isAnnounced ? seconds : 0,
    ]);
    if (got === 1) return;
    if (got === null) throw lockRefused();
    const holder = await describeHolder(session, name);
    if (Date.now() >= deadline) throw lockHeld(holder, timeout);
    if (!isAnnounced) announceWait(holder, timeout, log);
    isAnnounced = true;
  }
}

function announceWait(holder: string, timeout: number, log: Log): void {
  log({
    level: 'info',
    event: 'waiting-for-lock',
    message: `waiting up to ${timeout} s for the deploy lock: ${holder}`,
  });
}

function lockRefused(): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: 'the server could not take the deploy lock: GET_LOCK gave NULL, as when it was killed',
    fix: 'find out who ended it, then run again',
  });
}

async function describeHolder(session: Session, name: string): Promise<string> {
  const holder = await readHolder(session, name);
  const row = await readLockRow(session).catch(() => undefined);
  if (name === workLockName(session.schema)) {
    const run = row?.RUN_ID ? ` of run ${row.RUN_ID}` : '';
    return `a statement${run} still runs on the server, on connection ${holder ?? 'unknown'}`;
  }
  if (row?.IS_LOCKED && String(row.CONNECTION_ID) === holder) return describeRow(row);
  return `lock is held by connection ${holder ?? 'unknown'} of the server`;
}

function describeRow(row: LockRow): string {
  const run = row.RUN_ID === null ? '' : ` (run ${row.RUN_ID})`;
  return `lock is held by ${row.LOCKEDBY ?? 'an unknown owner'}${run} since ${row.LOCKGRANTED ?? 'an unknown time'} UTC`;
}

function lockHeld(holder: string, timeout: number): ExpectedError {
  return new ExpectedError({
    code: 'lock-held',
    message: `${holder}; waited ${timeout} s`,
    fix: 'wait for it to end, or raise lock-timeout',
  });
}

/** LOCKED is a BIT(1) in tables of older Liquibases; added to 0 it is a number everywhere. */
const SELECT_LOCK_ROW =
  'SELECT l.*, l.LOCKED + 0 AS IS_LOCKED FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1';

/** The row that says who holds the lock; Liquibase's has no RUN_ID and CONNECTION_ID. */
async function readLockRow(session: Session): Promise<LockRow | undefined> {
  const [row] = await readRows<LockRow>(session, SELECT_LOCK_ROW);
  return row && { ...row, RUN_ID: row.RUN_ID ?? null, CONNECTION_ID: row.CONNECTION_ID ?? null };
}

const INSERT_LOCK_ROW = 'INSERT IGNORE INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)';
const TAKE_FREE_ROW = `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 1, LOCKGRANTED = UTC_TIMESTAMP(), LOCKEDBY = ?, RUN_ID = ?, CONNECTION_ID = CONNECTION_ID()
  WHERE ID = 1 AND (LOCKED = 0 OR CONNECTION_ID IS NOT NULL)`;

/**
 * Takes the row. We hold `GET_LOCK` already, so a row with a connection id belongs to a session that is gone: it is
 * taken over. A row without one is Liquibase's, which cannot be asked: it counts as alive and is waited for.
 */
async function takeRow(
  session: Session,
  deadline: number,
  timeout: number,
  owner: LockOwner,
  log: Log,
): Promise<void> {
  let before = await readLockRowIfAny(session);
  let isAnnounced = false;
  while (before?.IS_LOCKED && before.CONNECTION_ID === null) {
    if (Date.now() >= deadline) throw liquibaseHolds(before, timeout);
    if (!isAnnounced) announceWait(describeRow(before), timeout, log);
    isAnnounced = true;
    await sleep(Math.min(500, Math.max(1, deadline - Date.now())));
    before = await readLockRow(session);
  }
  await ensureLockTable(session, await readTrackingState(session));
  if (!before) await write(session, INSERT_LOCK_ROW);
  const by = lockedBy(owner);
  const { affectedRows } = await write(session, TAKE_FREE_ROW, [by, owner.runId]);
  if (affectedRows === 0) throw liquibaseHolds((await readLockRow(session)) as LockRow, timeout);
  if (before?.IS_LOCKED) {
    log({
      level: 'warning',
      event: 'lock-taken-over',
      message: `took over the deploy lock: ${describeRow(before)}, but its session is gone`,
    });
  }
}

const SELECT_HAS_LOCK_TABLE = `SELECT COUNT(*) AS tables_found FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'DATABASECHANGELOGLOCK'`;

async function readLockRowIfAny(session: Session): Promise<LockRow | undefined> {
  const found = await readRow<{ tables_found: number | string }>(session, SELECT_HAS_LOCK_TABLE, [
    session.schema,
  ]);
  return Number(found.tables_found) === 0 ? undefined : readLockRow(session);
}

function liquibaseHolds(row: LockRow, timeout: number): ExpectedError {
  return new ExpectedError({
    code: 'lock-held',
    message: `${describeRow(row)}; the row has no connection id, so Liquibase wrote it and it counts as alive; waited ${timeout} s`,
    fix: 'wait for Liquibase to end; if it is certain that it died: UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1',
  });
}

/** LOCKEDBY has 255 characters: the actor and where the run can be read. */
function lockedBy(owner: LockOwner): string {
  return (owner.runUrl === undefined ? owner.actor : `${owner.actor} ${owner.runUrl}`).slice(0, 255);
}

const RELEASE_ROW = `UPDATE DATABASECHANGELOGLOCK
  SET LOCKED = 0, LOCKGRANTED = NULL, LOCKEDBY = NULL, RUN_ID = NULL, CONNECTION_ID = NULL
  WHERE ID = 1 AND RUN_ID = ? AND CONNECTION_ID = CONNECTION_ID()`;

/** A lock that cannot be released is not lost work: the server frees it with the session, the next run the row. */
async function release(session: Session, owner: LockOwner, log: Log): Promise<void> {
  try {
    await send(session, 'ROLLBACK');
    await write(session, RELEASE_ROW, [owner.runId]);
    await readRow(session, SELECT_RELEASED, [lockName(session.schema)]);
  } catch (error) {
    log({
      level: 'debug',
      event: 'lock-not-released',
      message: `the deploy lock was not released (${describeServerError(error)}); the server frees it with the session`,
    });
  }
}

function keepSessionAlive(session: Session): NodeJS.Timeout {
  let isPinging = false;
  const timer = setInterval(() => {
    if (isPinging) return;
    isPinging = true;
    session.connection
      .ping()
      .catch(() => undefined)
      .finally(() => (isPinging = false));
  }, KEEP_ALIVE_MS);
  timer.unref();
  return timer;
}
