import { readRows, type Session } from './connection.ts';

/** A session of others that holds a metadata lock on a table. */
export interface Blocker {
  readonly connectionId: number | string;
  readonly user: string | null;
  readonly host: string | null;
  readonly seconds: number | string | null;
  readonly command: string | null;
  readonly table: string;
}

const SELECT_BLOCKERS = `SELECT DISTINCT t.PROCESSLIST_ID AS connectionId, t.PROCESSLIST_USER AS user,
    t.PROCESSLIST_HOST AS host, t.PROCESSLIST_TIME AS seconds, t.PROCESSLIST_COMMAND AS command,
    l.OBJECT_NAME AS \`table\`
  FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
  WHERE l.OBJECT_TYPE = 'TABLE' AND l.OBJECT_SCHEMA = ? AND l.LOCK_STATUS = 'GRANTED'
    AND t.PROCESSLIST_ID <> CONNECTION_ID()`;

/**
 * Who holds metadata locks on the tables that a statement names; undefined when the user may not ask (SELECT on
 * performance_schema). Asked after a wait failed: our own pending lock is gone by then, theirs are not.
 */
export async function readBlockers(
  session: Session,
  names: ReadonlySet<string>,
): Promise<readonly Blocker[] | undefined> {
  try {
    const rows = await readRows<Blocker>(session, SELECT_BLOCKERS, [session.schema]);
    return rows.filter((row) => names.has(row.table.toLowerCase()));
  } catch {
    return undefined;
  }
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
