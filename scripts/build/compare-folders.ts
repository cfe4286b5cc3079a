import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How the files of a folder differ, byte for byte and in being executable, from what they should be. */
export async function compareFolders(wanted: string, found: string): Promise<readonly string[]> {
  const wantedFiles = await readdir(wanted);
  const foundFiles = await readdir(found).catch((): string[] => []);
  const names = [...new Set([...wantedFiles, ...foundFiles])].toSorted();
  const differences: string[] = [];
  for (const name of names) {
    if (!foundFiles.includes(name)) differences.push(`${name} is missing`);
    else if (!wantedFiles.includes(name)) differences.push(`${name} is left over from another build`);
    else if (!(await isSame(join(wanted, name), join(found, name)))) differences.push(`${name} differs`);
  }
  return differences;
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [oneBytes, otherBytes] = await Promise.all([readFile(one), readFile(other)]);
  const [oneMode, otherMode] = await Promise.all([isExecutable(one), isExecutable(other)]);
  return oneBytes.equals(otherBytes) && oneMode === otherMode;
}

async function isExecutable(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o100) !== 0;
}
