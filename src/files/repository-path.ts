import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { leadsOut } from './working-directory.ts';

/**
 * The working directory as the repository has it, `.` for its root: links are followed, for GitHub follows none.
 * Undefined where it is not in the workspace.
 */
export function repositoryPath(workspace: string, workingDirectory: string): string | undefined {
  const [from, to] = realPaths(resolve(workspace), resolve(workspace, workingDirectory));
  const way = relative(from, to);
  if (way === '') return '.';
  return leadsOut(way) ? undefined : way.split(sep).join('/');
}

/** A folder that is not there is called what it was called: that it is missing is said elsewhere. */
function realPaths(from: string, to: string): readonly [string, string] {
  try {
    return [realpathSync.native(from), realpathSync.native(to)];
  } catch {
    return [from, to];
  }
}
