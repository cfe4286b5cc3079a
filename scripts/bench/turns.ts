import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from '../mysql/start-server.ts';
import { delayingProxy, type Turns } from './delaying-proxy.ts';
import { measure, type Command } from './measure.ts';

/** Files of SQL by the name of the work; each is a changeset of three statements. */
const WORK: Readonly<Record<string, (number: number) => string>> = {
  'CREATE, INSERT, INDEX': (number) =>
    `CREATE TABLE t${number} (id INT NOT NULL PRIMARY KEY, name VARCHAR(100));\nINSERT INTO t${number} VALUES (1, 'one');\nCREATE INDEX i ON t${number} (name);\n`,
  'three DDL': (number) =>
    `CREATE TABLE t${number} (id INT NOT NULL PRIMARY KEY, name VARCHAR(100));\nCREATE INDEX i ON t${number} (name);\nALTER TABLE t${number} ADD COLUMN n INT;\n`,
  'three DML': (number) =>
    `INSERT INTO seed VALUES (${number}, 1);\nUPDATE seed SET n = 2 WHERE id = ${number};\nINSERT INTO seed VALUES (${number + 1000}, 1);\n`,
};

const COUNT = 40;
const STATEMENTS = COUNT * 3;

interface TurnsBench {
  readonly server: Server;
  readonly bundle: string;
  readonly folder: string;
  readonly roundTripMs: number;
}

/** Counts how often a run waits for a server that is far away; the same for every machine, unlike its time. */
export async function benchTurns({ server, bundle, folder, roundTripMs }: TurnsBench): Promise<void> {
  const proxy = await delayingProxy(server.port, roundTripMs);
  const login = {
    ...{ DB_HOST: '127.0.0.1', DB_PORT: String(proxy.port), DB_USER: server.user },
    ...{ DB_PASSWORD: server.password, DB_NAME: 'turns' },
  };
  const client = (input: string, database: string, port = server.port): Command => ({
    program: join(server.binDir, 'mysql'),
    args: [
      '--no-defaults',
      '--protocol=TCP',
      '-h',
      '127.0.0.1',
      '-P',
      String(port),
      '-u',
      server.user,
      database,
    ].filter(Boolean),
    env: { MYSQL_PWD: server.password },
    input,
  });
  const fresh =
    'DROP DATABASE IF EXISTS turns; CREATE DATABASE turns; CREATE TABLE turns.seed (id INT PRIMARY KEY, n INT);';
  const run = (mode: string, project: string): Command => ({
    program: process.execPath,
    args: [bundle, mode, '--working-directory', project, ...(mode === 'update' ? ['--backup', 'none'] : [])],
    env: login,
  });
  try {
    console.log(`\nturns at a round trip of ${roundTripMs} ms: in a chain / summed over connections`);
    for (const [name, sqlOf] of Object.entries(WORK)) {
      const project = join(folder, name.replaceAll(/\W+/g, '-'));
      const files = await writeFiles(project, sqlOf);
      await measure(client(fresh, ''));
      proxy.take();
      const far = await measure(client(files.join(''), 'turns', proxy.port));
      const theirs = proxy.take();
      await measure(client(fresh, ''));
      const ours = await measure(run('update', project));
      const first = proxy.take();
      console.log(
        `  ${name}, ${COUNT} changesets: ${perStatement(first)} a statement, client ${perStatement(theirs)}; ${(ours.seconds / far.seconds).toFixed(2)} times its time`,
      );
      if (name !== 'three DDL') continue;
      for (const mode of ['update', 'status', 'verify']) {
        const { seconds } = await measure(run(mode, project));
        const again = proxy.take();
        console.log(
          `  ${mode} with nothing to do: ${again.chained} / ${again.summed} turns, ${again.connections} connections, ${seconds.toFixed(2)} s`,
        );
      }
    }
  } finally {
    proxy.close();
  }
}

function perStatement({ chained, summed }: Turns): string {
  return `${(chained / STATEMENTS).toFixed(2)} / ${(summed / STATEMENTS).toFixed(2)}`;
}

async function writeFiles(project: string, sqlOf: (number: number) => string): Promise<readonly string[]> {
  await mkdir(join(project, 'changelog'), { recursive: true });
  await mkdir(join(project, 'migrations'), { recursive: true });
  const changelog = ['databaseChangeLog:'];
  const files: string[] = [];
  for (let number = 1; number <= COUNT; number += 1) {
    const sqlFile = `migrations/${number}.up.sql`;
    changelog.push(
      '  - changeSet:',
      `      id: "${number}"`,
      '      author: bench',
      `      sqlFile: ${sqlFile}`,
    );
    files.push(sqlOf(number));
    await writeFile(join(project, sqlFile), sqlOf(number));
  }
  await writeFile(join(project, 'changelog/changelog.yml'), `${changelog.join('\n')}\n`);
  return files;
}
