import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startServer, type Server } from './mysql/start-server.ts';

const root = join(import.meta.dirname, '..');

interface Step {
  readonly says: string;
  readonly args: readonly string[];
}

const STEPS: readonly Step[] = [
  { says: 'The changelog and its SQL files are checked without a database.', args: ['validate'] },
  { says: 'What would be applied to an empty database?', args: ['status'] },
  {
    says: 'Apply it. `backup: none` because backups are not built yet.',
    args: ['update', '--backup', 'none'],
  },
  { says: 'A second run finds nothing to do.', args: ['update', '--backup', 'none'] },
  { says: 'Every applied changeset still is what was applied.', args: ['verify'] },
];

/** The example on a throwaway MySQL, each step as a user would type it. */
async function demo(): Promise<number> {
  console.log('Starting a throwaway MySQL server …');
  const server = await startServer({ onProgress: (line) => console.log(line) });
  try {
    console.log(`MySQL ${server.version} is ready: ${server.description}`);
    for (const step of STEPS) {
      console.log(`\n── ${step.says}\n$ npx db-deploy ${step.args.join(' ')}\n`);
      const exitCode = await run(step, server);
      if (exitCode !== 0) return exitCode;
    }
    console.log('\nThat was it. The server and its data are gone; src/README.md is the map of the code.');
    return 0;
  } finally {
    await server.stop();
  }
}

function run({ args }: Step, server: Server): Promise<number> {
  const { host, port, user, password, database } = server;
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TERM: process.env['TERM'],
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: password,
    DB_NAME: database,
  };
  const child = spawn(process.execPath, [join(root, 'dist/index.js'), ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await demo();
