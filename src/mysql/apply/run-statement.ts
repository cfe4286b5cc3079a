import { setTimeout as sleep } from 'node:timers/promises';
import { codeTokens } from '../../sql/code-tokens.ts';
import type { Statement } from '../../sql/statements.ts';
import { statementKind } from '../../sql/read/statement-kind.ts';
import { ExpectedError, type Location } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { describeBlockers, readBlockers, type Blocker } from './blockers.ts';
import { send, type Session } from '../session/connection.ts';
import { refreshGtid } from '../doubt/gtid-tag.ts';
import { requireLocks, type ServerTime } from '../lock/lock.ts';
import { refuseFailedRows } from '../session/result-problem.ts';
import { isLockTimeout, wasNeverSent } from '../session/server-error.ts';
import { watchBlockers } from './watch-blockers.ts';
import { exactError } from './exact-error.ts';

/**
 * The two sessions of a run: `control` holds the deploy lock and writes what is recorded, `work` runs the statements of
 * one changeset. From its first to its last statement nothing else is sent on `work` that a statement could see.
 */
export interface Sessions {
  readonly control: Session;
  readonly work: Session;
}

/** What the server said of a statement that it ran. */
export interface StatementResult {
  readonly rowsAffected: number | null;
  readonly gtid: string | null;
  readonly isAutocommit: boolean;
  /** Undefined where the server did not say: its answer was rows. */
  readonly isInTransaction: boolean | undefined;
  /** True if it was ended on the server while it ran, and answered all the same: it may have done a part of its work. */
  readonly mayBePartial: boolean;
  /** Before it was sent. */
  readonly time: ServerTime;
}

/** Bounds of one statement, and where what is said of it goes. */
export interface StatementContext {
  readonly at: Location;
  /** In its changeset, from 1. */
  readonly number: number;
  readonly changeset: string;
  /** Seconds of one wait for a metadata lock. */
  readonly statementLockTimeout: number;
  /** Seconds in which a DDL statement may be tried again after it did not get its metadata lock. */
  readonly lockTimeout: number;
  readonly log: Log;
  readonly interrupt: AbortSignal;
}

/** The fields of an OK packet that matter here; rows of a SELECT have none. */
interface OkPacket {
  readonly affectedRows?: number;
  readonly serverStatus?: number;
  readonly stateChanges?: { readonly gtids?: readonly string[] };
}

/** Bits of `serverStatus` in the client/server protocol. */
const STATUS_IN_TRANSACTION = 1;
const STATUS_AUTOCOMMIT = 2;

/** The error of a run that was cancelled. */
export function interrupted(): ExpectedError {
  return new ExpectedError({
    code: 'interrupted',
    message: 'the run was interrupted; nothing more was run',
    fix: 'run mode: update again: it says how to go on',
  });
}

const unsent = new WeakSet<Error>();

/** True if the error of `runStatement` came before it sent the statement, or sent it again. */
export function wasNotSent(error: unknown): boolean {
  return wasNeverSent(error) || (error instanceof Error && unsent.has(error));
}

async function requireGoBefore({ control, work }: Sessions, interrupt: AbortSignal): Promise<ServerTime> {
  try {
    if (interrupt.aborted) throw interrupted();
    return await requireLocks(control, work);
  } catch (error) {
    if (error instanceof Error) unsent.add(error);
    throw error;
  }
}

/**
 * Sends one statement, if the run still owns its locks. A DDL statement that waits for a metadata lock holds up every
 * query behind it, so each wait is short (`lock_wait_timeout`) and it is tried again with growing pauses; what did not
 * get its lock did nothing.
 */
export async function runStatement(
  sessions: Sessions,
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult> {
  const { control, work } = sessions;
  const deadline = Date.now() + context.lockTimeout * 1000;
  const kind = statementKind(statement);
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    const time = await requireGoBefore(sessions, context.interrupt);
    const logEnd = logStart(context);
    const watch = watchBlockers(control, work.id, context.statementLockTimeout);
    try {
      const answer = await work.group.whileKillable(work, () => send(work, statement.text));
      refuseFailedRows(statement, answer);
      logEnd('statement-finished');
      const mayBePartial = context.interrupt.aborted;
      const result = { ...readResult(answer), time, mayBePartial };
      if (kind === 'call' || (kind === 'ddl' && result.gtid === null)) await refreshGtid(control);
      return result;
    } catch (error) {
      logEnd('statement-failed');
      const seen = await watch.stop();
      if (!isLockTimeout(error)) throw await exactError(work, error);
      const blockers = await nameBlockers(sessions, statement, seen);
      if (kind !== 'ddl' || Date.now() + pause > deadline) throw withBlockers(error as Error, blockers);
      context.log({
        level: 'warning',
        event: 'lock-wait',
        message: `waiting for a metadata lock, next try in ${pause} ms: ${blockers}`,
        at: context.at,
        changeset: context.changeset,
        statement: context.number,
      });
      await sleep(pause);
    } finally {
      await watch.stop();
    }
  }
}

/** Who was seen to hold what the statement waited for; where nobody was, who holds the tables that it names. */
async function nameBlockers(
  { control, work }: Sessions,
  statement: Statement,
  seen: readonly Blocker[] | undefined,
): Promise<string> {
  if (seen !== undefined) return describeBlockers(seen);
  const blockers = await readBlockers(control, namesOf(statement));
  return describeBlockers(blockers?.filter(({ connectionId }) => Number(connectionId) !== work.id));
}

/** For machines: people read of the changeset, and of the statement that fails. */
function logStart(context: StatementContext): (event: 'statement-finished' | 'statement-failed') => void {
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

function readResult(answer: unknown): Omit<StatementResult, 'time' | 'mayBePartial'> {
  const packet = okPacket(answer);
  const status = packet.serverStatus;
  return {
    rowsAffected: packet.affectedRows ?? null,
    gtid: packet.stateChanges?.gtids?.at(-1) ?? null,
    isAutocommit: status === undefined || (status & STATUS_AUTOCOMMIT) !== 0,
    isInTransaction: status === undefined ? undefined : (status & STATUS_IN_TRANSACTION) !== 0,
  };
}

/** A CALL gives its result sets and then an OK packet; a SELECT gives rows. */
function okPacket(result: unknown): OkPacket {
  const last: unknown = Array.isArray(result) ? result.at(-1) : result;
  return typeof last === 'object' && last !== null && 'affectedRows' in last ? (last as OkPacket) : {};
}
