import { randomBytes } from 'node:crypto';
import { afterAll, afterEach } from '@jest/globals';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Address } from '../../scripts/mysql/server-folder.ts';
import { dumpDatabase, type DumpOptions } from './dump-database.ts';
import { testServer, type ServerName } from './test-servers.ts';

/** Where a database is and as whom to use it. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

/** One test's own database, used as root unless said otherwise. */
export interface TestDatabase extends ConnectionSettings {
  /** The folder with mysql, mysqldump and mysqlbinlog, for a PATH. */
  readonly binDir: string;
  /** The rows of one statement, or of the last of several. */
  readonly query: <Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Another connection, ended with the database. */
  readonly connect: (as?: Pick<ConnectionSettings, 'user' | 'password'>) => Promise<Connection>;
  /** Logs in again after the server was killed. */
  readonly reconnect: () => Promise<void>;
  /** The database as SQL that can be compared with another's. */
  readonly dump: (options?: DumpOptions) => Promise<string>;
  /** A new user with these privileges: `SELECT, INSERT` on the database, or `PROCESS ON *.*`. */
  readonly userWith: (...grants: readonly string[]) => Promise<ConnectionSettings>;
}

export interface TestDatabaseOptions {
  /** One of jest's servers, or one that the test started itself; `main` by default. */
  readonly server?: ServerName | Address;
  /** When it is dropped; after the test by default. */
  readonly lifetime?: 'test' | 'file';
}

/** db-deploy's own tables, those of pipelines included. */
const SELECT_TRACKING_TABLES = `SELECT TABLE_NAME AS name FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = ? AND (TABLE_NAME LIKE 'ops\\_%' OR TABLE_NAME LIKE 'DATABASECHANGELOG%')`;

type Release = () => Promise<void>;

const releases: Readonly<Record<'test' | 'file', Release[]>> = { test: [], file: [] };

async function releaseAll(lifetime: 'test' | 'file'): Promise<void> {
  const todo = releases[lifetime].splice(0).toReversed();
  for (const release of todo) await release();
}

afterEach(() => releaseAll('test'));
afterAll(() => releaseAll('file'));

/** Creates an empty database with a name of its own; it is dropped with its users when the test is over. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { server = 'main', lifetime = 'test' } = options;
  const address = typeof server === 'string' ? testServer(server) : server;
  // No underscore: GRANT takes it for a wildcard.
  const name = `test${randomBytes(5).toString('hex')}`;
  let root = await connectTo({ ...address, name: undefined });
  const opened: Connection[] = [root];
  const users: string[] = [];
  releases[lifetime].push(() => release(address, opened, name, users));
  await root.query('CREATE DATABASE ??', [name]);
  await root.changeUser({ database: name });
  return {
    ...settingsOf(address, name),
    binDir: address.binDir,
    query: async <Row>(sql: string, values: readonly unknown[] = []) =>
      lastRows(await root.query(sql, [...values])) as Row[],
    connect: async (as = address) => {
      const connection = await connectTo({ ...settingsOf(address, name), ...as });
      opened.push(connection);
      return connection;
    },
    reconnect: async () => {
      root = await connectTo(settingsOf(address, name));
      opened.push(root);
    },
    dump: async (dumpOptions = {}) =>
      dumpDatabase(address, name, await readTrackingTables(root, name), dumpOptions),
    userWith: async (...grants) => {
      const user = `user${randomBytes(5).toString('hex')}`;
      const password = randomBytes(8).toString('hex');
      users.push(user);
      await createUser(root, { user, password, name }, grants);
      return { host: address.host, port: address.port, user, password, name };
    },
  };
}

/** The inputs of the action that lead to this database. */
export function databaseInputs(settings: ConnectionSettings): Readonly<Record<string, string>> {
  return {
    'db-host': settings.host,
    'db-port': String(settings.port),
    'db-user': settings.user,
    'db-password': settings.password,
    'db-name': settings.name,
  };
}

function settingsOf({ host, port, user, password }: Address, name: string): ConnectionSettings {
  return { host, port, user, password, name };
}

function connectTo(
  settings: Pick<ConnectionSettings, 'host' | 'port' | 'user' | 'password'> & {
    readonly name: string | undefined;
  },
): Promise<Connection> {
  const { host, port, user, password, name } = settings;
  return createConnection({
    ...{ host, port, user, password, multipleStatements: true, dateStrings: true },
    ...(name === undefined ? {} : { database: name }),
  });
}

async function createUser(
  root: Connection,
  { user, password, name }: Pick<ConnectionSettings, 'user' | 'password' | 'name'>,
  grants: readonly string[],
): Promise<void> {
  await root.query('CREATE USER ? IDENTIFIED BY ?', [user, password]);
  for (const grant of grants) {
    const privileges = / on /i.test(grant) ? grant : `${grant} ON \`${name}\`.*`;
    await root.query(`GRANT ${privileges} TO ?`, [user]);
  }
}

async function readTrackingTables(root: Connection, name: string): Promise<readonly string[]> {
  const [rows] = await root.query<RowDataPacket[]>(SELECT_TRACKING_TABLES, [name]);
  return rows.map((row) => row['name'] as string);
}

/** Ends what is still connected first: an open transaction would make DROP DATABASE wait. */
async function release(
  address: Address,
  opened: readonly Connection[],
  name: string,
  users: readonly string[],
): Promise<void> {
  for (const connection of opened) connection.destroy();
  const root = await connectTo({ ...address, name: undefined });
  try {
    await root.query('SET SESSION lock_wait_timeout = 20');
    await root.query('DROP DATABASE IF EXISTS ??', [name]);
    for (const user of users) await root.query('DROP USER IF EXISTS ?', [user]);
  } finally {
    await root.end();
  }
}

/** Of several statements mysql2 gives a list of results, and rows only where there are rows. */
function lastRows([result, fields]: readonly [unknown, unknown]): readonly unknown[] {
  const isMany = Array.isArray(fields) && fields.some((field) => Array.isArray(field) || field === undefined);
  const last = isMany ? (result as readonly unknown[]).at(-1) : result;
  return Array.isArray(last) ? last : [];
}
