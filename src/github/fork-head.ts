import { ExpectedError } from '../errors.ts';
import type { GithubEvent } from './event.ts';

/**
 * Refuses to touch a database for a pull request from a fork on events that have secrets: its SQL, or its changelog, is
 * code of people who may not write here. An event of these that does not say where the head is counts as one of a fork.
 */
export function refuseForkHead({ name, pullRequest, workflowRun }: GithubEvent): void {
  const isFork =
    (name === 'pull_request_target' && (pullRequest?.isFork ?? true)) ||
    (name === 'workflow_run' && (workflowRun?.isFork ?? true));
  if (!isFork) return;
  throw new ExpectedError({
    code: 'untrusted-head',
    message: `on ${name} this runs with secrets for a head of another repository: no connection is made`,
    fix: 'plan forks on pull_request, against a service container, and publish the saved report with mode: comment',
  });
}
