import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { changesets, deploy, project, type Deployed } from '../../support/deploy.ts';
import { watchFor } from '../../support/watch.ts';

const ONE = changesets({ id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY);' });
const MIGRATOR = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES';

/** One problem, in the server's words, with a fix and without a stack; nothing was changed. */
function expectRefused(
  { report }: Deployed,
  result: string,
  code: string,
  message: RegExp,
  fix: RegExp,
): void {
  expect(report).toMatchObject({ result, problems: [{ code }], pending: expect.any(Array) });
  expect(report.databaseState).toMatch(
    result === 'unknown'
      ? /^The database was not reached\. This run changed nothing/
      : /^The database was not changed\.$/,
  );
  const [problem] = report.problems;
  expect(problem?.message).toMatch(message);
  expect(problem?.message).not.toMatch(/\n\s+at /);
  expect(problem?.fix).toMatch(fix);
}

describe('a server that cannot be used', () => {
  test.each(['update', 'status', 'update-sql', 'verify'] as const)(
    'refuses a wrong password: %s',
    async (mode) => {
      const db = await testDatabase();
      const deployed = await deploy(mode, project(ONE), { ...db, password: 'wrong' });
      const words =
        /refused the login of root: ER_ACCESS_DENIED_ERROR \(1045\): Access denied for user 'root'/;
      expectRefused(deployed, 'blocked', 'access-denied', words, /db-user and db-password/);
      expect(JSON.stringify(deployed)).not.toContain('wrong');
    },
  );

  test('has an unknown name', async () => {
    const settings = { host: 'no-such-host.invalid', port: 3306, user: 'root', password: 'p', name: 'db' };
    const { report } = await deploy('update', project(ONE), settings, { connectTimeout: 1 });
    expect(report.problems).toHaveLength(1);
    expect(report.problems[0]?.message).toMatch(/no-such-host\.invalid:3306.*(ENOTFOUND|EAI_AGAIN)/);
    expect(report.problems[0]?.fix).toContain('db-host');
  });

  test.each(['127.0.0.1', 'localhost'])('is not there: closed port of %s', async (host) => {
    const settings = { host, port: await closedPort(), user: 'root', password: 'p', name: 'db' };
    const deployed = await deploy('update', project(ONE), settings, { connectTimeout: 1 });
    const words = /no MySQL server answered at .* for 1 s: .*ECONNREFUSED/;
    expectRefused(deployed, 'unknown', 'connection-lost', words, /db-host and db-port/);
    expect(deployed.events).toContainEqual(expect.objectContaining({ event: 'waiting-for-server' }));
  });

  test('accepts connections but never says a word', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = mute.address() as AddressInfo;
      const settings = { host: '127.0.0.1', port, user: 'root', password: 'p', name: 'db' };
      const deployed = await deploy('update', project(ONE), settings, { connectTimeout: 1 });
      expectRefused(deployed, 'unknown', 'connection-lost', /no MySQL server answered/, /db-host/);
    } finally {
      mute.close();
    }
  });

  test('does not have the schema', async () => {
    const db = await testDatabase();
    const deployed = await deploy('update', project(ONE), { ...db, name: 'no_such_schema' });
    const words = /ER_BAD_DB_ERROR \(1049\): Unknown database 'no_such_schema'/;
    expectRefused(deployed, 'blocked', 'connection-failed', words, /CREATE DATABASE `no_such_schema`/);
  });

  test('does not let the user into the schema', async () => {
    const db = await testDatabase();
    const user = await db.userWith('SELECT ON performance_schema.*');
    const deployed = await deploy('update', project(ONE), user);
    expectRefused(deployed, 'blocked', 'connection-failed', /1044.*Access denied/, /grant the user access/);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let readOnly: Server;
beforeAll(async () => {
  readOnly = await startServer({ mysqldFlags: ['--server-id=2'] });
});
afterAll(() => readOnly.stop());

describe('a server that takes no writes', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase({ server: readOnly, lifetime: 'file' });
  });
  afterEach(async () => {
    await db.query('SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF');
  });

  test.each(['read_only', 'super_read_only'])(
    'because of %s is refused before anything',
    async (variable) => {
      const user = await db.userWith(MIGRATOR, 'SELECT ON mysql.*');
      await db.query(`SET GLOBAL ${variable} = ON`);
      try {
        const deployed = await deploy('update', project(ONE), user);
        const words = new RegExp(`read-only \\(${variable} is ON\\)`);
        expectRefused(deployed, 'blocked', 'unsupported-server', words, /connect to the primary/);
        expect((await deploy('status', project(ONE), user)).report).toMatchObject({ result: 'ok' });
      } finally {
        await db.query('SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF');
      }
      expect(await db.query('SHOW TABLES')).toEqual([]);
    },
  );

  test.each(['a grant', 'a role'])('but exempts the user by %s is deployed to', async (way) => {
    const user = await db.userWith(MIGRATOR, ...(way === 'a grant' ? ['CONNECTION_ADMIN ON *.*'] : []));
    await db.query('CREATE ROLE exempt; GRANT CONNECTION_ADMIN ON *.* TO exempt');
    if (way === 'a role') {
      await db.query('GRANT exempt TO ?; SET DEFAULT ROLE exempt TO ?', [user.user, user.user]);
    }
    await db.query('SET GLOBAL read_only = ON');
    const { report } = await deploy('update', project(ONE), user);
    await db.query('SET GLOBAL read_only = OFF');
    await db.query('DROP ROLE exempt');
    // The journal would tell of statements that no history row has.
    await db.query('DROP TABLE IF EXISTS t, DATABASECHANGELOG, ops_migration_statements');
    expect(report).toMatchObject({ result: 'ok', problems: [] });
  });

  test('because it is a replica is refused, with the name of its source', async () => {
    const main = await testDatabase();
    await main.query(`CREATE USER replica IDENTIFIED BY 'secret'; GRANT REPLICATION SLAVE ON *.* TO replica`);
    await db.query(`CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${main.port},
      SOURCE_USER = 'replica', SOURCE_PASSWORD = 'secret', GET_SOURCE_PUBLIC_KEY = 1, SOURCE_AUTO_POSITION = 0`);
    await db.query('START REPLICA');
    try {
      const deployed = await deploy('update', project(ONE), db);
      const words = /this server is a replica of 127\.0\.0\.1/;
      expectRefused(deployed, 'blocked', 'unsupported-server', words, /connect to the primary/);
    } finally {
      await db.query('STOP REPLICA; RESET REPLICA ALL');
      await main.query('DROP USER replica');
    }
  });
});

describe('large SQL', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ gtid: 'off', mysqldFlags: ['--max-allowed-packet=4M'] });
  });
  afterAll(() => server.stop());

  test('a statement larger than max_allowed_packet is refused before anything ran', async () => {
    const db = await testDatabase({ server });
    const big = `INSERT INTO t VALUES (1, '${'x'.repeat(4 * 1024 * 1024)}');`;
    const folder = project(
      changesets(
        { id: '1', sql: 'CREATE TABLE t (id INT PRIMARY KEY, n LONGTEXT);' },
        { id: '2', sql: `-- why\n${big}` },
      ),
    );
    for (const settings of [db, await db.userWith(MIGRATOR)]) {
      const deployed = await deploy('update', folder, settings);
      const words =
        /a statement of 419\d{4} bytes does not fit into the server's max_allowed_packet of 4194304/;
      expectRefused(
        deployed,
        'blocked',
        'server-error',
        words,
        /split the statement, or raise max_allowed_packet/,
      );
      expect(deployed.report.problems[0]?.at).toEqual({ file: 'migrations/2.up.sql', line: 2 });
    }
    expect(await db.query("SHOW TABLES LIKE 't'")).toEqual([]);
  });

  test('a statement that just fits is run', async () => {
    const db = await testDatabase({ server });
    const head = "INSERT INTO t VALUES (1, '";
    const big = `${head}${'x'.repeat(4 * 1024 * 1024 - 8 - head.length - 2)}')`;
    const folder = project(
      changesets({ id: '1', sql: `CREATE TABLE t (id INT PRIMARY KEY, n LONGTEXT);\n${big};` }),
    );
    expect((await deploy('update', folder, db)).report).toMatchObject({ result: 'ok', problems: [] });
    expect(await db.query('SELECT LENGTH(n) AS n FROM t')).toEqual([{ n: big.length - head.length - 2 }]);
  });
});

test('20 MB of SQL are deployed: one large INSERT, and a file of many', async () => {
  const db = await testDatabase();
  await db.query('CREATE TABLE t (id INT PRIMARY KEY, n LONGTEXT)');
  const text = 'ünï'.repeat(500);
  const many = Array.from({ length: 5000 }, (_, id) => `INSERT INTO t VALUES (${id}, '${text}');`);
  const folder = project(
    changesets(
      { id: 'one', sql: `INSERT INTO t VALUES (-1, '${'x'.repeat(10 * 1024 * 1024)}');` },
      { id: 'many', sql: many.join('\n') },
    ),
  );
  const { report } = await deploy('update', folder, db);
  expect(report).toMatchObject({ result: 'ok', problems: [] });
  expect(await db.query('SELECT COUNT(*) AS n, SUM(CHAR_LENGTH(n)) AS c FROM t')).toEqual([
    { n: 5001, c: String(10 * 1024 * 1024 + 5000 * 1500) },
  ]);
  expect(await db.query("SELECT COUNT(*) AS n FROM ops_migration_statements WHERE status = 'done'")).toEqual([
    { n: 5001 },
  ]);
}, 120_000);

describe('TLS', () => {
  async function certificate(db: TestDatabase): Promise<string> {
    const [row] = await db.query<{ dir: string }>('SELECT @@datadir AS dir');
    return readFileSync(join(row!.dir, 'ca.pem'), 'utf8');
  }

  async function usesTls(db: TestDatabase, overrides: Parameters<typeof deploy>[3]): Promise<Deployed> {
    const sql = `CREATE TABLE t (id INT PRIMARY KEY) AS SELECT 1 AS id, VARIABLE_VALUE AS cipher
      FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_cipher';`;
    return deploy('update', project(changesets({ id: '1', sql })), db, overrides);
  }

  test('is used when required, without a certificate to check', async () => {
    const db = await testDatabase();
    expect((await usesTls(db, { database: { ssl: 'required' } })).report.result).toBe('ok');
    expect(await db.query("SELECT id FROM t WHERE cipher <> ''")).toEqual([{ id: 1 }]);
  });

  test('is not used when disabled', async () => {
    const db = await testDatabase();
    expect((await usesTls(db, {})).report.result).toBe('ok');
    expect(await db.query("SELECT id FROM t WHERE cipher = ''")).toEqual([{ id: 1 }]);
  });

  test('with verify-ca takes the CA as text and as a file', async () => {
    for (const form of ['text', 'file'] as const) {
      const db = await testDatabase();
      const pem = await certificate(db);
      const sslCa = form === 'text' ? pem : join(project({ 'ca.pem': pem }), 'ca.pem');
      const { report } = await usesTls(db, { database: { ssl: 'verify-ca', sslCa } });
      expect(report).toMatchObject({ result: 'ok', problems: [] });
      expect(await db.query("SELECT id FROM t WHERE cipher <> ''")).toEqual([{ id: 1 }]);
    }
  });

  test('with verify-ca refuses a certificate of another CA, and of one that nobody knows', async () => {
    const db = await testDatabase();
    for (const sslCa of [rootCertificates[0], undefined]) {
      const deployed = await usesTls(db, { database: { ssl: 'verify-ca', sslCa } });
      const words =
        /cannot connect to .*(self.signed certificate|unable to verify|certificate signature failure)/i;
      expectRefused(deployed, 'blocked', 'connection-failed', words, /db-ssl and db-ssl-ca/);
    }
  });

  test('with verify-identity refuses a certificate for another name, and an address', async () => {
    const db = await testDatabase();
    const sslCa = await certificate(db);
    const named = await usesTls(db, { database: { ssl: 'verify-identity', sslCa, host: 'localhost' } });
    expectRefused(named, 'blocked', 'connection-failed', /localhost.*cert/i, /db-ssl and db-ssl-ca/);
    const address = await usesTls(db, { database: { ssl: 'verify-identity', sslCa } });
    expectRefused(address, 'blocked', 'invalid-input', /127\.0\.0\.1 is an address/, /host name|verify-ca/);
  });

  test('with a CA file that is missing, or is none, says so', async () => {
    const db = await testDatabase();
    const missing = await usesTls(db, { database: { ssl: 'verify-ca', sslCa: 'no/such/ca.pem' } });
    expectRefused(missing, 'blocked', 'invalid-input', /db-ssl-ca: cannot read "no\/such\/ca.pem"/, /PEM/);
    const folder = project({ 'ca.pem': 'not a certificate' });
    const nonsense = await usesTls(db, { database: { ssl: 'verify-ca', sslCa: join(folder, 'ca.pem') } });
    expectRefused(nonsense, 'blocked', 'invalid-input', /db-ssl-ca: there is no certificate in/, /PEM/);
  });

  test('is asked for when the user needs it', async () => {
    const db = await testDatabase();
    const user = await db.userWith(MIGRATOR);
    await db.query('ALTER USER ? REQUIRE SSL', [user.user]);
    expect((await deploy('update', project(ONE), user)).report.problems).toMatchObject([
      { code: 'access-denied' },
    ]);
    const { report } = await deploy('update', project(ONE), user, { database: { ssl: 'required' } });
    expect(report.result).toBe('ok');
  });

  test('is not needed for caching_sha2_password, for a user who never logged in before', async () => {
    const db = await testDatabase();
    const user = await db.userWith(MIGRATOR);
    expect(await db.query('SELECT plugin FROM mysql.user WHERE user = ?', [user.user])).toEqual([
      { plugin: 'caching_sha2_password' },
    ]);
    expect((await deploy('update', project(ONE), user)).report).toMatchObject({ result: 'ok', problems: [] });
  });
});

describe('a server of our own', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ gtid: 'off' });
  });
  afterAll(() => server.stop());

  test('that is still starting is waited for', async () => {
    const db = await testDatabase({ server });
    await server.kill();
    const watch = watchFor('waiting-for-server');
    const deploying = deploy('update', project(ONE), db, { connectTimeout: 60, onEvent: watch.onEvent });
    await watch.seen;
    await server.start();
    expect((await deploying).report).toMatchObject({ result: 'ok', pending: [{ status: 'applied' }] });
  });

  test('that demands TLS of everybody says so', async () => {
    const db = await testDatabase({ server });
    await db.query('SET GLOBAL require_secure_transport = ON');
    try {
      const refused = await deploy('update', project(ONE), db);
      expectRefused(refused, 'blocked', 'connection-failed', /require_secure_transport/, /db-ssl/);
      const { report } = await deploy('update', project(ONE), db, { database: { ssl: 'required' } });
      expect(report.result).toBe('ok');
    } finally {
      await db.query('SET GLOBAL require_secure_transport = OFF');
    }
  });
});
