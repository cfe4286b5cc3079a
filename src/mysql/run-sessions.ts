import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../errors.ts';
import { readRows, send, type Session } from './connection.ts';
import type { LockRow, Waiting } from './lock-row.ts';

/** Sessions of this account say of which run they are, and which part of it; that takes no privilege. */
const SELECT_OF_RUN = `SELECT DISTINCT a.PROCESSLIST_ID AS id, p.COMMAND AS command
  FROM performance_schema.session_account_connect_attrs AS a
  LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = a.PROCESSLIST_ID
  WHERE a.PROCESSLIST_ID <> CONNECTION_ID() AND ((a.ATTR_NAME = 'db-deploy-run' AND a.ATTR_VALUE = ?)
    OR (a.ATTR_NAME = 'db-deploy' AND a.ATTR_VALUE = 'control' AND a.PROCESSLIST_ID = ?))`;

/**
 * What the changesets of a run have on the server, besides the session of this number. A lock alone does not tell that
 * they are gone: a routine may release it while its own statement goes on.
 */
const SELECT_WORK_OF_RUN = `SELECT p.ID AS id, p.COMMAND AS command FROM information_schema.PROCESSLIST AS p
  WHERE p.ID <> CONNECTION_ID() AND (p.ID = ? OR p.ID IN (SELECT r.PROCESSLIST_ID
    FROM performance_schema.session_account_connect_attrs AS r
    JOIN performance_schema.session_account_connect_attrs AS w ON w.PROCESSLIST_ID = r.PROCESSLIST_ID
    WHERE r.ATTR_NAME = 'db-deploy-run' AND r.ATTR_VALUE = ? AND w.ATTR_NAME = 'db-deploy' AND w.ATTR_VALUE = 'work'))`;

interface RunSession {
  readonly id: number | string;
  /** `Sleep` while it waits for its client. */
  readonly command: string | null;
}

/**
 * Ends what a run that lost its lock still has on the server, and waits until that is gone. A statement that is running
 * has half of the time that there is to come to its end; one that is killed is rolled back first. The caller holds the
 * deploy lock. Sessions of another account are not seen here; those that hold a lock of the run are waited for.
 */
export async function endSessionsOfRun(
  session: Session,
  row: LockRow | undefined,
  { deadline, timeout }: Waiting,
): Promise<void> {
  if (!row || row.RUN_ID === null) return;
  const values = [row.RUN_ID, Number(row.CONNECTION_ID ?? 0)];
  // Without performance_schema nothing is seen; then the locks have to tell.
  const readLeft = (): Promise<readonly RunSession[]> =>
    readRows<RunSession>(session, SELECT_OF_RUN, values).catch(() => []);
  await endAll(session, row.RUN_ID, readLeft, { deadline, timeout });
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
