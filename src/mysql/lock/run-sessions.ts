import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../errors.ts';
import { readRows, send, type Session } from '../session/connection.ts';
import type { LockRow, Waiting } from './lock-row.ts';

/** Sessions of this account say of which run they are, and which part of it; that takes no privilege. */
const SELECT_OF_RUN = `SELECT DISTINCT a.PROCESSLIST_ID AS id, p.COMMAND AS command
  FROM performance_schema.session_account_connect_attrs AS a
  LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = a.PROCESSLIST_ID
  WHERE a.PROCESSLIST_ID <> CONNECTION_ID() AND ((a.ATTR_NAME = 'db-deploy-run' AND a.ATTR_VALUE IN (?, ?))
    OR (a.ATTR_NAME = 'db-deploy' AND a.ATTR_VALUE = 'control' AND a.PROCESSLIST_ID = ?))`;

/**
 * What the changesets of a run have on the server, besides the session of this number. A lock alone does not tell that
 * they are gone: a routine may release it while its own statement goes on.
 */
function workOfRun(workId: string, runId: string): string {
  return `FROM information_schema.PROCESSLIST AS p
  WHERE p.ID <> CONNECTION_ID() AND (p.ID = ${workId} OR p.ID IN (SELECT r.PROCESSLIST_ID
    FROM performance_schema.session_account_connect_attrs AS r
    JOIN performance_schema.session_account_connect_attrs AS w ON w.PROCESSLIST_ID = r.PROCESSLIST_ID
    WHERE r.ATTR_NAME = 'db-deploy-run' AND r.ATTR_VALUE = ${runId}
      AND w.ATTR_NAME = 'db-deploy' AND w.ATTR_VALUE = 'work'))`;
}

const SELECT_WORK_OF_RUN = `SELECT p.ID AS id, p.COMMAND AS command ${workOfRun('?', '?')}`;

/** A condition: no statement of the run's changesets is under way. A session that idles or leaves has none. */
export function noWorkUnderWay(workId: string, runId: string): string {
  return `NOT EXISTS (SELECT 1 ${workOfRun(workId, runId)} AND p.COMMAND NOT IN ('Sleep', 'Quit'))`;
}

/** True if a changeset whose session was lost may still have an effect. */
export async function isWorkUnderWay(session: Session): Promise<boolean> {
  const { runId, lastWorkId } = session.group;
  if (runId === undefined || lastWorkId === undefined) return false;
  const sql = `SELECT ${noWorkUnderWay('?', '?')} AS is_over`;
  const [row] = await readRows<{ is_over: number }>(session, sql, [lastWorkId, runId]);
  return row?.is_over !== 1;
}

interface RunSession {
  readonly id: number | string;
  /** `Sleep` while it waits for its client. */
  readonly command: string | null;
}

/**
 * Ends what a run that lost its lock still has on the server, and waits until that is gone. A statement that is running
 * has half of the time that there is to come to its end; one that is killed is rolled back first. The caller holds the
 * deploy lock. Sessions of another account are not seen here; those that hold a lock of the run are waited for. A run that
 * takes its lock `again` does so for its own lost sessions as well: the row may be free, and what they run not at its end.
 */
export async function endSessionsOfRun(
  session: Session,
  row: LockRow | undefined,
  again: string | undefined,
  { deadline, timeout }: Waiting,
): Promise<void> {
  const runId = row?.RUN_ID ?? again;
  if (runId === undefined) return;
  const values = [runId, again ?? runId, Number(row?.CONNECTION_ID ?? 0)];
  // Without performance_schema nothing is seen; then the locks have to tell.
  const readLeft = (): Promise<readonly RunSession[]> =>
    readRows<RunSession>(session, SELECT_OF_RUN, values).catch(() => []);
  await endAll(session, runId, readLeft, { deadline, timeout });
}

/**
 * The same for the sessions of the run's own changesets, by a run that goes on with its lock: the one that was lost, and
 * one that was being opened. What they did is final afterwards.
 */
export async function endWorkOfRun(
  session: Session,
  { runId, workId }: { readonly runId: string; readonly workId: number | undefined },
  limits: Pick<Waiting, 'deadline' | 'timeout'>,
): Promise<void> {
  const readLeft = (): Promise<readonly RunSession[]> =>
    readRows<RunSession>(session, SELECT_WORK_OF_RUN, [workId ?? 0, runId]);
  await endAll(session, runId, readLeft, limits);
}

async function endAll(
  session: Session,
  runId: string,
  readLeft: () => Promise<readonly RunSession[]>,
  { deadline, timeout }: Pick<Waiting, 'deadline' | 'timeout'>,
): Promise<void> {
  const patience = halfWay(deadline);
  for (;;) {
    const left = await readLeft();
    if (left.length === 0) return;
    for (const { id, command } of left)
      if (command === 'Sleep' || Date.now() > patience) await killConnection(session, Number(id));
    // What was killed in this round may be gone in the next, however short the time is.
    if (Date.now() >= deadline + END_MS) throw stillThere(runId, left, timeout);
    await sleep(50);
  }
}

/** Milliseconds in which the server ends a session that idles. */
const END_MS = 2000;

/** The moment from which a statement of a run that is gone is not waited for any longer. */
export function halfWay(deadline: number): number {
  return Date.now() + Math.max(0, deadline - Date.now()) / 2;
}

function stillThere(runId: string, left: readonly RunSession[], timeout: number): ExpectedError {
  const ids = left.map(({ id }) => id).join(', ');
  return new ExpectedError({
    code: 'lock-held',
    message: `a statement of run ${runId} still runs on the server, on connection ${ids}; waited ${timeout} s`,
    fix: 'wait for it to end, or raise lock-timeout',
  });
}

/** Ends a session; returns why that was not possible, if it was not. One that is gone already is as good. */
export async function killConnection(session: Session, id: number): Promise<unknown> {
  return send(session, `KILL CONNECTION ${id}`).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** What a session is doing: `Sleep` while it waits for its client; undefined where that cannot be seen. */
export async function readCommand(session: Session, id: number): Promise<string | undefined> {
  const sql = 'SELECT COMMAND AS command FROM information_schema.PROCESSLIST WHERE ID = ?';
  const [row] = await readRows<{ command: string }>(session, sql, [id]).catch(() => []);
  return row?.command;
}
