import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { insideWorkingDirectory } from './working-directory.ts';

/** Why a folder cannot be listed. */
export interface UnlistableFolder {
  readonly message: string;
  readonly fix: string;
}

/**
 * All files under a folder of the working directory, at any depth, as paths relative to the working directory, in no
 * particular order, but none with a name that begins with a dot. A link to a folder is refused rather than left out
 * in silence; to follow it could lead in circles.
 */
export function listFiles(root: string, folder: string): readonly string[] | UnlistableFolder {
  try {
    const real = insideWorkingDirectory(root, folder);
    if (typeof real !== 'string') return real;
    if (!statSync(real).isDirectory()) return { message: `${folder} is no folder`, fix: 'name a folder' };
    return listUnder(real, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT')
      return { message: `the folder ${folder} does not exist`, fix: 'add it, or correct its path' };
    return { message: `the folder ${folder} cannot be listed (${code})`, fix: 'check the folder' };
  }
}

function listUnder(real: string, folder: string): readonly string[] | UnlistableFolder {
  const files: string[] = [];
  for (const entry of readdirSync(real, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    const inside = join(real, entry.name);
    if (entry.isDirectory()) {
      const deeper = listUnder(inside, path);
      if (!isListed(deeper)) return deeper;
      files.push(...deeper);
    } else if (entry.isSymbolicLink() && statSync(inside, { throwIfNoEntry: false })?.isDirectory()) {
      return {
        message: `${path} is a symbolic link to a folder`,
        fix: 'include the folder that it leads to by its own path',
      };
    } else {
      files.push(path);
    }
  }
  return files;
}

function isListed(listed: readonly string[] | UnlistableFolder): listed is readonly string[] {
  return Array.isArray(listed);
}
