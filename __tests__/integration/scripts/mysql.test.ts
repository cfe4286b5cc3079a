import { execFile, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const SCRIPT = join(ROOT, 'scripts/mysql.ts');
const run = promisify(execFile);

async function query(server: Server, sql: string): Promise<RowDataPacket[]> {
  const { host, port, user, password, database } = server;
  const connection = await createConnection({ host, port, user, password, database });
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0];
  } finally {
    await connection.end();
  }
}

/** Whether this very server answers: another one may have got its port since, but not its password. */
async function answers(port: number, password: string): Promise<boolean> {
  try {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', password });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Waits for what a watchdog or Docker does on its own. */
async function untilFalse(ask: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; await ask(); tries += 1) {
    if (tries === 200) throw new Error('it is still so after 20 seconds');
    await sleep(100);
  }
}

describe('two servers side by side', () => {
  let strict: Server;
  let plain: Server;

  beforeAll(async () => {
    [strict, plain] = await Promise.all([
      startServer({ gtid: 'on', requirePrimaryKey: true }),
      startServer({ gtid: 'off', mysqldFlags: ['--max-connections=33'], database: 'shop' }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([strict.stop(), plain.stop()]);
  });

  test('are set up as asked for, each with an identity and an empty history of its own', async () => {
    const sql = `SELECT @@gtid_mode AS gtid, @@sql_require_primary_key AS pk, @@max_connections AS most,
      DATABASE() AS name, @@gtid_executed AS done, @@server_uuid AS uuid`;
    const [[one], [two]] = await Promise.all([query(strict, sql), query(plain, sql)]);
    expect(one).toMatchObject({ gtid: 'ON', pk: 1, most: 151, name: 'db_deploy', done: '' });
    expect(two).toMatchObject({ gtid: 'OFF', pk: 0, most: 33, name: 'shop', done: '' });
    expect(one?.['uuid']).not.toBe(two?.['uuid']);
  });

  test('keep their data over a restart, which can add flags', async () => {
    const { pid } = plain;
    await query(plain, 'CREATE TABLE t AS SELECT 7 AS a');
    await plain.restart(['--read-only=ON']);
    expect(await query(plain, 'SELECT a, @@read_only AS fixed FROM t')).toEqual([{ a: 7, fixed: 1 }]);
    expect(plain.pid).not.toBe(pid);
  });

  test('can be killed and started again', async () => {
    await query(strict, 'CREATE TABLE t (id INT PRIMARY KEY)');
    await strict.kill();
    await untilFalse(() => answers(strict.port, strict.password));
    await strict.start();
    expect(await query(strict, 'SELECT * FROM t')).toEqual([]);
  });

  test('come with their client programs', async () => {
    const { stdout } = await run(join(strict.binDir, 'mysqldump'), ['--version']);
    expect(stdout).toMatch(/\bVer \d/);
  });
});

test('a command gets a server of its own, which is gone when it ends', async () => {
  const command = `
    mysql -h"$DB_HOST" -P"$DB_PORT" -u"$DB_USER" "$DB_NAME" -Ne 'SELECT 6 * 7' >&2
    echo "$DB_PORT $DB_PASSWORD"; exit 3`;
  const failed = (await run(NODE, [
    SCRIPT,
    'run',
    '--',
    'sh',
    '-c',
    `export MYSQL_PWD="$DB_PASSWORD";${command}`,
  ]).catch((error: unknown) => error)) as {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  expect(failed).toMatchObject({ code: 3, stderr: expect.stringContaining('42') });
  const [port = '', password = ''] = failed.stdout.trim().split(' ');
  expect(password).not.toBe('');
  expect(await answers(Number(port), password)).toBe(false);
});

test('a server dies with the process that started it, even when that is killed', async () => {
  const child = spawn(
    NODE,
    [SCRIPT, 'run', '--', 'sh', '-c', 'echo "$DB_PORT"; echo "$DB_PASSWORD"; echo "$PATH"; sleep 60'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, so that the command it runs can be ended as well.
      detached: true,
    },
  );
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const password = String((await lines.next()).value);
  const bin = String((await lines.next()).value).split(':')[0]!;
  expect(await answers(port, password)).toBe(true);
  process.kill(child.pid!, 'SIGKILL');
  await untilFalse(() => answers(port, password));
  await untilFalse(() => isFile(bin));
  process.kill(-child.pid!, 'SIGKILL');
});

test('a server with a name stays until it is stopped, and is one for all who ask', async () => {
  const name = `test${process.pid}`;
  const start = (...flags: readonly string[]): Promise<{ readonly stdout: string }> =>
    run(NODE, [SCRIPT, 'start', '--name', name, ...flags]);
  try {
    const [first, second] = [await start(), await start()];
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toMatch(/^export DB_HOST='127\.0\.0\.1'\nexport DB_PORT='\d+'\n/);
    await expect(start('--gtid', 'off')).rejects.toThrow('runs with other options; stop it first');
  } finally {
    await run(NODE, [SCRIPT, 'stop', '--name', name]);
  }
  await expect(run(NODE, [SCRIPT, 'stop', '--name', name])).rejects.toThrow('no server is named');
});

test('a way to get MySQL that does not work is told with its reason', async () => {
  const image = 'localhost:1/no-such-image';
  await expect(run(NODE, [SCRIPT, 'run', '--image', image, '--', 'true'])).rejects.toThrow(
    /no MySQL server can be started here\. Tried:\n- docker: /,
  );
});
