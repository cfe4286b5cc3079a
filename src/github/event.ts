import { readFile } from 'node:fs/promises';

/** A pull request as the event of a run knows it. */
export interface PullRequestEvent {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** Its head is in another repository, whose people may not write here. */
  readonly isFork: boolean;
}

/** The run that made this one start, with `on: workflow_run`. */
export interface WorkflowRunEvent {
  readonly id: number;
  /** What made that run start. */
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly headOwner: string;
  readonly isFork: boolean;
}

/** What is known of the event that started the run; nothing, where its file says nothing. */
export interface GithubEvent {
  readonly name: string;
  /** Who can see the repository; not every event says. */
  readonly visibility: 'public' | 'private' | 'unknown';
  readonly pullRequest: PullRequestEvent | undefined;
  readonly workflowRun: WorkflowRunEvent | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the event that started the run. */
export async function readEvent(env: Environment): Promise<GithubEvent> {
  const payload = await readPayload(env['GITHUB_EVENT_PATH']);
  const repository = text(at(payload, 'repository', 'full_name')) || (env['GITHUB_REPOSITORY'] ?? '');
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    visibility: visibilityOf(payload),
    pullRequest: pullRequestOf(at(payload, 'pull_request'), repository),
    workflowRun: workflowRunOf(at(payload, 'workflow_run'), repository),
  };
}

async function readPayload(path: string | undefined): Promise<unknown> {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function visibilityOf(payload: unknown): GithubEvent['visibility'] {
  const visibility = at(payload, 'repository', 'visibility');
  const isPrivate = at(payload, 'repository', 'private');
  if (visibility === 'public' || isPrivate === false) return 'public';
  return isPrivate === true || visibility === 'private' || visibility === 'internal' ? 'private' : 'unknown';
}

function pullRequestOf(value: unknown, repository: string): PullRequestEvent | undefined {
  const number = at(value, 'number');
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined;
  return {
    number,
    headSha: commitId(at(value, 'head', 'sha')),
    baseSha: commitId(at(value, 'base', 'sha')),
    isFork: isElsewhere(at(value, 'head', 'repo', 'full_name'), repository),
  };
}

function workflowRunOf(value: unknown, repository: string): WorkflowRunEvent | undefined {
  const id = at(value, 'id');
  if (typeof id !== 'number') return undefined;
  return {
    id,
    event: text(at(value, 'event')),
    headSha: commitId(at(value, 'head_sha')),
    headBranch: text(at(value, 'head_branch')),
    headOwner: text(at(value, 'head_repository', 'owner', 'login')),
    isFork: isElsewhere(at(value, 'head_repository', 'full_name'), repository),
  };
}

/** A repository that is gone, or not told, was not ours as far as anybody knows. */
function isElsewhere(head: unknown, repository: string): boolean {
  return repository === '' || text(head).toLowerCase() !== repository.toLowerCase();
}

/** Empty where it is none: what is no commit must not become part of an address or of a command. */
function commitId(value: unknown): string {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}
