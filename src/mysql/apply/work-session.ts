import type { Connection } from 'mysql2/promise';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import {
  attributesOf,
  close,
  openConnection,
  send,
  type DatabaseInputs,
  type Session,
} from '../session/connection.ts';
import { workLockName } from '../lock/lock.ts';
import { literal } from '../session/own-text.ts';

/** How long a work session waits for its lock: the session before it has been closed, so it is nearly free. */
const LOCK_SECONDS = 10;

/**
 * The driver asks for more than the `mysql` client does. FOUND_ROWS changes what ROW_COUNT() says of an UPDATE,
 * IGNORE_SPACE is kept in the `sql_mode` of every routine, and LOCAL_FILES lets the server ask for files.
 */
const CLIENT_FLAGS = ['-FOUND_ROWS', '-IGNORE_SPACE', '-ODBC', '-LOCAL_FILES'];

/**
 * Opens a session that is what the `mysql` client would have: `init_connect`, default roles and the server's own
 * settings, on the server of the control session. The caller closes it. The last that it was sent is a SELECT of one
 * row, which leaves ROW_COUNT() and FOUND_ROWS() as a new session of the client has them.
 */
export async function openLikeClient(
  control: Session,
  database: DatabaseInputs,
  log: Log,
  part: 'work' | 'preconditions',
  settings: string,
): Promise<Session> {
  const connection = await openConnection(database, log, {
    flags: CLIENT_FLAGS,
    // The client's, which is what `SET NAMES utf8mb4` gives; the driver's own name for it means another collation.
    charset: 'UTF8MB4_0900_AI_CI',
    connectAttributes: attributesOf(part, control.group.runId),
  });
  const session = { ...control, connection };
  try {
    keepUtf8(connection);
    await send(session, settings);
    return await identify(session, control, part);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

interface PlaceRow {
  readonly id: number | string;
  readonly server_uuid: string;
  readonly got: number | null;
}

/** Asks the session where it is and, for work, takes the work lock with the same statement. */
async function identify(
  session: Session,
  control: Session,
  part: 'work' | 'preconditions',
): Promise<Session> {
  const lock = literal(workLockName(control.schema));
  const takeLock = part === 'work' ? `GET_LOCK(${lock}, ${LOCK_SECONDS})` : '1';
  const [row] = (await send(
    session,
    `SELECT CONNECTION_ID() AS id, @@server_uuid AS server_uuid, ${takeLock} AS got`,
  )) as unknown as readonly PlaceRow[];
  const { id, server_uuid, got } = row!;
  if (server_uuid !== control.serverUuid) {
    throw new ExpectedError({
      code: 'unsupported-server',
      message: `a second connection reached another server (${server_uuid}) than the first (${control.serverUuid}); nothing was sent to it`,
      fix: 'connect to the primary itself, or to a port of the router that leads to one server only',
    });
  }
  if (got !== 1) {
    throw new ExpectedError({
      code: 'lock-held',
      message: `another session holds the work lock ${workLockName(control.schema)}; nothing more was run`,
      fix: 'find out which session holds it (SELECT IS_USED_LOCK), then run again',
    });
  }
  if (part === 'work') control.group.lastWorkId = Number(id);
  return { ...session, id: Number(id) };
}

/**
 * What leaves is always the UTF-8 that was judged. The driver would follow `SET NAMES latin1` and turn `ő` into
 * another letter; the server alone is to decide how it reads the bytes, as with the `mysql` client.
 */
function keepUtf8(connection: Connection): void {
  const { config } = (connection as unknown as { connection: { config: { charsetNumber: number } } })
    .connection;
  const utf8 = config.charsetNumber;
  Object.defineProperty(config, 'charsetNumber', { get: () => utf8, set() {} });
}

/** Opens a session for the length of `use`. */
export async function withPreconditionSession<T>(
  control: Session,
  database: DatabaseInputs,
  log: Log,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const settings = 'SET autocommit = 1, completion_type = NO_CHAIN';
  const session = await openLikeClient(control, database, log, 'preconditions', settings);
  try {
    return await use(session);
  } finally {
    await close(session);
  }
}

/**
 * What a changeset's session has that the client's has not: it commits by itself, waits shortly for metadata locks,
 * ends by itself when nobody is left who could use it, and says which transactions are its own.
 */
export function workSettings(
  { group }: Session,
  seconds: { readonly statementLockTimeout: number; readonly lockTimeout: number },
): string {
  const { tag } = group.gtids;
  const wait = Math.max(1, Math.ceil(seconds.statementLockTimeout));
  // It is not kept alive while a changeset runs: a ping would change ROW_COUNT().
  const idle = 120 + 2 * Math.ceil(seconds.lockTimeout);
  return [
    `SET autocommit = 1, completion_type = NO_CHAIN, lock_wait_timeout = ${wait}, wait_timeout = ${idle}`,
    `session_track_gtids = 'OWN_GTID'`,
    ...(tag === undefined ? [] : [`gtid_next = 'AUTOMATIC:${tag}'`]),
  ].join(', ');
}
