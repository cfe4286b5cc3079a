import { readRows, type Session } from '../session/connection.ts';

/** Another session, and what of it a statement waits or waited for. */
export interface Blocker {
  readonly connectionId: number | string;
  readonly user: string | null;
  readonly host: string | null;
  readonly seconds: number | string | null;
  readonly command: string | null;
  /** A table, routine or schema; the kind of lock where it is the server's. */
  readonly table: string;
}

const HOLDER = `t.PROCESSLIST_ID AS connectionId, t.PROCESSLIST_USER AS user, t.PROCESSLIST_HOST AS host,
    t.PROCESSLIST_TIME AS seconds, t.PROCESSLIST_COMMAND AS command`;

const WEAK = `('SHARED', 'SHARED_READ', 'SHARED_WRITE', 'INTENTION_EXCLUSIVE')`;

/**
 * What a session waits for now, and who holds it. An ALTER waits for readers of the tables that refer to its own, a
 * DROP TRIGGER for those of a table that it does not name, and anything for a backup lock: only the server knows.
 */
const SELECT_AWAITED = `SELECT DISTINCT ${HOLDER}, COALESCE(held.OBJECT_NAME, held.OBJECT_SCHEMA, held.OBJECT_TYPE) AS \`table\`
  FROM performance_schema.threads me
  JOIN performance_schema.metadata_locks awaited ON awaited.OWNER_THREAD_ID = me.THREAD_ID AND awaited.LOCK_STATUS = 'PENDING'
  JOIN performance_schema.metadata_locks held ON held.OBJECT_TYPE = awaited.OBJECT_TYPE
    AND held.OBJECT_SCHEMA <=> awaited.OBJECT_SCHEMA AND held.OBJECT_NAME <=> awaited.OBJECT_NAME
    AND held.LOCK_STATUS = 'GRANTED' AND held.OWNER_THREAD_ID <> me.THREAD_ID
    AND NOT (awaited.LOCK_TYPE IN ${WEAK} AND held.LOCK_TYPE IN ${WEAK})
  JOIN performance_schema.threads t ON t.THREAD_ID = held.OWNER_THREAD_ID
  WHERE me.PROCESSLIST_ID = ?
UNION
  SELECT DISTINCT ${HOLDER}, held.OBJECT_NAME AS \`table\`
  FROM performance_schema.threads me
  JOIN performance_schema.data_lock_waits awaited ON awaited.REQUESTING_THREAD_ID = me.THREAD_ID
  JOIN performance_schema.data_locks held ON held.ENGINE_LOCK_ID = awaited.BLOCKING_ENGINE_LOCK_ID
  JOIN performance_schema.threads t ON t.THREAD_ID = awaited.BLOCKING_THREAD_ID
  WHERE me.PROCESSLIST_ID = ?`;

const SELECT_HOLDERS = `SELECT DISTINCT ${HOLDER}, l.OBJECT_NAME AS \`table\`
  FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
  WHERE l.OBJECT_TYPE IN ('TABLE', 'PROCEDURE', 'FUNCTION') AND l.OBJECT_SCHEMA = ? AND l.LOCK_STATUS = 'GRANTED'
    AND t.PROCESSLIST_ID <> CONNECTION_ID()`;

/** Pairs of what may lock one another: tables by their foreign keys, triggers and their tables. */
const SELECT_TIES = `SELECT TABLE_NAME AS one, REFERENCED_TABLE_NAME AS other
    FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND UNIQUE_CONSTRAINT_SCHEMA = CONSTRAINT_SCHEMA
  UNION SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?`;

/**
 * Who holds what the session with this id waits for at this moment, asked from another session; empty where it does
 * not wait, undefined when the user may not ask (SELECT on performance_schema).
 */
export async function readAwaited(
  observer: Session,
  waitingId: number,
): Promise<readonly Blocker[] | undefined> {
  try {
    return await readRows<Blocker>(observer, SELECT_AWAITED, [waitingId, waitingId]);
  } catch {
    return undefined;
  }
}

/**
 * Who may have held what a statement waited for, asked after the wait failed: our own pending lock is gone by then,
 * theirs are not. Beside what the statement names that are the tables tied to it by a foreign key or trigger.
 * Undefined when the user may not ask.
 */
export async function readBlockers(
  session: Session,
  names: ReadonlySet<string>,
): Promise<readonly Blocker[] | undefined> {
  try {
    const rows = await readRows<Blocker>(session, SELECT_HOLDERS, [session.schema]);
    const named = rows.filter((row) => names.has(row.table.toLowerCase()));
    if (rows.length === named.length) return named;
    const tied = await readTied(session, names);
    return [...named, ...rows.filter((row) => !named.includes(row) && tied.has(row.table.toLowerCase()))];
  } catch {
    return undefined;
  }
}

async function readTied(session: Session, names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { schema } = session;
  const ties = await readRows<{ one: string; other: string }>(session, SELECT_TIES, [schema, schema]);
  const lower = ties.map(({ one, other }) => [one.toLowerCase(), other.toLowerCase()] as const);
  return new Set(
    lower.flatMap(([one, other]) => [...(names.has(one) ? [other] : []), ...(names.has(other) ? [one] : [])]),
  );
}

/** `held by connection 812 (app@10.0.0.7, Sleep for 40 s) on orders`. */
export function describeBlockers(blockers: readonly Blocker[] | undefined): string {
  if (blockers === undefined) {
    return 'who blocks it cannot be read: GRANT SELECT ON performance_schema.* would name it';
  }
  if (blockers.length === 0) return 'nobody holds the table any more';
  return blockers
    .slice(0, 5)
    .map(
      ({ connectionId, user, host, command, seconds, table }) =>
        `held by connection ${connectionId} (${user ?? '?'}@${host ?? '?'}, ${command ?? '?'} for ${seconds ?? '?'} s) on ${table}`,
    )
    .join('; ');
}
