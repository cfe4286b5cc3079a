import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of a job; all are below one that is deleted afterwards, but perhaps the workspace. */
export interface JobFolders {
  readonly workspace: string;
  readonly temp: string;
  readonly files: string;
}

/** Overrides for the `github` context: `{ ref: 'refs/pull/7/merge' }`. */
export type GithubContext = Readonly<Record<string, string>>;

const SHA = '0123456789abcdef0123456789abcdef01234567';

/** The `github` context of a push to main; nothing answers at its API. */
export function githubContext(overrides: GithubContext, folders: JobFolders): GithubContext {
  return {
    ...{ action: '__db-deploy', actor: 'octocat', actor_id: '583231', triggering_actor: 'octocat' },
    ...{ api_url: 'http://127.0.0.1:9', graphql_url: 'http://127.0.0.1:9/graphql' },
    ...{ server_url: 'https://github.com', repository: 'org/shop', repository_id: '1296269' },
    ...{ repository_owner: 'org', repository_owner_id: '9919', retention_days: '90' },
    ...{ event_name: 'push', base_ref: '', head_ref: '', sha: SHA },
    ...{ ref: 'refs/heads/main', ref_name: 'main', ref_type: 'branch', ref_protected: 'true' },
    ...{ job: 'deploy', run_attempt: '1', run_id: '8841', run_number: '12' },
    workflow: 'deploy',
    workflow_ref: 'org/shop/.github/workflows/deploy.yml@refs/heads/main',
    workflow_sha: SHA,
    workspace: folders.workspace,
    event_path: join(folders.temp, '_github_workflow', 'event.json'),
    ...overrides,
  };
}

/** Writes the event for `GITHUB_EVENT_PATH`. */
export async function writeEvent(github: GithubContext, payload: unknown): Promise<void> {
  const path = github['event_path'] ?? '';
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, JSON.stringify(payload));
}

/** What every process of the job gets: of our own environment only what a program needs to start. */
export function jobEnvironment(github: GithubContext, folders: JobFolders): Readonly<Record<string, string>> {
  const kept = ['PATH', 'HOME', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // The token is in the context but never in the environment (GitHubContext.cs).
  const context = Object.entries(github).filter(([name]) => name !== 'token');
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(context.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value])),
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', LANG: 'C.UTF-8' },
    ...{ RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64', RUNNER_NAME: 'GitHub Actions 1' },
    ...{ RUNNER_ENVIRONMENT: 'github-hosted', RUNNER_TRACKING_ID: 'github_0000' },
    ...{ RUNNER_TEMP: folders.temp, RUNNER_TOOL_CACHE: join(folders.files, 'tools') },
    RUNNER_WORKSPACE: join(folders.workspace, '..'),
  };
}
