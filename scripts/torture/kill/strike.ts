import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Server } from '../../mysql/start-server.ts';
import type { Running } from './running.ts';
import type { Random } from './random.ts';

/** What happens to a run. */
export const STRIKES = [
  ...([
    'killed',
    'cancelled',
    'terminated',
    'stopped',
    'connection killed',
    'all connections killed',
  ] as const),
  ...(['query killed', 'server killed', 'server restarted'] as const),
];
export type Strike = (typeof STRIKES)[number];

const SELECT_SESSIONS = `SELECT ID AS id FROM information_schema.PROCESSLIST
  WHERE ID <> CONNECTION_ID() AND USER = 'root' AND COMMAND <> 'Daemon' AND (DB LIKE ? OR COMMAND = 'Binlog Dump')`;

/** Does it; what it stopped goes on after some seconds. */
export async function strike(
  what: Strike,
  running: Running,
  {
    server,
    root,
    database,
    random,
  }: {
    readonly server: Server;
    readonly root: Connection;
    readonly database: string;
    readonly random: Random;
  },
): Promise<void> {
  const { child } = running;
  switch (what) {
    case 'killed':
      child.kill('SIGKILL');
      return;
    case 'cancelled':
      child.kill('SIGINT');
      return;
    case 'terminated':
      child.kill('SIGTERM');
      return;
    case 'stopped':
      child.kill('SIGSTOP');
      await sleep(1000 + random.next() * 4000);
      child.kill('SIGCONT');
      return;
    case 'server killed':
      await server.kill();
      await server.start();
      return;
    case 'server restarted':
      await server.restart();
      return;
    case 'query killed':
    case 'connection killed':
    case 'all connections killed': {
      const [rows] = (await root.query(SELECT_SESSIONS, [`${database}%`])) as unknown as [{ id: number }[]];
      const chosen = what === 'all connections killed' ? rows : rows.length > 0 ? [random.pick(rows)] : [];
      const verb = what === 'query killed' ? 'KILL QUERY' : 'KILL';
      for (const { id } of chosen) await root.query(`${verb} ${id}`).catch(() => undefined);
    }
  }
}
