import { ExpectedError } from '../errors.ts';
import {
  judgeApproval,
  type ApprovalRequest,
  type ApprovalVerdict,
  type Protection,
  type Review,
} from '../report/approval.ts';
import { readRefusal, withApi, type ApiAccess, type Ask, type Refusal } from './api.ts';

/** The workflow run that is to be approved. */
export interface ApprovedRun extends Omit<ApprovalRequest, 'environment'> {
  readonly id: number;
}

/** Reads who approved this run for an environment; refuses where GitHub does not tell. */
export async function readApproval(
  access: ApiAccess,
  run: ApprovedRun,
  environment: string,
): Promise<ApprovalVerdict> {
  if (access.token === undefined) throw unreadable('there is no token', 'pass github-token');
  const reviews = await withApi(access, (ask) => readReviews(ask, run.id)).catch(notReadable);
  const protection = await withApi(access, (ask) => readProtection(ask, environment)).catch(
    unknownProtection,
  );
  return judgeApproval(reviews, protection, { ...run, environment });
}

async function readReviews(ask: Ask, run: number): Promise<readonly Review[]> {
  const { data } = await ask('GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals', { run_id: run });
  const entries: unknown = data;
  if (!Array.isArray(entries)) return [];
  return (entries as readonly ReviewEntry[]).map(({ state, environments, user, comment }) => ({
    isApproved: state === 'approved',
    environments: environments.flatMap(({ name }) => name ?? []),
    // An account that is gone is nobody who could be asked.
    by: user?.login ?? '',
    isBot: user?.type !== 'User',
    comment,
  }));
}

interface ReviewEntry {
  readonly state: string;
  readonly environments: readonly { readonly name?: string }[];
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly comment: string;
}

async function readProtection(ask: Ask, environment: string): Promise<Protection> {
  const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}';
  const { data } = await ask(route, { environment_name: environment });
  const { protection_rules: rules = [] } = data as { readonly protection_rules?: readonly Rule[] };
  const hasReviewers = rules.some(
    ({ type, reviewers = [] }) => type === 'required_reviewers' && reviewers.length > 0,
  );
  return { kind: hasReviewers ? 'reviewers' : 'none' };
}

interface Rule {
  readonly type: string;
  readonly reviewers?: readonly unknown[];
}

function notReadable(error: unknown): never {
  const refusal = readRefusal(error);
  throw unreadable(describe(refusal), fixOf(refusal));
}

/** An approval that is there is one all the same: without the rules only a warning about them is missing. */
function unknownProtection(error: unknown): Protection {
  const refusal = readRefusal(error);
  const isMissing = refusal.status === 404;
  return {
    kind: 'unknown',
    why: isMissing ? 'GitHub knows no such environment, or the token may not see it' : describe(refusal),
  };
}

function unreadable(why: string, fix: string): ExpectedError {
  return new ExpectedError({
    code: 'not-approved',
    message: `who approved this run could not be read: ${why}`,
    fix,
  });
}

function describe({ status, message }: Refusal): string {
  return status === 0 ? message : `GitHub answered ${status}: ${message}`;
}

function fixOf({ status }: Refusal): string {
  if (status === 401) return 'github-token is not valid: pass ${{ github.token }}';
  if (status === 403 || status === 404) return 'give the job `permissions: actions: read`';
  return 'see https://www.githubstatus.com, then run again: without an approval nothing is deployed';
}
