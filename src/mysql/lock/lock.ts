import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRow, send, type Session } from '../session/connection.ts';
import { superseded } from '../tracking/epoch.ts';
import { startHeartbeat, type Heartbeat } from './heartbeat.ts';
import {
  announceWait,
  describeRow,
  freeRowText,
  readLockRow,
  readLockRowIfAny,
  releaseRow,
  takeRow,
  type LockOwner,
  type Waiting,
} from './lock-row.ts';
import { literal } from '../session/own-text.ts';
import { restoreLockName } from '../session/names.ts';
import { openRaw, toBytes } from '../session/raw-session.ts';
import {
  endSessionsOfRun,
  endWorkOfRun,
  halfWay,
  isWorkUnderWay,
  noWorkUnderWay,
  killConnection,
  readCommand,
} from './run-sessions.ts';
import { describeServerError, isInterrupted } from '../session/server-error.ts';

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
 * for what the run before left at work on the server. Only then the epoch is raised, so nothing of an older one is under
 * way; a run that takes its lock again keeps its epoch, and is refused if another one came between.
 */
export async function withDeployLock<T>(
  session: Session,
  timeout: number,
  owner: LockOwner,
  log: Log,
  use: () => Promise<T>,
): Promise<T> {
  const waiting = { deadline: Date.now() + timeout * 1000, timeout, log };
  await limitWaits(session, timeout);
  await takeNamed(session, lockName(session.schema), waiting);
  const keepAlive = keepSessionAlive(session);
  let heartbeat: Heartbeat | undefined;
  try {
    await awaitEndOfRun(session, owner, waiting);
    const epoch = await takeRow(session, lockName(session.schema), owner, waiting);
    session.group.begin({ runId: owner.runId, epoch });
    heartbeat = startHeartbeat(session);
    return await use();
  } finally {
    clearInterval(keepAlive);
    await heartbeat?.stop();
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
  const { owned, worked, now, epoch } = await readRow<{
    owned: number | null;
    worked: number | null;
    now: string;
    epoch: number | string | null;
  }>(control, SELECT_BOTH_OWNED, [lockName(control.schema), workLockName(control.schema), work.id]);
  const readAt = performance.now();
  if (owned !== 1) throw lockLost('this session no longer holds the deploy lock');
  if (Number(epoch) !== control.group.epoch) throw await superseded(control, control.group.epoch);
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

const SELECT_AT_WORK = 'SELECT IS_USED_LOCK(?) AS work, IS_USED_LOCK(?) AS restoring';

/** Ends what the run before still has on the server, and waits until its work and its restore are over. */
async function awaitEndOfRun(session: Session, owner: LockOwner, waiting: Waiting): Promise<void> {
  const again = owner.epoch === undefined ? undefined : owner.runId;
  await endSessionsOfRun(session, await readLockRowIfAny(session), again, waiting);
  const names = [workLockName(session.schema), restoreLockName(session.schema)] as const;
  const { work, restoring } = await readRow<Record<'work' | 'restoring', unknown>>(
    session,
    SELECT_AT_WORK,
    names,
  );
  if (work !== null) await awaitFree(session, names[0], waiting);
  if (restoring !== null) await awaitFree(session, names[1], waiting);
}

/**
 * Waits until the server has finished every statement of the run's changesets: their lock is free and their sessions are
 * gone. From then on whatever they did is final.
 */
export async function awaitWorkEnd(session: Session, waiting: Waiting): Promise<void> {
  await awaitFree(session, workLockName(session.schema), waiting);
  const { runId, lastWorkId: workId } = session.group;
  if (runId !== undefined) await endWorkOfRun(session, { runId, workId }, waiting);
  session.group.lastWorkId = undefined;
}

/**
 * Waits for a lock of a session whose run is gone. If it idles, or takes more than half of the time that there is, it is
 * ended; if that is not allowed, it is waited for and named.
 */
async function awaitFree(session: Session, name: string, waiting: Waiting): Promise<void> {
  const patience = halfWay(waiting.deadline);
  let hasTold = false;
  for (;;) {
    const holder = await readHolder(session, name);
    if (holder === null) return;
    const isIdle = (await readCommand(session, Number(holder))) === 'Sleep';
    if (isIdle || Date.now() > patience) await killConnection(session, Number(holder));
    if (Date.now() >= waiting.deadline) throw lockHeld(await describeHolder(session, name), waiting.timeout);
    if (!hasTold) announceWait(await describeHolder(session, name), waiting.timeout, waiting.log);
    hasTold = true;
    await sleep(100);
  }
}

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

const SELECT_RELEASED = 'SELECT RELEASE_LOCK(?) AS released';
const SELECT_USED = 'SELECT IS_USED_LOCK(?) AS holder';
const SELECT_OWNED = 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS owned';
const SELECT_BOTH_OWNED =
  'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS owned, IS_USED_LOCK(?) = ? AS worked, UTC_TIMESTAMP(3) AS now, (SELECT l.EPOCH FROM DATABASECHANGELOGLOCK AS l WHERE l.ID = 1) AS epoch';

async function takeNamed(session: Session, name: string, waiting: Waiting): Promise<void> {
  const { deadline, timeout, log } = waiting;
  let isAnnounced = false;
  for (;;) {
    const seconds = Math.max(0, Math.min(2, Math.ceil((deadline - Date.now()) / 1000)));
    // The first try does not wait, so that who holds the lock is said at once.
    const got = await getLock(session, name, isAnnounced ? seconds : 0);
    if (got === 1) return;
    if (got === null) throw await waitEnded(session, name);
    const holder = await describeHolder(session, name);
    if (Date.now() >= deadline) throw lockHeld(holder, timeout);
    if (!isAnnounced) announceWait(holder, timeout, log);
    isAnnounced = true;
  }
}

async function getLock(session: Session, name: string, seconds: number): Promise<number | null> {
  try {
    const sql = 'SELECT GET_LOCK(?, ?) AS got';
    return (await readRow<{ got: number | null }>(session, sql, [name, seconds])).got;
  } catch (error) {
    if (isInterrupted(error)) return null;
    throw error;
  }
}

/** KILL QUERY ends the wait with NULL or error 1317; KILL CONNECTION would have ended the session. */
async function waitEnded(session: Session, name: string): Promise<ExpectedError> {
  return new ExpectedError({
    code: 'lock-held',
    message: `the wait for the deploy lock was ended by KILL QUERY (connection ${session.id}); ${await describeHolder(session, name)}`,
    fix: 'find out who ended it, then run again',
  });
}

async function describeHolder(session: Session, name: string): Promise<string> {
  const holder = await readHolder(session, name);
  const row = await readLockRow(session).catch(() => undefined);
  if (name === restoreLockName(session.schema))
    return `a restore that was broken off is at work on the server, on connection ${holder ?? 'unknown'}`;
  if (name === workLockName(session.schema)) {
    const run = row?.RUN_ID ? ` of run ${row.RUN_ID}` : '';
    return `a statement${run} still runs on the server, on connection ${holder ?? 'unknown'}`;
  }
  if (row?.IS_LOCKED && String(row.CONNECTION_ID) === holder) return describeRow(row);
  return `lock is held by connection ${holder ?? 'unknown'} of the server`;
}

function lockHeld(holder: string, timeout: number): ExpectedError {
  return new ExpectedError({
    code: 'lock-held',
    message: `${holder}; waited ${timeout} s`,
    fix: 'wait for it to end, or raise lock-timeout',
  });
}

/** A lock that cannot be released is not lost work: the server frees it with the session, the next run the row. */
async function release(session: Session, owner: LockOwner, log: Log): Promise<void> {
  try {
    await send(session, 'ROLLBACK');
    // Else the next run would not know whose statement it has to wait for.
    if (!(await isWorkUnderWay(session))) await releaseRow(session, owner.runId);
    await readRow(session, SELECT_RELEASED, [lockName(session.schema)]);
  } catch (error) {
    // The server frees the named lock with the session; the row would keep Liquibase out.
    if (await freeRow(session, owner.runId)) return;
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

/** Frees the row on another connection, where no session of the run holds a lock any more and no other run came. */
async function freeRow(session: Session, runId: string): Promise<boolean> {
  try {
    const raw = await openRaw({ ...session, connectTimeout: FREE_SECONDS }, session.schema);
    try {
      const { schema, group } = session;
      const free = [lockName(schema), workLockName(schema), restoreLockName(schema)];
      const isOver = noWorkUnderWay(String(group.lastWorkId ?? 0), literal(runId));
      await raw.run(toBytes(`${freeRowText(group.epoch, runId, free)} AND ${isOver}`));
      return true;
    } finally {
      raw.close();
    }
  } catch {
    // A run that never had an epoch, or a server that is gone: the next run takes the row over.
    return false;
  }
}

const FREE_SECONDS = 2;
