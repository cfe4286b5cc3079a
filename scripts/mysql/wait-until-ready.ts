import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Running } from './engine.ts';
import { messageOf } from './run-program.ts';

/** Where and as whom to log in. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const PATIENCE = 120_000;
const PAUSE = 25;

/** Waits until a login succeeds, which no other server's password would let it, and gives the version. */
export async function waitUntilReady(running: Running, login: Login, database: string): Promise<string> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await tryLogin(login, database);
    } catch (error) {
      const exited = await running.hasExited();
      if (exited || Date.now() > deadline) throw await startError(running, exited, error);
      await sleep(PAUSE);
    }
  }
}

/** Whether a server lets this user in now. */
export async function answers(login: Login): Promise<boolean> {
  try {
    const { host, port, user, password } = login;
    const connection = await createConnection({ host, port, user, password, connectTimeout: 5_000 });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

async function tryLogin(login: Login, database: string): Promise<string> {
  const connection = await createConnection({ ...login, connectTimeout: 5_000 });
  try {
    return await prepare(connection, database);
  } finally {
    connection.destroy();
  }
}

/** Unlogged, so that a new server has no transactions of its own; a read-only one has its database already. */
async function prepare(connection: Connection, database: string): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>(
    'SELECT VERSION() AS version, @@read_only AS fixed',
  );
  if (!row!['fixed']) {
    await connection.query('SET sql_log_bin = 0');
    await connection.query('CREATE DATABASE IF NOT EXISTS ??', [database]);
  }
  return row!['version'] as string;
}

async function startError(running: Running, exited: boolean, cause: unknown): Promise<Error> {
  const what = exited ? 'the server did not start' : `the server let nobody in (${messageOf(cause)})`;
  const log = (await running.readLog()).trim().split('\n').slice(-20).join('\n');
  return new Error(`${what}; its log ends:\n${log}`, { cause });
}
