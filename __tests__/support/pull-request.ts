import type { ActionOptions } from './runner.ts';
import type { GithubService } from './github-service.ts';

export const PULL_REQUEST = 7;
export const HEAD = 'a'.repeat(40);
export const BASE = 'b'.repeat(40);

export interface PullRequestOptions {
  readonly isFork?: boolean;
  readonly event?: string;
  readonly head?: string;
  readonly base?: string;
  readonly run?: string;
}

/** What the runner knows of a run for a pull request, with this GitHub behind it. */
export function inPullRequest(
  github: GithubService,
  options: PullRequestOptions = {},
): Pick<ActionOptions, 'github' | 'event' | 'token'> {
  const { isFork = false, event = 'pull_request', head = HEAD, base = BASE, run = '8841' } = options;
  const repository = { full_name: 'org/shop', private: true, visibility: 'private' };
  const from = isFork ? { full_name: 'mallory/shop' } : repository;
  return {
    token: github.token,
    github: {
      ...{ api_url: github.url, event_name: event, ref: `refs/pull/${PULL_REQUEST}/merge`, run_id: run },
    },
    event: {
      number: PULL_REQUEST,
      repository,
      pull_request: {
        number: PULL_REQUEST,
        head: { sha: head, ref: 'feature', repo: from },
        base: { sha: base, ref: 'main', repo: repository },
      },
    },
  };
}
