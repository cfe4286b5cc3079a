import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Connection,
  ConnectionOptions,
  QueryResult,
  ResultSetHeader,
  RowDataPacket,
} from 'mysql2/promise';
import type { Beginning } from '../../sql/text-mode.ts';
import { ExpectedError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { describeServerError, isLoginRefused, isUnknownSchema, isUnreachable } from './server-error.ts';
import { SessionGroup } from './session-group.ts';
import { watched } from './session-watch.ts';

export type SslMode = 'disabled' | 'required' | 'verify-ca' | 'verify-identity';

/** Where the target is and how to log in. */
export interface DatabaseInputs {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
  readonly ssl: SslMode;
  /** A file or PEM text. */
  readonly sslCa: string | undefined;
  /** Seconds to keep trying. */
  readonly connectTimeout: number;
}

/** One connection, never a pool. */
export interface Session {
  readonly connection: Connection;
  /** What CONNECTION_ID() says: behind a router the greeting of the connection has another number, or 0. */
  readonly id: number;
  /** In lower case where the server does not tell cases apart: two spellings of one schema are one lock. */
  readonly schema: string;
  /** Which server this is: behind a router two sessions may have two. */
  readonly serverUuid: string;
  /** How a session of this account begins; `init_connect` has its say too. */
  readonly beginning: Beginning;
  readonly group: SessionGroup;
  /** Seconds for which a further connection like this one is tried. */
  readonly connectTimeout: number;
}

type Value = string | number | null;

/** Runs one statement with bound values and gives its rows. */
export async function readRows<Row>(
  session: Session,
  sql: string,
  values: readonly Value[] = [],
): Promise<Row[]> {
  const [rows] = await watched(session, () => session.connection.execute<RowDataPacket[]>(sql, [...values]));
  return rows as Row[];
}

/** Like `readRows`, for the one row that must be there. */
export async function readRow<Row>(
  session: Session,
  sql: string,
  values: readonly Value[] = [],
): Promise<Row> {
  const [row] = await readRows<Row>(session, sql, values);
  if (row === undefined) throw new Error(`the server gave no row for: ${sql}`);
  return row;
}

/** Runs one statement of ours with bound values, so that no `sql_mode` of a changeset can change their meaning. */
export async function write(
  session: Session,
  sql: string,
  values: readonly Value[] = [],
): Promise<ResultSetHeader> {
  const [result] = await watched(session, () =>
    session.connection.execute<ResultSetHeader>(sql, [...values]),
  );
  session.group.gtids.note(result);
  return result;
}

/** Sends one statement as it is: for what cannot be prepared, and for the statements of changesets. */
export async function send(session: Session, sql: string): Promise<QueryResult> {
  const [result] = await watched(session, () => session.connection.query<RowDataPacket[]>(sql));
  session.group.gtids.note(result);
  return result;
}

/** Opens a session, trying for up to `connectTimeout` seconds while nobody answers, and closes it in the end. */
export async function withConnection<T>(
  database: DatabaseInputs,
  log: Log,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(database, log);
  try {
    return await use(session);
  } finally {
    await close(session);
  }
}

/** From here on the server refuses every write of this session: read modes cannot change anything by mistake. */
export async function makeReadOnly(session: Session): Promise<void> {
  await send(session, 'SET SESSION TRANSACTION READ ONLY');
}

/** Ends a session. */
export async function close(session: Session): Promise<void> {
  // A session that hangs must not hang us: the socket goes after a second whatever happens.
  const ended = session.connection.end().catch(() => undefined);
  await Promise.race([ended, sleep(1000, undefined, { ref: false })]);
  session.connection.destroy();
}

/** What a session says of itself: by that the next run finds, and ends, what a run that is gone has left. */
export function attributesOf(part: string, runId: string | undefined): Readonly<Record<string, string>> {
  return { 'db-deploy': part, ...(runId === undefined ? {} : { 'db-deploy-run': runId }) };
}

/** Opens a session of our own; the caller closes it. */
export async function connect(database: DatabaseInputs, log: Log): Promise<Session> {
  const connection = await openConnection(database, log, {
    connectAttributes: attributesOf('control', undefined),
  });
  return toOwnSession(connection, database);
}

/** Opens a connection, trying for up to `connectTimeout` seconds while no server answers. */
export async function openConnection(
  database: DatabaseInputs,
  log: Log,
  more: Pick<ConnectionOptions, 'flags' | 'charset' | 'connectAttributes'>,
): Promise<Connection> {
  const options = { ...(await connectionOptions(database)), ...more };
  const { createConnection } = await import('mysql2/promise');
  const open = async (connectTimeout: number): Promise<Connection> => {
    const connection = await createConnection({ ...options, connectTimeout });
    // An error between two statements would otherwise end the process; the next statement reports it.
    connection.on('error', () => undefined);
    return connection;
  };
  const onWait = (error: unknown): void =>
    log({
      level: 'info',
      event: 'waiting-for-server',
      message: `waiting up to ${database.connectTimeout} s for ${database.host}:${database.port} (${describeServerError(error)})`,
    });
  try {
    return await keepTrying(open, database.connectTimeout, onWait);
  } catch (error) {
    throw connectionError(error, database);
  }
}

/** Opens a connection, again and again for some seconds while no server answers or it has no room for one more. */
export async function keepTrying<T>(
  open: (connectTimeout: number) => Promise<T>,
  seconds: number,
  onWait: (error: unknown) => void,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(Math.max(1000, Math.min(10_000, deadline - Date.now())));
    } catch (error) {
      const pause = Math.min(2000, 100 * 2 ** attempt);
      if (!isUnreachable(error) || Date.now() + pause > deadline) throw error;
      if (attempt === 1) onWait(error);
      await sleep(pause);
    }
  }
}

/**
 * What our own statements rely on, whatever the server's global settings are: a global `autocommit = 0` or
 * `completion_type` would leave what we record uncommitted, a `sql_select_limit` would cut off what we read.
 */
const OWN_SETTINGS = `SET autocommit = 1, completion_type = NO_CHAIN, transaction_read_only = OFF,
  sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  sql_select_limit = 18446744073709551615, max_execution_time = 0, sql_safe_updates = OFF, sql_auto_is_null = OFF,
  sql_big_selects = ON, foreign_key_checks = 1, unique_checks = 1, NAMES utf8mb4`;

/** Who and where a session is. */
const SELECT_IDENTITY = `SELECT CONNECTION_ID() AS id, @@server_uuid AS server_uuid,
  IF(@@lower_case_table_names = 0, DATABASE(), LOWER(DATABASE())) AS schema_name,
  @@SESSION.sql_mode AS sqlMode, @@GLOBAL.sql_mode AS defaultSqlMode, @@SESSION.character_set_client AS characterSet`;

interface IdentityRow extends Beginning {
  readonly id: number | string;
  readonly server_uuid: string;
  readonly schema_name: string;
}

async function toOwnSession(
  connection: Connection,
  { name, connectTimeout }: DatabaseInputs,
): Promise<Session> {
  const beginning = { sqlMode: '', defaultSqlMode: '', characterSet: '' };
  const group = new SessionGroup();
  const unknown = { connection, id: 0, schema: name, serverUuid: '', beginning, connectTimeout, group };
  try {
    const session = await identify(unknown);
    await send(session, `${OWN_SETTINGS}, lock_wait_timeout = ${waitSeconds(connectTimeout)}`);
    return session;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** How long one of our own reads or writes waits for a table: the server's default is a year. */
function waitSeconds(connectTimeout: number): number {
  return Math.max(LEAST_WAIT, Math.ceil(connectTimeout));
}

const LEAST_WAIT = 10;

/** Asks a new connection, before anything changes it, who it is and how sessions begin here. */
async function identify(session: Session): Promise<Session> {
  const { id, server_uuid, schema_name, ...beginning } = await readRow<IdentityRow>(session, SELECT_IDENTITY);
  return { ...session, id: Number(id), schema: schema_name, serverUuid: server_uuid, beginning };
}

async function connectionOptions(database: DatabaseInputs): Promise<ConnectionOptions> {
  return {
    host: database.host,
    port: database.port,
    user: database.user,
    password: database.password,
    database: database.name,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    multipleStatements: false,
    // A statement may run for hours without a byte: probes keep routers from forgetting it, and find a dead peer.
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
    ...(await sslOptions(database)),
  };
}

async function sslOptions(database: DatabaseInputs): Promise<Pick<ConnectionOptions, 'ssl'>> {
  const { ssl, sslCa, host } = database;
  if (ssl === 'disabled') return {};
  // The driver checks the certificate of an address against the name `localhost`.
  if (ssl === 'verify-identity' && /^[\d.]+$|:/.test(host)) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: `db-ssl: verify-identity compares the certificate with a host name, and db-host ${host} is an address`,
      fix: "give the host name that stands in the server's certificate as db-host, or use verify-ca",
    });
  }
  if (ssl === 'required') return { ssl: { rejectUnauthorized: false } };
  const ca = sslCa === undefined ? {} : { ca: await readCertificate(sslCa) };
  return { ssl: { ...ca, rejectUnauthorized: true, verifyIdentity: ssl === 'verify-identity' } };
}

async function readCertificate(sslCa: string): Promise<string> {
  if (isPem(sslCa)) return sslCa;
  const text = await readCertificateFile(sslCa);
  if (isPem(text)) return text;
  throw new ExpectedError({
    code: 'invalid-input',
    message: `db-ssl-ca: there is no certificate in ${JSON.stringify(sslCa)}`,
    fix: 'give the path of a PEM file, or its text',
  });
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

async function readCertificateFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: `db-ssl-ca: cannot read ${JSON.stringify(path)}: ${(error as Error).message}`,
      fix: 'give the path of a PEM file, or its text',
    });
  }
}

function connectionError(error: unknown, database: DatabaseInputs): unknown {
  const words = describeServerError(error);
  const where = `${database.host}:${database.port}`;
  if (isLoginRefused(error)) {
    return new ExpectedError({
      code: 'access-denied',
      message: `${where} refused the login of ${database.user}: ${words}`,
      fix: 'check db-user and db-password',
    });
  }
  if (isUnknownSchema(error)) {
    return new ExpectedError({
      code: 'connection-failed',
      message: `${where}: ${words}`,
      fix: `create the schema once: CREATE DATABASE \`${database.name}\`, or check db-name`,
    });
  }
  if (isUnreachable(error)) {
    return new ExpectedError({
      code: 'connection-lost',
      message: `no MySQL server answered at ${where} for ${database.connectTimeout} s: ${words}`,
      fix: 'check db-host and db-port, that the server runs, and that this machine may reach it',
    });
  }
  return new ExpectedError({
    code: 'connection-failed',
    message: `cannot connect to ${where}: ${words}`,
    fix: connectionFix(words),
  });
}

function connectionFix(words: string): string {
  if (/ENOTFOUND/.test(words)) return 'check db-host: no such name is known';
  if (/ssl|certificate|tls|secure.transport/i.test(words))
    return 'check db-ssl and db-ssl-ca against what the server offers';
  if (/1044|denied/i.test(words)) return 'grant the user access to the schema, or check db-name';
  return 'check db-host, db-port, db-user, db-name and db-ssl';
}
