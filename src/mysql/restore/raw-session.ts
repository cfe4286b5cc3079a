import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { quoteName } from '../quote-name.ts';
import type { Session } from '../connection.ts';

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
  readonly rows: (sql: Bytes) => Promise<readonly Readonly<Record<string, Bytes | null>>[]>;
  /** Ends the connection; what the server is doing for it goes on. */
  readonly close: () => void;
}

/** Opens a connection like that of another session, with `schema` as its default. */
export async function openRaw(like: Session, schema: string): Promise<RawSession> {
  const { host, port, user, password, ssl, connectTimeout } = like.connection.config;
  const connection = await createConnection({
    ...{ host, port, user, password, connectTimeout },
    ...(ssl === undefined ? {} : { ssl }),
    // The driver's encoding of this one is a byte for a character, in both directions.
    charset: 'BINARY',
    multipleStatements: true,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  } as Parameters<typeof createConnection>[0]);
  connection.on('error', () => undefined);
  // Else the driver would follow `SET character_set_client` and encode the next statement.
  await connection.query("SET SESSION session_track_system_variables = ''");
  await connection.query(toBytes(`USE ${quoteName(schema)}`));
  const [rows] = await connection.query<RowDataPacket[]>('SELECT CONNECTION_ID() AS id');
  return {
    id: Number(rows[0]?.['id']),
    run: async (sql) => void (await connection.query(sql)),
    rows: async (sql) => readBytes(connection, sql),
    close: () => connection.destroy(),
  };
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
