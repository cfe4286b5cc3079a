import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ExpectedError } from '../errors.ts';

/** No report of a plan that a person reviews is larger, and all of it has to be held at once. */
const LARGEST = 32 * 1024 * 1024;

/** The text of a saved report, which is where the workflow put it: nothing is known of what is in it. */
export function readReportFile(workingDirectory: string, path: string): string {
  const where = resolve(workingDirectory, path);
  try {
    const stats = statSync(where);
    if (!stats.isFile()) throw unreadable(path, 'is no file');
    if (stats.size > LARGEST) throw unreadable(path, 'is too large');
    return readFileSync(where, 'utf8');
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw unreadable(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
  }
}

function unreadable(path: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'file-unreadable',
    message: `report-file ${JSON.stringify(path)} ${what}`,
    fix: 'download the artifact of the run that made the report first, and name the file in it',
  });
}
