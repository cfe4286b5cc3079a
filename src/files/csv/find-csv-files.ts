import { statSync } from 'node:fs';
import { comparePaths } from '../../yaml/path.ts';
import { ExpectedError } from '../../errors.ts';
import type { CsvFile } from '../../pipeline/rows/csv-file.ts';
import { folderOfGlob, matchesGlob } from '../../pipeline/manifest/glob.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import { listFiles } from '../list-files.ts';
import { csvFile } from './read-csv.ts';
import { insideWorkingDirectory } from '../working-directory.ts';

const CSV = /\.csv(\.gz)?$/;

/**
 * The CSV files of a dataset in name order; throws where there is none. To load them:
 *
 *     const outcome = await ingestDataset(session, dataset, findCsvFiles(workingDirectory, dataset), options);
 */
export function findCsvFiles(workingDirectory: string, dataset: Dataset): readonly CsvFile[] {
  const folder = folderOfGlob(dataset.files);
  const listed = listFiles(workingDirectory, folder);
  if ('message' in listed) throw missing(dataset, listed.message, listed.fix);
  const found = listed
    .filter((path) => CSV.test(path) && matchesGlob(path, dataset.files))
    .toSorted(comparePaths);
  if (found.length === 0) {
    throw missing(dataset, `no file is named ${dataset.files}`, 'put the file there, or correct "files"');
  }
  return found.map((path) => openable(workingDirectory, dataset, path));
}

/**
 * Files that stand beside those of a dataset and are not read: called as the glob says but for the end of their names.
 * Files of other datasets are not among them.
 */
export function findIgnoredFiles(
  workingDirectory: string,
  dataset: Dataset,
  all: readonly Dataset[],
): readonly string[] {
  const listed = listFiles(workingDirectory, folderOfGlob(dataset.files));
  if ('message' in listed) return [];
  const stem = dataset.files.replace(/(\.csv|\.csv\.gz)$/, '').replace(/\*?$/, '*');
  const isRead = (path: string): boolean =>
    CSV.test(path) && all.some(({ files }) => matchesGlob(path, files));
  return listed.filter((path) => matchesGlob(path, stem) && !isRead(path)).toSorted(comparePaths);
}

function openable(workingDirectory: string, dataset: Dataset, path: string): CsvFile {
  const real = insideWorkingDirectory(workingDirectory, path);
  if (typeof real !== 'string') throw missing(dataset, real.message, real.fix);
  const stats = statSync(real);
  if (!stats.isFile()) throw missing(dataset, `${path} is no regular file`, 'name files alone');
  return csvFile(real, path, stats.size, dataset.dialect);
}

function missing({ name, filesAt }: Dataset, message: string, fix: string): ExpectedError {
  return new ExpectedError({
    code: 'file-unreadable',
    message: `dataset ${name}: ${message}`,
    at: filesAt,
    fix,
  });
}
