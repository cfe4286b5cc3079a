import { ExpectedError, type Problem } from '../errors.ts';
import { readRefusal } from '../github/api.ts';
import { publishComment } from '../github/comment/comment.ts';
import type { GithubEvent } from '../github/event.ts';
import { findPullRequests } from '../github/comment/find-pull-requests.ts';
import type { RawInputs } from '../inputs/input-reader.ts';
import { apiAccess, commentRun, repositoryPage, workingDirectoryOf } from './comment-request.ts';
import type { CommentIdentity } from '../report/comment/marker.ts';
import type { Report } from '../report/report.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What came of publishing a saved report. */
export interface Published {
  readonly failures: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Where a report came from, by the event and not by what is in it. */
interface Origin {
  readonly numbers: readonly number[];
  readonly headSha: string;
  readonly runId: number | undefined;
  readonly isFork: boolean;
}

/**
 * Publishes a report of which nothing is known: to the pull request that the event leads to, with links of our own, as
 * a comment that says where its words come from and never takes the place of one that this repository made itself.
 */
export async function publishSaved(
  report: Report,
  raw: RawInputs,
  env: Environment,
  event: GithubEvent,
): Promise<Published> {
  const { numbers, headSha, runId, isFork } = await findOrigin(raw, env, event);
  if (numbers.length === 0) {
    const message = `no open pull request has ${headSha.slice(0, 7)} as its head: nothing was published`;
    const fix = 'none is needed: it was closed, or pushed to since, and then a later run says more';
    return { failures: [], warnings: [{ code: 'publish-failed', message, fix }] };
  }
  const page = repositoryPage(env);
  const environment = raw.get('environment') ?? report.environment;
  const workingDirectory =
    raw.get('working-directory') === undefined ? report.workingDirectory : workingDirectoryOf(raw, env);
  const failures: Problem[] = [];
  for (const number of numbers) {
    const failure = await publishComment(withoutOrigin(report, environment), {
      ...{ access: apiAccess(raw, env), number, isFork: false },
      identity: identityOf(report, raw, env),
      run: runId === undefined ? commentRun(env) : { id: runId, attempt: 1 },
      links: {
        repository: page,
        commit: headSha,
        workingDirectory,
        run: page === undefined || runId === undefined ? undefined : `${page}/actions/runs/${runId}`,
      },
      note: `Saved by a run with the code of this pull request${isFork ? ', which is a fork' : ''}: nobody has checked what it says.`,
    });
    if (failure) failures.push(failure);
  }
  return { failures, warnings: [] };
}

/**
 * By what this workflow says and by nothing that the report does, or a stranger could have a comment for every name
 * that comes to mind. So there are two at most, unless this workflow tells environments or changelogs apart.
 */
function identityOf(report: Report, raw: RawInputs, env: Environment): CommentIdentity {
  return {
    kind: report.mode === 'validate' ? 'saved-changes' : 'saved-plan',
    environment: raw.get('environment'),
    workingDirectory: workingDirectoryOf(raw, env),
    changelogFile: raw.get('changelog-file') ?? '',
  };
}

/** What a report says of where it comes from counts for nothing. */
function withoutOrigin(report: Report, environment: string | undefined): Report {
  return { ...report, environment, actor: '', runId: undefined, runUrl: undefined, gitSha: undefined };
}

async function findOrigin(raw: RawInputs, env: Environment, event: GithubEvent): Promise<Origin> {
  const { workflowRun, pullRequest } = event;
  if (workflowRun) {
    const { headSha, id, isFork } = workflowRun;
    return { numbers: await find(raw, env, workflowRun), headSha, runId: id, isFork };
  }
  if (pullRequest) {
    const { number, headSha, isFork } = pullRequest;
    return { numbers: [number], headSha, runId: undefined, isFork };
  }
  throw new ExpectedError({
    code: 'invalid-input',
    message: `mode comment cannot find a pull request on ${event.name || 'this event'}`,
    fix: 'run it on workflow_run, after the workflow that saved the report',
  });
}

async function find(
  raw: RawInputs,
  env: Environment,
  run: NonNullable<GithubEvent['workflowRun']>,
): Promise<readonly number[]> {
  try {
    return await findPullRequests(apiAccess(raw, env), run);
  } catch (error) {
    const { status, message } = readRefusal(error);
    throw new ExpectedError({
      code: 'publish-failed',
      message: `the pull request of ${run.headSha.slice(0, 7)} cannot be found: ${status === 0 ? '' : `${status} `}${message}`,
      fix: 'give the job `permissions: pull-requests: write`',
    });
  }
}
