import { repositoryPath } from '../files/repository-path.ts';
import type { ApiAccess } from '../github/api.ts';
import type { CommentRequest } from '../github/comment/comment.ts';
import type { GithubEvent } from '../github/event.ts';
import type { RawInputs } from '../inputs/input-reader.ts';
import type { CommentRun } from '../report/comment/marker.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Modes of which reviewers read the result in the pull request. */
const KINDS: Readonly<Record<string, 'plan' | 'changes'>> = {
  status: 'plan',
  'update-sql': 'plan',
  validate: 'changes',
};

/**
 * Where the report of this run is to be published as a comment; undefined outside of pull requests and where nobody
 * wants it. From the raw inputs: a comment must not stay as it was because an input is wrong now.
 */
export function commentRequest(
  raw: RawInputs,
  env: Environment,
  { pullRequest }: GithubEvent,
): CommentRequest | undefined {
  const kind = KINDS[raw.get('mode') ?? ''];
  if (kind === undefined || pullRequest === undefined || raw.get('comment') === 'never') return undefined;
  const workingDirectory = workingDirectoryOf(raw, env);
  const page = repositoryPage(env);
  const run = env['GITHUB_RUN_ID'];
  return {
    access: apiAccess(raw, env),
    number: pullRequest.number,
    isFork: pullRequest.isFork,
    identity: {
      kind,
      environment: raw.get('environment'),
      workingDirectory,
      changelogFile: raw.get('changelog-file') ?? 'changelog/changelog.yml',
    },
    run: commentRun(env),
    links: {
      repository: page,
      // What is checked out is a merge that nobody sees; the head has the same lines, nearly always.
      commit: pullRequest.headSha,
      workingDirectory,
      run: page === undefined || run === undefined ? undefined : `${page}/actions/runs/${run}`,
    },
  };
}

/** As the repository has it; as it was given where that is outside. */
export function workingDirectoryOf(raw: RawInputs, env: Environment): string {
  const given = raw.get('working-directory') ?? '.';
  return repositoryPath(env['GITHUB_WORKSPACE'] ?? '.', given) ?? given;
}

/** GitHub's API as this run may use it. */
export function apiAccess(raw: RawInputs, env: Environment): ApiAccess {
  return {
    url: env['GITHUB_API_URL'],
    token: raw.get('github-token'),
    repository: env['GITHUB_REPOSITORY'] ?? '',
  };
}

/** This run, as comments tell which of two is the later one. */
export function commentRun(env: Environment): CommentRun {
  const { GITHUB_RUN_ID: id = '0', GITHUB_RUN_ATTEMPT: attempt = '1' } = env;
  return { id: Number(id) || 0, attempt: Number(attempt) || 1 };
}

/** The address of the repository, for links; undefined outside of a workflow. */
export function repositoryPage(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository = '' } = env;
  return server === undefined || repository === '' ? undefined : `${server}/${repository}`;
}
