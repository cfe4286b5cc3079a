import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Server } from '../../mysql/start-server.ts';
import { SEED } from './project.ts';

const run = promisify(execFile);
export const DATABASE = 'torture';

export async function connect({ host, port, user, password }: Server): Promise<Connection> {
  const connection = await createConnection({ host, port, user, password });
  connection.on('error', () => undefined);
  return connection;
}

/** Makes the database anew, with nothing of a round before. */
export async function freshDump(server: Server): Promise<string> {
  const root = await connect(server);
  const [rows] = (await root.query(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'torture%'",
  )) as unknown as [{ name: string }[]];
  await root.query('SET foreign_key_checks = 0');
  for (const { name } of rows) await root.query(`DROP DATABASE \`${name}\``);
  await root.query(`CREATE DATABASE ${DATABASE}`);
  await root.query(`USE ${DATABASE}`);
  for (const statement of SEED) await root.query(statement);
  await root.end();
  return dump(server);
}

const OWN = [
  ...['DATABASECHANGELOG', 'DATABASECHANGELOGLOCK', 'ops_migration_runs', 'ops_migration_statements'],
  ...['ops_pipeline_runs', 'ops_dq_results', 'ops_checkpoints', 'ops_loaded_files', 'ops_rejected_rows'],
  ...['ops_online_changes', 'ops_rehearsals'],
];

/** The schema with its rows, without db-deploy's own tables. */
export async function dump(server: Server): Promise<string> {
  const { stdout } = await run(
    join(server.binDir, 'mysqldump'),
    [
      ...['--no-defaults', `--host=${server.host}`, `--port=${server.port}`, `--user=${server.user}`],
      ...['--protocol=TCP', '--routines', '--triggers', '--events', '--compact', '--order-by-primary'],
      ...[
        '--skip-extended-insert',
        '--set-gtid-purged=OFF',
        '--no-tablespaces',
        '--loose-skip-masking-policies',
      ],
      ...OWN.map((table) => `--ignore-table=${DATABASE}.${table}`),
      DATABASE,
    ],
    { env: { ...process.env, MYSQL_PWD: server.password }, maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout.replaceAll(/ AUTO_INCREMENT=\d+/g, '');
}

/** Where two dumps begin to differ; undefined where they are the same. */
export function difference(expected: string, found: string): string | undefined {
  if (expected === found) return undefined;
  const [wanted, have] = [expected.split('\n'), found.split('\n')];
  const at = wanted.findIndex((line, index) => line !== have[index]);
  return `expected ${JSON.stringify(wanted[at]?.slice(0, 200))}, found ${JSON.stringify(have[at]?.slice(0, 200))}`;
}

/** What a restore made for itself and did not take away. */
export async function leftObjects(server: Server): Promise<readonly string[]> {
  const root = await connect(server);
  try {
    const [left] = (await root.query(
      "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'torture__restore'",
    )) as unknown as [{ name: string }[]];
    const [triggers] = (await root.query(
      "SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_NAME LIKE 'db\\_deploy\\_%'",
    )) as unknown as [{ name: string }[]];
    return [...left, ...triggers].map(({ name }) => name);
  } finally {
    root.destroy();
  }
}
