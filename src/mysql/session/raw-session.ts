import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { attributesOf, keepTrying, type Session } from './connection.ts';
import { quoteName } from './quote-name.ts';
import { watched } from './session-watch.ts';

/**
 * SQL as the server gets it, one character a byte. A definition may be stored in any character set, so the text of a
 * dump is not UTF-8 as a whole: decoding it would damage what it restores.
 */
export type Bytes = string;

/** UTF-8 text as bytes. */
export function toBytes(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Bytes that are known to be UTF-8 as text. */
export function fromBytes(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A connection that sends and receives bytes as they are, several statements at once if need be. */
export interface RawSession {
  readonly id: number;
  readonly run: (sql: Bytes) => Promise<void>;
  /** Runs one statement and gives the first thing that the server warns of. */
  readonly runWarned: (sql: Bytes) => Promise<string | undefined>;
  readonly rows: (sql: Bytes) => Promise<readonly Readonly<Record<string, Bytes | null>>[]>;
  /** Ends the connection; what the server is doing for it goes on. */
  readonly close: () => void;
}

/**
 * Seconds that a restore's connection lives without us. A runner that stops or vanishes while it holds LOCK TABLES keeps
 * the application out for no longer.
 */
const IDLE_SECONDS = 20;
const KEEP_ALIVE_MS = 5000;

/** Opens a connection like that of another session, with `schema` as its default, and keeps it alive. */
export async function openRaw(like: Session, schema: string): Promise<RawSession> {
  const open = (connectTimeout: number): Promise<OpenedOnce> => openOnce(like, schema, connectTimeout);
  // A server that has no room for one more may have it in a moment.
  const { connection, id } = await keepTrying(open, like.connectTimeout, () => undefined);
  const keepAlive = setInterval(() => void connection.ping().catch(() => undefined), KEEP_ALIVE_MS).unref();
  const target = { connection, id, connectTimeout: like.connectTimeout };
  return {
    id,
    run: async (sql) => void (await watched(target, () => connection.query(sql))),
    runWarned: async (sql) => {
      const [result] = await watched(target, () => connection.query(sql));
      if ((result as Partial<ResultSetHeader>).warningStatus === 0) return undefined;
      const [first] = await watched(target, () => readBytes(connection, 'SHOW WARNINGS LIMIT 1'));
      return first && fromBytes(first['Message'] ?? '');
    },
    rows: async (sql) => watched(target, () => readBytes(connection, sql)),
    close: () => {
      clearInterval(keepAlive);
      connection.destroy();
    },
  };
}

/** Opens several; where one cannot be opened none is left. */
export async function openRaws(like: Session, schema: string, count: number): Promise<readonly RawSession[]> {
  const tries = await Promise.allSettled(Array.from({ length: count }, () => openRaw(like, schema)));
  const opened = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = tries.find((each) => each.status === 'rejected');
  if (!failed) return opened;
  for (const each of opened) each.close();
  throw failed.reason;
}

interface OpenedOnce {
  readonly connection: Connection;
  readonly id: number;
}

async function openOnce(like: Session, schema: string, connectTimeout: number): Promise<OpenedOnce> {
  const { host, port, user, password, ssl } = like.connection.config;
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout },
    ...(ssl === undefined ? {} : { ssl }),
    // The driver's encoding of this one is a byte for a character, in both directions.
    charset: 'BINARY',
    multipleStatements: true,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
    connectAttributes: attributesOf('restore', like.group.runId),
  } as Parameters<typeof createConnection>[0]);
  connection.on('error', () => undefined);
  try {
    // Else the driver would follow `SET character_set_client` and encode the next statement.
    await connection.query(`SET SESSION session_track_system_variables = '', wait_timeout = ${IDLE_SECONDS}`);
    await connection.query(toBytes(`USE ${quoteName(schema)}`));
    // Behind a router the greeting has another number, or 0.
    const [rows] = await connection.query<RowDataPacket[]>('SELECT CONNECTION_ID() AS id');
    return { connection, id: Number(rows[0]?.['id']) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function readBytes(
  connection: Connection,
  sql: Bytes,
): Promise<readonly Readonly<Record<string, Bytes | null>>[]> {
  const [rows] = await connection.query({
    sql,
    typeCast: (field) => field.buffer()?.toString('latin1') ?? null,
  });
  return rows as Readonly<Record<string, Bytes | null>>[];
}
