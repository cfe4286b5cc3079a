import { apiAccess } from './comment-request.ts';
import { readApproval } from '../github/approval.ts';
import {
  artifactStore,
  type ArtifactContext,
  type ArtifactStore,
} from '../github/artifact/artifact-store.ts';
import type { RawInputs } from '../inputs/input-reader.ts';
import type { Services } from '../modes/run/services.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What this workflow run offers to its modes; nothing is asked for before a mode needs it. */
export function runServices(
  raw: RawInputs,
  env: Environment,
  kept: Pick<ArtifactContext, 'here' | 'onKept'>,
): Services & { readonly artifacts: ArtifactStore } {
  const actors = [env['GITHUB_ACTOR'], env['GITHUB_TRIGGERING_ACTOR']].filter((actor) => actor !== undefined);
  const run = {
    id: Number(env['GITHUB_RUN_ID'] ?? 0),
    attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 1),
    actors: [...new Set(actors)],
  };
  return {
    artifacts: artifactStore({
      repository: env['GITHUB_REPOSITORY'] ?? '',
      workflowRun: env['GITHUB_RUN_ID'] ?? '0',
      token: raw.get('github-token'),
      temporaryFolder: env['RUNNER_TEMP'] ?? '/tmp',
      ...kept,
    }),
    readApproval: (environment) => readApproval(apiAccess(raw, env), run, environment),
  };
}
