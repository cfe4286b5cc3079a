import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { NEVER_RESTORED, type SchemaObject } from '../../../src/backup/backup.ts';
import type { ExpectedError } from '../../../src/errors.ts';
import { findClientTools, type ClientTools } from '../../../src/mysql/dump/client-tools.ts';
import { withConnection, type DatabaseInputs } from '../../../src/mysql/session/connection.ts';
import { dumpSchema, probeBackup, readLogPoint, type Dump } from '../../../src/mysql/dump/dump.ts';
import type { SchemaContents } from '../../../src/mysql/definitions/schema-objects.ts';
import { readServer } from '../../../src/mysql/privileges/server.ts';
import { collect, loginOf, toolsOf } from '../../support/backup.ts';
import { testDatabase, type ConnectionSettings, type TestDatabase } from '../../support/database.ts';
import { project } from '../../support/deploy.ts';
import { createEverything } from '../../support/everything.ts';
import { runClient } from '../../support/mysql-client.ts';

/** The smallest grants with which a dump is whole. */
const ENOUGH = ['SELECT, SHOW VIEW, TRIGGER, EVENT', 'SHOW_ROUTINE ON *.*'] as const;

async function probe(settings: ConnectionSettings): Promise<SchemaContents> {
  return withConnection(
    loginOf(settings),
    () => undefined,
    async (session) => probeBackup(session, await readServer(session)),
  );
}

interface StartOptions {
  readonly tools?: ClientTools;
  readonly contents?: SchemaContents;
  readonly login?: Partial<DatabaseInputs>;
  readonly temporaryFolder?: string;
  readonly signal?: AbortSignal;
}

async function start(db: TestDatabase, as: ConnectionSettings, options: StartOptions = {}): Promise<Dump> {
  return dumpSchema({
    tools: options.tools ?? (await toolsOf(db)),
    database: loginOf(as, options.login),
    schema: db.name,
    contents: options.contents ?? (await probe(as)),
    temporaryFolder: options.temporaryFolder ?? project({}),
    ...(options.signal && { signal: options.signal }),
  });
}

async function dumpText(
  db: TestDatabase,
  as: ConnectionSettings = db,
  options: StartOptions = {},
): Promise<string> {
  return (await collect((await start(db, as, options)).sql)).toString();
}

async function refusal(work: Promise<unknown>): Promise<ExpectedError> {
  return work.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as ExpectedError,
  );
}

const sorted = (objects: readonly SchemaObject[]): readonly string[] =>
  objects.map(({ kind, name }) => `${kind} ${name}`).toSorted();

describe.each(['main', 'without-gtids'] as const)('a schema with everything on server %s', (server) => {
  test('comes back equal to the byte, dumped by the smallest user', async () => {
    const db = await testDatabase({ server });
    await createEverything(db);
    if (server === 'without-gtids')
      await db.query('CREATE TABLE no_key (id INT); INSERT INTO no_key VALUES (1), (1)');
    const user = await db.userWith(...ENOUGH);
    const contents = await probe(user);
    const dump = await start(db, user, { contents });
    const sql = (await collect(dump.sql)).toString();
    const proof = await dump.proof;
    expect(sorted(proof.objects)).toEqual(sorted(contents.objects));
    expect(contents.objects.map(({ name }) => name)).not.toContain('no');
    expect(proof.bytes).toBe(Buffer.byteLength(sql));

    const copy = await testDatabase({ server });
    expect(await runClient(db, copy, sql)).toMatchObject({ code: 0 });
    expect(await copy.dump()).toBe(await db.dump());
  });
});

test('our own tables are left out, with their triggers; the history is not', async () => {
  const db = await testDatabase();
  for (const table of [...NEVER_RESTORED, 'DATABASECHANGELOG']) {
    await db.query(`CREATE TABLE ${table} (id INT PRIMARY KEY)`);
  }
  await db.query('CREATE TRIGGER on_run BEFORE INSERT ON ops_migration_runs FOR EACH ROW SET @a = 1');
  const contents = await probe(db);
  expect(contents.objects).toEqual([{ kind: 'table', name: 'DATABASECHANGELOG' }]);
  expect(await dumpText(db, db, { contents })).not.toMatch(/ops_|LOCK`|TRIGGER/);
});

describe('without', () => {
  const missing: readonly (readonly [privilege: string, grants: readonly string[], fix: RegExp])[] = [
    ['SELECT', ['SHOW VIEW, TRIGGER, EVENT', ENOUGH[1]], /^GRANT SELECT ON `\w+`\.\* TO 'user\w+'@'%'$/],
    ['SHOW VIEW', ['SELECT, TRIGGER, EVENT', ENOUGH[1]], /^GRANT SHOW VIEW ON `\w+`\.\* TO /],
    ['TRIGGER', ['SELECT, SHOW VIEW, EVENT', ENOUGH[1]], /^GRANT TRIGGER ON `\w+`\.\* TO /],
    ['EVENT', ['SELECT, SHOW VIEW, TRIGGER', ENOUGH[1]], /^GRANT EVENT ON `\w+`\.\* TO /],
    ['SHOW_ROUTINE', [ENOUGH[0], 'EXECUTE ON *.*'], /^GRANT SHOW_ROUTINE ON \*\.\* TO /],
  ];

  test.each(missing)(
    '%s the dump is refused with the GRANT, and only that one',
    async (privilege, grants, fix) => {
      const db = await testDatabase();
      await createEverything(db);
      const { problems } = await refusal(probe(await db.userWith(...grants)));
      expect(problems).toEqual([
        {
          code: 'missing-privilege',
          message: expect.stringContaining(` lacks ${privilege} on `),
          fix: expect.stringMatching(fix),
        },
      ]);
    },
  );

  test('SELECT on one table of several the dump is refused', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY)');
    const user = await db.userWith('SHOW VIEW, TRIGGER, EVENT', `SELECT ON ${db.name}.a`, ENOUGH[1]);
    expect((await refusal(probe(user))).problems).toMatchObject([
      { fix: expect.stringMatching(/^GRANT SELECT ON/) },
    ]);
  });

  test('all of them each is named', async () => {
    const db = await testDatabase();
    const { problems } = await refusal(probe(await db.userWith('INSERT')));
    expect(problems.map(({ fix }) => /GRANT (.+) ON/.exec(fix ?? '')?.[1])).toEqual([
      ...['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'SHOW_ROUTINE'],
    ]);
  });

  test('direct grants, but with an active role that has them, it is complete', async () => {
    const db = await testDatabase();
    await createEverything(db);
    const role = await db.userWith(...ENOUGH);
    const user = await db.userWith('INSERT');
    await db.query(`GRANT \`${role.user}\` TO \`${user.user}\``);
    await expect(probe(user)).rejects.toMatchObject({ code: 'missing-privilege' });
    await db.query(`SET DEFAULT ROLE ALL TO \`${user.user}\``);
    expect(await dumpText(db, user)).toContain('-- Dump completed');
  });
});

describe('a view', () => {
  test('that is broken is kept as its definition, with those that stand on it, and does not block', async () => {
    const db = await testDatabase();
    await db.query(`CREATE TABLE gone (id INT PRIMARY KEY); CREATE TABLE kept (id INT PRIMARY KEY);
      CREATE VIEW broken AS SELECT id, 'a
-- Dump completed' AS x FROM gone;
      CREATE VIEW on_broken AS SELECT * FROM broken; CREATE VIEW whole AS SELECT * FROM kept; DROP TABLE gone`);
    const contents = await probe(await db.userWith(...ENOUGH));
    expect(contents.brokenViews.map(({ name }) => name).toSorted()).toEqual(['broken', 'on_broken']);
    const sql = await dumpText(db, db, { contents });
    expect(sql).toMatch(/^-- .*VIEW `broken` AS select `gone`\.`id`/m);
    const copy = await testDatabase();
    expect(await runClient(db, copy, sql)).toMatchObject({ code: 0 });
    expect(
      await copy.query(
        'SELECT table_name AS t FROM information_schema.tables WHERE table_schema = ? ORDER BY 1',
        [copy.name],
      ),
    ).toEqual([{ t: 'kept' }, { t: 'whole' }]);
  });

  test('whose definer is gone is dumped or kept as its definition, and does not block', async () => {
    const db = await testDatabase();
    await db.query(
      `CREATE TABLE t (id INT PRIMARY KEY); CREATE DEFINER = nobody@nowhere VIEW v AS SELECT * FROM t`,
    );
    const user = await db.userWith(...ENOUGH);
    expect(await dumpText(db, user)).toContain('VIEW `v` AS select');
  });

  test('on what this user or its definer may not read is in the dump: it is not broken', async () => {
    const db = await testDatabase();
    const other = await testDatabase();
    await other.query(
      'CREATE TABLE x (id INT PRIMARY KEY); CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1',
    );
    const from = `AS SELECT id, ${other.name}.f() AS f FROM ${other.name}.x`;
    const weak = await db.userWith('SELECT');
    await db.query(`CREATE SQL SECURITY INVOKER VIEW invoker ${from}`);
    await db.query(`CREATE DEFINER = ${weak.user} VIEW definer ${from}`);
    const user = await db.userWith(...ENOUGH);
    const contents = await probe(user);
    expect(sorted(contents.objects)).toEqual(['view definer', 'view invoker']);
    expect(await dumpText(db, user, { contents })).toContain('-- Dump completed');
  });
});

describe('a dump is not complete', () => {
  test('when an object came or went after the list was read', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY)');
    const contents = await probe(db);
    await db.query('DROP TABLE b; CREATE VIEW c AS SELECT * FROM a');
    const dump = await start(db, db, { contents });
    await expect(collect(dump.sql)).rejects.toThrow(/lacks table b; it has view c, not there/);
    await expect(dump.proof).rejects.toMatchObject({ code: 'backup-failed' });
  });

  test.each([
    ['cat; echo "mysqldump: Error: some error" >&2', 'some error'],
    ['cat; exit 3', 'exit code 3'],
    ['head -n -1', 'does not end in'],
    ['kill -KILL $$', 'a signal'],
    ['grep -v "CREATE TABLE .a."', 'lacks table a'],
  ])('when mysqldump ends with: %s', async (end, message) => {
    const db = await testDatabase();
    await db.query('CREATE TABLE a (id INT PRIMARY KEY)');
    const real = await toolsOf(db);
    const stub = script('mysqldump', `${real.mysqldump} "$@" > "$0.out"\nexec < "$0.out"\n${end}`);
    const tools = { ...real, mysqldump: join(stub, 'mysqldump') };
    const work = dumpText(db, db, { tools });
    await expect(work).rejects.toMatchObject({
      code: 'backup-failed',
      message: expect.stringContaining(message),
    });
  });

  test('when the password is wrong, and says so', async () => {
    const db = await testDatabase();
    const contents = await probe(db);
    const work = dumpText(db, db, { contents, login: { password: 'wrong' } });
    await expect(work).rejects.toThrow(/1045/);
  });
});

/** A folder with one program in it. */
function script(name: string, body: string): string {
  const folder = project({ [name]: `#!/bin/sh\n${body}\n` });
  chmodSync(join(folder, name), 0o700);
  return folder;
}

interface Child {
  readonly pid: number;
  readonly commandLine: string;
  readonly environment: string;
}

/** Every living process that descends from this one, as anybody on the machine could see it. */
function descendants(of: number): readonly Child[] {
  const all = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), commandLine, environment }];
    } catch {
      return [];
    }
  });
  const under = (pid: number): readonly Child[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...under(child.pid)]);
  return under(of);
}

const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function untilGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; pids.some(isRunning); tries += 1) {
    if (tries === 100) throw new Error(`still running: ${pids.filter(isRunning).join(' ')}`);
    await sleep(50);
  }
}

/** More than all pipes hold: `mysqldump` waits until somebody reads. */
async function fillUp(db: TestDatabase): Promise<void> {
  await db.query(`CREATE TABLE big (id INT PRIMARY KEY, t LONGTEXT);
    INSERT INTO big VALUES (1, REPEAT('x', 5000000)), (2, REPEAT('y', 5000000))`);
}

const dumping = (children: readonly Child[]): readonly Child[] =>
  children.filter(({ commandLine }) => commandLine.includes('--single-transaction'));

async function untilDumping(pid: number): Promise<readonly Child[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = dumping(descendants(pid));
    if (found.some(({ commandLine }) => !commandLine.includes('setpriv'))) return found;
    await sleep(20);
  }
  throw new Error('mysqldump was not started');
}

const isLinux = process.platform === 'linux';
const onLinux = isLinux ? describe : describe.skip;

onLinux('while mysqldump runs', () => {
  test('no secret is in its arguments or environment, and no file has it', async () => {
    const db = await testDatabase();
    await fillUp(db);
    process.env['DB_PASSWORD_IN_TEST'] = db.password;
    const temporaryFolder = project({});
    const dump = await start(db, db, { temporaryFolder });
    const children = await untilDumping(process.pid);
    expect(readdirSync(temporaryFolder)).toEqual([]);
    for (const { commandLine, environment } of children) {
      expect(commandLine).not.toContain(db.password);
      expect(environment).not.toContain(db.password);
      expect(environment.split('\0').map((entry) => entry.split('=')[0])).not.toContain('HOME');
    }
    expect((await collect(dump.sql)).toString()).toContain('-- Dump completed');
    delete process.env['DB_PASSWORD_IN_TEST'];
  });

  test('giving up kills it, and the stream fails with the reason', async () => {
    const db = await testDatabase();
    await fillUp(db);
    const giveUp = new AbortController();
    const dump = await start(db, db, { signal: giveUp.signal });
    const pids = (await untilDumping(process.pid)).map(({ pid }) => pid);
    giveUp.abort(new Error('backup-timeout'));
    await expect(collect(dump.sql)).rejects.toThrow('backup-timeout');
    await expect(dump.proof).rejects.toThrow('backup-timeout');
    await untilGone(pids);
    await expect(start(db, db, { signal: giveUp.signal })).rejects.toThrow('backup-timeout');
  });

  test('a reader who goes away kills one that waits for a lock', async () => {
    const db = await testDatabase();
    await db.query('CREATE TABLE held (id INT PRIMARY KEY)');
    const contents = await probe(db);
    await (await db.connect()).query('LOCK TABLES held WRITE');
    const dump = await start(db, db, { contents });
    const reading = collect(dump.sql);
    await untilWaiting(db);
    dump.sql.destroy();
    await expect(reading).rejects.toThrow('Premature close');
    await expect(dump.proof).rejects.toThrow('not read to its end');
    expect(dumping(descendants(process.pid))).toEqual([]);
  });

  test('a reader who goes away kills it', async () => {
    const db = await testDatabase();
    await fillUp(db);
    const dump = await start(db, db);
    const pids = (await untilDumping(process.pid)).map(({ pid }) => pid);
    dump.sql.destroy();
    await expect(dump.proof).rejects.toThrow('not read to its end');
    await untilGone(pids);
  });

  test.each(['path', 'docker'] as const)(
    'it does not outlive us, even when we are killed (%s)',
    async (way) => {
      const db = await testDatabase();
      await fillUp(db);
      const environment =
        way === 'path'
          ? { ...process.env, PATH: `${db.binDir}:${process.env['PATH'] ?? ''}` }
          : { ...process.env, PATH: `${standInDocker(db)}:${process.env['PATH'] ?? ''}` };
      const tools = await findClientTools({ choice: way, serverVersion: '9.7.0', environment });
      const parent = startParent(db, { ...tools, guard: [] }, await probe(db));
      const pids = (await untilDumping(parent.pid!)).map(({ pid }) => pid);
      parent.kill('SIGKILL');
      await untilGone(pids);
      expect(pids.filter(isRunning)).toEqual([]);
    },
  );

  test.each(['path', 'docker'] as const)(
    'nor does one that waits for a lock on the server (%s)',
    async (way) => {
      const db = await testDatabase();
      await db.query('CREATE TABLE held (id INT PRIMARY KEY)');
      const contents = await probe(db);
      const holder = await db.connect();
      await holder.query('LOCK TABLES held WRITE');
      const folder = way === 'path' ? db.binDir : standInDocker(db);
      const environment = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      const tools = await findClientTools({ choice: way, serverVersion: '9.7.0', environment });
      // With Docker the kernel ends the client, and the container has to notice by itself.
      const parent = startParent(db, tools, contents);
      await untilWaiting(db);
      const pids = (await untilDumping(parent.pid!)).map(({ pid }) => pid);
      parent.kill('SIGKILL');
      await untilGone(pids);
      expect(pids.filter(isRunning)).toEqual([]);
    },
  );
});

/** Until somebody waits for a metadata lock in this database. */
async function untilWaiting(db: TestDatabase): Promise<void> {
  const sql = `SELECT id FROM information_schema.PROCESSLIST WHERE db = ? AND state LIKE 'Waiting for%metadata lock'`;
  for (let tries = 0; (await db.query(sql, [db.name])).length === 0; tries += 1) {
    if (tries === 200) throw new Error('nobody waits');
    await sleep(20);
  }
}

/** Another process that takes a dump, to be killed. */
function startParent(db: TestDatabase, tools: ClientTools, contents: SchemaContents): ChildProcess {
  const request = { tools, contents, database: loginOf(db), schema: db.name, temporaryFolder: project({}) };
  const source = join(import.meta.dirname, '../../../src/mysql/dump/dump.ts');
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', PARENT, source], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(JSON.stringify(request));
  return child;
}

/** Starts a dump and reads a little of it for ever. */
const PARENT = `
  let text = '';
  for await (const part of process.stdin) text += part;
  const { dumpSchema } = await import(process.argv[1]);
  const dump = await dumpSchema(JSON.parse(text));
  dump.sql.once('readable', () => dump.sql.read(10));
  setInterval(() => {}, 1000);
`;

/** Runs what would run in the container here, and notes its own arguments. */
function standInDocker({ binDir }: Pick<TestDatabase, 'binDir'>): string {
  return script(
    'docker',
    `echo "$@" >> "$0.log"
case "$1" in
  image) test -e "$0.pulled" ;;
  pull) : > "$0.pulled" ;;
  run)
    while [ "$1" != --entrypoint ]; do shift; done
    program=$2
    shift 3
    PATH="${binDir}:$PATH"
    "$program" "$@" ;;
esac`,
  );
}

describe('client tools', () => {
  const server = '8.4.3';
  const path = (...folders: readonly string[]): Record<string, string> => ({
    PATH: [...folders, '/usr/bin', '/bin'].join(':'),
  });
  const says = (version: string): string => script('mysqldump', `echo '${version}'`);

  test.each([
    ['mysqldump  Ver 10.19 Distrib 10.11.6-MariaDB, for debian-linux-gnu', /MariaDB/],
    ['mysqldump from 11.4.2-MariaDB, client 10.19 for Linux', /MariaDB/],
    [
      'mysqldump  Ver 8.0.39 for Linux on x86_64 (MySQL Community Server - GPL)',
      /8\.0\.39 is older than .* 8\.4\.3/,
    ],
    ['mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)', /5\.7\.44 is older/],
    ['something else', /does not say its version/],
  ])('that say %s are not used', async (version, message) => {
    const work = findClientTools({ choice: 'path', serverVersion: server, environment: path(says(version)) });
    await expect(work).rejects.toMatchObject({
      code: 'no-client-tools',
      message: expect.stringMatching(message),
    });
  });

  test('of the series of the server or newer are used from PATH, before Docker', async () => {
    const db = await testDatabase();
    const environment = path(says('mysqldump  Ver 8.4.0 for Linux on x86_64'), standInDocker(db));
    const tools = await findClientTools({ choice: 'auto', serverVersion: server, environment });
    expect(tools).toMatchObject({ description: 'MySQL 8.4.0 from PATH', docker: undefined });
  });

  test('that are nowhere are an error that says what was tried and what to do', async () => {
    const empty = { PATH: project({}) };
    const { problems } = await refusal(
      findClientTools({ choice: 'auto', serverVersion: server, environment: empty }),
    );
    expect(problems[0]).toMatchObject({
      message: 'no client tools for MySQL 8.4: mysqldump not on PATH; docker not on PATH',
      fix: expect.stringContaining('install'),
    });
  });

  test('from an image dump as those from PATH do, and the password is in no argument', async () => {
    const db = await testDatabase();
    await createEverything(db);
    const docker = standInDocker(db);
    const environment = path(says('mysqldump from 11.4.2-MariaDB'), docker);
    const tools = await findClientTools({ choice: 'auto', serverVersion: '9.7.4', environment });
    expect(tools.docker).toEqual({ path: join(docker, 'docker'), image: 'mysql:9.7' });
    const plain = (sql: string): string => sql.replaceAll(/^-- Dump completed.*/gm, '');
    expect(plain(await dumpText(db, db, { tools }))).toBe(plain(await dumpText(db)));
    const log = readFileSync(join(docker, 'docker.log'), 'utf8');
    expect(log).toContain('pull --quiet mysql:9.7');
    expect(log).not.toContain(db.password);
  });

  test('log in with any password and user, and over TLS', async () => {
    const db = await testDatabase();
    const user = `we"ird #\\ '${db.name.slice(0, 12)}`;
    const password = 'a"b#c\\d\'e `;[x]\\n $(id) = end ';
    await db.query('CREATE USER ?@? IDENTIFIED BY ?', [user, '%', password]);
    await db.query('GRANT ALL ON *.* TO ?@?', [user, '%']);
    try {
      const as = { ...db, user, password };
      expect(await dumpText(db, as)).toContain('-- Dump completed');
      await db.query('ALTER USER ?@? REQUIRE SSL', [user, '%']);
      const contents = await probe(db);
      await expect(dumpText(db, as, { contents })).rejects.toThrow(/1045/);
      expect(await dumpText(db, as, { contents, login: { ssl: 'required' } })).toContain('-- Dump completed');
    } finally {
      await db.query('DROP USER ?@?', [user, '%']);
    }
  });

  test.each(['path', 'docker'] as const)(
    'check the certificate against the authority, by text or file (%s)',
    async (way) => {
      const db = await testDatabase();
      const [row] = await db.query<{ folder: string }>('SELECT @@datadir AS folder');
      const file = join(row!.folder, 'ca.pem');
      const text = readFileSync(file, 'utf8');
      const environment = path(way === 'path' ? db.binDir : standInDocker(db));
      const tools = await findClientTools({ choice: way, serverVersion: '9.7.0', environment });
      for (const sslCa of [text, file]) {
        const sql = await dumpText(db, db, { tools, login: { ssl: 'verify-ca', sslCa } });
        expect(sql).toContain('-- Dump completed');
      }
      const untrusted = dumpText(db, db, { tools, login: { ssl: 'verify-ca', sslCa: undefined } });
      await expect(untrusted).rejects.toThrow(/2026/);
    },
  );
});

test('log points are read with GTIDs, without them, and without the privilege', async () => {
  const read = async (settings: ConnectionSettings) =>
    withConnection(
      loginOf(settings),
      () => undefined,
      async (session) => readLogPoint(session, await readServer(session)),
    );
  const db = await testDatabase();
  expect(await read(db)).toEqual({
    gtidExecuted: expect.stringMatching(/^[0-9a-f-]{36}:/),
    file: expect.any(String),
    position: expect.any(Number),
  });
  expect(await read(await db.userWith('SELECT'))).toMatchObject({
    gtidExecuted: expect.stringMatching(/^[0-9a-f-]{36}:/),
    file: undefined,
  });
  const without = await testDatabase({ server: 'without-gtids' });
  expect(await read(without)).toMatchObject({ gtidExecuted: undefined, file: expect.any(String) });
});
