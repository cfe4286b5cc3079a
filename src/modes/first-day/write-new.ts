import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../../errors.ts';
import { insideWorkingDirectory } from '../../files/working-directory.ts';

/** True if the file was not there and is now. Nothing leaves the working directory, and nothing is overwritten. */
export function writeNew(workingDirectory: string, path: string, text: string): boolean {
  makeFolders(workingDirectory, dirname(path));
  try {
    writeFileSync(join(workingDirectory, path), text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** One after the other, so that a symbolic link is found before anything is made behind it. */
function makeFolders(workingDirectory: string, folder: string): void {
  realpathSync.native(workingDirectory);
  const parts = folder.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const path = parts.slice(0, length).join('/');
    mkdirSync(join(workingDirectory, path), { recursive: true });
    const real = insideWorkingDirectory(workingDirectory, path);
    if (typeof real !== 'string') throw new ExpectedError({ code: 'outside-working-directory', ...real });
  }
}
