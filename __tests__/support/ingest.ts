import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { ExpectedError, formatProblem } from '../../src/errors.ts';
import { findCsvFiles } from '../../src/files/csv/find-csv-files.ts';
import { close, connect, type Session } from '../../src/mysql/session/connection.ts';
import { ingestDataset, type IngestOptions } from '../../src/mysql/ingest/ingest-dataset.ts';
import { TRACKING_TABLES } from '../../src/mysql/tracking/tracking-definitions.ts';
import type { CsvFile } from '../../src/pipeline/rows/csv-file.ts';
import type { IngestOutcome } from '../../src/pipeline/ingest-outcome.ts';
import type { Dataset } from '../../src/pipeline/manifest/manifest.ts';
import { parseManifest } from '../../src/pipeline/manifest/parse-manifest.ts';
import type { LogEvent } from '../../src/log/log.ts';
import {
  testDatabase,
  type ConnectionSettings,
  type TestDatabase,
  type TestDatabaseOptions,
} from './database.ts';
import { project, writeFiles } from './deploy.ts';

const SCHEMA = readFileSync(join(import.meta.dirname, '../../migrations/001_initial_schema.up.sql'), 'utf8');

const sessions: Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await close(session);
});

/** A database with the example's tables and those of db-deploy. */
export async function stagingDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const db = await testDatabase(options);
  await db.query(`${SCHEMA}\n${[...TRACKING_TABLES.values()].join(';\n')}`);
  return db;
}

/** The example's datasets with other options, as YAML lines of the dataset, and with other columns. */
export function dataset(
  name: 'customers' | 'orders',
  ...changes: readonly (readonly [string, string])[]
): Dataset {
  const text = readFileSync(join(import.meta.dirname, '../../data/pipeline.yml'), 'utf8');
  const part = text
    .split(/^(?= {2}- name: )|^transforms:/m)
    .find((candidate) => candidate.includes(`- name: ${name}`));
  const changed = changes.reduce((yaml, [from, to]) => {
    if (!yaml.includes(from)) throw new Error(`the manifest has no ${from}`);
    return yaml.replace(from, to);
  }, part ?? '');
  const { datasets, problems } = parseManifest(`datasets:\n${changed}`, 'data/pipeline.yml');
  if (problems.length > 0) throw new Error(problems.map((problem) => formatProblem(problem)).join('\n'));
  return datasets[0]!;
}

export const ORDERS = 'order_id,customer_id,order_date,status,amount,updated_at';

/** A CSV file of orders. */
export function ordersCsv(...rows: readonly string[]): string {
  return [ORDERS, ...rows, ''].join('\n');
}

/** What a load gave: its outcome, or the problems that it was refused with. */
export interface Ingested {
  readonly outcome: IngestOutcome;
  readonly problems: readonly string[];
  readonly events: readonly LogEvent[];
}

export interface IngestTestOptions extends Partial<IngestOptions> {
  readonly as?: ConnectionSettings;
  readonly session?: Session;
  readonly files?: (files: readonly CsvFile[]) => readonly CsvFile[];
}

/** Logs in as ingest does. */
export async function ingestSession(settings: ConnectionSettings): Promise<Session> {
  const { host, port, user, password, name } = settings;
  const session = await connect(
    { host, port, user, password, name, ssl: 'disabled', sslCa: undefined, connectTimeout: 10 },
    () => undefined,
  );
  sessions.push(session);
  return session;
}

let runs = 0;

/** Writes CSV files into `data/raw` and loads the dataset in a session of its own. */
export async function ingest(
  db: ConnectionSettings,
  of: Dataset,
  files: Readonly<Record<string, string | Buffer>>,
  options: IngestTestOptions = {},
): Promise<Ingested> {
  const folder = project({});
  writeFiles(
    folder,
    Object.fromEntries(Object.entries(files).map(([file, text]) => [`data/raw/${file}`, text])),
  );
  const session = options.session ?? (await ingestSession(options.as ?? db));
  const events: LogEvent[] = [];
  runs += 1;
  try {
    const found = findCsvFiles(folder, of);
    const outcome = await ingestDataset(session, of, options.files?.(found) ?? found, {
      runId: `run-${runs}`,
      ...options,
      log: (event) => events.push(event),
    });
    return { outcome, problems: outcome.problem ? [formatProblem(outcome.problem)] : [], events };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const problems = error.problems.map((problem) => formatProblem(problem));
    return { outcome: undefined as unknown as IngestOutcome, problems, events };
  }
}
