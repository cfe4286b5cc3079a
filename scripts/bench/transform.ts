import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Report } from '../../src/report/report.ts';
import { startServer, type Server } from '../mysql/start-server.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
/** Memory as of a small production server; a log that is too small would be what is measured. */
const FLAGS = ['--innodb-buffer-pool-size=2G', '--loose-innodb-redo-log-capacity=2G'];
/** The cost should follow the change: the same part of four times as many rows, and the same number of them. */
const SIZES = (process.env['BENCH_ORDERS'] ?? '1000000,4000000').split(',').map(Number);
const CUSTOMERS = Number(process.env['BENCH_CUSTOMERS'] ?? 1_000_000);

/** Ingest and transforms of the example through the bundle: all rows, then 1 % of them; then SCD2 alone. */
export async function benchTransform(folder: string): Promise<void> {
  const server = await startServer({
    localInfile: true,
    mysqldFlags: FLAGS,
    onProgress: (line) => console.error(line),
  });
  try {
    for (const orders of SIZES) await benchOrders(server, join(folder, `orders-${orders}`), orders);
    await benchDimension(server, join(folder, 'dimension'));
  } finally {
    await server.stop();
  }
}

async function benchOrders(server: Server, folder: string, orders: number): Promise<void> {
  const customers = orders / 10;
  const schema = await prepare(server, folder, `orders_${orders}`);
  await writeCustomers(folder, 'a', customers, 1, 0);
  await writeOrders(folder, 'a', orders, customers, 1, 0);
  const full = await pipeline(server, folder, schema);
  await writeCustomers(folder, 'b', customers, 100, 1);
  await writeOrders(folder, 'b', orders, customers, 100, 1);
  const part = await pipeline(server, folder, schema);
  const [all, one] = [seconds(full), seconds(part)];
  console.log(
    `\n${orders} orders, ${customers} customers: ingest ${all.ingest.toFixed(1)} s, transforms ${all.transform.toFixed(1)} s, checks ${all.checks.toFixed(1)} s`,
  );
  console.log(
    `  1 % changed: ingest ${one.ingest.toFixed(2)} s, transforms ${one.transform.toFixed(2)} s, checks ${one.checks.toFixed(2)} s`,
  );
  const [work, fullWork] = [one.ingest + one.transform, all.ingest + all.transform];
  console.log(
    `  ${(work / fullWork).toFixed(3)} times the full run (ingest and transforms), ${((work + one.checks) / (fullWork + all.checks)).toFixed(3)} with checks`,
  );
  const changed = (orders + customers) / 100;
  console.log(`  ${((work * 1e6) / changed).toFixed(0)} µs of ingest and transforms a changed row`);
  console.log(`  checks: ${describeChecks(part)}`);
}

function describeChecks({ pipeline: done }: Report): string {
  const checks = done?.checks ?? [];
  return checks.map(({ name, durationMs }) => `${name} ${durationMs ?? 0} ms`).join(', ');
}

async function benchDimension(server: Server, folder: string): Promise<void> {
  const schema = await prepare(server, folder, 'dimension');
  await writeCustomers(folder, 'a', CUSTOMERS, 1, 0);
  await writeOrders(folder, 'a', 1, 1, 1, 0);
  await pipeline(server, folder, schema);
  await writeCustomers(folder, 'b', CUSTOMERS, 20, 1);
  const report = await pipeline(server, folder, schema);
  const dims = report.pipeline?.transforms[0];
  const ms = dims?.durationMs ?? 0;
  const opened = dims?.versionsOpened ?? 0;
  console.log(
    `\nSCD2, ${CUSTOMERS} customers, 5 % changed: ${opened} versions opened in ${(ms / 1000).toFixed(2)} s, ${Math.round((opened * 1000) / Math.max(1, ms))} rows/s`,
  );
  console.log(await explainSlowest(server, schema));
}

/** The statement that inserts new versions, asked again with the keys that changed: the last in its file that reads staging. */
async function explainSlowest(server: Server, schema: string): Promise<string> {
  const sql = await readFile(join(root, 'sql/transform/build_dims.sql'), 'utf8');
  const select = /-- Versions that are new\.\s+INSERT INTO [^)]*\)\s+(WITH[^;]*);/.exec(sql)?.[1];
  if (select === undefined) throw new Error('build_dims.sql has no statement for new versions');
  const { host, port, user, password } = server;
  const connection = await createConnection({ host, port, user, password, database: schema });
  try {
    await connection.query(
      "SELECT JSON_ARRAYAGG(JSON_ARRAY(customer_id, updated_at)) INTO @changed_customers FROM stg_customers WHERE updated_at >= '2026-06-01'",
    );
    const [rows] = await connection.query<RowDataPacket[]>(`EXPLAIN ANALYZE ${select}`);
    return String(Object.values(rows[0] ?? {})[0]);
  } finally {
    await connection.end();
  }
}

async function prepare(server: Server, folder: string, schema: string): Promise<string> {
  for (const part of ['changelog', 'migrations', 'sql', 'data/pipeline.yml']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await mkdir(join(folder, 'data/raw'), { recursive: true });
  const { host, port, user, password } = server;
  const connection = await createConnection({ host, port, user, password });
  await connection.query(`CREATE DATABASE ${schema}`);
  await connection.end();
  await bundle(server, folder, schema, 'update', '--backup', 'none');
  return schema;
}

async function pipeline(server: Server, folder: string, schema: string): Promise<Report> {
  const lines = (await bundle(server, folder, schema, 'pipeline', '--log-format', 'json')).trim().split('\n');
  return (
    JSON.parse(lines.findLast((line) => line.includes('"event":"report"')) ?? '{}') as { report: Report }
  ).report;
}

async function bundle(
  server: Server,
  folder: string,
  schema: string,
  ...args: readonly string[]
): Promise<string> {
  const { host, port, user, password, binDir } = server;
  const env = {
    PATH: `${binDir}:${process.env['PATH'] ?? ''}`,
    HOME: process.env['HOME'] ?? '',
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: password,
    DB_NAME: schema,
  };
  const { stdout } = await run(process.execPath, [join(root, 'dist/index.js'), ...args], {
    cwd: folder,
    env,
    maxBuffer: 1 << 26,
  });
  return stdout;
}

function seconds({ pipeline: done }: Report) {
  const sum = (times: readonly (number | undefined)[]): number =>
    times.reduce<number>((total, ms) => total + (ms ?? 0), 0) / 1000;
  return {
    ingest: sum((done?.datasets ?? []).map(({ durationMs }) => durationMs)),
    transform: sum((done?.transforms ?? []).map(({ durationMs }) => durationMs)),
    checks: sum((done?.checks ?? []).map(({ durationMs }) => durationMs)),
  };
}

/** Every `step`th customer; `version` 0 is the first state, later ones differ from it and are newer. */
async function writeCustomers(
  folder: string,
  name: string,
  customers: number,
  step: number,
  version: number,
): Promise<void> {
  const day = version === 0 ? '2026-01-01' : '2026-06-01';
  await writeRows(
    join(folder, `data/raw/customers-${name}.csv`),
    'customer_id,full_name,email,country,updated_at',
    customers,
    step,
    (id) => `${id},Name ${id} ${version},user${id}@example.com,DE,${day}T${clock(id)}`,
  );
}

async function writeOrders(
  folder: string,
  name: string,
  orders: number,
  customers: number,
  step: number,
  version: number,
): Promise<void> {
  const month = version === 0 ? '02' : '07';
  await writeRows(
    join(folder, `data/raw/orders-${name}.csv`),
    'order_id,customer_id,order_date,status,amount,updated_at',
    orders,
    step,
    (id) =>
      `${id},${1 + ((id * 7919) % customers)},2026-${String(1 + (id % 9)).padStart(2, '0')}-11,shipped,${1 + ((id + version) % 90)}.50,2026-${month}-03T${clock(id)}`,
  );
}

function clock(id: number): string {
  return new Date((id % 86_400) * 1000).toISOString().slice(11, 19);
}

async function writeRows(
  path: string,
  header: string,
  rows: number,
  step: number,
  line: (id: number) => string,
): Promise<void> {
  await rm(path, { force: true });
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  for (let id = 1; id <= rows; id += step * 1000) {
    const part = Array.from({ length: 1000 }, (_, at) => id + at * step).filter((each) => each <= rows);
    if (!file.write(part.map((each) => `${line(each)}\n`).join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
