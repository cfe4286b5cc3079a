import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchBackup, benchLargeBackup } from './bench/backup.ts';
import { benchIngest, benchIngestMemory } from './bench/ingest.ts';
import { benchLosslessScope } from './bench/lossless-scope.ts';
import { inTurn, measure, type Command, type Measured } from './bench/measure.ts';
import { writeProject, type Project } from './bench/projects.ts';
import { benchRestoreOne } from './bench/restore-one.ts';
import { benchTransform } from './bench/transform.ts';
import { benchTurns } from './bench/turns.ts';
import { startServer, type Server } from './mysql/start-server.ts';

const root = join(import.meta.dirname, '..');
const bundle = join(root, 'dist/index.js');
const node = process.execPath;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

type Times = Readonly<Record<string, Measured>>;

/** Prints ratios, each measured in turn in this one run; absolute times depend on the machine. */
async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'db-deploy-bench-'));
  // Durable as a production server: every commit is on disk.
  const server = await startServer({
    durable: true,
    localInfile: true,
    onProgress: (line) => console.error(line),
  });
  try {
    console.log(
      `${cpus().length} cores, Node ${process.version}, MySQL ${server.version}, medians of ${ROUNDS}`,
    );
    if (isWanted('start')) await benchStart();
    if (isWanted('validate')) await benchValidate(await writeProject(join(folder, 'large'), 5000));
    if (isWanted('update')) {
      await benchUpdate(server, await findDbmate(), await writeProject(join(folder, 'small'), 200));
    }
    if (isWanted('turns')) {
      await benchTurns({ server, bundle, folder: join(folder, 'turns'), roundTripMs: 20 });
    }
    // Each load takes seconds: fewer rounds than for what takes fractions of one.
    const ingest = { server, bundle, folder: join(folder, 'ingest'), rounds: Math.min(ROUNDS, 3), print };
    if (isWanted('ingest')) await benchIngest(ingest);
    if (process.argv.includes('ingest-memory')) await benchIngestMemory(ingest);
    const backup = { server, bundle, folder: join(folder, 'backup'), rounds: Math.min(ROUNDS, 3), print };
    if (isWanted('backup')) await benchBackup(backup);
    if (process.argv.includes('backup-large')) await benchLargeBackup(backup);
    if (process.argv.includes('lossless-scope')) await benchLosslessScope(backup);
    if (process.argv.includes('restore-one')) await benchRestoreOne(backup);
    // Only when it is asked for: it takes many minutes.
    if (process.argv.includes('transform')) await benchTransform(join(folder, 'transform'));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `npm run bench -- update` measures that alone. */
function isWanted(part: 'start' | 'validate' | 'update' | 'turns' | 'ingest' | 'backup'): boolean {
  const wanted = process.argv.slice(2);
  return wanted.length === 0 || wanted.includes(part);
}

async function benchStart(): Promise<void> {
  const times = await inTurn(ROUNDS * 2, {
    bundle: () => measure({ program: node, args: [bundle, '--help'] }),
    empty: () => measure({ program: node, args: ['-e', '0'] }),
  });
  print('start of the bundle, nothing loaded', times, 'bundle', ['empty']);
}

async function benchValidate(project: Project): Promise<void> {
  const times = await inTurn(ROUNDS, {
    validate: () => measure(deploy('validate', project, {})),
  });
  print('validate of 5,000 changesets', times, 'validate', []);
}

async function benchUpdate(server: Server, dbmate: string, project: Project): Promise<void> {
  const login = {
    DB_HOST: server.host,
    DB_PORT: String(server.port),
    DB_USER: server.user,
    DB_PASSWORD: server.password,
  };
  const fresh = async (name: string): Promise<void> => {
    await measure(client(server, `DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name};`));
  };
  const url = `mysql://${server.user}:${server.password}@${server.host}:${server.port}/by_dbmate`;
  const runDbmate: Command = {
    program: dbmate,
    args: ['--no-dump-schema', '--migrations-dir', join(project.folder, 'dbmate'), 'up'],
    env: { DATABASE_URL: url },
  };
  const update = deploy('update', project, { ...login, DB_NAME: 'by_db_deploy' });
  const first = await inTurn(ROUNDS, {
    update: async () => (await fresh('by_db_deploy'), measure(update)),
    client: async () => (await fresh('by_client'), measure(client(server, project.allSql, 'by_client'))),
    dbmate: async () => (await fresh('by_dbmate'), measure(runDbmate)),
  });
  print('update of 200 changesets of three statements', first, 'update', ['client', 'dbmate']);
  const again = await inTurn(ROUNDS * 2, { update: () => measure(update), dbmate: () => measure(runDbmate) });
  print('update with nothing to do', again, 'update', ['dbmate']);
}

function deploy(mode: string, project: Project, env: Readonly<Record<string, string>>): Command {
  return {
    program: node,
    args: [
      bundle,
      mode,
      '--working-directory',
      project.folder,
      ...(mode === 'update' ? ['--backup', 'none'] : []),
    ],
    env,
  };
}

function client(server: Server, input: string, database = ''): Command {
  return {
    program: join(server.binDir, 'mysql'),
    args: ['--no-defaults', '-h', server.host, '-P', String(server.port), '-u', server.user, database].filter(
      Boolean,
    ),
    env: { MYSQL_PWD: server.password },
    input,
  };
}

/** dbmate comes as a binary in an npm package; it is no dependency of the project. */
async function findDbmate(): Promise<string> {
  const folder = join(root, '.cache/bench');
  const program = join(folder, 'node_modules/.bin/dbmate');
  if (!existsSync(program)) {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-save', 'dbmate@2.36.0']);
  }
  return program;
}

function print(title: string, times: Times, ours: string, others: readonly string[]): void {
  const own = times[ours]!;
  const memory = own.peakMemory === 0 ? '' : `, peak ${Math.round(own.peakMemory / 1024 / 1024)} MiB`;
  console.log(`\n${title}: ${own.seconds.toFixed(3)} s${memory}`);
  for (const other of others) {
    const { seconds } = times[other]!;
    console.log(`  ${(own.seconds / seconds).toFixed(2)} times ${other} (${seconds.toFixed(3)} s)`);
  }
}

await bench();
