import type { CommitTree } from '../changelog/commit-tree.ts';
import { ExpectedError } from '../errors.ts';
import { readRefusal, withApi, type ApiAccess } from './api.ts';

/** Files of the base that are not in the working directory as they were; each costs a request. */
const MOST_FILES = 300;
const AT_ONCE = 8;

/** The last commit that two have in common, by GitHub's own knowledge. */
export async function askMergeBase(access: ApiAccess, base: string, head: string): Promise<string> {
  return asked(`${base.slice(0, 7)} cannot be compared with ${head.slice(0, 7)}`, () =>
    withApi(access, async (ask) => {
      const { data } = await ask('GET /repos/{owner}/{repo}/compare/{basehead}', {
        basehead: `${base}...${head}`,
        per_page: 1,
      });
      return String(
        (data as { readonly merge_base_commit?: { readonly sha?: unknown } }).merge_base_commit?.sha,
      );
    }),
  );
}

/** The working directory, a folder of the repository, as a commit has it. */
export async function askCommitTree(access: ApiAccess, commit: string, folder: string): Promise<CommitTree> {
  const what = `the files of ${commit.slice(0, 7)} cannot be read`;
  const { tree, truncated } = await asked(what, () =>
    withApi(access, async (ask) => {
      const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
      const { data } = await ask(route, { tree_sha: commit, recursive: '1' });
      return data as { readonly tree: readonly TreeEntry[]; readonly truncated: boolean };
    }),
  );
  if (truncated) throw unknown(`${what}: there are too many for the API`);
  return {
    commit,
    files: filesUnder(tree, folder),
    read: async (ids) => {
      if (ids.length > MOST_FILES) throw tooManyEdits(ids.length);
      return asked(what, () => readBlobs(access, ids));
    },
  };
}

/** Which files differ is the choice of the pull request, so it must not be a way around the comparison. */
function tooManyEdits(number: number): ExpectedError {
  return new ExpectedError({
    code: 'merged-changeset',
    message: `${number} files of merged changesets are not as they were, more than are compared without git's history`,
    fix: 'put back those that need no change, or check out with fetch-depth: 0',
  });
}

interface TreeEntry {
  readonly path?: string;
  readonly mode?: string;
  readonly sha?: string;
}

function filesUnder(tree: readonly TreeEntry[], folder: string): ReadonlyMap<string, string> {
  const prefix = folder === '.' ? '' : `${folder}/`;
  return new Map(
    tree.flatMap(({ path = '', mode = '', sha }) =>
      sha !== undefined && mode.startsWith('100') && path.startsWith(prefix)
        ? [[path.slice(prefix.length), sha]]
        : [],
    ),
  );
}

async function readBlobs(
  access: ApiAccess,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  const waiting = [...ids];
  const work = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const file_sha = id;
      const { data } = await withApi(access, (ask) =>
        ask('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { file_sha }),
      );
      const { content = '' } = data as { readonly content?: string };
      blobs.set(file_sha, Buffer.from(content, 'base64'));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return blobs;
}

async function asked<T>(what: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const { status, message } = readRefusal(error);
    throw unknown(`${what}: ${status === 0 ? '' : `${status} `}${message}`);
  }
}

function unknown(message: string): ExpectedError {
  const fix = 'check out with fetch-depth: 0, or give the job `permissions: contents: read`';
  return new ExpectedError({ code: 'base-unknown', message, fix });
}
