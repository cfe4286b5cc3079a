import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEventName } from '../../log/log-events.ts';
import type { RowChange } from '../binlog/rows-event.ts';
import type { Session } from '../session/connection.ts';
import { isDeadlock, isLockTimeout } from '../session/server-error.ts';
import {
  barrierFor,
  buildBarrier,
  closeBarrier,
  openBarrier,
  removeBarrier,
  type BarrierTrigger,
} from './barrier.ts';
import { bracketSwap, type CutOverDone, type Swapped, type SwapOptions } from './bracket-swap.ts';
import { lockStatement, type CutOver } from './cut-over.ts';
import { lockTables, readLockable } from './lock-tables.ts';
import { qualified, sideSchema } from '../session/names.ts';
import { raiseCounters } from './raise-counters.ts';
import { openRaws, toBytes, type RawSession } from '../session/raw-session.ts';
import { readFingerprint } from '../definitions/read-definitions.ts';
import { writeState, type RestoreState } from './state.ts';
import { gaveUp, readCutOver, sendPacket, recordBlocked } from './swap.ts';

/** What of a replay the cut-over needs. */
export interface Follower {
  /** Brings everything that is committed by now into the side schema. */
  readonly catchUp: () => Promise<void>;
  /** How others changed rows of the restored tables so far. */
  readonly changes: () => ReadonlyMap<string, ReadonlySet<RowChange>>;
  /** By table, the greatest number of a counter that others used. */
  readonly usedNumbers: () => ReadonlyMap<string, bigint>;
  /** Whether others wrote since then. */
  readonly hasMore: () => Promise<boolean>;
}

export interface WriterSwapOptions extends SwapOptions {
  readonly only: ReadonlySet<string>;
  readonly follower: Follower;
  /** Told of every connection that the swap opens, before it changes anything. */
  readonly onConnection: (id: number) => void;
  /** The session that replays. */
  readonly replaying: RawSession;
}

interface Parts {
  readonly session: Session;
  /** Locks the live tables first, and closes the barrier. */
  readonly first: RawSession;
  /** Locks live and side tables, and swaps them. */
  readonly second: RawSession;
  readonly aside: string;
  readonly options: WriterSwapOptions;
  readonly deadline: number;
}

/**
 * Swaps tables while others write to them. `docs/lossless-restore.md` says for every step what is true if it is the
 * last one.
 */
export async function swapUnderWriters(session: Session, options: WriterSwapOptions): Promise<Swapped> {
  const { schema } = session;
  const sessions = await openRaws(session, schema, 2);
  for (const { id } of sessions) options.onConnection(id);
  return bracketSwap(session, options, sessions, ([first, second], aside, deadline) =>
    cutOver({ session, first: first!, second: second!, aside, options, deadline }),
  );
}

/** The barrier is built once, open, so that at the moment of the swap it only has to be closed. */
async function cutOver(parts: Parts): Promise<CutOverDone> {
  const { session, first, second, aside, options, deadline } = parts;
  const { schema } = session;
  const planned = await readCutOver(session, second, aside, options);
  await writeState(session, sideSchema(schema), stateOf(planned, options));
  const onBlocked = async (error: unknown): Promise<void> => {
    recordBlocked(options.log, error);
    if (Date.now() > deadline) throw gaveUp(options.lockTimeout);
    await sleep(100);
  };
  const changes = [...options.follower.changes()].filter(([table]) => planned.liveTables.includes(table));
  const barrier = barrierFor(new Map(changes));
  try {
    await buildBarrier(first, schema, barrier, onBlocked);
    options.log({ level: 'debug', event: 'barrier-built', message: 'writers can be held up' });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const swapped = await attemptSwap(parts, barrier);
        if (swapped) return swapped;
      } catch (error) {
        if (!isLockTimeout(error) && !isDeadlock(error)) throw error;
        recordBlocked(options.log, error);
      }
      if (Date.now() > deadline) throw gaveUp(options.lockTimeout);
      await sleep(Math.min(2000, 50 * 2 ** attempt));
      await options.follower.catchUp();
    }
  } catch (error) {
    await removeBarrier(first, schema, barrier, onBlocked).catch(() => undefined);
    throw error;
  }
}

function stateOf(planned: CutOver, { runId }: WriterSwapOptions): RestoreState {
  return { ...planned, runId, phase: 'prepared', was: planned.live };
}

/** One try; undefined when others wrote or defined something in the gap between the two locks. */
async function attemptSwap(
  parts: Parts,
  barrier: readonly BarrierTrigger[],
): Promise<CutOverDone | undefined> {
  const { session, first, second, aside, options, deadline } = parts;
  const { schema } = session;
  const before = await readFingerprint(session, schema);
  const planned = await readCutOver(session, second, aside, options);
  const state = stateOf(planned, options);
  await writeState(session, sideSchema(schema), state);
  // So that little is left for the time in which others wait.
  await options.follower.catchUp();
  const lockable = await readLockable(session);
  const started = performance.now();
  const tell = (event: LogEventName, message: string): void => {
    options.log({ level: 'debug', event, message, durationMs: Math.round(performance.now() - started) });
  };
  try {
    if (planned.liveTables.length > 0) {
      const tables = planned.liveTables.map((table) => `${qualified(schema, table)} WRITE`);
      await lockTables(first, toBytes(`LOCK TABLES ${tables.join(', ')}`), lockable);
    }
    tell('writers-held', 'others wait');
    await options.follower.catchUp();
    await raiseCounters(session, options.replaying, options.follower.usedNumbers());
    tell('replayed', 'the last transactions of others are replayed');
    await closeBarrier(first, schema);
    const locked = lockTables(second, lockStatement(planned), lockable);
    // When the other session fails first, nobody waits for this one any more.
    locked.catch(() => undefined);
    // Whoever waits before it in the queue meets the barrier.
    await first.run('UNLOCK TABLES');
    await locked;
    tell('tables-locked', 'all tables are locked for the swap');
    if ((await options.follower.hasMore()) || (await readFingerprint(session, schema)) !== before) {
      await second.run('UNLOCK TABLES');
      return undefined;
    }
    await options.beforeCutOver?.();
    const log = options.log;
    tell('cut-over-ready', 'nobody wrote in the gap');
    // A table with triggers cannot move to another schema: those of the barrier go with the others.
    const packet = { ...planned, barrier: barrier.map(({ name }) => name) };
    await sendPacket(session, second, packet, { state, deadline, log });
    tell('tables-swapped', 'the tables of the backup are live');
    return { state, blockedMs: Math.round(performance.now() - started) };
  } finally {
    await first.run('UNLOCK TABLES').catch(() => undefined);
    await openBarrier(first, schema).catch(() => undefined);
    await second.run('UNLOCK TABLES').catch(() => undefined);
  }
}
