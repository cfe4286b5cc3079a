import { runGit, type GitPlace } from './run-git.ts';

/** The commit that is checked out; undefined where the folder is in no repository. */
export async function readHead(place: GitPlace): Promise<string | undefined> {
  return commitIn(await runGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']));
}

/** The folder as seen from the root of its repository, `.` for the root; undefined where it is in none. */
export async function readPrefix(place: GitPlace): Promise<string | undefined> {
  const output = await runGit(place, ['rev-parse', '--show-prefix']);
  return output && (output.toString().replace(/\/?\n$/, '') || '.');
}

/** Whether the commit and its files are in the repository. */
async function hasCommit(place: GitPlace, commit: string): Promise<boolean> {
  return (await runGit(place, ['cat-file', '-e', `${commit}^{tree}`])) !== undefined;
}

/**
 * The last commit that two have in common; undefined where the repository does not know for certain, as one does that
 * was cloned without its history.
 */
export async function mergeBase(place: GitPlace, base: string, head: string): Promise<string | undefined> {
  if (!(await hasCommit(place, base))) return undefined;
  // True even where the history is cut off: the way from one to the other is there.
  if (await runGit(place, ['merge-base', '--is-ancestor', base, head])) return base;
  const isShallow = await runGit(place, ['rev-parse', '--is-shallow-repository']);
  if (isShallow?.toString().trim() !== 'false') return undefined;
  return commitIn(await runGit(place, ['merge-base', base, head]));
}

function commitIn(output: Buffer | undefined): string | undefined {
  const text = output?.toString().trim() ?? '';
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}
