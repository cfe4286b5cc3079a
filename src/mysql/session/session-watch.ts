import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { isUnreachable } from './server-error.ts';

/** A connection of which an answer is awaited. */
export interface Watched {
  readonly connection: Connection;
  /** The server's number for it. */
  readonly id: number;
  /** Seconds. */
  readonly connectTimeout: number;
}

/** No answer is expected sooner, however short `connect-timeout` is. */
const LEAST_SECONDS = 10;

/**
 * Waits for an answer of the server, as long as the server is at work on it. When none came for `connect-timeout` a second
 * connection looks: where the server does not answer there either, has no such session, or waits for its next command,
 * the connection counts as lost. Without this a silent server or a router that forgot the connection would hang a run for good.
 */
export async function watched<T>(target: Watched, work: () => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const answer = work().finally(() => ended.abort());
  const lost = watch(target, ended.signal);
  // It never wins unless it fails.
  lost.catch(() => undefined);
  return Promise.race([answer, lost]);
}

async function watch(target: Watched, signal: AbortSignal): Promise<never> {
  const seconds = Math.max(LEAST_SECONDS, target.connectTimeout);
  const never = new Promise<never>(() => undefined);
  for (;;) {
    const isTime = await sleep(seconds * 1000, true, { signal, ref: false }).catch(() => false);
    if (!isTime) return never;
    const why = await look(target, seconds);
    if (signal.aborted) return never;
    if (why === undefined) continue;
    destroy(target.connection);
    throw Object.assign(new Error(`no answer for ${seconds} s, and ${why}`), {
      code: 'PROTOCOL_CONNECTION_LOST',
    });
  }
}

/** Why no answer will come; undefined while one may. */
async function look(target: Watched, seconds: number): Promise<string | undefined> {
  const tooLate = sleep(seconds * 1000, 'too-late' as const, { ref: false });
  try {
    const found = await Promise.race([ask(target, seconds), tooLate]);
    if (found === 'too-late') return 'a second connection got none either';
    // It has no number yet: it is only just being opened.
    if (target.id === 0) return undefined;
    if (found === undefined) return `the server has no connection ${target.id} any more`;
    const isIdle = found.command === 'Sleep' && Number(found.time) >= seconds / 2;
    return isIdle ? `the server waits for the next command of connection ${target.id}` : undefined;
  } catch (error) {
    // What else keeps a second connection out (its number, a password that changed) says nothing of the first.
    return isUnreachable(error) && !isFull(error) ? 'a second connection reached no server' : undefined;
  }
}

function isFull(error: unknown): boolean {
  return [1040, 1203, 1226].includes((error as { readonly errno?: number }).errno ?? 0);
}

const SELECT_STATE =
  'SELECT COMMAND AS command, TIME AS time FROM information_schema.PROCESSLIST WHERE ID = ?';

async function ask(
  { connection, id }: Watched,
  seconds: number,
): Promise<{ readonly command: string; readonly time: number | string } | undefined> {
  const { createConnection } = await import('mysql2/promise');
  const { host, port, user, password, ssl } = connection.config;
  const second = await createConnection({
    ...{ host, port, user, password, connectTimeout: seconds * 1000 },
    ...(ssl === undefined ? {} : { ssl }),
  } as Parameters<typeof createConnection>[0]);
  second.on('error', () => undefined);
  try {
    const [rows] = await second.query<RowDataPacket[]>(SELECT_STATE, [id]);
    return rows[0] as { command: string; time: number | string } | undefined;
  } finally {
    second.destroy();
  }
}

/** The driver would send a farewell first, and wait. */
function destroy(connection: Connection): void {
  connection.destroy();
  (
    connection as unknown as { connection?: { stream?: { destroy?: () => void } } }
  ).connection?.stream?.destroy?.();
}
