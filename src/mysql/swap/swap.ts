import { setTimeout as sleep } from 'node:timers/promises';
import { NEVER_RESTORED } from '../../backup/backup.ts';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { readRow, type Session } from '../session/connection.ts';
import { requireEpoch } from '../tracking/epoch.ts';
import { describeServerError, isConnectionLost, isDeadlock, isLockTimeout } from '../session/server-error.ts';
import { bracketSwap, type CutOverDone, type Swapped, type SwapOptions } from './bracket-swap.ts';
import { cutOverPacket, lockStatement, type CutOver } from './cut-over.ts';
import { lockTables, readLockable } from './lock-tables.ts';
import { inScope } from '../definitions/definition-scope.ts';
import { BARRIER_PREFIX, sideSchema, STATE_TABLE } from '../session/names.ts';
import { readOutsideKeys } from '../definitions/outside-keys.ts';
import { openRaw, type RawSession } from '../session/raw-session.ts';
import { readDefinitions, readFingerprint, readTableNames } from '../definitions/read-definitions.ts';
import { SELECT_COLLATION, resolveDefinitions } from './resolve-definitions.ts';
import { writeState, type RestoreState } from './state.ts';

/**
 * Swaps the side schema in. Until the RENAME in the cut-over packet everything is as it was; the packet is carried out
 * to its end whatever becomes of us; what it could not do is in the state, for `finishInterruptedRestore`.
 */
export async function swap(session: Session, options: SwapOptions): Promise<Swapped> {
  return bracketSwap(session, options, [await openRaw(session, session.schema)], ([raw], aside, deadline) =>
    cutOver(session, raw!, aside, options, deadline),
  );
}

/** Locks all tables, reads anew what is there, and sends the packet; tried again while somebody else holds a lock. */
async function cutOver(
  session: Session,
  raw: RawSession,
  aside: string,
  options: SwapOptions,
  deadline: number,
): Promise<CutOverDone> {
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
      recordBlocked(options.log, error);
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
  { loaded, facts, only, definitionScope }: SwapOptions,
): Promise<CutOver> {
  const { schema } = session;
  const { collation } = await readRow<{ collation: string }>(session, SELECT_COLLATION, [schema]);
  return {
    ...{
      schema,
      epoch: session.group.epoch,
      liveCollation: collation,
      aside,
      brokenViews: facts.brokenViews,
    },
    ...{ characterSet: facts.characterSet, collation: facts.collation },
    liveTables: (await readTableNames(session, schema)).filter((table) => only?.has(table) !== false),
    live: inScope(await readDefinitions(session, raw, schema), definitionScope).filter(
      ({ name }) => !name.startsWith(BARRIER_PREFIX),
    ),
    sideTables: loaded.tables.filter((table) => !NEVER_RESTORED.includes(table)),
    wanted: inScope(loaded.definitions, definitionScope),
    definitionScope,
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
    if (!isConnectionLost(error)) {
      await raw.run('UNLOCK TABLES').catch(() => undefined);
      await requireEpoch(session);
      await putTriggersBack(session, raw, state, deadline);
    }
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
  await resolveDefinitions(session, raw, target, deadline);
}

/** Says that the cut-over is tried again, and why. */
export function recordBlocked(log: Log, error: unknown): void {
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
