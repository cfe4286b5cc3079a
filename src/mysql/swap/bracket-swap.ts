import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupFacts } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRow, readRows, send, type Session } from '../session/connection.ts';
import { describeServerError, isConnectionLost } from '../session/server-error.ts';
import { remakeHistograms } from '../definitions/histograms.ts';
import { prepareLoad, type Loaded } from '../load/load-dump.ts';
import type { DefinitionScope } from '../definitions/definition-scope.ts';
import { asideSchema, quote, restoreLockName } from '../session/names.ts';
import type { RawSession } from '../session/raw-session.ts';
import { readTableNames } from '../definitions/read-definitions.ts';
import { resolveDefinitions } from './resolve-definitions.ts';
import { createLike } from '../load/side-schema.ts';
import { markDone, type RestoreState } from './state.ts';

/** How a loaded backup takes the place of what is live. */
export interface SwapOptions {
  readonly runId: string;
  readonly loaded: Loaded;
  /** Of the backup. */
  readonly facts: Pick<BackupFacts, 'brokenViews' | 'characterSet' | 'collation' | 'histograms'>;
  /** Told what is not as it was. */
  readonly onExceptions?: ((exceptions: readonly string[]) => void) | undefined;
  /** Seconds, as the inputs of the same names. */
  readonly statementLockTimeout: number;
  readonly lockTimeout: number;
  readonly log: Log;
  /** Only these tables. */
  readonly only?: ReadonlySet<string>;
  /** Undefined where all definitions are brought back. */
  readonly definitionScope?: DefinitionScope | undefined;
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

/** What a cut-over left to be settled, and how long writers had to wait for it. */
export interface CutOverDone {
  readonly state: RestoreState;
  readonly blockedMs: number;
}

/**
 * What comes before and after every cut-over, whoever else writes meanwhile: the last of `sessions` holds the lock of
 * restores, the aside schema is there, old transactions were waited for; then definitions are settled and all is marked
 * as done. Without a cut-over nothing is left. The sessions are closed.
 */
export async function bracketSwap(
  session: Session,
  options: SwapOptions,
  sessions: readonly RawSession[],
  cutOver: (sessions: readonly RawSession[], aside: string, deadline: number) => Promise<CutOverDone>,
): Promise<Swapped> {
  const { schema } = session;
  const { lockTimeout, statementLockTimeout, log, runId } = options;
  const deadline = Date.now() + lockTimeout * 1000;
  const aside = asideSchema(schema, runId);
  try {
    for (const raw of sessions) {
      await prepareLoad(raw);
      await raw.run(`SET lock_wait_timeout = ${Math.max(1, Math.ceil(statementLockTimeout))}`);
    }
    const last = sessions.at(-1)!;
    await takeRestoreLock(last, schema);
    await createLike(session, aside);
    const oldTransactions = await waitForOldTransactions(session, deadline, log);
    const { state, blockedMs } = await cutOver(sessions, aside, deadline);
    const target = { ...state, scope: 'all' } as const;
    await resolveDefinitions(session, last, target, Date.now() + lockTimeout * 1000);
    await markDone(session, aside);
    const restored = new Set(options.loaded.tables);
    const failed = await remakeHistograms(session, options.facts.histograms ?? [], restored);
    options.onExceptions?.(
      failed.map((table) => `the histograms of ${quote(table)} could not be made again`),
    );
    return { aside, blockedMs, oldTransactions };
  } catch (error) {
    // A server that we do not hear any more may still move tables into it: then it is left to the next that has the lock.
    if (!isConnectionLost(error) && (await readTableNames(session, aside).catch(() => ['?'])).length === 0) {
      await send(session, `DROP DATABASE IF EXISTS ${quote(aside)}`).catch(() => undefined);
    }
    throw error;
  } finally {
    for (const raw of sessions) raw.close();
  }
}

/** Seconds in which the server ends a cut-over packet by itself. */
const PACKET_SECONDS = 10;
const END_SECONDS = 60;

/**
 * Held by the session that cuts over, until the server has done all that it was sent. The caller holds the deploy lock,
 * so whoever holds this one belongs to a run that is gone: where it does not end by itself it is ended.
 */
export async function takeRestoreLock(raw: RawSession, schema: string): Promise<void> {
  const name = restoreLockName(schema);
  if (await takeLock(raw, name, PACKET_SECONDS)) return;
  const [row] = await raw.rows(`SELECT IS_USED_LOCK('${name}') AS holder`);
  const holder = row?.['holder'] ?? null;
  let refusal = '';
  if (holder !== null)
    await raw.run(`KILL CONNECTION ${holder}`).catch((error: unknown) => {
      refusal = ` (${describeServerError(error)})`;
    });
  if (await takeLock(raw, name, refusal === '' ? END_SECONDS : 0)) return;
  throw new ExpectedError({
    code: 'lock-held',
    message: `connection ${holder ?? 'unknown'}, which swapped tables for a restore that was broken off, still holds its lock${refusal}`,
    fix: `wait for it to end, or end it (KILL ${holder ?? ''}), then run again`,
  });
}

async function takeLock(raw: RawSession, name: string, seconds: number): Promise<boolean> {
  const [row] = await raw.rows(`SELECT GET_LOCK('${name}', ${seconds}) AS got`);
  return row?.['got'] === '1';
}

const SELECT_OLD = `SELECT trx_mysql_thread_id AS id, trx_started AS started FROM information_schema.INNODB_TRX
  WHERE trx_started <= ? AND trx_mysql_thread_id NOT IN (0, CONNECTION_ID())`;

/**
 * A REPEATABLE READ transaction that began during the load would see the new tables empty: it is waited for, for half
 * of the time that there is, and named when it stays.
 */
async function waitForOldTransactions(
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
