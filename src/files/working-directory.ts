import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { resolvePath, type BadPath } from '../yaml/path.ts';

/**
 * The real, absolute path of a file or folder that a user named relative to the working directory, or why it may not be
 * used: nothing leaves the working directory, not by `..` and not through symbolic links. Throws the system's error
 * where there is no such file.
 */
export function insideWorkingDirectory(root: string, path: string): string | BadPath {
  const resolved = resolvePath(path);
  if (typeof resolved !== 'string') return resolved;
  const realRoot = realpathSync.native(root);
  const real = realpathSync.native(resolve(realRoot, resolved));
  const way = relative(realRoot, real);
  if (!leadsOut(way)) return real;
  return {
    message: `"${path}" leaves the working directory through a symbolic link`,
    fix: 'replace the link by the file itself',
  };
}

/** Whether a relative way leads out of the folder that it begins in; to another drive there is only an absolute one. */
export function leadsOut(way: string): boolean {
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
