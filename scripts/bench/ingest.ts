import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { TRACKING_TABLES } from '../../src/mysql/tracking/tracking-definitions.ts';
import type { Server } from '../mysql/start-server.ts';
import { csvProject, writeCustomers, writeOrders } from './csv-sources.ts';
import { inTurn, measure, type Command, type Measured } from './measure.ts';

const root = join(import.meta.dirname, '../..');
const DATABASE = 'by_ingest';

type Print = (
  title: string,
  times: Readonly<Record<string, Measured>>,
  ours: string,
  others: readonly string[],
) => void;

interface Source {
  readonly name: string;
}

/** What every part of the bench needs. */
export interface IngestBench {
  readonly server: Server;
  readonly bundle: string;
  readonly folder: string;
  readonly rounds: number;
  readonly print: Print;
}

/** Loads into the example's indexed staging tables, against the `mysql` client's LOAD DATA LOCAL INFILE. */
export async function benchIngest(bench: IngestBench): Promise<void> {
  const { folder, rounds, print } = bench;
  csvProject(folder, root);
  await createTables(bench);
  const orders = join(folder, 'data/raw/orders.csv');
  const customers = join(folder, 'data/raw/customers.csv');
  writeOrders(orders, 1_000_000);
  writeCustomers(customers, 100_000);
  // The same rows in other bytes.
  copyFileSync(orders, join(folder, 'data/raw/orders-again.csv'));
  appendFileSync(join(folder, 'data/raw/orders-again.csv'), '\n');
  writeOrders(join(folder, 'data/raw/orders-changed.csv'), 1_000_000, 100);
  const load = (name: string, file: string) => (): Promise<Measured> => measure(ingest(bench, name, file));
  const first = (name: string, file: string) => async (): Promise<Measured> => {
    await empty(bench);
    return load(name, file)();
  };
  const client = (table: string, path: string) => async (): Promise<Measured> => {
    await empty(bench);
    return measure(sql(bench, `${loadData(path)} ${table} ${FORMAT}`));
  };
  const times = await inTurn(rounds, {
    client: client('stg_orders', orders),
    first: first('orders', 'orders.csv'),
    'same file': load('orders', 'orders.csv'),
    'same rows': load('orders', 'orders-again.csv'),
    'one per cent changed': load('orders', 'orders-changed.csv'),
  });
  print('ingest of 1,000,000 orders', times, 'first', ['client']);
  for (const again of ['same file', 'same rows', 'one per cent changed'])
    print(again, times, again, ['first']);
  const small = await inTurn(rounds, {
    client: client('stg_customers', customers),
    first: first('customers', 'customers.csv'),
  });
  print('ingest of 100,000 customers', small, 'first', ['client']);
}

/** `npm run bench -- ingest-memory`: ten million rows, once; takes minutes. */
export async function benchIngestMemory(bench: IngestBench): Promise<void> {
  const { folder, print } = bench;
  csvProject(folder, root);
  await createTables(bench);
  const orders = join(folder, 'data/raw/orders-10m.csv');
  writeOrders(orders, 10_000_000);
  print(
    'ingest of 10,000,000 orders',
    { ours: await measure(ingest(bench, 'orders', 'orders-10m.csv')) },
    'ours',
    [],
  );
  rmSync(orders);
}

const FORMAT = String.raw`FIELDS TERMINATED BY ',' LINES TERMINATED BY '\n' IGNORE 1 LINES`;

function loadData(path: string): string {
  return `LOAD DATA LOCAL INFILE '${path}' INTO TABLE`;
}

async function createTables(bench: IngestBench): Promise<void> {
  await measure(sql(bench, `DROP DATABASE IF EXISTS ${DATABASE}; CREATE DATABASE ${DATABASE};`, ''));
  const migrations = ['001_initial_schema', '002_add_indexes'].map((name) =>
    readFileSync(join(root, `migrations/${name}.up.sql`), 'utf8'),
  );
  await measure(sql(bench, [...migrations, ...TRACKING_TABLES.values()].join(';\n')));
}

async function empty(bench: IngestBench): Promise<void> {
  const tables = ['stg_orders', 'stg_customers', 'ops_loaded_files', 'ops_checkpoints'];
  await measure(sql(bench, tables.map((table) => `TRUNCATE ${table};`).join(' ')));
}

function sql({ server }: IngestBench, input: string, database = DATABASE): Command {
  const { host, port, user, binDir, password } = server;
  const login = ['--no-defaults', '--local-infile=1', '-h', host, '-P', String(port), '-u', user, database];
  return { program: join(binDir, 'mysql'), args: login.filter(Boolean), env: { MYSQL_PWD: password }, input };
}

/**
 * The bundle in mode `pipeline` as a process of its own, with this file as its only source and nothing to transform or
 * check: its start, its lock and the records of the run are part of the time.
 */
function ingest({ server, bundle, folder }: IngestBench, dataset: string, file: string): Command {
  const { host, port, user, password } = server;
  const manifest = parse(readFileSync(join(root, 'data/pipeline.yml'), 'utf8')) as { datasets: Source[] };
  const sources = manifest.datasets.filter(({ name }) => name === dataset);
  const datasets = sources.map((source) => ({ ...source, files: `data/raw/${file}` }));
  const pipelineFile = `data/${dataset}-${file}.yml`;
  writeFileSync(join(folder, pipelineFile), stringify({ datasets }));
  return {
    program: process.execPath,
    args: [bundle, 'pipeline', '--working-directory', folder, '--pipeline-file', pipelineFile],
    env: { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_NAME: DATABASE },
  };
}
