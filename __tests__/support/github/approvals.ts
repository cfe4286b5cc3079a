import { toSimpleUser, type Account } from './fixtures.ts';

type Json = Readonly<Record<string, unknown>>;

/** What somebody answered when a run asked for an environment. */
export interface StoredReview {
  readonly by: Account;
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
  readonly comment?: string;
}

export interface StoredEnvironment {
  readonly name: string;
  readonly reviewers: readonly Account[];
}

/** The review history of a run. */
export function toApprovals(url: string, reviews: readonly StoredReview[]): readonly Json[] {
  return reviews.map(({ by, state, environments, comment = '' }) => ({
    environments: environments.map((name) => environmentFacts(url, name)),
    state,
    user: toSimpleUser(url, by),
    comment,
  }));
}

/** An environment with its protection rules; a wait timer is no person. */
export function toEnvironment(url: string, { name, reviewers }: StoredEnvironment): Json {
  const required = {
    ...{ id: 3755, node_id: 'R_3755', type: 'required_reviewers', prevent_self_review: false },
    reviewers: reviewers.map((account) => ({ type: 'User', reviewer: toSimpleUser(url, account) })),
  };
  return {
    ...environmentFacts(url, name),
    protection_rules: [
      { id: 3515, node_id: 'R_3515', type: 'wait_timer', wait_timer: 5 },
      ...(reviewers.length === 0 ? [] : [required]),
    ],
    deployment_branch_policy: null,
  };
}

function environmentFacts(url: string, name: string): Json {
  return {
    ...{ id: 56_780_428, node_id: 'EN_1', name, url: `${url}/repos/org/shop/environments/${name}` },
    html_url: `https://github.com/org/shop/deployments/activity_log?environments_filter=${name}`,
    ...{ created_at: '2026-11-01T09:00:00Z', updated_at: '2026-11-01T09:00:00Z' },
  };
}
