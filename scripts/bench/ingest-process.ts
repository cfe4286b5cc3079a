import { readFileSync } from 'node:fs';
import { findCsvFiles } from '../../src/files/find-csv-files.ts';
import { connect, close } from '../../src/mysql/connection.ts';
import { ingestDataset } from '../../src/mysql/ingest/ingest-dataset.ts';
import { parseManifest } from '../../src/pipeline/parse-manifest.ts';

/** Loads one dataset of a project as a process of its own: `ingest-process.ts <folder> <dataset> <files>`. */
async function main(): Promise<void> {
  const [folder = '.', name = '', files = ''] = process.argv.slice(2);
  const { datasets } = parseManifest(
    readFileSync(`${folder}/data/pipeline.yml`, 'utf8'),
    'data/pipeline.yml',
  );
  const dataset = { ...datasets.find((candidate) => candidate.name === name)!, files };
  const { DB_HOST: host = '', DB_PORT: port, DB_USER: user = '', DB_PASSWORD: password = '' } = process.env;
  const database = process.env['DB_NAME'] ?? '';
  const log = (): void => undefined;
  const session = await connect(
    {
      ...{ host, port: Number(port), user, password, name: database },
      ...{ ssl: 'disabled', sslCa: undefined, connectTimeout: 10 },
    },
    log,
  );
  const outcome = await ingestDataset(session, dataset, findCsvFiles(folder, dataset), {
    runId: 'bench',
    log,
  });
  await close(session);
  if (outcome.problem) throw new Error(outcome.problem.message);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

await main();
