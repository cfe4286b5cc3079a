import { setTimeout as sleep } from 'node:timers/promises';
import { codeTokens } from '../changelog/code-tokens.ts';
import type { Statement } from '../changelog/statements.ts';
import { statementKind } from '../changelog/statement-kind.ts';
import { ExpectedError, type Location } from '../errors.ts';
import type { Log } from '../report/log.ts';
import { describeBlockers, readBlockers } from './blockers.ts';
import { send, type Session } from './connection.ts';
import { refreshGtid } from './gtid-tag.ts';
import { whileKillable } from './kill-query.ts';
import { requireLock } from './lock.ts';
import { refuseFailedRows } from './result-problem.ts';
import { isLockTimeout, wasNeverSent } from './server-error.ts';
import { bringBack, putBack, type SessionChanges } from './session-drift.ts';

/** What the server said of a statement that it ran. */
export interface StatementResult {
  readonly rowsAffected: number | null;
  readonly gtid: string | null;
  readonly isAutocommit: boolean;
  readonly isInTransaction: boolean;
}

/** Bounds and voice of one statement. */
export interface StatementContext {
  readonly at: Location;
  /** In its changeset, from 1. */
  readonly number: number;
  readonly changeset: string;
  /** Seconds in which a DDL statement may be tried again after it did not get its metadata lock. */
  readonly lockTimeout: number;
  readonly log: Log;
  readonly interrupt: AbortSignal;
}

/** The fields of an OK packet that matter here; rows of a SELECT have none. */
interface OkPacket {
  readonly affectedRows?: number;
  readonly serverStatus?: number;
  readonly stateChanges?: SessionChanges & { readonly gtids?: readonly string[] };
}

/** Bits of `serverStatus` in the client/server protocol. */
const STATUS_IN_TRANSACTION = 1;
const STATUS_AUTOCOMMIT = 2;

function interrupted(): ExpectedError {
  return new ExpectedError({
    code: 'interrupted',
    message: 'the run was interrupted; nothing more was run',
    fix: 'run mode: update again: it says how to go on',
  });
}

const unsent = new WeakSet<Error>();

/** Whether the error of `runStatement` came before it sent the statement, or sent it again. */
export function wasNotSent(error: unknown): boolean {
  return wasNeverSent(error) || (error instanceof Error && unsent.has(error));
}

async function requireGoBefore(session: Session, interrupt: AbortSignal): Promise<void> {
  try {
    if (interrupt.aborted) throw interrupted();
    await requireLock(session);
  } catch (error) {
    if (error instanceof Error) unsent.add(error);
    throw error;
  }
}

/**
 * Sends one statement, if the session still owns the deploy lock. A DDL statement that waits for a metadata lock holds
 * up every query behind it, so each wait is short (`lock_wait_timeout`) and it is tried again with growing pauses; what
 * did not get its lock did nothing.
 */
export async function runStatement(
  session: Session,
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult> {
  const deadline = Date.now() + context.lockTimeout * 1000;
  const kind = statementKind(statement);
  const mayRetry = kind === 'ddl';
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    await requireGoBefore(session, context.interrupt);
    await bringBack(session);
    const tellEnd = tellStart(context);
    try {
      const answer = await whileKillable(session, () => send(session, statement.text));
      refuseFailedRows(statement, answer);
      tellEnd('statement-finished');
      const result = await readResult(session, answer);
      if (kind === 'call' || (kind === 'ddl' && result.gtid === null)) await refreshGtid(session);
      return result;
    } catch (error) {
      tellEnd('statement-failed');
      if (!isLockTimeout(error)) throw error;
      const blockers = describeBlockers(await readBlockers(session, namesOf(statement)));
      if (!mayRetry || Date.now() + pause > deadline) throw withBlockers(error as Error, blockers);
      context.log({
        level: 'warning',
        event: 'lock-wait',
        message: `waiting for a metadata lock, next try in ${pause} ms: ${blockers}`,
        at: context.at,
        changeset: context.changeset,
        statement: context.number,
      });
      await sleep(pause);
    }
  }
}

/** For machines: people read of the changeset, and of the statement that fails. */
function tellStart(context: StatementContext): (event: 'statement-finished' | 'statement-failed') => void {
  const { changeset, number: statement, at, log } = context;
  const about = { level: 'debug', changeset, statement, at } as const;
  log({ ...about, event: 'statement-started', message: 'started' });
  const started = performance.now();
  let hasEnded = false;
  return (event) => {
    if (hasEnded) return;
    hasEnded = true;
    const durationMs = Math.round(performance.now() - started);
    log({ ...about, event, message: event.replace('statement-', ''), durationMs });
  };
}

function withBlockers(error: Error, blockers: string): Error {
  error.message = `${error.message} (${blockers})`;
  return error;
}

function namesOf(statement: Statement): ReadonlySet<string> {
  const names = new Set<string>();
  for (const token of codeTokens(statement)) {
    if (token.kind === 'word') names.add(token.text.toLowerCase());
    if (token.kind === 'name') names.add(token.text.slice(1, -1).replaceAll('``', '`').toLowerCase());
  }
  return names;
}

async function readResult(session: Session, result: unknown): Promise<StatementResult> {
  const packet = okPacket(result);
  await putBack(session, packet.stateChanges ?? {});
  const status = packet.serverStatus;
  return {
    rowsAffected: packet.affectedRows ?? null,
    gtid: packet.stateChanges?.gtids?.at(-1) ?? null,
    isAutocommit: status === undefined || (status & STATUS_AUTOCOMMIT) !== 0,
    isInTransaction: status === undefined || (status & STATUS_IN_TRANSACTION) !== 0,
  };
}

/** A CALL gives its result sets and then an OK packet; a SELECT gives rows. */
function okPacket(result: unknown): OkPacket {
  const last: unknown = Array.isArray(result) ? result.at(-1) : result;
  return typeof last === 'object' && last !== null && 'affectedRows' in last ? (last as OkPacket) : {};
}
