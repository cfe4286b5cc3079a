import { parseArgs } from 'node:util';
import { destroyServer } from './mysql/destroy-server.ts';
import { exists } from './mysql/folders.ts';
import { messageOf } from './mysql/run-program.ts';
import { runWithServer } from './mysql/run-with-server.ts';
import { namedFolder, readNamed, type Address } from './mysql/server-folder.ts';
import { SOURCES, type ServerOptions, type Source } from './mysql/server-options.ts';
import { environmentOf, shellExports } from './mysql/server-environment.ts';
import { describeOptions, startServer } from './mysql/start-server.ts';
import { answers } from './mysql/wait-until-ready.ts';

const USAGE = `A real MySQL server for tests and trials, without root.

  npm run mysql -- run [options] -- <command>   a server for one command, gone afterwards
  npm run mysql -- start [options]              a server that stays; eval "$(npm run -s mysql -- start)"
  npm run mysql -- stop [--name <name>]         kills it and deletes its data

The command gets DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, and a PATH with mysql, mysqldump, mysqlbinlog.

  --name <name>            which server to start or stop (default: "default")
  --gtid on|off            (default: on)
  --require-primary-key    sql_require_primary_key=ON
  --local-infile           local_infile=ON
  --general-log            every statement goes into the table mysql.general_log
  --trust-function-creators  log_bin_trust_function_creators=ON
  --durable                MySQL's own durability instead of a faster one
  --database <name>        the database that exists from the start (default: "db_deploy")
  --mysqld-flag <flag>     any other flag of mysqld; may be repeated
  --source installed|docker|debian   where MySQL comes from (default: the first that works)
  --mysql-version <version>          for example 8.4
  --image <image>          a container image (default: MYSQL_IMAGE)
`;

const FLAGS = {
  name: { type: 'string', default: 'default' },
  gtid: { type: 'string', default: 'on' },
  'require-primary-key': { type: 'boolean', default: false },
  'local-infile': { type: 'boolean', default: false },
  'general-log': { type: 'boolean', default: false },
  'trust-function-creators': { type: 'boolean', default: false },
  durable: { type: 'boolean', default: false },
  database: { type: 'string' },
  'mysqld-flag': { type: 'string', multiple: true, default: [] as string[] },
  source: { type: 'string' },
  'mysql-version': { type: 'string' },
  image: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parseFlags(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
}

type Flags = ReturnType<typeof parseFlags>['values'];

function optionsOf(flags: Flags): ServerOptions {
  const { gtid, source, database, image, 'mysql-version': version } = flags;
  if (gtid !== 'on' && gtid !== 'off') throw new Error(`--gtid is on or off, not "${gtid}"`);
  if (source !== undefined && !isSource(source)) {
    throw new Error(`--source is one of ${SOURCES.join(', ')}, not "${source}"`);
  }
  return {
    gtid,
    requirePrimaryKey: flags['require-primary-key'],
    localInfile: flags['local-infile'],
    generalLog: flags['general-log'],
    trustFunctionCreators: flags['trust-function-creators'],
    durable: flags.durable,
    mysqldFlags: flags['mysqld-flag'],
    ...(database === undefined ? {} : { database }),
    ...(source === undefined ? {} : { source }),
    ...(version === undefined ? {} : { version }),
    ...(image === undefined ? {} : { image }),
    onProgress: say,
  };
}

function isSource(text: string): text is Source {
  return SOURCES.some((source) => source === text);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function start(flags: Flags): Promise<number> {
  const options: ServerOptions = { ...optionsOf(flags), name: flags.name };
  const address = (await findNamed(flags.name, describeOptions(options))) ?? (await startNamed(options));
  process.stdout.write(shellExports(environmentOf(address)));
  return 0;
}

/** The server of that name when it runs with the same options; one that has died is cleared away. */
async function findNamed(name: string, options: string): Promise<Address | undefined> {
  const folder = await namedFolder(name);
  const known = await readNamed(folder);
  if (!known) return undefined;
  if (!(await answers(known.address))) {
    await destroyServer(folder);
    return undefined;
  }
  if (known.options !== options) throw new Error(`"${name}" runs with other options; stop it first`);
  say(`"${name}" runs already on port ${known.address.port}`);
  return known.address;
}

async function startNamed(options: ServerOptions): Promise<Address> {
  const server = await startServer(options);
  say(`started MySQL ${server.version} on port ${server.port} (${server.description})`);
  return server;
}

async function stop(name: string): Promise<number> {
  const folder = await namedFolder(name);
  if (!(await exists(folder))) throw new Error(`no server is named "${name}"`);
  await destroyServer(folder);
  say(`stopped "${name}"`);
  return 0;
}

/** Runs one command line and gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const split = args.indexOf('--');
  const { values: flags, positionals } = parseFlags(split < 0 ? args : args.slice(0, split));
  const command = split < 0 ? [] : args.slice(split + 1);
  const verb = positionals.length === 1 ? positionals[0] : undefined;
  if (verb === 'run' && command.length > 0) return runWithServer(optionsOf(flags), command);
  if (verb === 'start' && command.length === 0) return start(flags);
  if (verb === 'stop' && command.length === 0) return stop(flags.name);
  say(USAGE);
  return flags.help ? 0 : 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}
