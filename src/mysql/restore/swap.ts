import { setTimeout as sleep } from 'node:timers/promises';
import { NEVER_RESTORED, type BackupFacts } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../report/log.ts';
import { readRow, readRows, send, type Session } from '../connection.ts';
import { describeServerError, isConnectionLost, isDeadlock, isLockTimeout } from '../server-error.ts';
import { cutOverPacket, lockStatement, type CutOver } from './cut-over.ts';
import type { Loaded } from './load-dump.ts';
import { prepareLoad } from './load-dump.ts';
import { lockTables, readLockable } from './lock-tables.ts';
import { asideSchema, BARRIER_PREFIX, quote, restoreLockName, sideSchema, STATE_TABLE } from './names.ts';
import { readOutsideKeys } from './outside-keys.ts';
import { openRaw, type RawSession } from './raw-session.ts';
import { readDefinitions, readFingerprint, readTableNames } from './read-definitions.ts';
import { SELECT_COLLATION, settleDefinitions } from './settle-definitions.ts';
import { createLike } from './side-schema.ts';
import { markDone, writeState, type RestoreState } from './state.ts';

/** How a loaded backup takes the place of what is live. */
export interface SwapOptions {
  readonly runId: string;
  readonly loaded: Loaded;
  /** Of the backup. */
  readonly facts: Pick<BackupFacts, 'brokenViews' | 'characterSet' | 'collation'>;
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  /** Only these; everything but tables is brought back as a whole all the same. */
  readonly only?: ReadonlySet<string>;
  /** Asked under the locks, directly before the point of no return; throws to give up. */
  readonly beforeCutOver?: () => Promise<void>;
}

/** What a swap did. */
export interface Swapped {
  readonly aside: string;
  /** How long writers had to wait; undefined where the connection was lost meanwhile. */
  readonly blockedMs: number | undefined;
  /** Connections whose transaction is older than the load: they see the new tables empty, or get error 1412. */
  readonly oldTransactions: readonly string[];
}

/**
 * Swaps the side schema in. Until the RENAME in the cut-over packet everything is as it was; the packet is carried out
 * to its end whatever becomes of us; what it could not do is in the state, for `finishInterruptedRestore`.
 */
export async function swap(session: Session, options: SwapOptions): Promise<Swapped> {
  const { schema } = session;
  const raw = await openRaw(session, schema);
  const deadline = Date.now() + options.lockTimeout * 1000;
  const aside = asideSchema(schema, options.runId);
  try {
    await prepareLoad(raw);
    await raw.run(`SET lock_wait_timeout = ${Math.max(1, Math.ceil(options.statementLockTimeout))}`);
    await takeRestoreLock(raw, schema);
    await createLike(session, aside);
    const oldTransactions = await waitForOldTransactions(session, deadline, options.log);
    const { state, blockedMs } = await cutOver(session, raw, aside, options, deadline);
    await settleDefinitions(
      session,
      raw,
      { ...state, scope: 'all' },
      Date.now() + options.lockTimeout * 1000,
    );
    await markDone(session, aside);
    return { aside, blockedMs, oldTransactions };
  } catch (error) {
    // A server that we do not hear any more may still move tables into it: then it is left to the next that has the lock.
    if (!isConnectionLost(error) && (await readTableNames(session, aside).catch(() => ['?'])).length === 0) {
      await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`).catch(() => undefined);
    }
    throw error;
  } finally {
    raw.close();
  }
}

/** Held by the session that cuts over, until the server has done all that it was sent. */
export async function takeRestoreLock(raw: RawSession, schema: string): Promise<void> {
  const [row] = await raw.rows(`SELECT GET_LOCK('${restoreLockName(schema)}', 60) AS got`);
  if (row?.['got'] === '1') return;
  throw new ExpectedError({
    code: 'lock-held',
    message: 'another restore of this schema is at its cut-over',
    fix: 'wait for it to end, then run again',
  });
}

/** Locks all tables, reads anew what is there, and sends the packet; tried again while somebody else holds a lock. */
async function cutOver(
  session: Session,
  raw: RawSession,
  aside: string,
  options: SwapOptions,
  deadline: number,
): Promise<{ state: RestoreState; blockedMs: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await readFingerprint(session, session.schema);
    const planned = await readCutOver(session, raw, aside, options);
    const state: RestoreState = {
      ...planned,
      ...{ runId: options.runId, phase: 'prepared', was: planned.live },
    };
    await writeState(session, sideSchema(session.schema), state);
    try {
      await lockTables(raw, lockStatement(planned), await readLockable(session));
      const started = performance.now();
      // Somebody else's DDL between the plan and the locks: plan again.
      if ((await readFingerprint(session, session.schema)) === before) {
        options.log({
          level: 'debug',
          event: 'tables-locked',
          message: 'all tables are locked for the swap',
        });
        await options.beforeCutOver?.();
        await sendPacket(session, raw, planned, { state, deadline, log: options.log });
        options.log({
          level: 'debug',
          event: 'tables-swapped',
          message: 'the tables of the backup are live',
        });
        return { state, blockedMs: Math.round(performance.now() - started) };
      }
      await raw.run('UNLOCK TABLES');
    } catch (error) {
      await raw.run('UNLOCK TABLES').catch(() => undefined);
      if (!isLockTimeout(error) && !isDeadlock(error)) throw error;
      tellBlocked(options.log, error);
    }
    if (Date.now() > deadline) throw gaveUp(options.lockTimeout);
    await sleep(Math.min(5000, 100 * 2 ** attempt));
  }
}

/** Reads what is live and what is to be live. */
export async function readCutOver(
  session: Session,
  raw: RawSession,
  aside: string,
  { loaded, facts, only }: SwapOptions,
): Promise<CutOver> {
  const { schema } = session;
  const { collation } = await readRow<{ collation: string }>(session, SELECT_COLLATION, [schema]);
  return {
    ...{ schema, liveCollation: collation, aside, brokenViews: facts.brokenViews },
    ...{ characterSet: facts.characterSet, collation: facts.collation },
    liveTables: (await readTableNames(session, schema)).filter((table) => only?.has(table) !== false),
    live: (await readDefinitions(session, raw, schema)).filter(
      ({ name }) => !name.startsWith(BARRIER_PREFIX),
    ),
    sideTables: loaded.tables.filter((table) => !NEVER_RESTORED.includes(table)),
    wanted: loaded.definitions,
    // Tables with keys from outside are never restored alone.
    outsideKeys: only ? [] : await readOutsideKeys(session, schema, loaded.tables),
  };
}

/** A packet that failed before its RENAME has at most dropped triggers, which are made again under the same lock. */
export async function sendPacket(
  session: Session,
  raw: RawSession,
  planned: CutOver,
  { state, deadline, log }: { readonly state: RestoreState; readonly deadline: number; readonly log: Log },
): Promise<void> {
  try {
    const done = raw.run(cutOverPacket(planned));
    log({ level: 'debug', event: 'cut-over-sent', message: 'the server swaps the tables' });
    await done;
  } catch (error) {
    if (!isConnectionLost(error) && (await readTableNames(session, planned.aside)).includes(STATE_TABLE))
      return;
    if (!isConnectionLost(error)) await putTriggersBack(session, raw, state, deadline);
    throw error;
  }
}

/** Makes the triggers again that a cut-over dropped before it was broken off. */
export async function putTriggersBack(
  session: Session,
  raw: RawSession,
  state: RestoreState,
  deadline: number,
): Promise<void> {
  await raw.run('UNLOCK TABLES').catch(() => undefined);
  const target = { ...state, wanted: state.was, scope: 'triggers' as const };
  await settleDefinitions(session, raw, target, deadline);
}

const SELECT_OLD = `SELECT trx_mysql_thread_id AS id, trx_started AS started FROM information_schema.INNODB_TRX
  WHERE trx_started <= ? AND trx_mysql_thread_id NOT IN (0, CONNECTION_ID())`;

/**
 * A REPEATABLE READ transaction that began during the load would see the new tables empty: it is waited for, for half
 * of the time that there is, and named when it stays.
 */
export async function waitForOldTransactions(
  session: Session,
  deadline: number,
  log: Log,
): Promise<readonly string[]> {
  const { now } = await readRow<{ now: string }>(session, 'SELECT CAST(NOW() AS CHAR) AS now');
  const until = Date.now() + (deadline - Date.now()) / 2;
  for (let isSaid = false; ;) {
    // Needs PROCESS; without it nobody can be waited for.
    const rows = await readRows<{ id: number; started: string }>(session, SELECT_OLD, [now]).catch(() => []);
    const names = rows.map(({ id, started }) => `connection ${id} (in a transaction since ${started})`);
    if (names.length === 0 || Date.now() > until) return names;
    if (!isSaid)
      log({
        level: 'info',
        event: 'waiting-for-transactions',
        message: `waiting for transactions that began before the backup was loaded: ${names.slice(0, 5).join(', ')}`,
      });
    isSaid = true;
    await sleep(100);
  }
}

/** Says that the cut-over is tried again, and why. */
export function tellBlocked(log: Log, error: unknown): void {
  const message = `the tables could not be locked: ${describeServerError(error)}; trying again`;
  log({ level: 'info', event: 'swap-blocked', message });
}

/** No lock in the time that there was. */
export function gaveUp(seconds: number): ExpectedError {
  return new ExpectedError({
    code: 'server-error',
    message: `the tables could not be locked for the swap within ${seconds} s; everything is as it was before the restore`,
    fix: 'end the transactions that hold the tables, or raise lock-timeout, then restore again',
  });
}
