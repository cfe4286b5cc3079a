import { readRows, type Session } from '../session/connection.ts';
import { isConnectionLost } from '../session/server-error.ts';

interface UnloggedRow {
  readonly id: number | string;
  readonly user: string | null;
  readonly name: string;
  readonly value: string;
}

const SELECT_SESSIONS = `SELECT t.PROCESSLIST_ID AS id, t.PROCESSLIST_USER AS user, v.VARIABLE_NAME AS name,
    v.VARIABLE_VALUE AS value
  FROM performance_schema.variables_by_thread AS v JOIN performance_schema.threads AS t USING (THREAD_ID)
  WHERE t.PROCESSLIST_ID <> CONNECTION_ID() AND t.TYPE = 'FOREGROUND' AND ((v.VARIABLE_NAME = 'sql_log_bin' AND v.VARIABLE_VALUE = 'OFF')
    OR (v.VARIABLE_NAME = 'binlog_format' AND v.VARIABLE_VALUE <> 'ROW')
    OR (v.VARIABLE_NAME = 'binlog_row_image' AND v.VARIABLE_VALUE <> 'FULL'))
  ORDER BY 1, 3 LIMIT 10`;

/**
 * Sessions whose writes the log would not have, or not as whole rows, as exceptions from a lossless restore. An account
 * that may not look at the sessions of others sees none; docs/lossless-restore.md says so.
 */
export async function readUnloggedSessions(session: Session): Promise<readonly string[]> {
  const rows = await readRows<UnloggedRow>(session, SELECT_SESSIONS).catch((error: unknown) => {
    if (isConnectionLost(error)) throw error;
    return [];
  });
  return rows.map(({ id, user, name, value }) => {
    const what = name === 'sql_log_bin' ? 'what' : 'everything, if';
    const verb = name === 'sql_log_bin' ? 'writes' : 'writes here';
    return `${what} session ${id} of ${user ?? 'the server'} ${verb}: its ${name} is ${value}`;
  });
}
