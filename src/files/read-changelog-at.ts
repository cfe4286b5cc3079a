import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Changelog } from '../changelog/changeset.ts';
import type { CommitTree } from '../changelog/commit-tree.ts';
import { resolvePath } from '../yaml/path.ts';
import type { Problem } from '../errors.ts';
import type { UnlistableFolder } from './list-files.ts';
import { readChangelogFrom, type ChangelogSource } from './read-changelog.ts';
import { decodeText, type UnreadableFile } from './read-text.ts';
import { insideWorkingDirectory } from './working-directory.ts';

/**
 * The changelog tree as a commit has it, read by the same code as the one that is here. A commit without the changelog
 * has no changesets. Files are got in rounds, all that are missing at once; those that are here as they were there are
 * not got at all.
 */
export async function readChangelogAt(
  tree: CommitTree,
  workingDirectory: string,
  changelogFile: string,
): Promise<{ readonly changelog: Changelog; readonly problems: readonly Problem[] }> {
  const root = resolvePath(changelogFile);
  if (typeof root === 'string' && !tree.files.has(root))
    return { changelog: { file: root, preconditions: [], changesets: [] }, problems: [] };
  const texts = new Map<string, string | UnreadableFile>();
  for (;;) {
    const missing = new Map<string, string>();
    const read = readChangelogFrom(sourceOf(tree, texts, missing), changelogFile);
    if (missing.size === 0) return read;
    const distant = [...missing].filter(([path, id]) => !takeLocal(workingDirectory, path, id, texts));
    const blobs = await tree.read([...new Set(distant.map(([, id]) => id))]);
    for (const [path, id] of distant) {
      const bytes = blobs.get(id);
      texts.set(path, bytes ? decodeText(Buffer.from(bytes), path) : doesNotExist(path));
    }
  }
}

/** What is known of the files; what is asked for and not known is written down as missing. */
function sourceOf(
  { files }: CommitTree,
  texts: ReadonlyMap<string, string | UnreadableFile>,
  missing: Map<string, string>,
): ChangelogSource {
  return {
    readText: (path) => {
      const id = files.get(path);
      if (id === undefined) return doesNotExist(path);
      const text = texts.get(path);
      if (text === undefined) missing.set(path, id);
      return text ?? doesNotExist(path);
    },
    listFiles: (folder) => listUnder([...files.keys()], folder),
  };
}

function listUnder(paths: readonly string[], folder: string): readonly string[] | UnlistableFolder {
  const prefix = folder === '.' ? '' : `${folder}/`;
  const under = paths.filter((path) => path.startsWith(prefix));
  if (under.length === 0) return { message: `the folder ${folder} does not exist`, fix: 'add it' };
  return under.filter((path) => !/(?:^|\/)\./.test(path.slice(prefix.length)));
}

/** Whether the file is here with what it had there; git's id of it tells. */
function takeLocal(
  workingDirectory: string,
  path: string,
  id: string,
  texts: Map<string, string | UnreadableFile>,
): boolean {
  try {
    const real = insideWorkingDirectory(workingDirectory, path);
    if (typeof real !== 'string' || !statSync(real).isFile()) return false;
    const bytes = readFileSync(real);
    const hash = createHash(id.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes.length}\0`);
    if (hash.update(bytes).digest('hex') !== id) return false;
    texts.set(path, decodeText(bytes, path));
    return true;
  } catch {
    return false;
  }
}

function doesNotExist(path: string): UnreadableFile {
  return { code: 'file-unreadable', message: `${path} does not exist`, fix: 'add the file' };
}
