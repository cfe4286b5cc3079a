import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Address } from '../../scripts/mysql/server-folder.ts';

const run = promisify(execFile);

export interface DumpOptions {
  /** Whether db-deploy's own tables are part of it; `without` by default. */
  readonly trackingTables?: 'with' | 'without';
  /** Of tables only the definition, or also what is in them; `with` by default. */
  readonly rows?: 'with' | 'without';
}

/** Everything in a database as SQL: one row a line, in the order of the keys, under a name that is always the same. */
export async function dumpDatabase(
  server: Address,
  name: string,
  trackingTables: readonly string[],
  options: DumpOptions,
): Promise<string> {
  const ignored = options.trackingTables === 'with' ? [] : trackingTables;
  const { stdout } = await run(
    join(server.binDir, 'mysqldump'),
    [
      ...['--no-defaults', `--host=${server.host}`, `--port=${server.port}`, `--user=${server.user}`],
      ...['--protocol=TCP', '--no-tablespaces', '--routines', '--events', '--triggers'],
      ...['--set-gtid-purged=OFF', '--loose-skip-masking-policies', '--loose-column-statistics=0'],
      ...['--compact', '--skip-extended-insert', '--order-by-primary', '--hex-blob'],
      ...(options.rows === 'without' ? ['--no-data'] : []),
      ...ignored.map((table) => `--ignore-table=${name}.${table}`),
      name,
    ],
    { env: { ...process.env, MYSQL_PWD: server.password }, maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout.replaceAll(`\`${name}\``, '`the_database`').trim();
}
