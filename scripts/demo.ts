import { spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type Server } from './mysql/start-server.ts';

const root = join(import.meta.dirname, '..');

interface Step {
  readonly says: string;
  readonly args: readonly string[];
  /** 0 where it is not said. */
  readonly exitCode?: number;
}

const FAILING = `
  - changeSet:
      id: '004'
      author: demo
      sqlFile: migrations/004_half_wrong.up.sql
      comment: fails in its second statement
`;

const HALF_WRONG = `ALTER TABLE stg_orders ADD COLUMN channel VARCHAR(20) NULL;
CREATE TABLE channels (id INT PRIMARY KEY, name NO_SUCH_TYPE);
`;

/** What stands under `customers`, up to the next dataset. */
const CUSTOMER_COLUMNS = /(?<=maxRejected: 0\n) {4}columns:\n {6}customer_id[^]*?(?=\n\n)/;
const BY_CONTRACT = '    contract: contracts/customers.odcs.yaml';

const MOVED = `customer_id,full_name,email,country,updated_at
1001,Anna Müller,anna.mueller@mail.example.com,AT,2026-12-01T09:00:00Z
`;

const ORPHAN = `order_id,customer_id,order_date,status,amount,updated_at
999001,424242,2026-03-01,paid,19.90,2026-12-01T10:00:00Z
`;

/** The example on a throwaway MySQL, each step as a user would type it. */
async function demo(): Promise<number> {
  console.log('Starting a throwaway MySQL server …');
  const server = await startServer({ onProgress: (line) => console.log(line) });
  const folder = await mkdtemp(join(tmpdir(), 'db-deploy-demo-'));
  try {
    for (const part of ['changelog', 'migrations', 'sql', 'data', 'contracts'])
      await cp(join(root, part), join(folder, part), { recursive: true });
    console.log(`MySQL ${server.version} is ready: ${server.description}`);
    const store = ['--backup-store', `file:${join(folder, 'backups')}`];
    const isGood = await play(server, folder, [
      { says: 'The changelog and its SQL files are checked without a database.', args: ['validate'] },
      { says: 'What would be applied to an empty database?', args: ['status'] },
      { says: 'Take a backup, then apply it.', args: ['update', ...store] },
      { says: 'A second run finds nothing to do.', args: ['update', ...store] },
      { says: 'Every applied changeset still is what was applied.', args: ['verify'] },
      { says: 'CSV files into staging, then dimension and facts, then checks.', args: ['pipeline'] },
      { says: 'Files that were loaded are skipped, and transforms have nothing to do.', args: ['pipeline'] },
    ]);
    if (!isGood) return 1;
    const manifest = await readFile(join(folder, 'data/pipeline.yml'), 'utf8');
    await writeFile(join(folder, 'data/pipeline.yml'), manifest.replace(CUSTOMER_COLUMNS, BY_CONTRACT));
    await writeFile(join(folder, 'data/raw/customers-moved.csv'), MOVED);
    const isFollowed = await play(server, folder, [
      { says: 'Customers by a data contract: what of it nothing enforces is said.', args: ['validate'] },
      { says: 'A customer moves: her version is closed, and another one opened.', args: ['pipeline'] },
    ]);
    if (!isFollowed) return 1;
    await writeFile(join(folder, 'data/raw/orders-orphan.csv'), ORPHAN);
    const isKept = await play(server, folder, [
      {
        says: 'An order without a customer: the check fails, and facts stay as they were.',
        args: ['pipeline'],
        exitCode: 1,
      },
    ]);
    if (!isKept) return 1;
    await appendFile(join(folder, 'changelog/changelog.yml'), FAILING);
    await writeFile(join(folder, 'migrations/004_half_wrong.up.sql'), HALF_WRONG);
    const isRestored = await play(server, folder, [
      {
        says: 'A changeset fails half way: the database goes back to its backup.',
        args: ['update', ...store],
        exitCode: 1,
      },
      { says: 'So it is still pending, and nothing has to be cleaned up.', args: ['status'] },
    ]);
    console.log('\nThat was it. The server and its data are gone; src/README.md is the map of the code.');
    return isRestored ? 0 : 1;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(server: Server, folder: string, steps: readonly Step[]): Promise<boolean> {
  for (const { says, args, exitCode = 0 } of steps) {
    console.log(`\n── ${says}\n$ npx db-deploy ${args.join(' ')}\n`);
    if ((await run(args, server, folder)) !== exitCode) return false;
  }
  return true;
}

function run(args: readonly string[], server: Server, folder: string): Promise<number> {
  const { host, port, user, password, database, binDir } = server;
  const env = {
    PATH: `${binDir}:${process.env['PATH'] ?? ''}`,
    HOME: process.env['HOME'],
    TERM: process.env['TERM'],
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: password,
    DB_NAME: database,
  };
  const child = spawn(process.execPath, [join(root, 'dist/index.js'), ...args], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await demo();
