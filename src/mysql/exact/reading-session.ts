import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { LogPoint } from '../../backup/backup.ts';
import type { Session } from '../session/connection.ts';
import { quoteName } from '../session/quote-name.ts';

/** A connection of its own with a snapshot of the whole schema, in the settings that exact literals need. */
export interface ReadingSession {
  readonly connection: Connection;
  /** The place in the log at which its snapshot was taken; undefined where that is not known exactly. */
  readonly place: LogPoint | undefined;
  readonly close: () => void;
}

/** Generated columns are computed and text is compared as in the session of a load. */
const SETTINGS = `SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO',
  group_concat_max_len = 4294967295, max_execution_time = 0, net_write_timeout = 600, lock_wait_timeout = 600,
  transaction_isolation = 'REPEATABLE-READ'`;
const BEGIN = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';

/** Opens one. */
export async function openReading(like: Session, log: 'has-log' | 'no-log'): Promise<ReadingSession> {
  const connection = await openExact(like);
  const close = (): void => connection.destroy();
  try {
    const place = log === 'has-log' ? await beginAtKnownPlace(connection) : undefined;
    if (place === undefined) await connection.query(BEGIN);
    await connection.query('SET character_set_results = binary');
    return { connection, place, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A connection in these settings without a snapshot. */
export async function openExact(like: Session): Promise<Connection> {
  const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout },
    ...(ssl === undefined ? {} : { ssl }),
    charset: 'utf8mb4',
    multipleStatements: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  } as Parameters<typeof createConnection>[0]);
  connection.on('error', () => undefined);
  try {
    await connection.query(`USE ${quoteName(like.schema)}`);
    await connection.query(SETTINGS);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

const PATIENCE_MS = 3000;

/**
 * A transaction is visible a moment before it counts as executed, so an equal set on both sides is no proof; that nobody
 * owned a GTID in between is. Undefined where no such moment came: the snapshot then has no exact place.
 */
async function beginAtKnownPlace(connection: Connection): Promise<LogPoint | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 0; performance.now() < deadline; attempt += 1) {
    const place = await tryPlace(connection).catch(() => undefined);
    if (place === 'unknown') return undefined;
    if (place !== undefined) return place;
    await connection.query('ROLLBACK');
    await sleep(attempt % 5);
  }
  return undefined;
}

async function tryPlace(connection: Connection): Promise<LogPoint | 'unknown' | undefined> {
  const status = await statusStatement(connection);
  const [results] = await connection.query<RowDataPacket[][]>(
    `${status}; SELECT @@GLOBAL.gtid_mode AS mode, @@GLOBAL.gtid_owned AS owned; ${BEGIN}; ${status}`,
  );
  const [before] = results[0] ?? [];
  const [owners] = results[1] ?? [];
  const [after] = results[3] ?? [];
  if (!before || !after || !owners || owners['mode'] !== 'ON') return 'unknown';
  const isSame = before['File'] === after['File'] && String(before['Position']) === String(after['Position']);
  if (owners['owned'] !== '' || !isSame || before['Executed_Gtid_Set'] !== after['Executed_Gtid_Set'])
    return undefined;
  return {
    gtidExecuted: String(before['Executed_Gtid_Set']).replaceAll(/\s/g, ''),
    file: String(before['File']),
    position: Number(before['Position']),
  };
}

/** Until 8.2 the statement had another name. */
async function statusStatement(connection: Connection): Promise<string> {
  try {
    await connection.query('SHOW BINARY LOG STATUS');
    return 'SHOW BINARY LOG STATUS';
  } catch {
    return 'SHOW MASTER STATUS';
  }
}
