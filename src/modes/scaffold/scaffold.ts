import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../../errors.ts';
import { readCsvSample } from '../../files/csv/read-csv-sample.ts';
import { describeRows } from '../../pipeline/scaffold/csv-sample.ts';
import { insideWorkingDirectory } from '../../files/working-directory.ts';
import { propose, type Proposal } from '../../pipeline/scaffold/proposal.ts';
import { renderDataset, renderManifest } from '../../pipeline/scaffold/render-manifest.ts';
import { renderTable } from '../../pipeline/scaffold/render-table.ts';
import { count } from '../../report/wording.ts';

/** What a scaffold is made of, and where it goes. */
export interface ScaffoldRequest {
  readonly workingDirectory: string;
  readonly file: string;
  readonly isWritten: boolean;
}

/** What to print: proposals go to stdout, what is said of them to stderr. */
export interface Scaffold {
  readonly out: string;
  readonly said: readonly string[];
}

const MANIFEST = 'data/pipeline.yml';
const CHANGELOG = 'changelog/changelog.yml';

/** Proposes a dataset of the manifest and its staging table from the first rows of a CSV file. Overwrites nothing. */
export async function scaffold({ workingDirectory, file, isWritten }: ScaffoldRequest): Promise<Scaffold> {
  const proposal = propose(await readCsvSample(workingDirectory, file));
  const sqlFile = `migrations/${proposal.table}.up.sql`;
  const table = renderTable(proposal);
  if (!isWritten) {
    const out = [`# ${MANIFEST}`, renderManifest(proposal), `-- ${sqlFile}`, table].join('\n').trimEnd();
    return { out, said: [...describe(proposal), '--write writes both, and overwrites nothing'] };
  }
  const write = (path: string, text: string): boolean => writeNew(workingDirectory, path, text);
  if (!write(sqlFile, table)) {
    throw new ExpectedError({
      code: 'invalid-input',
      message: `${sqlFile} is there already, and nothing is overwritten`,
      fix: 'leave out --write to see the proposal, or move that file away',
    });
  }
  const said = [...describe(proposal), `wrote ${sqlFile}`];
  const out: string[] = [];
  if (write(MANIFEST, renderManifest(proposal))) said.push(`wrote ${MANIFEST}`);
  else out.push(`# add to "datasets:" of ${MANIFEST}`, renderDataset(proposal));
  const changeset = renderChangeset(proposal, sqlFile);
  if (write(CHANGELOG, `databaseChangeLog:\n${changeset}\n`)) said.push(`wrote ${CHANGELOG}`);
  else out.push(`# add to the end of ${CHANGELOG}`, changeset);
  return { out: out.join('\n'), said };
}

function renderChangeset({ table }: Proposal, sqlFile: string): string {
  return `  - changeSet:\n      id: ${table}\n      author: scaffold\n      sqlFile: ${sqlFile}`;
}

/** True if the file was not there and is now. */
function writeNew(workingDirectory: string, path: string, text: string): boolean {
  const whole = join(workingDirectory, path);
  mkdirSync(dirname(whole), { recursive: true });
  const folder = insideWorkingDirectory(workingDirectory, dirname(path));
  if (typeof folder !== 'string') throw new ExpectedError({ code: 'outside-working-directory', ...folder });
  try {
    writeFileSync(whole, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What was read, and what about the proposal is a guess. */
function describe({ sample, key, columns, otherDates, notation }: Proposal): readonly string[] {
  const { file, misshapen, dialect } = sample;
  const numeric = columns.filter(({ title }) => /^-?\d+(?:[.,]\d+)?$/.test(title.trim())).length;
  return [
    `${file}: read ${describeRows(sample)}; other rows may have other values`,
    ...(dialect.encoding === 'windows-1252' ? ['it is not UTF-8: taken for windows-1252'] : []),
    ...(misshapen > 0
      ? [
          `${count(misshapen, 'row has', 'rows have')} another number of fields than the header: they would be rejected`,
        ]
      : []),
    ...(numeric > 0 ? ['the first row seems to hold values: a pipeline needs a header there'] : []),
    ...(otherDates === undefined
      ? []
      : [`days are read as ${notation.dateFormat}; by these rows they may be ${otherDates} as well`]),
    ...(key.length === 0 ? ['nothing in these rows is unique: name the key yourself'] : []),
  ];
}
