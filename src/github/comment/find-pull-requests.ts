import { withApi, type ApiAccess } from '../api.ts';
import type { WorkflowRunEvent } from '../event.ts';

/** A pull request whose head is the commit that was asked for. */
interface Pull {
  readonly number?: number;
  readonly state?: string;
  readonly head?: { readonly sha?: string };
}

const MOST = 5;

/**
 * The open pull requests of which the run's commit is the head, by GitHub's own knowledge: the event lists none where
 * the head is in a fork, and what the run saved could name any. A commit that was pushed over since is no head.
 */
export async function findPullRequests(access: ApiAccess, run: WorkflowRunEvent): Promise<readonly number[]> {
  const { headSha, headOwner, headBranch } = run;
  if (headSha === '') return [];
  return withApi(access, async (ask) => {
    const heads = (data: unknown): readonly number[] =>
      (Array.isArray(data) ? (data as readonly Pull[]) : []).flatMap(({ number, state, head }) =>
        number !== undefined && state === 'open' && head?.sha === headSha ? [number] : [],
      );
    if (headOwner !== '' && headBranch !== '') {
      const { data } = await ask('GET /repos/{owner}/{repo}/pulls', {
        state: 'open',
        head: `${headOwner}:${headBranch}`,
        per_page: 100,
      });
      const found = heads(data);
      if (found.length > 0) return found.slice(0, MOST);
    }
    const route = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
    const { data } = await ask(route, { commit_sha: headSha, per_page: 100 });
    return heads(data).slice(0, MOST);
  });
}
