import type { CommitTree } from '../changelog/commit-tree.ts';
import { ExpectedError } from '../errors.ts';
import { runGit, type GitPlace } from './run-git.ts';

const LINE_FEED = 10;

/** The folder as a commit of its repository has it; undefined where the repository lacks the commit. */
export async function readCommitTree(place: GitPlace, commit: string): Promise<CommitTree | undefined> {
  // In a folder below the root git lists what is in that folder, by paths that begin there.
  const listed = await runGit(place, ['ls-tree', '-r', '-z', commit]);
  if (!listed) return undefined;
  return { commit, files: parseTree(listed.toString()), read: (ids) => readBlobs(place, commit, ids) };
}

/** `100644 blob <id>\t<path>`, ended by a NUL; links and submodules are no files. */
function parseTree(listed: string): ReadonlyMap<string, string> {
  return new Map(
    listed.split('\0').flatMap((entry) => {
      const [, id, path] = /^100\d{3} blob ([0-9a-f]+)\t([^]+)$/.exec(entry) ?? [];
      return id === undefined || path === undefined ? [] : [[path, id]];
    }),
  );
}

async function readBlobs(
  place: GitPlace,
  commit: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const output = await runGit(place, ['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
  if (!output) {
    throw new ExpectedError({
      code: 'base-unknown',
      message: `git cannot read the files of commit ${commit}`,
      fix: 'check out with fetch-depth: 0',
    });
  }
  return parseBatch(output);
}

/** `<id> blob <size>`, a line feed, the bytes, a line feed; `<id> missing` for what is not there. */
function parseBatch(output: Buffer): ReadonlyMap<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(LINE_FEED, at);
    const [id = '', type, size] = output.toString('utf8', at, end).split(' ');
    const isBlob = type === 'blob';
    const start = end + 1;
    if (isBlob) blobs.set(id, output.subarray(start, start + Number(size)));
    at = isBlob ? start + Number(size) + 1 : start;
  }
  return blobs;
}
