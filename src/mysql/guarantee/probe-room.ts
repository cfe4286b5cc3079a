import type { Problem } from '../../errors.ts';
import { readRow, readRows, type Session } from '../session/connection.ts';

/** What a restore opens at most at one time: those that load, the replay, its log stream, and those that swap. */
const CONNECTIONS = 8;

const SELECT_LIMITS = `SELECT @@max_connections AS most, @@max_user_connections AS mostOfUser`;
const SELECT_USED = `SHOW GLOBAL STATUS LIKE 'Threads_connected'`;

/** Says so where the server has not enough connections left for a restore, before anything is changed. */
export async function probeRoom(session: Session): Promise<readonly Problem[]> {
  const limits = await readRow<{ most: number | string; mostOfUser: number | string }>(
    session,
    SELECT_LIMITS,
  );
  const [used] = await readRows<{ Value: string }>(session, SELECT_USED);
  const [most, mostOfUser] = [Number(limits.most), Number(limits.mostOfUser)];
  const free = most - Number(used?.Value ?? 0);
  if (free >= CONNECTIONS && (mostOfUser === 0 || mostOfUser > CONNECTIONS)) return [];
  const left =
    free < CONNECTIONS
      ? `the server has ${Math.max(0, free)} of ${most} left (max_connections)`
      : `this account may have ${mostOfUser} (max_user_connections)`;
  return [
    {
      code: 'server-error',
      message: `a restore may need ${CONNECTIONS} connections, and ${left}; nothing was changed`,
      fix: 'run when fewer are open, or raise that limit',
    },
  ];
}
