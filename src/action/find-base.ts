import type { CommitTree } from '../changelog/commit-tree.ts';
import { ExpectedError } from '../errors.ts';
import { readCommitTree } from '../git/commit-tree.ts';
import { mergeBase, readHead, readPrefix } from '../git/history.ts';
import type { GitPlace } from '../git/run-git.ts';
import type { ApiAccess } from '../github/api.ts';
import { askCommitTree, askMergeBase } from '../github/base-tree.ts';
import type { PullRequestEvent } from '../github/event.ts';

/** Where the base of a pull request may be found. */
export interface BaseSearch {
  readonly pullRequest: PullRequestEvent;
  readonly place: GitPlace;
  readonly access: ApiAccess;
  /** The working directory as seen from the workspace; undefined where it is not in it. */
  readonly folder: string | undefined;
  /** The commit of the run, where the workspace is no repository. */
  readonly commit: string | undefined;
}

/**
 * What a pull request is compared with: the last commit that its base has in common with what is checked out, which is
 * the merge of both or the head alone. From the repository that is here, and from GitHub as far as that was cloned
 * without its history.
 */
export async function findBase(search: BaseSearch): Promise<CommitTree> {
  const { pullRequest, place, access, folder, commit } = search;
  const { baseSha, headSha } = pullRequest;
  if (baseSha === '') throw unknown('the event does not name its base');
  const head = (await readHead(place)) ?? commit ?? headSha;
  const base = (await mergeBase(place, baseSha, head)) ?? (await askEither(access, baseSha, head, headSha));
  const tree = await readCommitTree(place, base);
  if (tree) return tree;
  // Where there is no repository, the workspace is taken for its root: it was unpacked there.
  const within = (await readPrefix(place)) ?? folder;
  if (within === undefined) throw unknown('the working directory is not in the repository');
  return askCommitTree(access, base, within);
}

/** What is checked out may be a commit that GitHub does not know, as one that an earlier step made. */
async function askEither(access: ApiAccess, base: string, head: string, headSha: string): Promise<string> {
  if (access.token === undefined) throw unknown('the history is not checked out and there is no token');
  try {
    return await askMergeBase(access, base, head);
  } catch (error) {
    if (!(error instanceof ExpectedError) || headSha === '' || headSha === head) throw error;
    return askMergeBase(access, base, headSha);
  }
}

function unknown(message: string): ExpectedError {
  const fix = 'check out with fetch-depth: 0, or pass github-token';
  return new ExpectedError({ code: 'base-unknown', message, fix });
}
