import { setTimeout as sleep } from 'node:timers/promises';
import { readRows, send, type Session } from './connection.ts';
import type { LockRow } from './lock-row.ts';

/** Sessions of this account say of which run they are, and which part of it; that takes no privilege. */
const SELECT_OF_RUN = `SELECT DISTINCT PROCESSLIST_ID AS id FROM performance_schema.session_account_connect_attrs
  WHERE PROCESSLIST_ID <> CONNECTION_ID() AND ((ATTR_NAME = 'db-deploy-run' AND ATTR_VALUE = ?)
    OR (ATTR_NAME = 'db-deploy' AND ATTR_VALUE = 'control' AND PROCESSLIST_ID = ?))`;

const GONE_MS = 10_000;

/**
 * Ends what a run that lost its lock still has on the server, and waits until that is gone: a statement that was killed
 * is rolled back first. The caller holds the deploy lock. Sessions of another account are not seen here; those that hold
 * a lock of the run are waited for.
 */
export async function endSessionsOfRun(session: Session, row: LockRow | undefined): Promise<void> {
  if (!row || row.RUN_ID === null) return;
  const values = [row.RUN_ID, Number(row.CONNECTION_ID ?? 0)];
  const deadline = Date.now() + GONE_MS;
  for (;;) {
    // Without performance_schema nothing is seen; then the locks have to tell.
    const left = await readRows<{ id: number | string }>(session, SELECT_OF_RUN, values).catch(() => []);
    if (left.length === 0 || Date.now() > deadline) return;
    for (const { id } of left) await killConnection(session, Number(id));
    await sleep(50);
  }
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
